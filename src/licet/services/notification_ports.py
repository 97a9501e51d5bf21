"""What notifications need kept, in atomic verbs; the same promises as in `ports`."""

from collections.abc import Collection, Sequence
from typing import Literal, Protocol

from licet.domain.notification import Notification


class Notifications(Protocol):
    """What applications tell people, and who does not want to hear it."""

    async def put(self, notification: Notification) -> Literal["created", "duplicate", "muted"]:
        """Write one, unless its application has told the person that already, or is muted by them."""

    async def of(self, user_id: str, *, limit: int) -> Sequence[Notification]:
        """A person's, newest first; of deleted applications none."""

    async def mute(self, user_id: str, application_id: str, *, muted: bool) -> bool:
        """Mute an application that the person allowed something, or unmute it; False when there is no consent."""

    async def muted(self, user_id: str) -> Collection[str]:
        """The ids of the applications that a person has muted."""
