"""Which handler of the protocol answers where, and what each route says of itself to the reference."""

from dataclasses import replace

from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.teable import render
from licet.dialects.teable.access import Access
from licet.dialects.teable.authorized import Authorized
from licet.dialects.teable.body import as_form
from licet.dialects.teable.fields import AUTHORIZED, USER
from licet.dialects.teable.notification_fields import NOTIFICATION
from licet.dialects.teable.notifications import Notifications
from licet.dialects.teable.protocol.authorize import Authorize
from licet.dialects.teable.protocol.device import Device
from licet.dialects.teable.protocol.fields import (
    ASKED,
    DECISION,
    DEVICE_CODE,
    DEVICE_DECISION,
    DEVICE_REQUEST,
    MUTED,
    TOKEN_REQUEST,
    TOKENS,
)
from licet.dialects.teable.protocol.render import TO_A_DEVICE
from licet.dialects.teable.protocol.token import Token
from licet.dialects.teable.user import Me
from licet.web.request import FORM
from licet.web.route import Route

_CLIENT = "/api/oauth/client/{clientId}"
_AUTHORIZED = Operation(summary="", tag="Authorized applications", security=("session", "personal_token"))
_PROTOCOL = Operation(summary="", tag="Protocol", media_types=("application/json", FORM), security=("",))
_USER = Operation(summary="", tag="User", security=("session", "personal_token", "access_token"))

REVOKE_ACCESS = replace(
    _AUTHORIZED,
    summary="Take an application's access to everybody back",
    answers={render.OK: None},
    faults=render.FINDING,
)
REVOKE = replace(
    _AUTHORIZED, summary="Take an application's access to you back", answers={render.OK: None}, faults=render.FINDING
)
REVOKE_BY_TOKEN = replace(
    _AUTHORIZED,
    summary="Give an application's access back",
    about="By a token of the application itself, or by a personal access token.",
    security=("personal_token", "access_token"),
    answers={render.OK: None},
    faults=(*render.FINDING, *render.BAD),
)
LIST_AUTHORIZED = replace(
    _AUTHORIZED,
    summary="List what you allowed",
    answers={render.OK: {"type": "array", "items": AUTHORIZED.schema(request=False)}},
    faults=render.ASKING,
)
MUTE = replace(
    _AUTHORIZED,
    summary="Mute an application",
    request=MUTED,
    answers={render.OK: None},
    faults=(*render.READING, *render.MISSING),
)
LOOK = replace(
    _PROTOCOL,
    summary="Read what a transaction asks for",
    security=("session",),
    answers={render.OK: ASKED},
    faults=(*render.ASKING, *render.BAD),
)
DECIDE = replace(
    _PROTOCOL,
    summary="Allow or deny",
    request=DECISION,
    written={FORM: as_form(DECISION)},
    security=("session",),
    answers={render.SENT_ON: None},
    faults=render.READING,
)
GET_TOKENS = replace(
    _PROTOCOL,
    summary="Get tokens",
    about="A code and a refresh token are answered with 201, a device with 200.",
    request=TOKEN_REQUEST,
    written={FORM: as_form(TOKEN_REQUEST)},
    security=("", "client_secret"),
    answers={render.CREATED: TOKENS, render.OK: TOKENS, **TO_A_DEVICE},
    faults=render.READING,
)
BEGIN_DEVICE = replace(
    _PROTOCOL,
    summary="Begin on a device",
    about="RFC 8628 section 3.1.",
    request=DEVICE_REQUEST,
    written={FORM: as_form(DEVICE_REQUEST)},
    answers={render.OK: DEVICE_CODE, **TO_A_DEVICE},
    faults=render.READING,
)
LOOK_AT_DEVICE = replace(
    _PROTOCOL,
    summary="Read what a device asks for",
    security=("session",),
    answers={render.OK: ASKED, render.SENT_ON: None},
    faults=(*render.FINDING, *render.BAD),
)
DECIDE_DEVICE = replace(
    _PROTOCOL,
    summary="Allow or deny a device",
    request=DEVICE_DECISION,
    security=("session",),
    answers={render.CREATED: None, render.SENT_ON: None},
    faults=(*render.READING, *render.MISSING),
)
SHOW_USER = replace(_USER, summary="Know who is calling", answers={render.OK: USER}, faults=render.ASKING)
SHOW_OWN = replace(SHOW_USER, summary="Know who is signed in", security=("session",))
NOTIFY = replace(
    _USER,
    summary="Tell the person something",
    about="Needs `user|notifications_send`.",
    request=NOTIFICATION,
    security=("access_token",),
    answers={
        render.CREATED: {
            "type": "object",
            "properties": {"status": {"type": "string", "enum": ["created", "duplicate", "muted"]}},
            "required": ["status"],
        }
    },
    faults=render.READING,
)
ALL_BASES = replace(
    _USER,
    summary="List every base",
    about="Needs `base|read_all`. Licet holds no bases.",
    answers={render.OK: {"type": "array", "maxItems": 0}},
    faults=render.ASKING,
)


def protocol_routes(setup: Setup, access: Access, authorized: Authorized) -> tuple[Route, ...]:
    """The routes of one instance."""
    authorize, device = Authorize(setup, access), Device(setup, access)
    me = Me(access)
    return (
        Route("POST", f"{_CLIENT}/revoke-access", authorized.revoke_access, REVOKE_ACCESS),
        Route("POST", f"{_CLIENT}/revoke-token", authorized.revoke, REVOKE),
        Route("GET", f"{_CLIENT}/revoke-token", authorized.revoke_by_token, REVOKE_BY_TOKEN),
        Route("GET", "/api/oauth/client/authorized/list", authorized.list, LIST_AUTHORIZED),
        Route("PATCH", f"{_CLIENT}/authorized/notifications", authorized.mute, MUTE),
        Route("GET", "/api/oauth/authorize", authorize.ask, shared=True),
        Route("GET", "/api/oauth/decision/{transactionId}", authorize.look, LOOK),
        Route("POST", "/api/oauth/decision", authorize.decide, DECIDE),
        Route("POST", "/api/oauth/access_token", Token(setup).ask, GET_TOKENS),
        Route("POST", "/api/oauth/device/code", device.begin, BEGIN_DEVICE),
        Route("GET", "/api/oauth/device/{userCode}", device.look, LOOK_AT_DEVICE),
        Route("POST", "/api/oauth/device/decision", device.decide, DECIDE_DEVICE),
        Route("GET", "/api/auth/user", me.show, SHOW_USER),
        Route("GET", "/api/auth/user/me", me.show_own, SHOW_OWN),
        Route("POST", "/api/notifications", Notifications(setup, access).send, NOTIFY),
        Route("GET", "/api/base/access/all", me.bases, ALL_BASES),
    )
