"""Applications: registered, listed, read, changed, deleted."""

from collections.abc import Mapping
from typing import Any

from licet.dialects.record import Setup
from licet.dialects.shape import Shape
from licet.dialects.timbrix import formats, render
from licet.dialects.timbrix.callers import Callers
from licet.dialects.timbrix.fields import (
    APPLICATION,
    CHANGE,
    CREATION,
    CREATION_SOMEWHERE,
    LISTING,
    NOTHING,
    PAGE,
    UPDATED,
)
from licet.dialects.timbrix.live_fields import DRY_RUN, report
from licet.dialects.timbrix.pieces import array
from licet.domain.actor import Actor
from licet.domain.application import AUTHORIZATION_CODE, CLIENT_CREDENTIALS, REFRESH_TOKEN, Application, Patch
from licet.services.application_ports import Query, Selection
from licet.services.applications import Registration
from licet.web.reply import Reply
from licet.web.request import Request

GIVEN: Patch = {
    "grant_types": (AUTHORIZATION_CODE, REFRESH_TOKEN, CLIENT_CREDENTIALS),
    "token_endpoint_auth_method": "client_secret_post",
}
"""What every application of this surface is, without saying so."""


class Applications:
    """The registry in this surface's words."""

    def __init__(self, setup: Setup, callers: Callers) -> None:
        self._services = setup.services
        self._registry = setup.services.applications
        self._impacts = setup.services.impacts
        self._callers = callers

    async def create(self, request: Request) -> Reply:
        """Register one; its secret is shown this once."""
        actor = await self._callers.actor(request)
        actor.need_scope("applications:write")
        settings = await self._creation(actor, request.json())

        async def register() -> object:
            asked = Registration(settings=settings, client_id=formats.CLIENT_ID, secret=formats.CLIENT_SECRET)
            registered = await self._registry.register(actor, asked)
            return {**APPLICATION.encode(registered.application), "clientSecret": registered.client_secret}

        return render.created(await self._callers.once(actor, request, register))

    async def all_of_one(self, request: Request) -> Reply:
        """Every application of an organization, oldest first, as one array."""
        actor = await self._callers.actor(request)
        actor.need_scope("applications:read")
        organization_id = await self._callers.organization(actor, request.params["organizationId"])
        return render.streamed(array(self._registry.stream(Selection(organization_id=organization_id)), APPLICATION))

    async def page(self, request: Request) -> Reply:
        """A page of what the caller manages; a parameter without a value is left out."""
        actor = await self._callers.actor(request)
        sent = {name: value for name, value in request.query_one().items() if value}
        chosen = await self._chosen(actor, sent)
        asked = {"limit": PAGE, **LISTING.decode(sent)}
        page = await self._registry.page(actor, Query(**asked | {"organizations": chosen and (chosen,)}))
        items = [APPLICATION.encode(application) for application in page.items]
        return render.ok({"items": items, "nextCursor": formats.write_cursor(page.cursor)})

    async def show(self, request: Request) -> Reply:
        """One, with its tag."""
        actor = await self._callers.actor(request)
        application = await self._registry.get(actor, request.params["clientId"])
        return render.ok(APPLICATION.encode(application), [("etag", formats.etag(application))])

    async def update(self, request: Request) -> Reply:
        """Change what the body says and keep the rest; with `dryRun` say what would become of live tokens."""
        actor = await self._callers.actor(request)
        if request.query_one().get("dryRun") == "true":
            return await self._previewed(actor, request, DRY_RUN)

        def read(present: Application) -> Patch:
            return _change(request, DRY_RUN, present)

        expected = formats.expected_version(request)
        application = await self._registry.update(actor, request.params["clientId"], read, expected_version=expected)
        return render.ok(UPDATED.encode(application), [("etag", formats.etag(application))])

    async def validate(self, request: Request) -> Reply:
        """Say what an update of the same body would do; nothing is written."""
        return await self._previewed(await self._callers.actor(request), request, NOTHING)

    async def delete(self, request: Request) -> Reply:
        """Delete one at once."""
        actor = await self._callers.actor(request)
        expected = formats.expected_version(request)
        await self._registry.delete(actor, request.params["clientId"], expected_version=expected)
        return render.done()

    async def _previewed(self, actor: Actor, request: Request, query: Shape) -> Reply:
        def read(present: Application) -> Patch:
            return _change(request, query, present)

        expected = formats.expected_version(request)
        draft = await self._registry.preview(actor, request.params["clientId"], read, expected_version=expected)
        return render.ok(report(await self._impacts.of(draft.present, draft.wanted)))

    async def _creation(self, actor: Actor, body: object) -> Patch:
        chosen = await self._chosen(actor, body)
        shape = CREATION if actor.home else CREATION_SOMEWHERE
        return {**GIVEN, **shape.decode(body), "organization_id": chosen or actor.home}

    async def _chosen(self, actor: Actor, sent: object) -> str | None:
        """The organization that a request names, before anything else in it is judged; None when it names none."""
        name: Any = sent.get("organizationId") if isinstance(sent, Mapping) else None
        return await self._callers.organization(actor, name) if isinstance(name, str) else None


def _change(request: Request, query: Shape, present: Application) -> Patch:
    body = request.json()
    query.decode(request.query_one())
    return CHANGE.decode(body, present)
