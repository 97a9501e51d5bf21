"""What the protocol's endpoints answer: their statuses and messages; what stands in no table the surface says."""

from collections.abc import Mapping
from typing import Any

from licet import errors
from licet.dialects.teable.protocol.fields import TOKENS
from licet.dialects.teable.render import ERROR, envelope, ok, render
from licet.errors import Cause, Failure, ProtocolRefusal
from licet.oauth.device import DeviceAnswer
from licet.oauth.request import TokenAnswer
from licet.web.reply import FOUND, Reply
from licet.web.request import Request

Said = tuple[int, str]

NO_STORE = (("cache-control", "no-store"), ("pragma", "no-cache"))
CHALLENGE = (("www-authenticate", "Basic"),)

NOT_AUTHORIZED: Said = (404, "This app is not authorized")
ONLY_TOKENS: Said = (400, "only access token request can use this endpoint")
TRANSACTION_MISSING: Said = (400, "transaction_id is required")
TRANSACTION_INVALID: Said = (400, "Invalid transaction ID")
TRANSACTION_OF_ANOTHER: Said = (400, "Invalid user")
USER_CODE_UNKNOWN: Said = (404, "This code has expired or does not exist")
USER_CODE_USED: Said = (400, "This code has already been used")
USER_CODE_DISABLED: Said = (403, "This app has disabled the device authorization flow")

_STRING = {"type": "string"}
DEVICE_ERROR: Mapping[str, Any] = {
    "type": "object",
    "properties": {"error": _STRING, "error_description": _STRING},
    "required": ["error"],
    "additionalProperties": False,
}
"""How a device is refused (RFC 8628)."""
TO_A_DEVICE: Mapping[int, Mapping[str, Any]] = {400: {"anyOf": [ERROR, DEVICE_ERROR]}}
"""What an endpoint that devices call answers beside success; what cannot be read has the surface's own envelope."""

AT_AUTHORIZE: Mapping[Cause, Said] = {
    Cause.PARAMETER_MISSING: (400, "Missing required parameter: {about}"),
    Cause.PARAMETER_REPEATED: (400, "Invalid parameter: {about} must be a string"),
    Cause.CLIENT_UNKNOWN: (401, "Client not found"),
    Cause.CLIENT_DISABLED: (403, "OAuth client is inactive"),
    Cause.SCOPE_UNKNOWN: (400, "Invalid scopes: {listed}"),
    Cause.REDIRECT_URI_NONE: (400, "Redirect uri not configured"),
    Cause.CHALLENGE_METHOD: (400, "Invalid code challenge method"),
    Cause.CHALLENGE_MALFORMED: (400, "Invalid code challenge"),
    Cause.REDIRECT_URI_DIFFERS: (401, "Invalid redirectUri"),
    Cause.REDIRECT_URI_INSECURE: (401, "Invalid redirectUri"),
}
AT_TOKEN: Mapping[Cause, Said] = {
    Cause.PARAMETER_MISSING: (400, "Missing required parameter: {about}"),
    Cause.CLIENT_MISSING: (401, "Unauthorized"),
    Cause.CLIENT_TWICE: (401, "Unauthorized"),
    Cause.CLIENT_UNKNOWN: (401, "Client not found"),
    Cause.CLIENT_DISABLED: (401, "Client is inactive"),
    Cause.SECRET_WRONG: (401, "Client secret invalid"),
    Cause.SECRET_NONE: (401, "No secrets found for the given clientId"),
    Cause.CODE_UNKNOWN: (401, "Invalid code"),
    Cause.CODE_EXPIRED: (401, "Invalid code"),
    Cause.CODE_SPENT: (401, "Invalid code"),
    Cause.CODE_FOREIGN: (401, "Invalid client"),
    Cause.REDIRECT_URI_MISSING: (401, "redirect_uri is required"),
    Cause.REDIRECT_URI_DIFFERS: (401, "Invalid redirectUri"),
    Cause.REDIRECT_URI_GONE: (401, "Invalid code"),
    Cause.VERIFIER_MISSING: (400, "code_verifier is required for PKCE flow"),
    Cause.VERIFIER_MALFORMED: (400, "Invalid code_verifier format"),
    Cause.VERIFIER_UNASKED: (400, "code_challenge is required"),
    Cause.VERIFIER_WRONG: (401, "Invalid code_verifier"),
    Cause.REFRESH_UNKNOWN: (401, "Invalid refresh token"),
    Cause.REFRESH_EXPIRED: (401, "Invalid refresh token"),
    Cause.REFRESH_FOREIGN: (401, "Invalid client"),
    Cause.REFRESH_SPENT: (401, "Invalid refresh token"),
    Cause.REFRESH_ENDED: (401, "Invalid access token"),
    Cause.SECRET_UNFIT: (401, "Invalid secret"),
    Cause.PERSON_GONE: (401, "Unauthorized"),
}
_BY_KIND: Mapping[type[Failure], Said] = {
    errors.UnsupportedResponseType: (400, "Unsupported response type: {about}"),
    errors.UnsupportedGrantType: (400, "Unsupported grant type: {about}"),
    errors.UnauthorizedClient: (400, "This client may not use this grant type"),
    errors.InvalidGrant: (401, "Unauthorized"),
    errors.InvalidClient: (401, "Unauthorized"),
}
_VERIFIER_ASKED: Said = (400, "code_verifier is required")
_UNAUTHORIZED = 401
_LONGEST = 100
"""Characters of what was sent that a message says back."""

