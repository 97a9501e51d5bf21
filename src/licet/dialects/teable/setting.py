"""The settings pages of this surface: a person's own applications, and what they allowed to others'."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from licet.dialects.record import Setup
from licet.dialects.teable.access import Access, to_login
from licet.dialects.teable.applications import Applications
from licet.dialects.teable.authorized import Authorized
from licet.dialects.teable.formats import CLIENT_SECRET, mask, written
from licet.dialects.teable.pages import REFUSED, SHOWN, page
from licet.dialects.teable.protocol.render import found
from licet.dialects.teable.render import wrong
from licet.domain.actor import Reach
from licet.domain.application import Application
from licet.domain.scope import Scope
from licet.errors import Invalid, MalformedRequest
from licet.services.credentials import Caller
from licet.web.portrait import lines, portrait
from licet.web.refused import on_page
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

OWN, AUTHORIZED = "/setting/oauth-app", "/setting/authorized-apps"
FIELDS = ("name", "homepage", "redirect_uri", "scopes")
NOTHING: Mapping[str, str] = MappingProxyType({})


class Settings:
    """The handlers of the settings pages."""

    def __init__(self, setup: Setup, access: Access, applications: Applications, authorized: Authorized) -> None:
        self._access = access
        self._services = setup.services
        self._applications = applications
        self._authorized = authorized

    @on_page
    async def show_own(self, request: Request) -> Reply:
        """What the person has registered."""
        caller = await self._access.visitor(request)
        return to_login(request) if caller is None else await self._own(caller)

    @on_page
    async def change_own(self, request: Request) -> Reply:
        """Register one, give it a secret, or delete it."""
        caller = await self._access.visitor(request)
        if caller is None:
            return to_login(request)
        said = request.form()
        action, client_id = said.get("action"), said.get("client_id", "")
        if action == "register":
            return await self._registered(caller, said)
        if action == "secret":
            minted = await self._services.secrets.add(caller.actor, client_id, CLIENT_SECRET, reach=Reach.CREATOR)
            return await self._own(caller, secret=minted.value)
        if action == "delete":
            await self._services.applications.delete(caller.actor, client_id, reach=Reach.CREATOR)
            return found(OWN)
        raise MalformedRequest("Say what to do.")

    @on_page
    async def show_authorized(self, request: Request) -> Reply:
        """What the person has allowed, and what they were told."""
        caller = await self._access.visitor(request)
        if caller is None:
            return to_login(request)
        catalogue = await self._services.catalogue.scopes()
        rows = await self._authorized.rows(caller.user.id)
        return page(
            "teable_authorized.html",
            person=caller.user.email or caller.user.username,
            rows=[_allowed(row, catalogue) for row in rows],
            told=await self._told(caller),
        )

    @on_page
    async def change_authorized(self, request: Request) -> Reply:
        """Take back what one was allowed, or keep its notifications away."""
        caller = await self._access.visitor(request)
        if caller is None:
            return to_login(request)
        said = request.form()
        application = await self._services.applications.look_up(said.get("client_id", ""))
        action = said.get("action")
        if action == "revoke":
            await self._services.authorizations.revoke_own(caller.actor, application)
        elif action in {"mute", "unmute"}:
            await self._services.notifications.mute(caller.user.id, application.id, muted=action == "mute")
        else:
            raise MalformedRequest("Say what to do.")
        return found(AUTHORIZED)

    async def _registered(self, caller: Caller, said: Mapping[str, str]) -> Reply:
        body = {
            "name": said.get("name", ""),
            "homepage": said.get("homepage", ""),
            "redirectUris": [said.get("redirect_uri", "")],
            "scopes": said.get("scopes", "").split(),
        }
        try:
            await self._applications.registered(caller.actor, body)
        except Invalid as refusal:
            return await self._own(caller, sent=said, fault=wrong(refusal))
        return found(OWN)

    async def _own(
        self, caller: Caller, *, sent: Mapping[str, str] = NOTHING, fault: str | None = None, secret: str | None = None
    ) -> Reply:
        catalogue = await self._services.catalogue.scopes()
        rows: list[dict[str, Any]] = []
        async for piece in self._applications.own(caller.actor):
            rows += [await self._owned(caller, application, catalogue) for application in piece]
        return page(
            "teable_own.html",
            REFUSED if fault else SHOWN,
            person=caller.user.email or caller.user.username,
            rows=rows,
            fault=fault,
            secret=secret,
            sent={name: sent.get(name, "") for name in FIELDS},
        )

    async def _owned(self, caller: Caller, application: Application, catalogue: Mapping[str, Scope]) -> dict[str, Any]:
        kept = await self._services.secrets.of(caller.actor, application.client_id, reach=Reach.CREATOR)
        return {
            "application": portrait(application),
            "lines": lines(application.scopes, catalogue),
            "redirect_uris": application.redirect_uris,
            "secrets": [mask(secret) for secret in kept],
        }

    async def _told(self, caller: Caller) -> list[dict[str, Any]]:
        told = []
        for one in await self._services.notifications.latest(caller.user.id):
            application = await self._services.applications.look_up_id(one.application_id)
            told.append({"name": portrait(application).name, "text": one.text, "url": one.url})
        return told

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("GET", OWN, self.show_own),
            Route("POST", OWN, self.change_own),
            Route("GET", AUTHORIZED, self.show_authorized),
            Route("POST", AUTHORIZED, self.change_authorized),
        )


def _allowed(row: dict[str, Any], catalogue: Mapping[str, Scope]) -> dict[str, Any]:
    return {
        "application": portrait(row["application"]),
        "lines": lines(row["application"].scopes, catalogue),
        "owner": row["creator"]["name"],
        "used": written(row["used"]),
        "muted": row["muted"],
    }
