"""How sessions end, whatever ends them: in the same transaction everybody who is in one is to be told of it.

A session whose time is up is not ended by anybody; nobody is told.
"""

from collections.abc import Sequence
from typing import NamedTuple

from licet.domain.family import TOLD_FOR
from licet.store.sql.script import Script, ask
from licet.store.sql.statement import Statement, Value

ONE = Statement("DELETE FROM sessions WHERE id = :id RETURNING id")
OF_USER = Statement("DELETE FROM sessions WHERE user_id = :user_id RETURNING id")
OF_SURFACE = Statement("DELETE FROM sessions WHERE user_id = :user_id AND surface = :surface RETURNING id")
OLDEST = Statement("""
    DELETE FROM sessions WHERE id IN (
        SELECT id FROM sessions WHERE user_id = :user_id AND surface = :surface AND id <> :id
        ORDER BY created_at DESC, id DESC LIMIT 1000000 OFFSET :others)
    RETURNING id""")
TELL = Statement("""
    UPDATE session_clients SET due_at = :now, expires_at = :expires_at
    WHERE session_id IN (SELECT value FROM {each ended}) AND due_at IS NULL RETURNING application_id""")


class Ended(NamedTuple):
    """The ids of sessions that have ended, and of the applications that are told."""

    sessions: Sequence[str]
    told: Sequence[str]


def end(which: Statement, now: int, **values: Value) -> Script[Ended]:
    """End the sessions that a statement above deletes."""
    ended = [row["id"] for row in (yield from ask(which, **values))]
    told = (yield from ask(TELL, ended=ended, now=now, expires_at=now + TOLD_FOR)) if ended else []
    return Ended(ended, [row["application_id"] for row in told])
