"""The answers of this surface, and how it says every failure: the one place of its statuses and messages."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import orjson

from licet import errors
from licet.dialects.teable.fields import APPLICATION
from licet.dialects.teable.limits import DEVICE_CODES, NOTIFICATIONS, NOTIFICATIONS_OF_ALL, TOKENS
from licet.domain.kinds import json_type
from licet.errors import Failure, Fault
from licet.web.reply import Pair, Reply
from licet.web.request import Request

OK, CREATED, SENT_ON = 200, 201, 302
BAD, MISSING = (400,), (404,)
ASKING = (401, 403, 429)
"""What every call with a credential may be refused with."""
FINDING = (*ASKING, 404)
READING = (*ASKING, 400, 413, 415)
REMOVING = (*FINDING, 409)
CHANGING = (*READING, 404, 409)
SIGNING_IN = READING
SIGNING_UP = (*READING, 409)

_CODES: Mapping[int, str] = {
    400: "validation_error",
    401: "unauthorized",
    403: "restricted_resource",
    404: "not_found",
    409: "conflict",
    413: "validation_error",
    415: "validation_error",
    421: "not_found",
    422: "unprocessable_entity",
    429: "too_many_requests",
    500: "internal_server_error",
    503: "database_connection_unavailable",
}
_UNAUTHORIZED = (401, "Unauthorized")
_FORBIDDEN = (403, "Forbidden resource")
_REFUSED = (400, "Validation error: {}")
_BROKEN = (500, "Internal Server Error")

SAID: Mapping[type[Failure], tuple[int, str]] = {
    errors.Unauthenticated: _UNAUTHORIZED,
    errors.WrongPassword: _UNAUTHORIZED,
    errors.Forbidden: _FORBIDDEN,
    errors.CredentialNotAccepted: _FORBIDDEN,
    errors.ScopeMissing: _FORBIDDEN,
    errors.RoleTooLow: _FORBIDDEN,
    errors.NotCreator: (403, "No permission to operate on this OAuth client"),
    errors.PermissionMissing: _FORBIDDEN,
    errors.ScopeNotGrantable: _FORBIDDEN,
    errors.SignUpClosed: (403, "Sign up is not open here"),
    errors.CrossSite: _FORBIDDEN,
    errors.RegistrationClosed: _FORBIDDEN,
    errors.SecondFactorRequired: _FORBIDDEN,
    errors.SecondFactorInvalid: _FORBIDDEN,
    errors.UnknownApplication: (404, "OAuth client not found"),
    errors.UnknownSecret: (404, "OAuth client secret not found"),
    errors.UnknownUser: (404, "User not found"),
    errors.UnknownOrganization: (404, "Organization not found"),
    errors.UnknownMember: (404, "Member not found"),
    errors.UnknownToken: (404, "Access token not found"),
    errors.NotFound: (404, "Not found"),
    errors.UnknownScope: (404, "Scope not found"),
    errors.UnknownResource: (404, "Resource not found"),
    errors.UnknownRevision: (404, "Revision not found"),
    errors.UnknownLink: (404, "Link not found"),
    errors.UnknownWebhook: (404, "Webhook not found"),
    errors.UnknownRoute: (404, "Not Found"),
    errors.MethodNotAllowed: (404, "Not Found"),
    errors.Conflict: (409, "The present state does not allow this"),
    errors.VersionMismatch: (409, "It was changed by someone else, please try again"),
    errors.NameTaken: (409, "This e-mail address is already registered"),
    errors.LastSecret: (409, "The last secret cannot be deleted"),
    errors.TooManySecrets: (409, "There are as many secrets as are allowed"),
    errors.TooMany: (409, "There are as many of these as are allowed"),
    errors.RoleFixed: (409, "This role cannot be changed"),
    errors.LastAdministrator: (409, "The last administrator of the instance stays one"),
    errors.StillOwned: (409, "It still owns something"),
    errors.StillRunning: (409, "The first call with this key is still running"),
    errors.KeyReused: (400, "Validation error: This key was used with another request"),
    errors.Invalid: (400, "Validation error: {}"),
    errors.MalformedRequest: (400, "Validation error: {}"),
    errors.MalformedBody: (400, "Validation error: Invalid JSON body"),
    errors.UnsupportedMediaType: (415, "Validation error: Unsupported media type"),
    errors.BodyTooLarge: (413, "Validation error: Request body too large"),
    errors.MisdirectedHost: (421, "This host is not served here"),
    errors.Throttled: (429, ""),
    errors.Unreachable: (400, "The address could not be reached"),
    errors.InvalidRequest: _REFUSED,
    errors.InvalidClient: _UNAUTHORIZED,
    errors.InvalidGrant: _REFUSED,
    errors.UnauthorizedClient: _REFUSED,
    errors.UnsupportedGrantType: _REFUSED,
    errors.UnsupportedResponseType: _REFUSED,
    errors.InvalidScope: _REFUSED,
    errors.InvalidTarget: _REFUSED,
    errors.RequestNotSupported: _REFUSED,
    errors.RequestUriNotSupported: _REFUSED,
    errors.InvalidRequestObject: _REFUSED,
    errors.InvalidRequestUri: _REFUSED,
    errors.InvalidAuthorizationDetails: _REFUSED,
    errors.UnmetAuthenticationRequirements: _REFUSED,
    errors.InvalidDpopProof: _REFUSED,
    errors.UseDpopNonce: _REFUSED,
    errors.AccessDenied: _REFUSED,
    errors.LoginRequired: _REFUSED,
    errors.ConsentRequired: _REFUSED,
    errors.AccountSelectionRequired: _REFUSED,
    errors.AuthorizationPending: _REFUSED,
    errors.PolledTooSoon: _REFUSED,
    errors.ExpiredToken: _REFUSED,
    errors.Broken: _BROKEN,
    errors.DatabaseTooNew: _BROKEN,
    errors.BadSettings: _BROKEN,
    errors.StoreUnavailable: (503, "Database connection unavailable"),
}
"""Every failure by its class; `{}` stands for what is wrong with the request."""

_THROTTLED = "Too many requests"
THROTTLED: Mapping[str, str] = {
    TOKENS: "Token request rate limit exceeded",
    DEVICE_CODES.name: "Device code request rate limit exceeded",
    NOTIFICATIONS.name: "Notification rate limit exceeded",
    NOTIFICATIONS_OF_ALL.name: "Notification rate limit exceeded",
}
"""What was too much, by the name of its limit."""

_ISSUES: Mapping[str, str] = {
    "absent": "Invalid input: expected {expected}, received {received}",
    "null": "Invalid input: expected {expected}, received {received}",
    "type": "Invalid input: expected {expected}, received {received}",
    "too_short": "Too small: expected string to have >={expected} characters",
    "too_long": "Too big: expected at most {expected}",
    "too_few": "Too small: expected array to have >={expected} items",
    "too_many": "Too big: expected array to have <={expected} items",
    "bad_uri": "Invalid URL",
    "bad_redirect_uri": "Invalid URL",
    "bad_choice": "Invalid option: expected one of {expected}",
    "control_character": "Invalid string: control characters are not allowed",
}
_OTHER_ISSUE = "Invalid input: expected {expected}"

ERROR: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "message": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": sorted(set(_CODES.values()))},
        "data": {"type": "object"},
    },
    "required": ["message", "status", "code"],
    "additionalProperties": False,
}


def ok(value: object, headers: Iterable[Pair] = ()) -> Reply:
    """200 with a body."""
    return Reply.json(value, OK, headers)


def created(value: object, headers: Iterable[Pair] = ()) -> Reply:
    """201 with a body."""
    return Reply.json(value, CREATED, headers)


def done(headers: Iterable[Pair] = ()) -> Reply:
    """200 with nothing to say."""
    return Reply.empty(OK, headers)


def made() -> Reply:
    """201 with nothing to say."""
    return Reply.empty(CREATED)


def streamed(pieces: AsyncIterator[Iterable[Mapping[str, Any]]]) -> Reply:
    """200 with an array that is written as it is read."""
    return Reply(OK, _array(pieces), (("content-type", "application/json"),))


def render(failure: Exception, _request: Request) -> Reply:
    """A failure in this surface's envelope."""
    said = failure if isinstance(failure, Failure) else errors.Broken()
    status, message = SAID[type(said)]
    if isinstance(said, errors.Throttled):
        text = f"{THROTTLED.get(said.what, _THROTTLED)}, please try again later"
        reply = envelope(status, text, {"retryAfter": said.retry_after})
        return reply.with_headers([("retry-after", str(said.retry_after))])
    return envelope(status, message.format(wrong(said)))


def envelope(status: int, message: str, data: Mapping[str, Any] | None = None) -> Reply:
    """A refusal in this surface's envelope."""
    more = {"data": data} if data else {}
    return Reply.json({"message": message, "status": status, "code": _CODES[status], **more}, status)


def wrong(failure: Failure) -> str:
    """What is wrong with a request, in the words of this surface; empty for what is not about a request."""
    match failure:
        case errors.Invalid():
            return "; ".join(_issue(APPLICATION.translated(fault)) for fault in failure.faults)
        case errors.MalformedRequest():
            return failure.reason
        case _:
            return ""


def _issue(fault: Fault) -> str:
    text = _ISSUES.get(fault.code, _OTHER_ISSUE)
    said = text.format(expected=fault.expected, received=json_type(fault.value))
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault.path).removeprefix(".")
    return f'{said} at "{place}"' if place else said


async def _array(pieces: AsyncIterator[Iterable[Mapping[str, Any]]]) -> AsyncIterator[bytes]:
    before = b"["
    async for piece in pieces:
        items = b",".join(map(orjson.dumps, piece))
        if items:
            yield before + items
            before = b","
    yield b"[]" if before == b"[" else b"]"
