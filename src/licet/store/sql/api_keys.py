"""API keys of organizations, by digest."""

from collections.abc import Sequence
from dataclasses import fields

from licet.domain.api_key import ApiKey
from licet.domain.revision import Change
from licet.store.sql import owned
from licet.store.sql.audit import recorded
from licet.store.sql.columns import insert, pack, unpack
from licet.store.sql.engine import Engine
from licet.store.sql.gather import Gathered, Last
from licet.store.sql.script import Row
from licet.store.sql.statement import Statement, Value
from licet.store.sql.touches import Touches

COLUMNS = tuple(field.name for field in fields(ApiKey))

COUNT = Statement("""
    SELECT count(*) AS count FROM api_keys WHERE organization_id = :organization_id AND revoked_at IS NULL
    AND (expires_at IS NULL OR expires_at > :created_at)""")
INSERT = Statement(insert("api_keys", COLUMNS))
BY_DIGEST = Statement("SELECT * FROM api_keys WHERE digest = :digest")
OF = Statement("SELECT * FROM api_keys WHERE organization_id = :organization_id ORDER BY created_at DESC, id DESC")
REVOKE = Statement("""
    UPDATE api_keys SET revoked_at = :now WHERE id = :id AND organization_id = :organization_id AND revoked_at IS NULL
    RETURNING id""")
REVOKE_OF_MEMBER = Statement("""
    UPDATE api_keys SET revoked_at = :now
    WHERE organization_id = :id AND created_by = :user_id AND revoked_at IS NULL""")
REVOKE_OF_USER = Statement("UPDATE api_keys SET revoked_at = :now WHERE created_by = :id AND revoked_at IS NULL")
TOUCH = Gathered(
    one=Statement("""
        UPDATE api_keys SET last_used_at = {greatest}(coalesce(last_used_at, 0), :now) WHERE id = :id RETURNING id"""),
    many=Statement("""
        UPDATE api_keys AS kept SET last_used_at = GREATEST(kept.last_used_at, used.now)
        FROM unnest(:id::text[], :now::bigint[]) AS used (id, now) WHERE kept.id = used.id RETURNING kept.id"""),
    key=("id",),
    duplicates=Last(),
)


def values(key: ApiKey) -> dict[str, Value]:
    """A key as a row."""
    return {name: getattr(key, name) for name in COLUMNS} | {"scopes": pack(key.scopes)}


def api_key(row: Row) -> ApiKey:
    """A row as a key."""
    kept = {name: row[name] for name in COLUMNS}
    return ApiKey(**kept | {"scopes": tuple(unpack(kept["scopes"]))})


class ApiKeys:
    """API keys."""

    def __init__(self, engine: Engine, touches: Touches) -> None:
        self._engine = engine
        self._touches = touches

    async def insert(self, new: ApiKey, change: Change, *, limit: int) -> bool:
        """Write one; False when its organization is gone or has `limit` live ones already."""
        return await self._engine.run(owned.add, COUNT, INSERT, values(new), change, limit=limit)

    async def by_digest(self, digest: bytes) -> ApiKey | None:
        """The key, whatever its state."""
        rows = await self._engine.read(BY_DIGEST, digest=digest)
        return api_key(rows[0]) if rows else None

    async def of(self, organization_id: str) -> Sequence[ApiKey]:
        """An organization's keys, newest first."""
        await self._touches.settle(TOUCH)
        return [api_key(row) for row in await self._engine.read(OF, organization_id=organization_id)]

    async def revoke(self, organization_id: str, key_id: str, change: Change) -> bool:
        """End one at once; False when it is unknown or had ended."""
        key = {"id": key_id, "organization_id": organization_id, "now": change.at}
        return await self._engine.run(recorded, REVOKE, key, change)

    async def touch(self, key_id: str, now: int) -> None:
        """Remember a use."""
        self._touches.note(TOUCH, id=key_id, now=now)
