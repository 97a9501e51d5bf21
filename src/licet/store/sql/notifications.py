"""Notifications: told once, by person, application and the application's own name for it."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Literal

from licet.domain.notification import Notification
from licet.store.sql.columns import insert
from licet.store.sql.engine import Engine
from licet.store.sql.script import Script, ask
from licet.store.sql.statement import Statement

_TABLES = """
CREATE TABLE notifications (
    id {text} PRIMARY KEY NOT NULL,
    user_id {text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    application_id {text} NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    external_id {text} NOT NULL,
    text {text} NOT NULL,
    url {text},
    created_at {bigint} NOT NULL,
    UNIQUE (user_id, application_id, external_id)
) {keyed};
CREATE INDEX notifications_by_user ON notifications (user_id, created_at);
CREATE INDEX notifications_by_application ON notifications (application_id);
CREATE TABLE notification_mutes (
    user_id {text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    application_id {text} NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, application_id)
) {keyed};
CREATE INDEX notification_mutes_by_application ON notification_mutes (application_id)
"""
TABLES = tuple(map(Statement, _TABLES.strip().split(";\n")))

COLUMNS = tuple(field.name for field in fields(Notification))
_OF_BOTH = "user_id = :user_id AND application_id = :application_id"
INSERT = Statement(f"{insert('notifications', COLUMNS)} ON CONFLICT DO NOTHING RETURNING id")
OF = Statement("""
    SELECT * FROM notifications
    WHERE user_id = :user_id
        AND EXISTS (SELECT 1 FROM applications WHERE id = notifications.application_id AND purge_at IS NULL)
    ORDER BY created_at DESC, id LIMIT :size""")
CONSENTED = Statement(f"SELECT 1 AS one FROM consents WHERE {_OF_BOTH} LIMIT 1")
IS_MUTED = Statement(f"SELECT 1 AS one FROM notification_mutes WHERE {_OF_BOTH}")
MUTED = Statement("SELECT application_id FROM notification_mutes WHERE user_id = :user_id")
MUTE = Statement("""
    INSERT INTO notification_mutes (user_id, application_id) VALUES (:user_id, :application_id)
    ON CONFLICT DO NOTHING""")
UNMUTE = Statement(f"DELETE FROM notification_mutes WHERE {_OF_BOTH}")
UNMUTE_ALL = Statement("DELETE FROM notification_mutes WHERE application_id = :application_id")


class Notifications:
    """What applications tell people."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def put(self, notification: Notification) -> Literal["created", "duplicate", "muted"]:
        """Write one, unless it was told already, or nobody wants to hear it."""
        return await self._engine.run(_put, notification)

    async def of(self, user_id: str, *, limit: int) -> Sequence[Notification]:
        """A person's, newest first; of deleted applications none."""
        rows = await self._engine.read(OF, user_id=user_id, size=limit)
        return [Notification(**{name: row[name] for name in COLUMNS}) for row in rows]

    async def mute(self, user_id: str, application_id: str, *, muted: bool) -> bool:
        """Mute an application, or unmute it; False when there is no consent."""
        return await self._engine.run(_mute, user_id, application_id, muted=muted)

    async def muted(self, user_id: str) -> frozenset[str]:
        """What a person has muted."""
        return frozenset(row["application_id"] for row in await self._engine.read(MUTED, user_id=user_id))


def _put(notification: Notification) -> Script[Literal["created", "duplicate", "muted"]]:
    both = {"user_id": notification.user_id, "application_id": notification.application_id}
    if (yield from ask(IS_MUTED, **both)):
        return "muted"
    rows = yield from ask(INSERT, **{name: getattr(notification, name) for name in COLUMNS})
    return "created" if rows else "duplicate"


def _mute(user_id: str, application_id: str, *, muted: bool) -> Script[bool]:
    both = {"user_id": user_id, "application_id": application_id}
    if not (yield from ask(CONSENTED, **both)):
        return False
    yield from ask(MUTE if muted else UNMUTE, **both)
    return True
