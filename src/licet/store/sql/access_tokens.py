"""Access tokens that are rows, and JWTs that ended early."""

from dataclasses import fields

from licet.domain.family import OpaqueToken
from licet.store.sql.columns import insert, pack, unpack
from licet.store.sql.engine import Engine
from licet.store.sql.gather import First, Gathered
from licet.store.sql.script import Row
from licet.store.sql.statement import Statement

COLUMNS = tuple(field.name for field in fields(OpaqueToken))
_TYPES = {"digest": "bytea", "generation": "bigint", "created_at": "bigint", "expires_at": "bigint"}
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
REVOKE_JTI = Statement("""
    INSERT INTO revoked_tokens (digest, expires_at) VALUES (:digest, :expires_at) ON CONFLICT (digest) DO NOTHING""")
JTI_REVOKED = Statement("SELECT 1 AS one FROM revoked_tokens WHERE digest = :digest")


def token(row: Row) -> OpaqueToken:
    """A row as an opaque token."""
    lists = {name: tuple(unpack(row[name])) for name in ("scope", "audience")}
    return OpaqueToken(**{**{name: row[name] for name in COLUMNS}, **lists})


class AccessTokens:
    """Access tokens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def insert(self, new: OpaqueToken) -> None:
        """Write an opaque one."""
        kept = {name: getattr(new, name) for name in COLUMNS}
        await self._engine.gather(INSERT, **{**kept, "scope": pack(new.scope), "audience": pack(new.audience)})

    async def by_digest(self, digest: bytes) -> OpaqueToken | None:
        """An opaque one, whatever its state."""
        rows = await self._engine.read(BY_DIGEST, digest=digest)
        return token(rows[0]) if rows else None

    async def revoke(self, digest: bytes) -> bool:
        """End an opaque one; False when it was gone."""
        return bool(await self._engine.write(DELETE, digest=digest))

    async def revoke_jti(self, digest: bytes, expires_at: int) -> None:
        """Remember that a JWT ended early, until it would have ended anyway."""
        await self._engine.write(REVOKE_JTI, digest=digest, expires_at=expires_at)

    async def jti_revoked(self, digest: bytes) -> bool:
        """Whether a JWT ended early."""
        return bool(await self._engine.read(JTI_REVOKED, digest=digest))
