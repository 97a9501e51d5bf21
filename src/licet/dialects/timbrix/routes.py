"""The routes of this surface, each with what it says of itself to the reference."""

from collections.abc import Mapping
from typing import Any

from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.shape import Schema, Shape, Unknown
from licet.dialects.timbrix import discovery, formats, live_routes, organization_routes, render, token_routes
from licet.dialects.timbrix.applications import Applications
from licet.dialects.timbrix.callers import Callers
from licet.dialects.timbrix.catalogue import Catalogue
from licet.dialects.timbrix.events import EVENT, Events
from licet.dialects.timbrix.fields import (
    APPLICATION,
    CHANGE,
    CLIENT_SECRET,
    CREATED,
    CREATION,
    LISTING,
    NOTHING,
    REASON,
    REGENERATED,
    ROTATION,
    SCOPE,
    UPDATED,
    secrets_at,
)
from licet.dialects.timbrix.formats import IDEMPOTENCY_KEY, IF_MATCH
from licet.dialects.timbrix.live_fields import DRY_RUN, REPORT, SWITCHED
from licet.dialects.timbrix.scopes import NAME
from licet.dialects.timbrix.secrets import Secrets
from licet.dialects.timbrix.states import States
from licet.web.route import Route, Surface

OWNS = (
    "/api/oauth/apps",
    "/api/oauth/token",
    "/api/oauth/transfers/",
    "/api/oauth/scopes",
    "/api/oauth/introspect",
    "/api/oauth/revoke",
    "/api/organizations",
    "/api/api-keys",
    *discovery.METADATA,
)
"""Paths that are answered in this surface's envelope, whether anything is served there or not."""

SECURITY: Mapping[str, Mapping[str, Any]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A session token of the management API, or a personal access token made there.",
    },
    **token_routes.SECURITY,
    "api_key": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "A key of an organization."},
}

_APPS = "/api/oauth/apps"
_APP = f"{_APPS}/{{clientId}}"
_APPLICATIONS, _SECRETS, _HISTORY, _SCOPES = "Applications", "Client secrets", "History", "Scopes"
_BEARER = ("bearer",)
_SECRET = secrets_at(lambda: 0)
_NEW_SECRET = Shape(name="NewSecret", fields=(*_SECRET.fields, CLIENT_SECRET), unknown=Unknown.REFUSE)


def surface(setup: Setup) -> Surface:
    """The routes over an instance's services."""
    callers = Callers(setup)
    routes = (*_applications(setup, callers), *_beside(setup, callers), *organization_routes.routes(setup, callers))
    more = (*live_routes.routes(setup, callers), *token_routes.routes(setup))
    return Surface(NAME, OWNS, (*routes, *more), render.render, client_prefix=formats.CLIENT_ID.prefix)


def _applications(setup: Setup, callers: Callers) -> tuple[Route, ...]:
    applications = Applications(setup, callers)
    return (
        Route("POST", _APPS, applications.create, _CREATE),
        Route("GET", _APPS, applications.page, _PAGE),
        Route("GET", f"{_APPS}/organization/{{organizationId}}", applications.all_of_one, _ALL),
        Route("GET", _APP, applications.show, _SHOW),
        Route("PUT", _APP, applications.update, _UPDATE),
        Route("DELETE", _APP, applications.delete, _DELETE),
    )


def _beside(setup: Setup, callers: Callers) -> tuple[Route, ...]:
    states, secrets = States(setup, callers), Secrets(setup, callers)
    events, catalogue = Events(setup, callers), Catalogue(setup, callers)
    return (
        Route("POST", f"{_APP}/activate", states.activate, _ACTIVATE),
        Route("POST", f"{_APP}/suspend", states.suspend, _SUSPEND),
        Route("GET", f"{_APP}/secrets", secrets.all, _LIST_SECRETS),
        Route("POST", f"{_APP}/secrets", secrets.add, _ADD_SECRET),
        Route("POST", f"{_APP}/regenerate-secret", secrets.regenerate, _REGENERATE),
        Route("DELETE", f"{_APP}/secrets/{{secretId}}", secrets.delete, _DELETE_SECRET),
        Route("GET", f"{_APP}/events", events.newest, _EVENTS),
        Route("GET", "/api/oauth/scopes", catalogue.all, _ALL_SCOPES),
    )


