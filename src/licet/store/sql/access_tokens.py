"""Access tokens that are rows, and JWTs that ended early."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import fields

from licet.domain.family import OpaqueToken
from licet.store.sql.columns import insert, pack, unpack
from licet.store.sql.engine import PIECE, Engine
from licet.store.sql.gather import First, Gathered, Last
from licet.store.sql.script import Row
from licet.store.sql.statement import Statement, Value
from licet.store.sql.touches import Touches

COLUMNS = tuple(field.name for field in fields(OpaqueToken))
LISTS = ("scope", "audience", "authorization_details")
_NUMBERS = ("generation", "created_at", "expires_at", "last_used_at")
_TYPES = {"digest": "bytea", **dict.fromkeys(_NUMBERS, "bigint")}
_ARRAYS = ", ".join(f":{name}::{_TYPES.get(name, 'text')}[]" for name in COLUMNS)

INSERT = Gathered(
    one=Statement(f"{insert('opaque_tokens', COLUMNS)} RETURNING digest"),
    many=Statement(
        f"INSERT INTO opaque_tokens ({', '.join(COLUMNS)}) SELECT * FROM unnest({_ARRAYS}) RETURNING digest"
    ),
    key=("digest",),
    duplicates=First(),
)
BY_DIGEST = Statement("SELECT * FROM opaque_tokens WHERE digest = :digest")
DELETE = Statement("DELETE FROM opaque_tokens WHERE digest = :digest RETURNING digest")
BY_TOKEN_ID = Statement("SELECT * FROM opaque_tokens WHERE id = :id")
LIVE = """t.expires_at > :now
    AND (t.family_id IS NULL OR EXISTS (
        SELECT 1 FROM families AS f WHERE f.id = t.family_id AND f.revoked_at IS NULL AND f.expires_at > :now))
    AND (t.user_id IS NULL OR EXISTS (SELECT 1 FROM users AS u WHERE u.id = t.user_id AND u.active = 1))"""
"""What a row of opaque tokens, as `t`, must pass to open anything while its application is enabled."""
OF_APPLICATION = Statement(f"""
    SELECT t.* FROM opaque_tokens AS t
    WHERE t.application_id = :application_id AND (t.created_at, t.id) < (:before, :id) AND {LIVE}
    ORDER BY t.created_at DESC, t.id DESC LIMIT :size""")
TOUCH = Gathered(
    one=Statement("""
        UPDATE opaque_tokens SET last_used_at = {greatest}(coalesce(last_used_at, 0), :now)
        WHERE digest = :digest RETURNING digest"""),
    many=Statement("""
        UPDATE opaque_tokens AS kept SET last_used_at = GREATEST(kept.last_used_at, used.now)
        FROM unnest(:digest::bytea[], :now::bigint[]) AS used (digest, now) WHERE kept.digest = used.digest
        RETURNING kept.digest"""),
    key=("digest",),
    duplicates=Last(),
)
REVOKE_JTI = Statement("""
    INSERT INTO revoked_tokens (digest, expires_at) VALUES (:digest, :expires_at) ON CONFLICT (digest) DO NOTHING""")
JTI_REVOKED = Statement("SELECT 1 AS one FROM revoked_tokens WHERE digest = :digest")


def token(row: Row) -> OpaqueToken:
    """A row as an opaque token."""
    lists = {name: tuple(unpack(row[name])) for name in LISTS}
    return OpaqueToken(**{**{name: row[name] for name in COLUMNS}, **lists, "act": unpack(row["act"])})


class AccessTokens:
    """Access tokens."""

    def __init__(self, engine: Engine, touches: Touches) -> None:
        self._engine = engine
        self._touches = touches

    async def insert(self, new: OpaqueToken) -> None:
        """Write an opaque one."""
        kept = {name: getattr(new, name) for name in COLUMNS}
        await self._engine.gather(INSERT, **{**kept, **{name: pack(kept[name]) for name in (*LISTS, "act")}})

    async def by_digest(self, digest: bytes) -> OpaqueToken | None:
        """An opaque one, whatever its state."""
        rows = await self._engine.read(BY_DIGEST, digest=digest)
        return token(rows[0]) if rows else None

    async def by_token_id(self, token_id: str) -> OpaqueToken | None:
        """An opaque one by the name it is listed under, whatever its state."""
        rows = await self._engine.read(BY_TOKEN_ID, id=token_id)
        return token(rows[0]) if rows else None

    async def of_application(self, application_id: str, now: int) -> AsyncIterator[Sequence[OpaqueToken]]:
        """The live opaque ones of an application, newest first, in pieces."""
        await self._touches.settle(TOUCH)
        place: dict[str, Value] = {"before": 2**63 - 1, "id": ""}
        while True:
            rows = await self._engine.read(OF_APPLICATION, application_id=application_id, now=now, size=PIECE, **place)
            yield [token(row) for row in rows]
            if len(rows) < PIECE:
                return
            place = {"before": rows[-1]["created_at"], "id": rows[-1]["id"]}

    async def touch(self, digest: bytes, now: int) -> None:
        """Remember a use of an opaque one."""
        self._touches.note(TOUCH, digest=digest, now=now)

    async def revoke(self, digest: bytes) -> bool:
        """End an opaque one; False when it was gone."""
        return bool(await self._engine.write(DELETE, digest=digest))

    async def revoke_jti(self, digest: bytes, expires_at: int) -> None:
        """Remember that a JWT ended early, until it would have ended anyway."""
        await self._engine.write(REVOKE_JTI, digest=digest, expires_at=expires_at)

    async def jti_revoked(self, digest: bytes) -> bool:
        """Whether a JWT ended early."""
        return bool(await self._engine.read(JTI_REVOKED, digest=digest))
