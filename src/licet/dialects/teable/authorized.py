"""What a person allowed applications, as they see it here: listed, muted, taken back; and taken from everybody."""

from collections.abc import Sequence
from typing import Any

from licet.dialects.record import Setup
from licet.dialects.teable.access import Access
from licet.dialects.teable.body import body_of
from licet.dialects.teable.fields import AUTHORIZED
from licet.dialects.teable.formats import SURFACE
from licet.dialects.teable.protocol.fields import MUTED
from licet.dialects.teable.protocol.render import NOT_AUTHORIZED, ONLY_TOKENS, told
from licet.dialects.teable.render import done, ok
from licet.domain.actor import SYSTEM_USER_ID, Actor, Reach
from licet.domain.application import Application
from licet.errors import CredentialNotAccepted, UnknownApplication
from licet.web.reply import Reply
from licet.web.request import Request

SYSTEM = {"name": "System", "email": "system@teable.ai"}
NOBODY = {"name": "Unknown", "email": ""}


class Authorized:
    """The handlers of revocation, and below `/api/oauth/client/authorized`."""

    def __init__(self, setup: Setup, access: Access) -> None:
        self._access = access
        self._services = setup.services

    async def revoke_access(self, request: Request) -> Reply:
        """Take back everything that anybody allowed an application of the caller's."""
        actor = (await self._access.person(request)).actor
        application = await self._services.applications.get(actor, request.params["clientId"], Reach.CREATOR)
        await self._services.authorizations.revoke_all(actor, application)
        return done()

    async def revoke(self, request: Request) -> Reply:
        """Take back what the caller allowed an application."""
        caller = await self._access.person(request)
        return await self._revoked(caller.actor, request.params["clientId"])

    async def revoke_by_token(self, request: Request) -> Reply:
        """The same by a token: an application's own gives back what itself was allowed."""
        holder = await self._access.holder(request)
        if holder.scopes is None:
            return told(ONLY_TOKENS)
        client_id = request.params["clientId"]
        if holder.application is not None and holder.application.client_id != client_id:
            raise CredentialNotAccepted
        return await self._revoked(holder.actor, client_id, by_application=holder.application is not None)

    async def list(self, request: Request) -> Reply:
        """Every application that the caller allowed something."""
        caller = await self._access.person(request)
        return ok([AUTHORIZED.encode(row) for row in await self.rows(caller.user.id)])

    async def mute(self, request: Request) -> Reply:
        """Keep an application's notifications from the caller, or let them through again."""
        caller = await self._access.person(request)
        said = MUTED.decode(body_of(request))
        application = await self._application(request.params["clientId"])
        known = application is not None and await self._services.notifications.mute(
            caller.user.id, application.id, muted=said["muted"]
        )
        return done() if known else told(NOT_AUTHORIZED)

    async def rows(self, user_id: str) -> Sequence[dict[str, Any]]:
        """What a person allowed here, for a list."""
        muted = await self._services.notifications.muted(user_id)
        connected = await self._services.authorizations.connected(user_id)
        return [
            {
                "application": one.application,
                "muted": one.application.id in muted,
                "used": one.last_used_at,
                "creator": await self._creator(one.application),
            }
            for one in connected
            if SURFACE in one.application.protocols
        ]

    async def _revoked(self, actor: Actor, client_id: str, *, by_application: bool = False) -> Reply:
        application = await self._application(client_id)
        revoked = application is not None and await self._services.authorizations.revoke_own(
            actor, application, by_application=by_application
        )
        return done() if revoked else told(NOT_AUTHORIZED)

    async def _application(self, client_id: str) -> Application | None:
        """None for an unknown one: nobody has allowed it anything, and that is the answer."""
        try:
            return await self._services.applications.look_up(client_id)
        except UnknownApplication:
            return None

    async def _creator(self, application: Application) -> dict[str, str]:
        if application.created_by == SYSTEM_USER_ID:
            return SYSTEM
        found = await self._services.ambient.store.users.by_id(application.created_by or "")
        return NOBODY if found is None else {"name": found.name, "email": found.email or ""}
