"""Every answer of the provider: tokens, claims, refusals in the words of its library, and where browsers are sent."""

from collections.abc import Mapping
from typing import Any

from licet import errors
from licet.dialects.rocketchat.formats import USER_ID, written_time
from licet.domain.user import User
from licet.errors import Cause
from licet.oauth.request import TokenAnswer
from licet.web.reply import Pair, Reply

JSON = "application/json; charset=utf-8"
NOT_STORED: tuple[Pair, ...] = (("cache-control", "no-store"), ("pragma", "no-cache"))
OK, FOUND = 200, 302
REFUSED, UNKNOWN, TOO_OFTEN = 400, 401, 429
ERRORS = "/oauth/error/"

Said = tuple[str, str]
"""`error` and `error_description`; `{}` stands for what the refusal is about."""

_UNKNOWN_APPLICATION: Said = ("invalid_client", "Invalid client: client is unknown or inactive")
_OTHER_ADDRESS: Said = ("invalid_client", "Invalid client: `redirect_uri` does not match client value")
_NO_URI: Said = ("invalid_request", "Invalid request: `redirect_uri` is not a valid URI")
_NO_CLIENT: Said = ("invalid_client", "Invalid clientId")
_NO_CODE: Said = ("invalid_grant", "Invalid authCode")
_BAD_VERIFIER: Said = ("invalid_grant", "Invalid grant: code verifier is invalid")
_NO_TOKEN: Said = ("invalid_grant", "Invalid token")
_MISSING: Said = ("invalid_request", "Missing parameter: `{}`")

_BY_CAUSE: Mapping[tuple[type[errors.ProtocolRefusal], Cause], Said] = {
    (errors.InvalidRequest, Cause.PARAMETER_MISSING): _MISSING,
    (errors.InvalidRequest, Cause.PARAMETER_MALFORMED): ("invalid_request", "Invalid parameter: `{}`"),
    (errors.InvalidRequest, Cause.CLIENT_UNKNOWN): _UNKNOWN_APPLICATION,
    (errors.InvalidRequest, Cause.CLIENT_DISABLED): _UNKNOWN_APPLICATION,
    (errors.InvalidRequest, Cause.CLIENT_TWICE): (
        "invalid_request",
        "Invalid request: only one method of client authentication may be used",
    ),
    (errors.InvalidRequest, Cause.REDIRECT_URI_MISSING): _NO_URI,
    (errors.InvalidRequest, Cause.REDIRECT_URI_NONE): _OTHER_ADDRESS,
    (errors.InvalidRequest, Cause.REDIRECT_URI_DIFFERS): _OTHER_ADDRESS,
    (errors.InvalidRequest, Cause.REDIRECT_URI_INSECURE): _OTHER_ADDRESS,
    (errors.InvalidRequest, Cause.CHALLENGE_MALFORMED): ("invalid_request", "Invalid parameter: `code_challenge`"),
    (errors.InvalidClient, Cause.CLIENT_MISSING): (
        "invalid_client",
        "Invalid client: cannot retrieve client credentials",
    ),
    (errors.InvalidGrant, Cause.CODE_FOREIGN): ("invalid_grant", "Invalid grant: authorization code is invalid"),
    (errors.InvalidGrant, Cause.CODE_EXPIRED): ("invalid_grant", "Invalid grant: authorization code has expired"),
    (errors.InvalidGrant, Cause.CODE_UNKNOWN): _NO_CODE,
    (errors.InvalidGrant, Cause.CODE_SPENT): _NO_CODE,
    (errors.InvalidGrant, Cause.REDIRECT_URI_GONE): _NO_CODE,
    (errors.InvalidGrant, Cause.REDIRECT_URI_MISSING): _NO_URI,
    (errors.InvalidGrant, Cause.REDIRECT_URI_DIFFERS): (
        "invalid_request",
        "Invalid request: `redirect_uri` is invalid",
    ),
    (errors.InvalidGrant, Cause.VERIFIER_MISSING): ("invalid_grant", "Missing parameter: `code_verifier`"),
    (errors.InvalidGrant, Cause.VERIFIER_MALFORMED): _BAD_VERIFIER,
    (errors.InvalidGrant, Cause.VERIFIER_UNASKED): _BAD_VERIFIER,
    (errors.InvalidGrant, Cause.VERIFIER_WRONG): _BAD_VERIFIER,
    (errors.InvalidGrant, Cause.REFRESH_FOREIGN): (
        "invalid_grant",
        "Invalid grant: refresh token was issued to another client",
    ),
    (errors.InvalidGrant, Cause.REFRESH_EXPIRED): ("invalid_grant", "Invalid grant: refresh token has expired"),
}
_BY_KIND: Mapping[type[errors.ProtocolRefusal], Said] = {
    errors.InvalidClient: _NO_CLIENT,
    errors.InvalidGrant: _NO_TOKEN,
    errors.InvalidScope: ("invalid_scope", "Invalid scope: Unable to add extra scopes"),
    errors.UnauthorizedClient: ("unauthorized_client", "Unauthorized client: `grant_type` is invalid"),
    errors.UnsupportedGrantType: ("unsupported_grant_type", "Unsupported grant type: `grant_type` is invalid"),
    errors.UnsupportedResponseType: (
        "unsupported_response_type",
        "Unsupported response type: `response_type` is not supported",
    ),
    errors.AccessDenied: ("access_denied", "Access denied: user denied access to application"),
}
_GRANTS_OF_OTHERS = frozenset({"password", "client_credentials"})
"""Grants that the product has, and gives to no application."""
_PLAIN: Said = ("invalid_request", 'Invalid request: `code_challenge_method` "plain" is not allowed; use "S256"')
_TRANSFORM: Said = ("invalid_request", "Invalid request: transform algorithm '{}' not supported")
_ERROR_PAGES: Mapping[Cause, str] = {
    Cause.PARAMETER_MISSING: "404",
    Cause.CLIENT_UNKNOWN: "404",
    Cause.CLIENT_DISABLED: "404",
    Cause.REDIRECT_URI_NONE: "invalid_redirect_uri",
    Cause.REDIRECT_URI_DIFFERS: "invalid_redirect_uri",
    Cause.REDIRECT_URI_INSECURE: "invalid_redirect_uri",
}
PAGES: Mapping[str, str] = {
    "404": "This OAuth client is invalid: it is not known here, or it is switched off.",
    "invalid_redirect_uri": "The redirect URL does not match: it is none of those that the application registered.",
}
"""The error pages, and what they say."""


