"""Families: one row each, whose code and refresh token are claimed by one conditional update."""

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from licet.domain.family import Family
from licet.services.oauth_ports import Claimed, Turned
from licet.store.sql.columns import insert, pack, unpack
from licet.store.sql.engine import Engine
from licet.store.sql.gather import First, Gathered, Last
from licet.store.sql.script import Row
from licet.store.sql.statement import Statement, Value

FIELDS = tuple(field.name for field in fields(Family))
_NAMES = frozenset(FIELDS)
COLUMNS = (*FIELDS, "code_digest", "reissued")
LISTS = ("scope", "resources", "amr", "authorization_details")
FLAGS = ("refreshes", "redirect_uri_sent", "slides")
_NONE: tuple[Any, ...] = ()

INSERT = Statement(insert("families", COLUMNS))
BY_ID = Statement("SELECT * FROM families WHERE id = :id")
BY_CODE = Statement("SELECT * FROM families WHERE code_digest = :digest")
_SPENT = """
    code_claimed_at = {now}, redeemed_by = {method}, bound_to = COALESCE(NULLIF(bound_to, ''), {key}),
    generation = refreshes, refreshed_at = {now},
    idle_expires_at = CASE WHEN refreshes = 1 THEN {now} + refresh_idle END"""
_SPENDABLE = "code_claimed_at IS NULL AND code_expires_at > {now} AND revoked_at IS NULL"
_PERSON = "(SELECT active FROM users WHERE users.id = families.user_id) AS person_active"
CLAIM = Gathered(
    one=Statement(f"""
        UPDATE families SET {_SPENT.format(now=":now", method=":redeemed_by", key=":bound_to")}
        WHERE code_digest = :code_digest AND {_SPENDABLE.format(now=":now")} RETURNING *, {_PERSON}"""),
    many=Statement(f"""
        UPDATE families SET {_SPENT.format(now="asked.now", method="asked.redeemed_by", key="asked.key")}
        FROM unnest(:code_digest::bytea[], :redeemed_by::text[], :bound_to::text[], :now::bigint[])
            AS asked (digest, redeemed_by, key, now)
        WHERE code_digest = asked.digest AND {_SPENDABLE.format(now="asked.now")}
        RETURNING families.*, {_PERSON}"""),
    key=("code_digest",),
    duplicates=First(),
)
_TURNED = """
    generation = generation + 1, refreshed_at = {now}, idle_expires_at = {now} + refresh_idle, reissued = 0,
    expires_at = CASE WHEN slides = 1 THEN {now} + 2 * refresh_idle ELSE expires_at END"""
_TURNABLE = "revoked_at IS NULL AND expires_at > {now} AND idle_expires_at > {now}"
TURN = Gathered(
    one=Statement(f"""
        UPDATE families SET {_TURNED.format(now=":now")}
        WHERE id = :id AND generation = :presented AND {_TURNABLE.format(now=":now")}
        RETURNING *, generation - 1 AS presented"""),
    many=Statement(f"""
        UPDATE families SET {_TURNED.format(now="asked.now")}
        FROM unnest(:id::text[], :presented::bigint[], :now::bigint[]) AS asked (id, presented, now)
        WHERE families.id = asked.id AND generation = asked.presented AND {_TURNABLE.format(now="asked.now")}
        RETURNING families.*, asked.presented"""),
    key=("id", "presented"),
    duplicates=First(),
)
_USED = "refreshed_at = {now}, idle_expires_at = {now} + refresh_idle"
USE = Gathered(
    one=Statement(f"""
        UPDATE families SET {_USED.format(now=":now")}
        WHERE id = :id AND generation = :presented AND {_TURNABLE.format(now=":now")}
        RETURNING *, generation AS presented"""),
    many=Statement(f"""
        UPDATE families SET {_USED.format(now="asked.now")}
        FROM unnest(:id::text[], :presented::bigint[], :now::bigint[]) AS asked (id, presented, now)
        WHERE families.id = asked.id AND generation = asked.presented AND {_TURNABLE.format(now="asked.now")}
        RETURNING families.*, asked.presented"""),
    key=("id", "presented"),
    duplicates=Last(),
)
REISSUE = Statement(f"""
    UPDATE families SET reissued = 1
    WHERE id = :id AND generation = :presented + 1 AND reissued = 0 AND refreshed_at > :since
    AND {_TURNABLE.format(now=":now")}
    RETURNING *""")
