"""Authorization requests that wait for a person: taken away once, by whoever answers the client."""

from dataclasses import fields

from licet.domain.family import AuthorizationRequest
from licet.store.sql.columns import assign, insert, pack, unpack
from licet.store.sql.engine import Engine
from licet.store.sql.script import Row
from licet.store.sql.statement import Statement, Value

COLUMNS = tuple(field.name for field in fields(AuthorizationRequest))
MOVED = ("session_id", "authenticated_at", "consented", "denied")

INSERT = Statement(insert("authorization_requests", COLUMNS))
BY_DIGEST = Statement("SELECT * FROM authorization_requests WHERE digest = :digest AND expires_at > :now")
REPLACE = Statement(f"UPDATE authorization_requests SET {assign(MOVED)} WHERE digest = :digest RETURNING digest")
CLAIM = Statement("DELETE FROM authorization_requests WHERE digest = :digest AND expires_at > :now RETURNING *")


def _values(request: AuthorizationRequest) -> dict[str, Value]:
    kept = {name: getattr(request, name) for name in COLUMNS}
    consented = None if request.consented is None else pack(request.consented)
    packed = {"parameters": pack(dict(request.parameters)), "resources": pack(request.resources)}
    return {**kept, **packed, "consented": consented, "denied": int(request.denied)}


def _request(row: Row) -> AuthorizationRequest:
    consented = None if row["consented"] is None else tuple(unpack(row["consented"]))
    packed = {"parameters": unpack(row["parameters"]), "resources": tuple(unpack(row["resources"]))}
    moved = {"consented": consented, "denied": bool(row["denied"])}
    return AuthorizationRequest(**{**{name: row[name] for name in COLUMNS}, **packed, **moved})


class AuthorizationRequests:
    """Requests that wait."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def insert(self, new: AuthorizationRequest) -> None:
        """Write one."""
        await self._engine.write(INSERT, **_values(new))

    async def by_digest(self, digest: bytes, now: int) -> AuthorizationRequest | None:
        """An unexpired one."""
        rows = await self._engine.read(BY_DIGEST, digest=digest, now=now)
        return _request(rows[0]) if rows else None

    async def replace(self, request: AuthorizationRequest) -> bool:
        """Write how far it has come; False when it is gone."""
        values = _values(request)
        moved = {name: values[name] for name in ("digest", *MOVED)}
        return bool(await self._engine.write(REPLACE, **moved))

    async def claim(self, digest: bytes, now: int) -> AuthorizationRequest | None:
        """Take it away, once."""
        rows = await self._engine.write(CLAIM, digest=digest, now=now)
        return _request(rows[0]) if rows else None
