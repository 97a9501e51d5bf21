"""Notifications: what an application tells a person who allowed it to, once, unless they would rather not hear it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from licet.domain.application import Application
from licet.domain.notification import Notification
from licet.services.ambient import Ambient

SHOWN = 20
"""How many of the latest a person is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What an application says; `external_id` is its own name for it."""

    external_id: str
    text: str
    url: str | None = None


class Notifications:
    """Notifications of every application."""

    def __init__(self, ambient: Ambient) -> None:
        self._ambient = ambient
        self._store = ambient.store.notifications

    async def send(
        self, application: Application, user_id: str, message: Message
    ) -> Literal["created", "duplicate", "muted"]:
        """Tell a person; the surface has checked that the application may."""
        notification = Notification(
            id=self._ambient.id(),
            user_id=user_id,
            application_id=application.id,
            external_id=message.external_id,
            text=message.text,
            url=message.url,
            created_at=self._ambient.clock(),
        )
        return await self._store.put(notification)

    async def latest(self, user_id: str) -> Sequence[Notification]:
        """What a person was told last."""
        return await self._store.of(user_id, limit=SHOWN)

    async def mute(self, user_id: str, application_id: str, *, muted: bool) -> bool:
        """Stop an application, or let it speak again; False when the person allowed it nothing."""
        return await self._store.mute(user_id, application_id, muted=muted)

    async def muted(self, user_id: str) -> Collection[str]:
        """The ids of the applications that a person does not want to hear."""
        return await self._store.muted(user_id)
