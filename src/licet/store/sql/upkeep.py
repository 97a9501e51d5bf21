"""The store as a whole: its schema, its sweeper, its health and its end."""

from licet.store import migrations
from licet.store.sql.engine import Engine
from licet.store.sql.statement import Statement
from licet.store.sql.touches import Touches


def _expired(table: str, key: str, column: str = "expires_at") -> Statement:
    return Statement(f"""
        DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {column} <= :now LIMIT :size)
        AND {column} <= :now RETURNING 1 AS one""")


EXPIRED = (
    _expired("sessions", "id"),
    _expired("links", "digest"),
    _expired("idempotency", "key"),
    _expired("counters", "key"),
    _expired("applications", "id", "purge_at"),
    _expired("families", "id"),
    _expired("device_codes", "digest"),
    _expired("authorization_requests", "digest"),
    _expired("opaque_tokens", "digest"),
    _expired("revoked_tokens", "digest"),
    _expired("transfers", "id"),
    _expired("spent_names", "digest"),
    _expired("session_clients", "session_id"),
    _expired("webhooks", "id"),
    _expired("webhook_deliveries", "id"),
)
ENGINE = Statement("SELECT {engine} AS engine")


class Upkeep:
    """The store as a whole."""

    def __init__(self, engine: Engine, touches: Touches) -> None:
        self._engine = engine
        self._touches = touches

    async def migrate(self) -> int:
        """Apply what is missing; the number of migrations applied. Raises DatabaseTooNew."""
        return await migrations.migrate(self._engine)

    async def schema_version(self) -> tuple[int, int]:
        """Version of the database, and of the program."""
        return await migrations.schema_version(self._engine), len(migrations.MIGRATIONS)

    async def purge(self, now: int, *, limit: int) -> int:
        """Delete at most `limit` rows of each kind that have expired; how many."""
        return sum([len(await self._engine.write(statement, now=now, size=limit)) for statement in EXPIRED])

    async def check(self) -> str:
        """A round trip; the engine's name and version."""
        return str((await self._engine.read(ENGINE))[0]["engine"])

    async def close(self) -> None:
        """Finish what was accepted, flush what was gathered, and close."""
        await self._touches.close()
        await self._engine.close()