_POLLED: Mapping[type[Failure], str] = {errors.InvalidGrant: "expired_token"}
"""Where a device hears another word than the OAuth registry's."""
_AT_DEVICE: Mapping[Cause, tuple[str, str]] = {
    Cause.CLIENT_MISSING: ("invalid_request", "client_id is required"),
    Cause.CLIENT_UNKNOWN: ("invalid_client", "Unknown client"),
    Cause.CLIENT_DISABLED: ("unauthorized_client", "This app is inactive"),
    Cause.SCOPE_UNKNOWN: ("invalid_scope", "Invalid scopes: {listed}"),
}
_OPTED_OUT = ("unauthorized_client", "This app has not enabled the device authorization flow")


def told(said: Said) -> Reply:
    """A refusal with words of its own."""
    return envelope(*said)


def found(location: str) -> Reply:
    """A browser sent on."""
    return Reply.redirect(location, FOUND)


def at_authorize(refusal: ProtocolRefusal, request: Request) -> Reply:
    """What was wrong with an authorization request, where it was made; nobody is sent anywhere."""
    return _told(refusal, AT_AUTHORIZE, request)


def at_token(refusal: ProtocolRefusal, request: Request) -> Reply:
    """What was wrong with a request for tokens."""
    if refusal.cause is Cause.PARAMETER_MISSING and refusal.about == "code_verifier":
        return told(_VERIFIER_ASKED)
    reply = _told(refusal, AT_TOKEN, request)
    basic = request.header("authorization") is not None
    return reply.with_headers(CHALLENGE) if reply.status == _UNAUTHORIZED and basic else reply


def tokens(answer: TokenAnswer, refresh_expires_in: int, *, polled: bool) -> Reply:
    """New tokens, in the six words of this surface."""
    value = {
        "access_token": answer.access_token,
        "refresh_token": answer.refresh_token,
        "scopes": answer.scope,
        "expires_in": answer.expires_in,
        "refresh_expires_in": refresh_expires_in,
        "token_type": answer.token_type,
    }
    shown = {field.theirs: value[field.theirs] for field in TOKENS.fields if value[field.theirs] is not None}
    return Reply.json(shown, 200 if polled else 201, NO_STORE)


def polled(refusal: ProtocolRefusal) -> Reply:
    """What a device hears while it has no tokens."""
    if refusal.cause is Cause.PARAMETER_MISSING:
        return _plain("invalid_request", f"{refusal.about} is required")
    return _plain(_POLLED.get(type(refusal), refusal.code))


def device_code(answer: DeviceAnswer, verification_uri: str) -> Reply:
    """What a device shows, and polls with."""
    value = {
        "device_code": answer.device_code,
        "user_code": answer.user_code,
        "verification_uri": verification_uri,
        "expires_in": answer.expires_in,
        "interval": answer.interval,
    }
    return ok(value, NO_STORE)


def at_device(refusal: ProtocolRefusal) -> Reply:
    """Why a device gets no code."""
    usual = (refusal.code, refusal.reason)
    opted_out = isinstance(refusal, errors.UnauthorizedClient)
    error, description = _OPTED_OUT if opted_out else _AT_DEVICE.get(refusal.cause, usual)
    return _plain(error, description.format(listed=_listed(refusal)))


def _told(refusal: ProtocolRefusal, table: Mapping[Cause, Said], request: Request) -> Reply:
    said = table.get(refusal.cause) or _BY_KIND.get(type(refusal))
    if said is None:
        return render(refusal, request)
    return told((said[0], said[1].format(about=refusal.about[:_LONGEST], listed=_listed(refusal))))


def _listed(refusal: ProtocolRefusal) -> str:
    return refusal.about.replace(" ", ",")


def _plain(error: str, description: str = "") -> Reply:
    described = {"error_description": description} if description else {}
    return Reply.json({"error": error, **described}, 400, NO_STORE)
