"""How this surface answers: its success statuses, and every failure as `statusCode`, `message` and `error`."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any

from licet import errors
from licet.dialects.timbrix.faults import sentences
from licet.errors import Cause, Failure, InvalidGrant, ProtocolRefusal, Refused
from licet.oauth.request import TokenAnswer
from licet.web.reply import JSON, Pair, Reply
from licet.web.request import Request

OK, CREATED, NO_CONTENT = 200, 201, 204

ASKED = (401, 403, 429)
"""What every call may be refused with."""
LISTED = (400, *ASKED)
READ = (*ASKED, 404)
WRITTEN = (400, *READ, 413, 415)
CHANGED = (*WRITTEN, 412)
CREATING = (400, *ASKED, 409, 413, 415)
ADDED = (*WRITTEN, 409)
REMOVED = (*READ, 409)
DELETED = (*READ, 412)

GRANTED = (400, 401, 429)
GRANTED_FOR_SOMEBODY = (*GRANTED, 403)

PHRASES: Mapping[int, str] = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Payload Too Large",
    415: "Unsupported Media Type",
    421: "Misdirected Request",
    429: "Too Many Requests",
    500: "Internal Server Error",
}

_UNAUTHENTICATED = "Authentication required"
_ROLE = "Owner or admin role required"
_UNKNOWN_APPLICATION = "OAuth application not found"
_BROKEN = "Internal server error"

ANSWERS: Mapping[type[Failure], tuple[int, str]] = {
    errors.Refused: (400, "The request was refused"),
    errors.Unauthenticated: (401, _UNAUTHENTICATED),
    errors.WrongPassword: (401, _UNAUTHENTICATED),
    errors.Forbidden: (403, "This is not allowed"),
    errors.CredentialNotAccepted: (403, "This kind of credential is not accepted here"),
    errors.ScopeMissing: (403, "The token lacks the scope {0.scope}"),
    errors.RoleTooLow: (403, _ROLE),
    errors.NotCreator: (403, _ROLE),
    errors.PermissionMissing: (403, _ROLE),
    errors.ScopeNotGrantable: (403, "Scope {0.scope} cannot be granted by the caller"),
    errors.SignUpClosed: (403, "Signing up is not open"),
    errors.CrossSite: (403, "The request came from another site"),
    errors.RegistrationClosed: (403, "Registration is not open"),
    errors.SecondFactorRequired: (403, "A second factor is required"),
    errors.SecondFactorInvalid: (403, "The second factor is wrong"),
    errors.NotFound: (404, "Not found"),
    errors.UnknownApplication: (404, _UNKNOWN_APPLICATION),
    errors.UnknownSecret: (404, "Secret not found"),
    errors.UnknownUser: (404, "User not found"),
    errors.UnknownOrganization: (403, _ROLE),
    errors.UnknownMember: (404, "Member not found"),
    errors.UnknownToken: (404, "Token not found"),
    errors.UnknownScope: (404, "Scope not found"),
    errors.UnknownResource: (404, "Resource not found"),
    errors.UnknownRevision: (404, "Event not found"),
    errors.UnknownLink: (404, "Link not found"),
    errors.UnknownWebhook: (404, "Webhook not found"),
    errors.UnknownRoute: (404, "Route not found"),
    errors.Conflict: (409, "The present state does not allow this"),
    errors.VersionMismatch: (412, "The application was changed by someone else"),
    errors.NameTaken: (409, "The {0.field} is taken"),
    errors.LastSecret: (409, "The last active secret cannot be deleted"),
    errors.TooManySecrets: (409, "The application has two active secrets already"),
    errors.TooMany: (409, "There are as many of these as are allowed"),
    errors.RoleFixed: (409, "This role cannot be changed"),
    errors.LastAdministrator: (409, "The last administrator of the instance stays one"),
    errors.StillOwned: (409, "It still owns something"),
    errors.StillRunning: (409, "The first request with this Idempotency-Key is still running"),
    errors.KeyReused: (400, "Idempotency-Key was used with another request"),
    errors.Invalid: (400, "The request has faults"),
    errors.Malformed: (400, "The request cannot be read"),
    errors.MalformedRequest: (400, "{0.reason}"),
    errors.MalformedBody: (400, "{0.reason}"),
    errors.UnsupportedMediaType: (415, "The body must be application/json"),
    errors.BodyTooLarge: (413, "The body is too large"),
    errors.MethodNotAllowed: (405, "Method not allowed"),
    errors.MisdirectedHost: (421, "This host is not served here"),
    errors.Throttled: (429, "Too many requests"),
    errors.Unreachable: (400, "The address could not be reached"),
    errors.ProtocolRefusal: (400, "{0.reason}"),
    errors.InvalidRequest: (400, "{0.reason}"),
    errors.InvalidClient: (401, "Invalid client credentials"),
    errors.InvalidGrant: (400, "{0.reason}"),
    errors.UnauthorizedClient: (400, "{0.reason}"),
    errors.UnsupportedGrantType: (400, "{0.reason}"),
    errors.UnsupportedResponseType: (400, "{0.reason}"),
    errors.InvalidScope: (400, "{0.reason}"),
    errors.InvalidTarget: (400, "{0.reason}"),
    errors.RequestNotSupported: (400, "{0.reason}"),
    errors.RequestUriNotSupported: (400, "{0.reason}"),
    errors.InvalidRequestObject: (400, "{0.reason}"),
    errors.InvalidRequestUri: (400, "{0.reason}"),
    errors.InvalidAuthorizationDetails: (400, "{0.reason}"),
    errors.UnmetAuthenticationRequirements: (400, "{0.reason}"),
    errors.InvalidDpopProof: (400, "{0.reason}"),
    errors.UseDpopNonce: (400, "{0.reason}"),
    errors.AccessDenied: (400, "{0.reason}"),
    errors.LoginRequired: (400, "{0.reason}"),
    errors.ConsentRequired: (403, "The user has not allowed the application these scopes"),
    errors.AccountSelectionRequired: (400, "{0.reason}"),
    errors.AuthorizationPending: (400, "{0.reason}"),
    errors.PolledTooSoon: (400, "{0.reason}"),
    errors.ExpiredToken: (400, "{0.reason}"),
    errors.Broken: (500, _BROKEN),
    errors.DatabaseTooNew: (500, _BROKEN),
    errors.StoreUnavailable: (500, _BROKEN),
    errors.BadSettings: (500, _BROKEN),
}
"""Every leaf of the tree of errors: a status, and a sentence that may name an attribute of the failure."""

Row = tuple[int, str]
"""A status and a sentence."""

INVALID_CODE: Row = (400, "Invalid authorization code")
INVALID_REFRESH: Row = (401, "Invalid refresh token")

FIELDS: Mapping[Cause, str] = {
    Cause.PARAMETER_MISSING: "{0.about} is required",
    Cause.VERIFIER_MALFORMED: "codeVerifier must be 43 to 128 unreserved characters",
    Cause.SCOPE_UNKNOWN: "scopes has what the application may not ask for: {0.about}",
}
"""What of a protocol's refusals is a fault of a field, so that it stands in a list."""