def tokens(answer: TokenAnswer) -> Reply:
    """Tokens."""
    body = {"access_token": answer.access_token, "token_type": answer.token_type, "expires_in": answer.expires_in}
    more = {} if answer.refresh_token is None else {"refresh_token": answer.refresh_token}
    return Reply.json({**body, **more}, OK, NOT_STORED, JSON)


def claims(user: User, origin: str) -> Reply:
    """Who signed in; one key is misspelled as its clients expect it."""
    mail = {} if user.email is None else {"email": user.email, "email_verified": user.email_verified}
    body = {
        "sub": USER_ID.spell(user.id),
        "name": user.name,
        **mail,
        "department": "",
        "birthdate": "",
        "preffered_username": user.username,
        "updated_at": written_time(user.updated_at),
        "picture": f"{origin}/avatar/{user.username}",
    }
    return Reply.json(body, OK, NOT_STORED, JSON)


def unknown(text: str) -> Reply:
    """A credential that is missing or no good, in plain text."""
    return Reply.text(text, UNKNOWN, NOT_STORED)


def denied() -> Reply:
    """The form says anything but yes."""
    return _error(("access_denied", "The user denied access to your application"), UNKNOWN)


def must_be_post() -> Reply:
    """A token request by any other method."""
    return _error(("invalid_request", "Invalid request: method must be POST"), REFUSED)


def refused(refusal: errors.Refused) -> Reply:
    """A refusal of the provider's own routes."""
    if isinstance(refusal, errors.Throttled):
        return _error(("invalid_request", "Too many failed attempts"), TOO_OFTEN)
    if not isinstance(refusal, errors.ProtocolRefusal):
        reason = getattr(refusal, "reason", refusal.public)
        return _error(("invalid_request", f"Invalid request: {reason}"), REFUSED)
    said = _said(refusal)
    if isinstance(refusal, errors.InvalidClient) and refusal.cause is not Cause.CLIENT_MISSING:
        challenge = [("www-authenticate", refusal.scheme)] if refusal.scheme else []
        return _error(said, UNKNOWN).with_headers(challenge)
    return _error(said, REFUSED)


def error_page(refusal: errors.ProtocolRefusal) -> Reply | None:
    """A browser on its way to the page that says it; None where that is nobody's page."""
    page = _ERROR_PAGES.get(refusal.cause)
    return None if page is None else Reply.redirect(ERRORS + page, FOUND)


def _said(refusal: errors.ProtocolRefusal) -> Said:
    kind = type(refusal)
    if refusal.cause is Cause.CHALLENGE_METHOD:
        code, text = _PLAIN if refusal.about in {"", "plain"} else _TRANSFORM
    elif kind is errors.UnsupportedGrantType and refusal.about in _GRANTS_OF_OTHERS:
        code, text = _BY_KIND[errors.UnauthorizedClient]
    else:
        code, text = _BY_CAUSE.get((kind, refusal.cause)) or _BY_KIND.get(kind) or _usual(refusal)
    return code, text.replace("{}", refusal.about)


def _usual(refusal: errors.ProtocolRefusal) -> Said:
    return refusal.code, f"Invalid request: {refusal.reason}"


def _error(said: Said, status: int) -> Reply:
    body: dict[str, Any] = {"error": said[0], "error_description": said[1]}
    return Reply.json(body, status, NOT_STORED, JSON)


def picture(svg: str) -> Reply:
    """A picture that anybody may keep for a while; as a page of its own it may do nothing."""
    headers = [
        ("content-type", "image/svg+xml"),
        ("cache-control", "public, max-age=86400"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("x-content-type-options", "nosniff"),
    ]
    return Reply(OK, svg.encode(), headers)
