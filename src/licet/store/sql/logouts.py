"""Who is told when a session ends: the applications that are in it, and what is still to be told."""

from collections.abc import Sequence
from dataclasses import fields

from licet.domain.family import LogoutNotice
from licet.store.sql.engine import Engine
from licet.store.sql.script import Script, ask
from licet.store.sql.statement import Statement, Values

COLUMNS = tuple(field.name for field in fields(LogoutNotice))

# Whoever ends the session waits for who comes into it, and so finds them.
ALIVE = Statement("SELECT id FROM sessions WHERE id = :id {locked}")
JOIN = Statement("""
    INSERT INTO session_clients (session_id, application_id, user_id, due_at, attempts, expires_at)
    VALUES (:session_id, :application_id, :user_id, :due_at, 0, :expires_at)
    ON CONFLICT (session_id, application_id) DO UPDATE SET due_at = excluded.due_at, expires_at = excluded.expires_at
    WHERE session_clients.due_at IS NULL""")
# Of two workers that look at once the second finds the condition no longer true, and takes nothing.
CLAIM = Statement("""
    UPDATE session_clients SET due_at = :until, attempts = attempts + 1
    WHERE due_at <= :now AND (session_id, application_id) IN (
        SELECT session_id, application_id FROM session_clients WHERE due_at <= :now ORDER BY due_at LIMIT :size)
    RETURNING *""")
AGAIN = Statement("""
    UPDATE session_clients SET due_at = :due_at
    WHERE session_id = :session_id AND application_id = :application_id RETURNING attempts""")
DONE = Statement("""
    DELETE FROM session_clients WHERE session_id = :session_id AND application_id = :application_id
    RETURNING attempts""")


class Logouts:
    """Applications in sessions, and notices of their end."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def join(self, session_id: str, application_id: str, *, user_id: str, now: int, expires_at: int) -> None:
        """Remember that an application is in a session, until it ends; one that has ended meanwhile is told of."""
        row = {"session_id": session_id, "application_id": application_id, "user_id": user_id}
        await self._engine.run(_join, row, now, expires_at)

    async def claim(self, now: int, *, until: int, size: int) -> Sequence[LogoutNotice]:
        """Take notices that are due, each counted as an attempt; they come due again at `until`."""
        rows = await self._engine.write(CLAIM, now=now, until=until, size=size)
        return [LogoutNotice(**{name: row[name] for name in COLUMNS}) for row in rows]

    async def settle(self, notice: LogoutNotice, *, again_at: int | None) -> None:
        """Put a notice off, or be done with it."""
        key = {"session_id": notice.session_id, "application_id": notice.application_id}
        if again_at is None:
            await self._engine.write(DONE, **key)
        else:
            await self._engine.write(AGAIN, **key, due_at=again_at)


def _join(row: Values, now: int, expires_at: int) -> Script[None]:
    alive = yield from ask(ALIVE, id=row["session_id"])
    yield from ask(JOIN, **row, due_at=None if alive else now, expires_at=expires_at)
