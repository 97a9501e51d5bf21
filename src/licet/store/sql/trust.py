"""The operator's rows of trust: exchange policies and trusted issuers, each under its own name."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from licet.domain.revision import Change
from licet.domain.trust import ExchangePolicy, TrustedIssuer
from licet.store.sql.audit import put, recorded
from licet.store.sql.columns import assign, insert, pack, unpack
from licet.store.sql.engine import Engine
from licet.store.sql.script import Row
from licet.store.sql.statement import Statement, Value

POLICY_COLUMNS = tuple(field.name for field in fields(ExchangePolicy))
ISSUER_COLUMNS = tuple(field.name for field in fields(TrustedIssuer))
PACKED = frozenset({"clients", "subjects", "audiences", "token_types", "scope", "jwks", "assertions"})

POLICIES = Statement("SELECT * FROM exchange_policies ORDER BY name")
INSERT_POLICY = Statement(f"{insert('exchange_policies', POLICY_COLUMNS)} ON CONFLICT DO NOTHING RETURNING name")
REPLACE_POLICY = Statement(
    f"UPDATE exchange_policies SET {assign(name for name in POLICY_COLUMNS[1:] if name != 'created_at')} "
    "WHERE name = :name"
)
REMOVE_POLICY = Statement("DELETE FROM exchange_policies WHERE name = :name RETURNING name")
ISSUERS = Statement("SELECT * FROM trusted_issuers ORDER BY issuer")
ISSUER = Statement("SELECT * FROM trusted_issuers WHERE issuer = :issuer")
INSERT_ISSUER = Statement(f"{insert('trusted_issuers', ISSUER_COLUMNS)} ON CONFLICT DO NOTHING RETURNING issuer")
REPLACE_ISSUER = Statement(
    f"UPDATE trusted_issuers SET {assign(name for name in ISSUER_COLUMNS[1:] if name != 'created_at')} "
    "WHERE issuer = :issuer"
)
REMOVE_ISSUER = Statement("DELETE FROM trusted_issuers WHERE issuer = :issuer RETURNING issuer")


def values(row: ExchangePolicy | TrustedIssuer, columns: tuple[str, ...]) -> dict[str, Value]:
    """A row as the parameters of its statement."""
    return {name: pack(getattr(row, name)) if name in PACKED else getattr(row, name) for name in columns}


def read(row: Row, columns: tuple[str, ...]) -> dict[str, Any]:
    """A row's values by the names of its fields."""
    return {name: _unpacked(row[name]) if name in PACKED else row[name] for name in columns}


def _unpacked(text: str) -> object:
    value = unpack(text)
    return tuple(value) if isinstance(value, list) else value


class Trust:
    """Exchange policies and trusted issuers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def policies(self) -> Sequence[ExchangePolicy]:
        """Exchange policies by name."""
        return [ExchangePolicy(**read(row, POLICY_COLUMNS)) for row in await self._engine.read(POLICIES)]

    async def put_policy(self, policy: ExchangePolicy, change: Change) -> bool:
        """Add or change one; True when it is new."""
        row = values(policy, POLICY_COLUMNS)
        return await self._engine.run(put, INSERT_POLICY, REPLACE_POLICY, row, change)

    async def remove_policy(self, name: str, change: Change) -> bool:
        """Remove one; False when it was gone."""
        return await self._engine.run(recorded, REMOVE_POLICY, {"name": name}, change)

    async def issuers(self) -> Sequence[TrustedIssuer]:
        """Trusted issuers by identifier."""
        return [TrustedIssuer(**read(row, ISSUER_COLUMNS)) for row in await self._engine.read(ISSUERS)]

    async def issuer(self, issuer: str) -> TrustedIssuer | None:
        """The trusted issuer of that identifier."""
        rows = await self._engine.read(ISSUER, issuer=issuer)
        return TrustedIssuer(**read(rows[0], ISSUER_COLUMNS)) if rows else None

    async def put_issuer(self, issuer: TrustedIssuer, change: Change) -> bool:
        """Add or change one; True when it is new."""
        row = values(issuer, ISSUER_COLUMNS)
        return await self._engine.run(put, INSERT_ISSUER, REPLACE_ISSUER, row, change)

    async def remove_issuer(self, issuer: str, change: Change) -> bool:
        """Remove one; False when it was gone."""
        return await self._engine.run(recorded, REMOVE_ISSUER, {"issuer": issuer}, change)