LISTS: Mapping[type[Failure], Callable[[Any, str], list[str]]] = {
    errors.Invalid: lambda failure, _: sentences(failure.faults),
    errors.KeyReused: lambda _, sentence: [sentence],
}
"""Failures of the request's own content: their sentences stand in a list."""

HEADERS: Mapping[type[Failure], Callable[[Any], Pair]] = {
    # RFC 9110 §11.6.1: a 401 names the scheme that would do.
    errors.Unauthenticated: lambda _: ("www-authenticate", "Bearer"),
    errors.WrongPassword: lambda _: ("www-authenticate", "Bearer"),
    errors.InvalidClient: lambda _: _CHALLENGE,
    errors.MethodNotAllowed: lambda failure: ("allow", ", ".join(failure.allowed)),
    errors.Throttled: lambda failure: ("retry-after", str(failure.retry_after)),
}

_CHALLENGE: Pair = ("www-authenticate", 'Basic realm="client", charset="UTF-8"')
# RFC 6749 §5.1: what carries credentials is kept by nobody on the way.
_UNKEPT: tuple[Pair, ...] = (("cache-control", "no-store"), ("pragma", "no-cache"))
_PUBLIC: tuple[Pair, ...] = (("cache-control", "public, max-age=300"), ("access-control-allow-origin", "*"))
OAUTH: Mapping[type[Failure], int] = {errors.InvalidClient: 401, errors.ConsentRequired: 403, errors.Throttled: 429}
"""Statuses of refusals in OAuth's own form; any other is 400 (RFC 6749 section 5.2)."""

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "statusCode": {"type": "integer"},
        "message": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
        "error": {"type": "string"},
    },
    "required": ["statusCode", "message", "error"],
    "additionalProperties": False,
}


