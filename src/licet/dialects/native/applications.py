"""`/api/applications`: the registry itself."""

from functools import partial
from typing import Any

from licet.dialects.native import render
from licet.dialects.native.authentication import Authentication
from licet.dialects.native.conditional import IF_MATCH, IF_NONE_MATCH, etag, expected_version, is_unchanged
from licet.dialects.native.fields import (
    APPLICATION,
    APPLICATIONS,
    APPLICATIONS_CURSOR,
    COUNTS,
    DEFAULT_LIMIT,
    NEW_APPLICATION,
    REVISION,
    REVISIONS,
    REVISIONS_CURSOR,
    SHOWN_ONCE,
    having,
    listed,
)
from licet.dialects.native.formats import CLIENT_ID, CLIENT_SECRET
from licet.dialects.native.once import IDEMPOTENCY_KEY, once
from licet.dialects.native.reading import PATCHES, body, query
from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.domain.actor import Actor
from licet.domain.application import Application, Patch, needs_secret
from licet.domain.text import words
from licet.errors import Fault, Invalid, VersionMismatch
from licet.services.application_ports import Query
from licet.services.applications import Registration
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

TAG = "Applications"
COLLECTION = "/api/applications"
ONE = f"{COLLECTION}/{{client_id}}"
CREDENTIALS = ("session", "personal_token")


class Applications:
    """Registered, listed, read, changed and deleted by who manages them."""

    def __init__(self, setup: Setup, authentication: Authentication) -> None:
        self._services = setup.services
        self._applications = setup.services.applications
        self._authentication = authentication

    async def page(self, request: Request) -> Reply:
        """One page of what the caller manages."""
        actor = await self._authentication.actor(request)
        page = await self._applications.page(actor, _query(query(request, APPLICATIONS)))
        return render.ok(
            {
                "items": [APPLICATION.encode(application) for application in page.items],
                "next_cursor": None if page.cursor is None else APPLICATIONS_CURSOR.write(page.cursor),
                "total": page.total,
                "total_is_at_least": page.total_is_at_least,
            }
        )

    async def create(self, request: Request) -> Reply:
        """A new application, and its secret where it has one."""
        actor = await self._authentication.actor(request)
        return await once(self._services.idempotency, request, actor, partial(self._create, request, actor))

    async def _create(self, request: Request, actor: Actor) -> Reply:
        actor.need_scope("applications:write")
        registered = await self._applications.register(actor, _registration(body(request), actor))
        application = registered.application
        document = APPLICATION.encode(application)
        if registered.client_secret is not None:
            document["client_secret"] = registered.client_secret
        location = f"{COLLECTION}/{application.client_id}"
        return render.created(document, [("location", location), ("etag", etag(application))])

    async def get(self, request: Request) -> Reply:
        """One application, unless the caller has it already."""
        actor = await self._authentication.actor(request)
        application = await self._applications.get(actor, request.params["client_id"])
        if is_unchanged(request, application):
            return render.not_modified([("etag", etag(application))])
        return _shown(application)

    async def update(self, request: Request) -> Reply:
        """What the body says changes, everything else stays."""
        actor = await self._authentication.actor(request)
        client_id, said = request.params["client_id"], body(request, PATCHES)
        expected = expected_version(request, client_id)

        def read(present: Application) -> Patch:
            # RFC 9110 §13.2.1: a precondition is judged before the content is.
            if expected not in {None, present.version}:
                raise VersionMismatch
            return APPLICATION.decode(said, present)

        return _shown(await self._applications.update(actor, client_id, read))

    async def delete(self, request: Request) -> Reply:
        """Gone at once."""
        actor = await self._authentication.actor(request)
        client_id = request.params["client_id"]
        await self._applications.delete(actor, client_id, expected_version=expected_version(request, client_id))
        return render.done()

    async def revisions(self, request: Request) -> Reply:
        """What was changed, newest first."""
        actor = await self._authentication.actor(request)
        asked = query(request, REVISIONS)
        limit, (before,) = asked.get("limit", DEFAULT_LIMIT), asked.get("cursor", (None,))
        changes = await self._applications.revisions(actor, request.params["client_id"], before=before, limit=limit + 1)
        return render.ok(REVISIONS_CURSOR.page(changes, limit, REVISION.encode, lambda change: change.id))

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("GET", COLLECTION, self.page, _LIST),
            Route("POST", COLLECTION, self.create, _CREATE),
            Route("GET", ONE, self.get, _GET),
            Route("PATCH", ONE, self.update, _UPDATE),
            Route("DELETE", ONE, self.delete, _DELETE),
            Route("GET", f"{ONE}/revisions", self.revisions, _REVISIONS),
        )


def _shown(application: Application) -> Reply:
    return render.ok(APPLICATION.encode(application), [("etag", etag(application))])


def _registration(said: object, actor: Actor) -> Registration:
    """An application that names no organization goes to the only one the caller manages."""
    faults: tuple[Fault, ...] = ()
    try:
        settings = NEW_APPLICATION.decode(said)
    except Invalid as refusal:
        settings, faults = dict(refusal.rest), refusal.faults
    if settings.setdefault("organization_id", actor.home) is None:
        faults += (Fault(("organization_id",), "absent"),)
    return Registration(
        settings=settings, faults=faults, client_id=CLIENT_ID, secret=CLIENT_SECRET if needs_secret(settings) else None
    )


def _query(asked: dict[str, Any]) -> Query:
    organization_id = asked.pop("organization_id", None)
    organizations = None if organization_id is None else (organization_id,)
    q = asked.pop("q", "")
    # Marks alone, such as %, are no word: they are looked for as they are, and found nowhere.
    return Query(organizations=organizations, q=words(q) or (q,), **asked)


_LIST = Operation(
    summary="List applications",
    about="What the caller manages, newest first. Filters narrow it, all of them at once.",
    tag=TAG,
    query=APPLICATIONS,
    answers={render.OK: listed(APPLICATION, **COUNTS)},
    security=CREDENTIALS,
    faults=render.ASKING,
)
_CREATE = Operation(
    summary="Register an application",
    about="The secret of a confidential application is in this answer and in no other.",
    tag=TAG,
    request=NEW_APPLICATION,
    headers=IDEMPOTENCY_KEY,
    answers={render.CREATED: having(APPLICATION, client_secret=SHOWN_ONCE)},
    security=CREDENTIALS,
    faults=render.ONCE,
)
_GET = Operation(
    summary="Read an application",
    tag=TAG,
    headers=IF_NONE_MATCH,
    answers={render.OK: APPLICATION, render.NOT_MODIFIED: None},
    security=CREDENTIALS,
    faults=render.READING,
)
_UPDATE = Operation(
    summary="Update an application",
    about="An absent key is left alone, `null` takes the default again (RFC 7396).",
    tag=TAG,
    request=APPLICATION,
    media_types=PATCHES,
    headers=IF_MATCH,
    answers={render.OK: APPLICATION},
    security=CREDENTIALS,
    faults=render.CHANGING,
)
_DELETE = Operation(
    summary="Delete an application",
    about="At once nothing of it works.",
    tag=TAG,
    headers=IF_MATCH,
    answers={render.NO_CONTENT: None},
    security=CREDENTIALS,
    faults=(*render.READING, render.CHANGED),
)
_REVISIONS = Operation(
    summary="List an application's revisions",
    about="Every change, newest first: who, when, through which surface, before and after.",
    tag=TAG,
    query=REVISIONS,
    answers={render.OK: listed(REVISION)},
    security=CREDENTIALS,
    faults=render.READING,
)
