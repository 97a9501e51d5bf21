"""Counters in windows that begin with their first hit.

A key is kept as its digest: it may hold an address or a name, and any text at all.
"""

from hashlib import sha256

from licet.services.ports import Tally
from licet.store.sql.columns import insert
from licet.store.sql.engine import Engine
from licet.store.sql.gather import Gathered, Sum
from licet.store.sql.script import Row
from licet.store.sql.statement import Statement

# An expired window is begun anew by the first hit after it.
_COUNTED = """
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN counters.expires_at <= excluded.started_at THEN excluded.hits
                    ELSE counters.hits + excluded.hits END,
        started_at = CASE WHEN counters.expires_at <= excluded.started_at THEN excluded.started_at
                          ELSE counters.started_at END,
        expires_at = CASE WHEN counters.expires_at <= excluded.started_at THEN excluded.expires_at
                          ELSE counters.expires_at END
    RETURNING key, hits, started_at"""

HIT = Gathered(
    one=Statement(f"{insert('counters', ('key', 'hits', 'started_at', 'expires_at'))} {_COUNTED}"),
    many=Statement(f"""
        INSERT INTO counters (key, hits, started_at, expires_at)
        SELECT * FROM unnest(:key::bytea[], :hits::bigint[], :started_at::bigint[], :expires_at::bigint[])
        {_COUNTED}"""),
    key=("key",),
    duplicates=Sum("hits"),
)
SEEN = Statement("SELECT hits, started_at FROM counters WHERE key = :key AND expires_at > :now")
GIVE_BACK = Statement("UPDATE counters SET hits = hits - 1 WHERE key = :key AND hits > 0 AND expires_at > :now")
CLEAR = Statement("DELETE FROM counters WHERE key = :key")


class Counters:
    """Counters of the limiter."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def hit(self, key: str, *, now: int, window: int) -> Tally:
        """Count one and say the new tally."""
        row = await self._engine.gather(HIT, key=_kept(key), hits=1, started_at=now, expires_at=now + window)
        return _tally(row, now)

    async def seen(self, key: str, *, now: int) -> Tally:
        """The present tally, without counting."""
        rows = await self._engine.read(SEEN, key=_kept(key), now=now)
        return _tally(rows[0] if rows else None, now)

    async def give_back(self, key: str, *, now: int) -> None:
        """Take one hit of a window that still runs off again."""
        await self._engine.write(GIVE_BACK, key=_kept(key), now=now)

    async def clear(self, key: str) -> None:
        """Drop a counter."""
        await self._engine.write(CLEAR, key=_kept(key))


def _tally(row: Row | None, now: int) -> Tally:
    return Tally(row["hits"], row["started_at"]) if row else Tally(0, now)


def _kept(key: str) -> bytes:
    return sha256(key.encode(errors="surrogatepass")).digest()
