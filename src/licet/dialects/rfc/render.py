"""How this surface says things: client information as RFC 7591 and 7592 write it, and every failure as an OAuth error.

The table has a row for every failure there is; a failure without a row is a mistake that the house finds.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from licet import errors
from licet.errors import Failure, Fault
from licet.oauth.device import DeviceAnswer
from licet.oauth.dpop import ALGORITHMS
from licet.oauth.pushed import PushedAnswer
from licet.oauth.request import TokenAnswer
from licet.web.reply import Pair, Reply
from licet.web.request import FORM, Request

# RFC 7591 §3.2.1: what carries credentials is kept by nobody on the way.
_UNKEPT: tuple[Pair, ...] = (("cache-control", "no-store"), ("pragma", "no-cache"))
_REALM = 'Bearer realm="registration"'
_REALMS: Mapping[str, str] = {"/oauth2/userinfo": 'Bearer realm="userinfo"'}
_CHALLENGE = 'Basic realm="client", charset="UTF-8"'
_KEPT: Pair = ("cache-control", "public, max-age=300")
_FAULTS_TOLD = 5
_LONGEST_ECHO = 80

CREATED, OK, GONE = 201, 200, 204
FAULTS: Mapping[str, tuple[int, ...]] = {
    "read": (400, 401, 403, 429),
    "write": (400, 401, 403, 413, 415, 429),
}
"""Statuses of refusals, by what a call does."""

_INVALID_TOKEN = (401, "invalid_token")
_DENIED = (403, "access_denied")
_UNKNOWN = (404, "not_found")
_CONFLICT = (409, "conflict")
_METADATA = (400, "invalid_client_metadata")
_REQUEST = (400, "invalid_request")
_BROKEN = (500, "server_error")

_ROWS: Mapping[type[Failure], tuple[int, str]] = {
    errors.Unauthenticated: _INVALID_TOKEN,
    errors.WrongPassword: _INVALID_TOKEN,
    errors.Forbidden: _DENIED,
    errors.CredentialNotAccepted: _DENIED,
    errors.ScopeMissing: (403, "insufficient_scope"),
    errors.RoleTooLow: _DENIED,
    errors.NotCreator: _DENIED,
    errors.PermissionMissing: _DENIED,
    errors.ScopeNotGrantable: _METADATA,
    errors.SignUpClosed: _DENIED,
    errors.CrossSite: _DENIED,
    errors.RegistrationClosed: _DENIED,
    errors.SecondFactorRequired: _DENIED,
    errors.SecondFactorInvalid: _DENIED,
    errors.NotFound: _UNKNOWN,
    # RFC 7592 §2: a client that is gone is answered like one with a wrong token.
    errors.UnknownApplication: _INVALID_TOKEN,
    errors.UnknownSecret: _UNKNOWN,
    errors.UnknownUser: _UNKNOWN,
    errors.UnknownOrganization: _UNKNOWN,
    errors.UnknownMember: _UNKNOWN,
    errors.UnknownToken: _UNKNOWN,
    errors.UnknownScope: _UNKNOWN,
    errors.UnknownResource: _UNKNOWN,
    errors.UnknownRevision: _UNKNOWN,
    errors.UnknownLink: _UNKNOWN,
    errors.UnknownWebhook: _UNKNOWN,
    errors.UnknownRoute: _UNKNOWN,
    errors.Conflict: _CONFLICT,
    errors.VersionMismatch: _CONFLICT,
    errors.NameTaken: _CONFLICT,
    errors.LastSecret: _CONFLICT,
    errors.TooManySecrets: _CONFLICT,
    errors.TooMany: _CONFLICT,
    errors.RoleFixed: _CONFLICT,
    errors.LastAdministrator: _CONFLICT,
    errors.StillOwned: _CONFLICT,
    errors.StillRunning: _CONFLICT,
    errors.KeyReused: _CONFLICT,
    errors.Refused: _REQUEST,
    errors.Invalid: _METADATA,
    errors.Malformed: _REQUEST,
    errors.MalformedRequest: _REQUEST,
    errors.MalformedBody: _REQUEST,
    errors.UnsupportedMediaType: (415, "invalid_request"),
    errors.BodyTooLarge: (413, "invalid_request"),
    errors.MethodNotAllowed: (405, "invalid_request"),
    errors.MisdirectedHost: (421, "invalid_request"),
    errors.Throttled: (429, "slow_down"),
    errors.Unreachable: _REQUEST,
    errors.ProtocolRefusal: _REQUEST,
    errors.InvalidRequest: (400, "invalid_request"),
    errors.InvalidClient: (401, "invalid_client"),
    errors.InvalidGrant: (400, "invalid_grant"),
    errors.UnauthorizedClient: (400, "unauthorized_client"),
    errors.UnsupportedGrantType: (400, "unsupported_grant_type"),
    errors.UnsupportedResponseType: (400, "unsupported_response_type"),
    errors.InvalidScope: (400, "invalid_scope"),
    errors.InvalidTarget: (400, "invalid_target"),
    errors.RequestNotSupported: (400, "request_not_supported"),
    errors.RequestUriNotSupported: (400, "request_uri_not_supported"),
    errors.InvalidRequestObject: (400, "invalid_request_object"),
    errors.InvalidRequestUri: (400, "invalid_request_uri"),
    errors.InvalidAuthorizationDetails: (400, "invalid_authorization_details"),
    errors.UnmetAuthenticationRequirements: (400, "unmet_authentication_requirements"),
    errors.InvalidDpopProof: (400, "invalid_dpop_proof"),
    errors.UseDpopNonce: (400, "use_dpop_nonce"),
    errors.AccessDenied: (400, "access_denied"),
    errors.LoginRequired: (400, "login_required"),
    errors.ConsentRequired: (400, "consent_required"),
    errors.AccountSelectionRequired: (400, "account_selection_required"),
    errors.AuthorizationPending: (400, "authorization_pending"),
    errors.PolledTooSoon: (400, "slow_down"),
    errors.ExpiredToken: (400, "expired_token"),
    errors.Broken: _BROKEN,
    errors.DatabaseTooNew: _BROKEN,
    errors.StoreUnavailable: (503, "temporarily_unavailable"),
    errors.BadSettings: _BROKEN,
}

# The member at fault decides the word (RFC 7591 §3.2.2); the more telling word stands first.
_WORDS: Mapping[str, str] = {
    "redirect_uris": "invalid_redirect_uri",
    "software_statement": "unapproved_software_statement",
    "client_id": "invalid_request",
    "client_secret": "invalid_request",
    "client_id_issued_at": "invalid_request",
    "client_secret_expires_at": "invalid_request",
    "registration_access_token": "invalid_request",
    "registration_client_uri": "invalid_request",
}

_SENTENCES: Mapping[errors.FaultCode, str] = {
    "absent": "is required",
    "null": "must not be null",
    "type": "must be of type {0}",
    "unknown": "is not known here",
    "immutable": "must be {0}",
    "too_short": "must not be shorter than {0}",
    "too_long": "must not be longer than {0}",
    "too_few": "must have at least {0} items",
    "too_many": "must not have more than {0} items",
    "bad_uri": "must be a URL: {0}",
    "bad_redirect_uri": "{0}",
    "bad_choice": "must be {0}",
    "control_character": "must not contain control characters",
    "duplicate": "must have each item once",
    "out_of_range": "must be in {0}",
    "bad_value": "must be {0}",
}


def registered(information: Mapping[str, Any]) -> Reply:
    """The answer to a registration (RFC 7591 section 3.2.1)."""
    return Reply.json(information, CREATED, _UNKEPT)


def current(information: Mapping[str, Any]) -> Reply:
    """The present state of a registration (RFC 7592 section 3)."""
    return Reply.json(information, OK, _UNKEPT)


def gone() -> Reply:
    """The answer to a deletion (RFC 7592 section 2.3)."""
    return Reply.empty(GONE, _UNKEPT)


def tokens(made: TokenAnswer) -> Reply:
    """A successful token response (RFC 6749 section 5.1, OpenID Connect Core section 3.1.3.3)."""
    said: dict[str, Any] = {
        "access_token": made.access_token,
        "token_type": made.token_type,
        "expires_in": made.expires_in,
        "scope": " ".join(made.scope),
        "refresh_token": made.refresh_token,
        "id_token": made.id_token,
        **made.more,
    }
    return Reply.json({name: value for name, value in said.items() if value is not None}, OK, _UNKEPT)


def device_code(made: DeviceAnswer, verification_uri: str) -> Reply:
    """What a device shows, and what it polls with (RFC 8628 section 3.2)."""
    said = {
        "device_code": made.device_code,
        "user_code": made.user_code,
        "verification_uri": verification_uri,
        "verification_uri_complete": f"{verification_uri}?user_code={made.user_code}",
        "expires_in": made.expires_in,
        "interval": made.interval,
    }
    return Reply.json(said, OK, _UNKEPT)


def pushed(made: PushedAnswer) -> Reply:
    """The name of a pushed request (RFC 9126 section 2.2)."""
    return Reply.json(made._asdict(), CREATED, _UNKEPT)


def introspected(claims: Mapping[str, Any]) -> Reply:
    """What a token is good for (RFC 7662 section 2.2)."""
    return Reply.json(claims, OK, _UNKEPT)


def revoked() -> Reply:
    """A revocation, whatever it found (RFC 7009 section 2.2)."""
    return Reply.empty(OK, _UNKEPT)


def known(claims: Mapping[str, Any]) -> Reply:
    """Claims about a person (OpenID Connect Core section 5.3.2)."""
    return Reply.json(claims, OK, _UNKEPT)


def signed(token: str, media_type: str) -> Reply:
    """An answer that is one JWT."""
    return Reply(OK, token.encode(), (("content-type", media_type), *_UNKEPT))


def published(document: Mapping[str, Any], headers: Iterable[Pair]) -> Reply:
    """A public document, which may be kept for some minutes."""
    return Reply.json(document, OK, (_KEPT, *headers))


def preflight(headers: Iterable[Pair]) -> Reply:
    """The answer to a preflight."""
    return Reply.empty(GONE, headers)


def render(failure: Exception, request: Request) -> Reply:
    """A failure as an OAuth error with its status and headers."""
    said = failure if isinstance(failure, Failure) else errors.Broken()
    status, word = _ROWS[type(said)]
    if isinstance(said, errors.InvalidDpopProof | errors.UseDpopNonce) and request.route in _REALMS:
        status = _INVALID_TOKEN[0]  # RFC 9449 §7.1: where a token is presented, and not where it is made
    error, description = word, getattr(said, "reason", said.public)
    if isinstance(said, errors.Invalid):
        error, description = _word(said.faults, word), _told(said.faults)
    body = {"error": error, "error_description": _plain(description)}
    return Reply.json(body, status, (*_UNKEPT, *_headers(said, request, status)))


def _headers(failure: Failure, request: Request, status: int) -> Iterable[Pair]:
    realm = _REALMS.get(request.route, _REALM)
    match failure:
        case errors.ScopeMissing():
            yield "www-authenticate", f'{realm}, error="insufficient_scope", scope="{failure.scope}"'
        case errors.InvalidClient():
            # RFC 9110 §15.5.2: no 401 without a challenge, whichever way the client had chosen.
            yield "www-authenticate", _CHALLENGE
        case errors.MethodNotAllowed():
            yield "allow", ", ".join(failure.allowed)
        case errors.Throttled():
            yield "retry-after", str(failure.retry_after)
        case _ if status == _INVALID_TOKEN[0]:
            yield "www-authenticate", _challenge(failure, request, realm)
        case _ if request.route in _REALMS and status == _REQUEST[0]:
            # RFC 6750 §3.1: where a token is presented, a request that is wrong is told so beside the challenge, too.
            yield "www-authenticate", f'{realm}, error="invalid_request"'


def _challenge(failure: Failure, request: Request, realm: str) -> str:
    header = request.header("authorization")
    if request.route in _REALMS and (header or "").lower().startswith("dpop "):
        # RFC 9449 §7.1.
        return f'DPoP {realm.removeprefix("Bearer ")}, error="{failure.code}", algs="{" ".join(ALGORITHMS)}"'
    # RFC 6750 §3.1: who brought no credential is told no error, only what to bring.
    return f'{realm}, error="invalid_token"' if header is not None or request.media_type == FORM else realm


def _word(faults: tuple[Fault, ...], otherwise: str) -> str:
    members = {fault.path[0] for fault in faults if fault.path}
    return next((word for member, word in _WORDS.items() if member in members), otherwise)


def _told(faults: tuple[Fault, ...]) -> str:
    more = "; and more" if len(faults) > _FAULTS_TOLD else ""
    return "; ".join(_sentence(fault) for fault in faults[:_FAULTS_TOLD]) + more


def _sentence(fault: Fault) -> str:
    name = "".join(f"[{step}]" if isinstance(step, int) else str(step) for step in fault.path) or "The metadata"
    chosen = f" '{fault.value}'" if fault.code == "bad_choice" and _is_short(fault.value) else ""
    return f"{name}{chosen} {_SENTENCES[fault.code].format(fault.expected)}"


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_ECHO


def _plain(description: str) -> str:
    # RFC 6749 §5.2: printable ASCII without quotation mark and backslash.
    single = description.replace('"', "'").replace("\\", "/")
    return "".join(character if " " <= character <= "~" else "?" for character in single)