OAUTH_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
    "required": ["error", "error_description"],
    "additionalProperties": False,
}


def ok(document: object, headers: Iterable[Pair] = ()) -> Reply:
    """What was asked for."""
    return Reply.json(document, OK, headers)


def streamed(array: AsyncIterator[bytes]) -> Reply:
    """A JSON text that is sent while it is made."""
    return Reply(OK, array, [("content-type", JSON)])


def created(document: bytes) -> Reply:
    """Something new, with what of it is shown only now; the bytes are those of every repetition."""
    return Reply(CREATED, document, [("content-type", JSON)])


def made(document: object) -> Reply:
    """Something new that is shown again."""
    return Reply.json(document, CREATED)


def done() -> Reply:
    """Nothing to say."""
    return Reply.empty(NO_CONTENT)


def tokens(made: TokenAnswer) -> Reply:
    """A token answer, alike in both languages (RFC 6749 section 5.1)."""
    said = {
        "access_token": made.access_token,
        **({} if made.refresh_token is None else {"refresh_token": made.refresh_token}),
        "token_type": made.token_type,
        "expires_in": made.expires_in,
        "scope": " ".join(made.scope),
    }
    return Reply.json(said, OK, _UNKEPT)


def told(claims: Mapping[str, Any]) -> Reply:
    """What a token is good for (RFC 7662 section 2.2)."""
    return Reply.json(claims, OK, _UNKEPT)


def ended() -> Reply:
    """A revocation, whatever it found (RFC 7009 section 2.2)."""
    return Reply.empty(OK, _UNKEPT)


def published(document: Mapping[str, Any]) -> Reply:
    """A document for everybody, which may be kept for some minutes."""
    return Reply.json(document, OK, _PUBLIC)


def token_refused(refusal: Refused, ungranted: Row) -> Reply:
    """A refusal of a token in the envelope; how a grant is said that is not good, the route says."""
    if not isinstance(refusal, InvalidGrant):
        return _enveloped(refusal).with_headers(_UNKEPT)
    status, sentence = ungranted
    headers = [_CHALLENGE] if status == ANSWERS[errors.InvalidClient][0] else []
    document = {"statusCode": status, "message": sentence, "error": PHRASES[status]}
    return Reply.json(document, status, (*_UNKEPT, *headers))


def oauth_error(refusal: Refused) -> Reply:
    """A refusal in OAuth's own form (RFC 6749 section 5.2)."""
    headers = [HEADERS[type(refusal)](refusal)] if type(refusal) in HEADERS else []
    description = getattr(refusal, "reason", refusal.public).replace('"', "'").replace("\\", "/")
    plain = "".join(character if " " <= character <= "~" else "?" for character in description)
    document = {"error": refusal.code, "error_description": plain}
    return Reply.json(document, OAUTH.get(type(refusal), ANSWERS[errors.Invalid][0]), (*_UNKEPT, *headers))


def render(failure: Exception, _request: Request) -> Reply:
    """A failure in the envelope, with the header that its status asks for."""
    return _enveloped(failure)


def _enveloped(failure: Exception) -> Reply:
    said = failure if isinstance(failure, Failure) else errors.Broken()
    status, sentence = ANSWERS[type(said)]
    message = LISTS[type(said)](said, sentence) if type(said) in LISTS else sentence.format(said)
    if isinstance(said, ProtocolRefusal) and said.cause in FIELDS:
        message = [FIELDS[said.cause].format(said)]
    document = {"statusCode": status, "message": message, "error": PHRASES[status]}
    headers = [HEADERS[type(said)](said)] if type(said) in HEADERS else []
    return Reply.json(document, status, headers)
