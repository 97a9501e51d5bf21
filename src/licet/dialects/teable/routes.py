"""Which handler answers where, and what each route says of itself to the reference."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.shape import Shape
from licet.dialects.teable import render
from licet.dialects.teable.access import COOKIE, LOGIN, Access
from licet.dialects.teable.applications import Applications
from licet.dialects.teable.authorized import Authorized
from licet.dialects.teable.body import as_form
from licet.dialects.teable.fields import (
    APPLICATION,
    LISTED,
    NEW_SECRET,
    NEW_TOKEN_VALUE,
    SECRET,
    SIGN_IN,
    SIGN_UP,
    TOKEN,
    TOKEN_CHANGE,
    TOKEN_RENEWAL,
    USER,
)
from licet.dialects.teable.formats import SURFACE
from licet.dialects.teable.pages import Pages, Ways
from licet.dialects.teable.protocol.authorize import DECISION, Authorize
from licet.dialects.teable.protocol.device import PAGE as DEVICE_PAGE, Device
from licet.dialects.teable.protocol_routes import protocol_routes
from licet.dialects.teable.secrets import Secrets
from licet.dialects.teable.session import Session
from licet.dialects.teable.setting import Settings
from licet.dialects.teable.tokens import Tokens
from licet.web.request import FORM
from licet.web.route import Route, Surface

SECURITY: Mapping[str, Mapping[str, Any]] = {
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
    "personal_token": {"type": "http", "scheme": "bearer", "description": "A personal access token (`teable_acc...`)."},
    "access_token": {"type": "http", "scheme": "bearer", "description": "An application's access token, alike."},
    "client_secret": {
        "type": "http",
        "scheme": "basic",
        "description": "client_id and client_secret; or both stand in the body.",
    },
}
OWNS = (
    "/api/oauth/",
    "/api/oauth/client",
    "/api/oauth/access_token",
    "/api/oauth/decision",
    "/api/oauth/device/",
    "/api/auth/",
    "/api/access-token",
    "/api/notifications",
    "/api/base/access/all",
    LOGIN,
    DECISION,
    DEVICE_PAGE,
    "/setting/",
)

_CLIENTS = "/api/oauth/client"
_CLIENT = f"{_CLIENTS}/{{clientId}}"
_TOKENS = "/api/access-token"
_TOKEN = f"{_TOKENS}/{{id}}"


def _listing(shape: Shape) -> Mapping[str, Any]:
    return {"type": "array", "items": shape.schema(request=False)}


def _body(shape: Shape) -> dict[str, Any]:
    return {"request": shape, "written": {FORM: as_form(shape)}}


def _with_secrets() -> Mapping[str, Any]:
    schema = APPLICATION.schema(request=False)
    return {**schema, "properties": {**schema["properties"], "secrets": {**_listing(SECRET), "minItems": 1}}}


_APPLICATIONS = Operation(
    summary="", tag="Applications", media_types=("application/json", FORM), security=("session", "personal_token")
)
_SIGNING = replace(_APPLICATIONS, tag="Sign-in", security=())
_PERSONAL = replace(_APPLICATIONS, tag="Personal access tokens", security=("session",))

CREATE = replace(
    _APPLICATIONS,
    summary="Register an application",
    about="It belongs to the caller's personal organization. No secret is made.",
    **_body(APPLICATION),
    answers={render.CREATED: APPLICATION},
    faults=render.READING,
)
LIST = replace(
    _APPLICATIONS,
    summary="List the applications the caller created",
    answers={render.OK: _listing(LISTED)},
    faults=render.ASKING,
)
GET = replace(
    _APPLICATIONS,
    summary="Read an application",
    about="With its secrets masked, newest first, if it has any.",
    answers={render.OK: _with_secrets()},
    faults=render.FINDING,
)
UPDATE = replace(
    _APPLICATIONS,
    summary="Update an application",
    about="Scopes that are left out are cleared; `description`, `logo` and `allowDeviceFlow` are kept.",
    **_body(APPLICATION),
    answers={render.OK: APPLICATION},
    faults=render.CHANGING,
)
DELETE = replace(_APPLICATIONS, summary="Delete an application", answers={render.OK: None}, faults=render.REMOVING)
ADD_SECRET = replace(
    _APPLICATIONS,
    summary="Add a client secret",
    about="The only time the secret is shown; the others stay valid beside it.",
    answers={render.CREATED: NEW_SECRET},
    faults=render.FINDING,
)
REMOVE_SECRET = replace(
    _APPLICATIONS, summary="Remove a client secret", answers={render.OK: None}, faults=render.FINDING
)
SIGNIN = replace(_SIGNING, summary="Sign in", **_body(SIGN_IN), answers={render.OK: USER}, faults=render.SIGNING_IN)
SIGNUP = replace(
    _SIGNING, summary="Sign up", **_body(SIGN_UP), answers={render.CREATED: USER}, faults=render.SIGNING_UP
)
SIGNOUT = replace(_SIGNING, summary="Sign out", security=("session",), answers={render.OK: None}, faults=render.ASKING)
CREATE_TOKEN = replace(
    _PERSONAL,
    summary="Make a personal access token",
    **_body(TOKEN),
    answers={render.CREATED: replace(TOKEN, name="NewToken", fields=(*TOKEN.fields, NEW_TOKEN_VALUE))},
    faults=render.READING,
)
LIST_TOKENS = replace(
    _PERSONAL, summary="List the caller's tokens", answers={render.OK: _listing(TOKEN)}, faults=render.ASKING
)
GET_TOKEN = replace(_PERSONAL, summary="Read a token", answers={render.OK: TOKEN}, faults=render.FINDING)
UPDATE_TOKEN = replace(
    _PERSONAL,
    summary="Change a token",
    **_body(TOKEN_CHANGE),
    answers={render.OK: TOKEN},
    faults=render.CHANGING,
)
RENEW_TOKEN = replace(
    _PERSONAL,
    summary="Give a token a new value",
    about="The old value is dead at once.",
    **_body(TOKEN_RENEWAL),
    answers={
        render.OK: replace(
            TOKEN_RENEWAL, name="RenewedToken", fields=(TOKEN.fields[0], *TOKEN_RENEWAL.fields, NEW_TOKEN_VALUE)
        )
    },
    faults=render.CHANGING,
)
REMOVE_TOKEN = replace(_PERSONAL, summary="End a token", answers={render.OK: None}, faults=render.FINDING)


def surface(setup: Setup) -> Surface:
    """The routes of one instance."""
    access = Access(setup)
    applications, secrets = Applications(setup, access), Secrets(setup, access)
    session, tokens = Session(setup, access), Tokens(setup, access)
    authorized = Authorized(setup, access)
    routes = (
        Route("POST", _CLIENTS, applications.create, CREATE),
        Route("GET", _CLIENTS, applications.list, LIST),
        Route("GET", _CLIENT, applications.get, GET),
        Route("PUT", _CLIENT, applications.update, UPDATE),
        Route("DELETE", _CLIENT, applications.delete, DELETE),
        Route("POST", f"{_CLIENT}/secret", secrets.add, ADD_SECRET),
        Route("DELETE", f"{_CLIENT}/secret/{{secretId}}", secrets.remove, REMOVE_SECRET),
        Route("POST", "/api/auth/signin", session.sign_in, SIGNIN),
        Route("POST", "/api/auth/signup", session.sign_up, SIGNUP),
        Route("POST", "/api/auth/signout", session.sign_out, SIGNOUT),
        Route("POST", _TOKENS, tokens.create, CREATE_TOKEN),
        Route("GET", _TOKENS, tokens.list, LIST_TOKENS),
        Route("GET", _TOKEN, tokens.get, GET_TOKEN),
        Route("PUT", _TOKEN, tokens.update, UPDATE_TOKEN),
        Route("POST", f"{_TOKEN}/refresh", tokens.renew, RENEW_TOKEN),
        Route("DELETE", _TOKEN, tokens.remove, REMOVE_TOKEN),
        *protocol_routes(setup, access, authorized),
        *_pages(setup, access, session, Settings(setup, access, applications, authorized)),
    )
    return Surface(SURFACE, owns=OWNS, routes=routes, render=render.render)


def _pages(setup: Setup, access: Access, session: Session, settings: Settings) -> tuple[Route, ...]:
    authorize, device = Authorize(setup, access), Device(setup, access)
    return (*Pages(setup, access, session, Ways(authorize, device)).routes(), *settings.routes())
