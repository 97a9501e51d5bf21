"""What the endpoints of the protocol say of themselves to the reference."""

from typing import Any

from licet.dialects.operation import Operation
from licet.dialects.rfc.render import CREATED, FAULTS, OK
from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.domain.kinds import Choice, Kind, Number, Text, Uri
from licet.domain.trust import ACCESS_TOKEN, ID_TOKEN, ISSUED
from licet.oauth.grants import GRANTS
from licet.web.request import FORM

_TAG = "Protocol"
_DISCOVERY = "Discovery"
_SECONDS = Number(0, 2**53)
_WORD = Text(1)

SECURITY: dict[str, dict[str, Any]] = {
    "client_secret_basic": {
        "type": "http",
        "scheme": "basic",
        "description": "client_id and client_secret (RFC 6749 section 2.3.1); or both stand in the form.",
    },
    "access_token": {"type": "http", "scheme": "bearer", "description": "An access token (RFC 6750 section 2.1)."},
}


def _sent(name: str, about: str, kind: Kind = _WORD, absent: Absent = Absent.KEEP) -> Field:
    return Field(theirs=name, ours=name, kind=kind, absent=absent, about=about)


def _told(name: str, about: str, kind: Kind = _WORD) -> Field:
    return Field(theirs=name, ours=name, kind=kind, read_only=True, about=about)


def _form(name: str, *fields: Field) -> Shape:
    return Shape(name=name, fields=(*fields, *_CREDENTIALS), unknown=Unknown.IGNORE)


def _answer(name: str, *fields: Field) -> Shape:
    return Shape(name=name, fields=fields, unknown=Unknown.IGNORE, omits_none=True)


_CREDENTIALS = (
    _sent("client_id", "Who asks, where HTTP Basic does not say it."),
    _sent("client_secret", "The client's secret, where it is not sent by HTTP Basic."),
    _sent("client_assertion_type", "How else the client proves itself (RFC 7523 section 2.2)."),
    _sent("client_assertion", "A JWT of the client's, good once."),
)
_TOKEN = _sent("token", "The token.", absent=Absent.REFUSE)
_HINT = _sent("token_type_hint", "access_token or refresh_token; a wrong one does no harm.")
_SCOPE = _sent("scope", "Scopes with blanks between them; all that are allowed when left out.")
_RESOURCE = _sent("resource", "A registered resource (RFC 8707); it may come more than once.")

TOKEN_REQUEST = _form(
    "TokenRequest",
    _sent("grant_type", "What is brought for a token.", Choice(tuple(GRANTS)), Absent.REFUSE),
    _sent("code", "The authorization code (RFC 6749 section 4.1.3)."),
    _sent("redirect_uri", "As in the authorization request."),
    _sent("code_verifier", "RFC 7636 section 4.5.", Text(43, 128)),
    _sent("refresh_token", "RFC 6749 section 6."),
    _sent("device_code", "RFC 8628 section 3.4."),
    _sent("subject_token", "RFC 8693 section 2.1: the token that is exchanged."),
    _sent("subject_token_type", "Of it.", Choice((ACCESS_TOKEN, ID_TOKEN))),
    _sent("actor_token", "An access token of the client's own: who will act."),
    _sent("actor_token_type", "Of it.", Choice((ACCESS_TOKEN,))),
    _sent("requested_token_type", "An access token when left out.", Choice(ISSUED)),
    _sent("audience", "What the new token is for; of an assertion, the other issuer."),
    _sent("assertion", "RFC 7523 section 2.1: a trusted issuer's word about a person."),
    _sent("authorization_details", "A JSON array (RFC 9396 section 6)."),
    _SCOPE,
    _RESOURCE,
)
TOKENS = _answer(
    "TokenResponse",
    _told("access_token", "A JWT (RFC 9068) or an opaque value, as the application is set."),
    _told("token_type", "How it is presented (RFC 6750, RFC 9449).", Choice(("Bearer", "DPoP"))),
    _told("expires_in", "Seconds.", _SECONDS),
    _told("scope", "What was given.", Text()),
    _told("refresh_token", "Good once: the answer to it brings the next."),
    _told("issued_token_type", "Of an exchange (RFC 8693 section 2.2.1).", Choice(ISSUED)),
    _told("id_token", "With the scope openid (OpenID Connect Core section 2)."),
)
DEVICE_CODE = _answer(
    "DeviceAuthorizationResponse",
    _told("device_code", "What the device polls with."),
    _told("user_code", "What it shows."),
    _told("verification_uri", "Where a person types the code.", Uri(("https", "http"))),
    _told("verification_uri_complete", "The same with the code in it.", Uri(("https", "http"))),
    _told("expires_in", "Seconds.", _SECONDS),
    _told("interval", "Seconds between polls.", _SECONDS),
)
PUSHED_REQUEST = _form(
    "PushedAuthorizationRequest",
    _sent("response_type", "As at the authorization endpoint, like everything else here.", Choice(("code",))),
    _sent("redirect_uri", "Where the answer goes."),
    _sent("state", "Comes back with the answer."),
    _sent("code_challenge", "RFC 7636 section 4.3.", Text(43, 128)),
    _sent("code_challenge_method", "RFC 7636 section 4.3.", Choice(("S256",))),
    _sent("request", "A signed request object (RFC 9101) in the place of all this."),
    _sent("authorization_details", "A JSON array (RFC 9396)."),
    _SCOPE,
    _RESOURCE,
)
PUSHED = _answer(
    "PushedAuthorizationResponse",
    _told("request_uri", "What the browser brings, with the client_id."),
    _told("expires_in", "Seconds.", _SECONDS),
)
_OPEN: dict[str, Any] = {"type": "object", "additionalProperties": True}

