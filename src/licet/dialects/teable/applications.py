"""An application's life on this surface: made, listed, read, changed, deleted, by whoever created it."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from licet.dialects.record import Setup
from licet.dialects.teable.access import Access
from licet.dialects.teable.body import body_of
from licet.dialects.teable.fields import APPLICATION, LISTED, SECRET
from licet.dialects.teable.formats import CLIENT_ID
from licet.dialects.teable.render import created, done, ok, streamed
from licet.domain.actor import SYSTEM_USER_ID, Actor, Reach, require_management
from licet.domain.application import Application
from licet.errors import Refused
from licet.services.application_ports import Selection
from licet.services.applications import Registration
from licet.web.reply import Reply
from licet.web.request import Request

AUTH_METHOD = "client_secret_post"
"""How this product's clients prove themselves, unless they do without a secret."""


class Applications:
    """Handlers below `/api/oauth/client`."""

    def __init__(self, setup: Setup, access: Access) -> None:
        self._access = access
        self._services = setup.services
        self._applications = setup.services.applications

    async def create(self, request: Request) -> Reply:
        """Register an application in the caller's personal organization."""
        actor = (await self._access.person(request)).actor
        return created(APPLICATION.encode(await self.registered(actor, body_of(request))))

    async def registered(self, actor: Actor, body: object) -> Application:
        """A new application, as a body describes it (Invalid)."""
        settings = {
            **APPLICATION.decode(body),
            "organization_id": actor.organization_id,
            "token_endpoint_auth_method": AUTH_METHOD,
        }
        registered = await self._applications.register(actor, Registration(settings=settings, client_id=CLIENT_ID))
        return registered.application

    async def list(self, request: Request) -> Reply:
        """All the caller created; an instance admin sees the built-in ones too."""
        actor = (await self._access.person(request)).actor
        return streamed(self._listed(actor))

    async def get(self, request: Request) -> Reply:
        """One application, with its secrets masked."""
        actor = (await self._access.person(request)).actor
        application = await self._applications.get(actor, request.params["clientId"], Reach.CREATOR)
        now = self._services.ambient.clock()
        kept = await self._services.secrets.of(actor, application.client_id, reach=Reach.CREATOR)
        secrets = [SECRET.encode(secret) for secret in kept if secret.live(now)]
        return ok({**APPLICATION.encode(application), **({"secrets": secrets} if secrets else {})})

    async def update(self, request: Request) -> Reply:
        """Change an application; scopes that are left out are cleared."""
        actor = (await self._access.person(request)).actor
        application = await self._applications.update(
            actor,
            request.params["clientId"],
            # Read only here: an unknown application and a stranger are answered before a bad body is.
            lambda present: APPLICATION.decode(body_of(request), present),
            reach=Reach.CREATOR,
        )
        return ok(APPLICATION.encode(application))

    async def delete(self, request: Request) -> Reply:
        """Delete an application and all that hangs on it."""
        actor = (await self._access.person(request)).actor
        await self._applications.delete(actor, request.params["clientId"], reach=Reach.CREATOR)
        return done()

    async def _listed(self, actor: Actor) -> AsyncIterator[Iterable[dict[str, Any]]]:
        async for piece in self.own(actor):
            yield [LISTED.encode(application) for application in piece]

    async def own(self, actor: Actor) -> AsyncIterator[Iterable[Application]]:
        """All that the actor may operate on here, in pieces."""
        creators = (actor.id or "", *([SYSTEM_USER_ID] if actor.is_instance_admin else []))
        async for piece in self._applications.stream(Selection(created_by=creators)):
            yield [application for application in piece if _manages(actor, application)]


def _manages(actor: Actor, application: Application) -> bool:
    try:
        require_management(actor, application, Reach.CREATOR)
    except Refused:
        return False
    return True
