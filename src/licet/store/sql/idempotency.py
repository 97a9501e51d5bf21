"""Answers of idempotent calls."""

from licet.services.ports import Remembered
from licet.store.sql.columns import insert
from licet.store.sql.engine import Engine
from licet.store.sql.script import Script, ask
from licet.store.sql.statement import Statement

BEGIN = Statement(f"""
    {insert("idempotency", ("key", "body_digest", "answer", "expires_at"))}
    ON CONFLICT (key) DO UPDATE
    SET body_digest = excluded.body_digest, answer = NULL, expires_at = excluded.expires_at
    WHERE idempotency.expires_at <= :now RETURNING key""")
KNOWN = Statement("SELECT body_digest, answer FROM idempotency WHERE key = :key")
FINISH = Statement("UPDATE idempotency SET answer = :answer WHERE key = :key")
FORGET = Statement("DELETE FROM idempotency WHERE key = :key")


class Idempotency:
    """Answers of idempotent calls."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def begin(self, key: bytes, body_digest: bytes, *, now: int, expires_at: int) -> Remembered | None:
        """Claim a key: None for the first caller; an expired one is claimed anew."""
        return await self._engine.run(_begin, key, body_digest, now, expires_at)

    async def finish(self, key: bytes, answer: bytes) -> None:
        """Keep the sealed answer."""
        await self._engine.write(FINISH, key=key, answer=answer)

    async def forget(self, key: bytes) -> None:
        """Drop a key whose call was refused or broke."""
        await self._engine.write(FORGET, key=key)


def _begin(key: bytes, body_digest: bytes, now: int, expires_at: int) -> Script[Remembered | None]:
    while True:
        if (yield from ask(BEGIN, key=key, body_digest=body_digest, answer=None, expires_at=expires_at, now=now)):
            return None
        # Dropped between the two statements, it is free again.
        if rows := (yield from ask(KNOWN, key=key)):
            return Remembered(rows[0]["body_digest"], rows[0]["answer"])