def _array(shape: Shape) -> Schema:
    return {"type": "array", "items": shape.schema(request=False)}


_CREATE = Operation(
    summary="Register an application",
    about="The client secret is shown this once.",
    tag=_APPLICATIONS,
    request=CREATION,
    headers=IDEMPOTENCY_KEY,
    answers={render.CREATED: CREATED},
    security=_BEARER,
    faults=render.CREATING,
)
_PAGE = Operation(
    summary="Find applications",
    about="Of every organization that the caller manages, page by page.",
    tag=_APPLICATIONS,
    query=LISTING,
    answers={
        render.OK: {
            "type": "object",
            "properties": {"items": _array(APPLICATION), "nextCursor": {"type": ["string", "null"]}},
            "required": ["items", "nextCursor"],
            "additionalProperties": False,
        }
    },
    security=_BEARER,
    faults=render.LISTED,
)
_ALL = Operation(
    summary="List the applications of an organization",
    about="All of them, oldest first.",
    tag=_APPLICATIONS,
    answers={render.OK: _array(APPLICATION)},
    security=_BEARER,
    faults=render.LISTED,
)
_SHOW = Operation(
    summary="Read an application",
    tag=_APPLICATIONS,
    answers={render.OK: APPLICATION},
    security=_BEARER,
    faults=render.READ,
)
_UPDATE = Operation(
    summary="Update an application",
    about="What is left out is kept. With `dryRun` the answer is the report, and nothing is written.",
    tag=_APPLICATIONS,
    request=CHANGE,
    query=DRY_RUN,
    headers=IF_MATCH,
    answers={render.OK: {"anyOf": [UPDATED.schema(request=False), REPORT]}},
    security=_BEARER,
    faults=render.CHANGED,
)
_DELETE = Operation(
    summary="Delete an application",
    tag=_APPLICATIONS,
    headers=IF_MATCH,
    answers={render.NO_CONTENT: None},
    security=_BEARER,
    faults=render.DELETED,
)
_ACTIVATE = Operation(
    summary="Activate an application",
    about="As `isActive: true`.",
    tag=_APPLICATIONS,
    request=REASON,
    bodyless=True,
    answers={render.OK: SWITCHED},
    security=_BEARER,
    faults=render.WRITTEN,
)
_SUSPEND = Operation(
    summary="Suspend an application",
    about="As `isActive: false`.",
    tag=_APPLICATIONS,
    request=REASON,
    bodyless=True,
    answers={render.OK: SWITCHED},
    security=_BEARER,
    faults=render.WRITTEN,
)
_LIST_SECRETS = Operation(
    summary="List client secrets",
    about="Newest first, never a value.",
    tag=_SECRETS,
    answers={render.OK: _array(_SECRET)},
    security=_BEARER,
    faults=render.READ,
)
_ADD_SECRET = Operation(
    summary="Add a client secret",
    about="At most two may be active. The value is shown this once.",
    tag=_SECRETS,
    request=NOTHING,
    bodyless=True,
    headers=IDEMPOTENCY_KEY,
    answers={render.CREATED: _NEW_SECRET},
    security=_BEARER,
    faults=render.ADDED,
)
_REGENERATE = Operation(
    summary="Replace the client secret",
    about="The present one goes on for a time. 409 while it still does, unless `force`. The value is shown this once.",
    tag=_SECRETS,
    request=ROTATION,
    bodyless=True,
    headers=IDEMPOTENCY_KEY,
    answers={render.CREATED: REGENERATED},
    security=_BEARER,
    faults=render.ADDED,
)
_DELETE_SECRET = Operation(
    summary="Delete a client secret",
    about="At once; the last active one stays.",
    tag=_SECRETS,
    answers={render.NO_CONTENT: None},
    security=_BEARER,
    faults=render.REMOVED,
)
_EVENTS = Operation(
    summary="Read what happened to an application",
    about="The latest hundred, newest first; never a secret.",
    tag=_HISTORY,
    answers={render.OK: _array(EVENT)},
    security=_BEARER,
    faults=render.READ,
)
_ALL_SCOPES = Operation(
    summary="List the scopes",
    tag=_SCOPES,
    answers={render.OK: _array(SCOPE)},
    security=_BEARER,
    faults=render.ASKED,
)