REVOKE = Statement("UPDATE families SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL RETURNING id")
# The scope is a JSON list of texts that hold neither quotes nor backslashes.
END_OF_SESSION = Statement("""
    UPDATE families SET revoked_at = :now
    WHERE session_id = :session_id AND revoked_at IS NULL AND {position}(scope, :sparing) = 0""")
OF_USER = Statement("""
    SELECT * FROM families WHERE user_id = :user_id AND revoked_at IS NULL AND expires_at > :now
    ORDER BY created_at DESC""")

OBTAINED = Statement("""
    SELECT DISTINCT scope FROM families WHERE user_id = :user_id AND application_id = :application_id
    AND surface = :surface AND revoked_at IS NULL AND refreshed_at > :since""")


@cache
def revoke_all(columns: tuple[str, ...]) -> Statement:
    """The text that ends all live families with these values."""
    same = " AND ".join(f"{column} = :{column}" for column in columns)
    return Statement(f"UPDATE families SET revoked_at = :now WHERE {same} AND revoked_at IS NULL RETURNING id")


def values(family: Family, code_digest: bytes | None) -> dict[str, Value]:
    """A family as the parameters of its row."""
    kept = {name: getattr(family, name) for name in FIELDS}
    packed = {name: pack(kept[name]) for name in (*LISTS, "requested_claims")}
    flags = {name: int(kept[name]) for name in FLAGS}
    return {**kept, **packed, **flags, "code_digest": code_digest, "reissued": 0}


def family(row: Row) -> Family:
    """A row as a family."""
    # A row looks its names up one after the other.
    kept: dict[str, Any] = {name: value for name, value in zip(row.keys(), row, strict=True) if name in _NAMES}
    for name in LISTS:
        kept[name] = _NONE if kept[name] == "[]" else tuple(unpack(kept[name]))
    for name in FLAGS:
        kept[name] = bool(kept[name])
    kept["requested_claims"] = unpack(kept["requested_claims"])
    return Family(**kept)


class Families:
    """Families with their codes and refresh tokens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def insert(self, new: Family, code_digest: bytes | None) -> None:
        """Write a new one."""
        await self._engine.write(INSERT, **values(new, code_digest))

    async def by_id(self, family_id: str) -> Family | None:
        """The family, whatever its state."""
        rows = await self._engine.read(BY_ID, id=family_id)
        return family(rows[0]) if rows else None

    async def claim_code(self, digest: bytes, now: int, *, redeemed_by: str, bound_to: str = "") -> Claimed | None:
        """Spend an unexpired code, once."""
        said = {"redeemed_by": redeemed_by, "bound_to": bound_to}
        row = await self._engine.gather(CLAIM, code_digest=digest, **said, now=now)
        if row is not None:
            return Claimed(family(row), "first", person_active=bool(row["person_active"]))
        rows = await self._engine.read(BY_CODE, digest=digest)
        if not rows:
            return None
        if rows[0]["code_claimed_at"] is not None:
            return Claimed(family(rows[0]), "again")
        return Claimed(family(rows[0]), "expired" if rows[0]["revoked_at"] is None else "revoked")

    async def turn(
        self, family_id: str, generation: int, *, now: int, grace: int, rotates: bool = True
    ) -> Turned | None:
        """Take a genuine refresh token of a generation, and say how it stood."""
        row = await self._engine.gather(TURN if rotates else USE, id=family_id, presented=generation, now=now)
        if row is not None:
            return Turned(family(row), "rotated" if rotates else "kept")
        if grace and rotates:
            rows = await self._engine.write(REISSUE, id=family_id, presented=generation, since=now - grace, now=now)
            if rows:
                return Turned(family(rows[0]), "reissued")
        known = await self.by_id(family_id)
        return None if known is None else Turned(known, "over" if _over(known, generation, now) else "replayed")

    async def revoke(self, family_id: str, now: int) -> bool:
        """End one."""
        return bool(await self._engine.write(REVOKE, id=family_id, now=now))

    async def obtained(self, user_id: str, application_id: str, *, surface: str, since: int) -> frozenset[str]:
        """The scopes that an application has had tokens of since a moment."""
        rows = await self._engine.read(
            OBTAINED, user_id=user_id, application_id=application_id, surface=surface, since=since
        )
        return frozenset(name for row in rows for name in unpack(row["scope"]))

    async def of_user(self, user_id: str, now: int) -> Sequence[Family]:
        """A person's live families, newest first."""
        return [family(row) for row in await self._engine.read(OF_USER, user_id=user_id, now=now)]


def _over(known: Family, generation: int, now: int) -> bool:
    """Whether it had ended by itself or by a revocation, and this token was good until then."""
    return known.revoked_at is not None or known.expired(generation, now)