TOKEN = Operation(
    summary="Get tokens",
    about="RFC 6749 section 3.2.",
    tag=_TAG,
    request=TOKEN_REQUEST,
    media_types=(FORM,),
    answers={OK: TOKENS},
    security=("", "client_secret_basic"),
    faults=FAULTS["read"],
)
INTROSPECT = Operation(
    summary="Ask what a token is good for",
    about="RFC 7662. Told to the application that holds the token, and to the one that it is for.",
    tag=_TAG,
    request=_form("IntrospectionRequest", _TOKEN, _HINT),
    media_types=(FORM,),
    answers={OK: {**_OPEN, "properties": {"active": {"type": "boolean"}}, "required": ["active"]}},
    security=("", "client_secret_basic"),
    faults=FAULTS["read"],
)
REVOKE = Operation(
    summary="Give a token back",
    about="RFC 7009. A refresh token goes with all that came from the same consent, an access token alone.",
    tag=_TAG,
    request=_form("RevocationRequest", _TOKEN, _HINT),
    media_types=(FORM,),
    answers={OK: None},
    security=("", "client_secret_basic"),
    faults=FAULTS["read"],
)
DEVICE = Operation(
    summary="Begin on a device",
    about="RFC 8628 section 3.1.",
    tag=_TAG,
    request=_form("DeviceAuthorizationRequest", _SCOPE, _RESOURCE),
    media_types=(FORM,),
    answers={OK: DEVICE_CODE},
    security=("", "client_secret_basic"),
    faults=FAULTS["read"],
)
PUSH = Operation(
    summary="Push an authorization request",
    about="RFC 9126. What a browser then brings to the authorization endpoint is only its name.",
    tag=_TAG,
    request=PUSHED_REQUEST,
    media_types=(FORM,),
    answers={CREATED: PUSHED},
    security=("", "client_secret_basic"),
    faults=FAULTS["read"],
)
USERINFO = Operation(
    summary="Know who signed in",
    about="OpenID Connect Core section 5.3: what the token's scope lets its application know.",
    tag=_TAG,
    answers={OK: {**_OPEN, "properties": {"sub": {"type": "string"}}, "required": ["sub"]}},
    security=("access_token",),
    faults=FAULTS["read"],
)
METADATA = Operation(
    summary="What this server can do",
    about="RFC 8414, OpenID Connect Discovery 1.0.",
    tag=_DISCOVERY,
    answers={OK: {**_OPEN, "required": ["issuer"]}},
    security=("",),
)
JWKS = Operation(
    summary="The keys that sign here",
    about="RFC 7517 section 5.",
    tag=_DISCOVERY,
    answers={OK: {**_OPEN, "properties": {"keys": {"type": "array", "items": _OPEN}}, "required": ["keys"]}},
    security=("",),
)
