"""Access tokens of an application, for whoever may manage it: listed without their values, ended one by one or all."""

from collections.abc import AsyncIterator, Sequence

from licet.domain.actor import Actor, Reach, require_management
from licet.domain.application import Application
from licet.domain.family import Consent, OpaqueToken
from licet.errors import UnknownApplication, UnknownToken
from licet.services.ambient import Ambient
from licet.services.applications import Applications


class Tokens:
    """What lives of applications, one by one."""

    def __init__(self, ambient: Ambient, applications: Applications) -> None:
        self._ambient = ambient
        self._store = ambient.store
        self._applications = applications

    def of(self, application: Application) -> AsyncIterator[Sequence[OpaqueToken]]:
        """The live ones that are rows, newest first, in pieces; the surface has checked the right to them."""
        return self._store.access_tokens.of_application(application.id, self._ambient.clock())

    def allowed(self, application: Application) -> AsyncIterator[Sequence[Consent]]:
        """What people allowed an application, in pieces; the surface has checked the right to know."""
        return self._store.consents.of_application(application.id)

    async def end_all(self, actor: Actor, client_id: str, *, reach: Reach = Reach.ROLE) -> None:
        """End every token of an application; consents stay. Errors as `Applications.update`."""
        actor.need_scope("applications:write")
        application = await self._applications.managed(actor, client_id, reach)
        change = self._ambient.revision(actor, "application.tokens_revoked", application, application)
        await self._store.living.end_all(application, change)

    async def end(self, actor: Actor, token_id: str) -> None:
        """End one and its refresh token (UnknownToken, also for a stranger's; RoleTooLow)."""
        actor.need_scope("applications:write")
        token = await self._store.access_tokens.by_token_id(token_id)
        application = await self._store.applications.by_id(token.application_id) if token else None
        if token is None or application is None or token.expires_at <= self._ambient.clock():
            raise UnknownToken
        try:
            require_management(actor, application)
        except UnknownApplication:
            raise UnknownToken from None
        said = {"token_id": token.id}
        change = self._ambient.revision(actor, "application.token_revoked", application, application, beside=said)
        if not await self._store.living.end(token, change):
            raise UnknownToken
