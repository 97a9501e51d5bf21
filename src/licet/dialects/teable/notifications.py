"""Notifications: an application tells the person of its token something, once."""

from licet.dialects.record import Setup
from licet.dialects.teable.access import Access
from licet.dialects.teable.body import body_of
from licet.dialects.teable.limits import NOTIFICATIONS, NOTIFICATIONS_OF_ALL
from licet.dialects.teable.notification_fields import NOTIFICATION, require_own_host
from licet.dialects.teable.render import created
from licet.domain.text import trimmed
from licet.errors import CredentialNotAccepted
from licet.services.notifications import Message
from licet.web.reply import Reply
from licet.web.request import Request

SCOPE = "user|notifications_send"


class Notifications:
    """The handler of `/api/notifications`."""

    def __init__(self, setup: Setup, access: Access) -> None:
        self._access = access
        self._limiter = setup.limiter
        self._notifications = setup.services.notifications

    async def send(self, request: Request) -> Reply:
        """Tell the person, unless they were told already, or do not want to hear it."""
        holder = await self._access.holder(request)
        application = holder.application
        if application is None or not holder.may(SCOPE):
            raise CredentialNotAccepted
        said = NOTIFICATION.decode(body_of(request))
        require_own_host(application, said.get("url"))
        await self._limiter.hit(NOTIFICATIONS_OF_ALL, application.client_id)
        await self._limiter.hit(NOTIFICATIONS, application.client_id, holder.user.id)
        message = Message(external_id=said["external_id"], text=trimmed(said["text"]), url=said.get("url"))
        return created({"status": await self._notifications.send(application, holder.user.id, message)})
