"""How this surface answers: its success statuses, and every failure as a problem document (RFC 9457).

`type` is `urn:licet:problem:<name>` and never changes; `errors` names each fault by a JSON pointer into the request. No
value of a request is ever repeated.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from licet import errors
from licet.errors import Failure, Fault
from licet.web.reply import Pair, Reply
from licet.web.request import Request

OK, CREATED, NO_CONTENT, NOT_MODIFIED = 200, 201, 204, 304
BAD, UNKNOWN_CALLER, FORBIDDEN, MISSING, CONFLICT, CHANGED = 400, 401, 403, 404, 409, 412
TOO_LARGE, WRONG_TYPE, KEY_REUSED, TOO_OFTEN = 413, 415, 422, 429

ASKING = (BAD, UNKNOWN_CALLER, FORBIDDEN, TOO_OFTEN)
"""What every call with a credential may be refused with."""
READING = (*ASKING, MISSING)
WRITING = (*READING, CONFLICT, TOO_LARGE, WRONG_TYPE)
CHANGING = (*WRITING, CHANGED)
ONCE = (*WRITING, KEY_REUSED)
ANYBODY = (BAD, UNKNOWN_CALLER, FORBIDDEN, MISSING, CONFLICT, TOO_LARGE, WRONG_TYPE, TOO_OFTEN)

MEDIA_TYPE = "application/problem+json"
MAXIMUM_TOLD = 100
"""As many faults are told: a body of thousands of wrong keys must not become a larger answer."""


class Problem(NamedTuple):
    """A kind of failure: status, name in its URI, title."""

    status: int
    name: str
    title: str


PROBLEMS: Mapping[type[Failure], Problem] = {
    errors.Refused: Problem(400, "refused", "Refused"),
    errors.Unauthenticated: Problem(401, "unauthenticated", "Unauthenticated"),
    errors.WrongPassword: Problem(401, "wrong-password", "Wrong user name or password"),
    errors.Forbidden: Problem(403, "forbidden", "Forbidden"),
    errors.CredentialNotAccepted: Problem(403, "credential-not-accepted", "Credential not accepted"),
    errors.ScopeMissing: Problem(403, "scope-missing", "Scope missing"),
    errors.RoleTooLow: Problem(403, "role-too-low", "Role too low"),
    errors.NotCreator: Problem(403, "not-creator", "Not the creator"),
    errors.PermissionMissing: Problem(403, "permission-missing", "Permission missing"),
    errors.ScopeNotGrantable: Problem(403, "scope-not-grantable", "Scope not grantable"),
    errors.SignUpClosed: Problem(403, "sign-up-closed", "Sign-up closed"),
    errors.CrossSite: Problem(403, "cross-site", "Cross-site request"),
    errors.RegistrationClosed: Problem(403, "registration-closed", "Registration closed"),
    errors.SecondFactorRequired: Problem(403, "second-factor-required", "Second factor required"),
    errors.SecondFactorInvalid: Problem(403, "second-factor-invalid", "Second factor invalid"),
    errors.NotFound: Problem(404, "not-found", "Not found"),
    errors.UnknownApplication: Problem(404, "unknown-application", "Unknown application"),
    errors.UnknownSecret: Problem(404, "unknown-secret", "Unknown secret"),
    errors.UnknownUser: Problem(404, "unknown-user", "Unknown user"),
    errors.UnknownOrganization: Problem(404, "unknown-organization", "Unknown organization"),
    errors.UnknownMember: Problem(404, "unknown-member", "Unknown member"),
    errors.UnknownToken: Problem(404, "unknown-token", "Unknown token"),
    errors.UnknownScope: Problem(404, "unknown-scope", "Unknown scope"),
    errors.UnknownResource: Problem(404, "unknown-resource", "Unknown resource"),
    errors.UnknownRevision: Problem(404, "unknown-revision", "Unknown revision"),
    errors.UnknownLink: Problem(404, "unknown-link", "Unknown link"),
    errors.UnknownWebhook: Problem(404, "unknown-webhook", "Unknown webhook"),
    errors.UnknownRoute: Problem(404, "unknown-route", "Unknown address"),
    errors.Conflict: Problem(409, "conflict", "Conflict"),
    errors.VersionMismatch: Problem(412, "version-mismatch", "Changed meanwhile"),
    errors.NameTaken: Problem(409, "name-taken", "Name taken"),
    errors.LastSecret: Problem(409, "last-secret", "Last secret"),
    errors.TooManySecrets: Problem(409, "too-many-secrets", "Too many secrets"),
    errors.TooMany: Problem(409, "too-many", "Too many"),
    errors.RoleFixed: Problem(409, "role-fixed", "Role fixed"),
    errors.LastAdministrator: Problem(409, "last-administrator", "Last administrator"),
    errors.StillOwned: Problem(409, "still-owned", "Still owned"),
    errors.StillRunning: Problem(409, "still-running", "Still running"),
    errors.KeyReused: Problem(422, "key-reused", "Idempotency key reused"),
    errors.Invalid: Problem(400, "invalid", "Invalid request"),
    errors.Malformed: Problem(400, "malformed", "Malformed request"),
    errors.MalformedRequest: Problem(400, "malformed-request", "Malformed request"),
    errors.MalformedBody: Problem(400, "malformed-body", "Malformed body"),
    errors.UnsupportedMediaType: Problem(415, "unsupported-media-type", "Unsupported media type"),
    errors.BodyTooLarge: Problem(413, "body-too-large", "Body too large"),
    errors.MethodNotAllowed: Problem(405, "method-not-allowed", "Method not allowed"),
    errors.MisdirectedHost: Problem(421, "misdirected-host", "Misdirected host"),
    errors.Throttled: Problem(429, "throttled", "Too many requests"),
    errors.Unreachable: Problem(400, "unreachable", "Address not reachable"),
    errors.ProtocolRefusal: Problem(400, "protocol", "Refused by the protocol"),
    errors.InvalidRequest: Problem(400, "invalid-request", "Invalid request"),
    errors.InvalidClient: Problem(400, "invalid-client", "Invalid client"),
    errors.InvalidGrant: Problem(400, "invalid-grant", "Invalid grant"),
    errors.UnauthorizedClient: Problem(400, "unauthorized-client", "Unauthorized client"),
    errors.UnsupportedGrantType: Problem(400, "unsupported-grant-type", "Unsupported grant type"),
    errors.UnsupportedResponseType: Problem(400, "unsupported-response-type", "Unsupported response type"),
    errors.InvalidScope: Problem(400, "invalid-scope", "Invalid scope"),
    errors.InvalidTarget: Problem(400, "invalid-target", "Invalid target"),
    errors.RequestNotSupported: Problem(400, "request-not-supported", "Request not supported"),
    errors.RequestUriNotSupported: Problem(400, "request-uri-not-supported", "Request uri not supported"),
    errors.InvalidRequestObject: Problem(400, "invalid-request-object", "Invalid request object"),
    errors.InvalidRequestUri: Problem(400, "invalid-request-uri", "Invalid request uri"),
    errors.InvalidAuthorizationDetails: Problem(400, "invalid-authorization-details", "Invalid authorization details"),
    errors.UnmetAuthenticationRequirements: Problem(
        400, "unmet-authentication-requirements", "Unmet authentication requirements"
    ),
    errors.InvalidDpopProof: Problem(400, "invalid-dpop-proof", "Invalid DPoP proof"),
    errors.UseDpopNonce: Problem(400, "use-dpop-nonce", "A DPoP nonce is needed"),
    errors.AccessDenied: Problem(400, "access-denied", "Access denied"),
    errors.LoginRequired: Problem(400, "login-required", "Login required"),
    errors.ConsentRequired: Problem(400, "consent-required", "Consent required"),
    errors.AccountSelectionRequired: Problem(400, "account-selection-required", "Account selection required"),
    errors.AuthorizationPending: Problem(400, "authorization-pending", "Authorization pending"),
    errors.PolledTooSoon: Problem(400, "polled-too-soon", "Polled too soon"),
    errors.ExpiredToken: Problem(400, "expired-token", "Expired token"),
    errors.Broken: Problem(500, "broken", "Internal error"),
    errors.DatabaseTooNew: Problem(503, "database-too-new", "Database too new"),
    errors.StoreUnavailable: Problem(503, "store-unavailable", "Database unavailable"),
    errors.BadSettings: Problem(500, "bad-settings", "Wrong setting"),
}

SENTENCES: Mapping[str, str] = {
    "absent": "This is required.",
    "null": "This must not be null.",
    "type": "This must be of type {}.",
    "unknown": "Nothing of this name is known here.",
    "immutable": "This cannot be set; it may be left out, or sent as it was shown.",
    "too_short": "This must have at least {} characters.",
    "too_long": "This must not be longer than {}.",
    "too_few": "This must have at least {} items.",
    "too_many": "This must not have more than {} items.",
    "bad_uri": "This must be a URL ({}).",
    "bad_redirect_uri": "A redirect URI {}.",
    "bad_choice": "This must be {}.",
    "control_character": "This must not contain control characters.",
    "duplicate": "This is a repetition.",
    "out_of_range": "This must be within {}.",
    "bad_value": "This must be {}.",
}

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "What kind of problem; it never changes."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "RFC 6901, into the body or the query."},
                    "code": {"type": "string", "enum": [*SENTENCES, "taken"]},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def ok(document: object, headers: Iterable[Pair] = ()) -> Reply:
    """What was asked for."""
    return Reply.json(document, OK, headers)


def created(document: object, headers: Iterable[Pair] = ()) -> Reply:
    """Something new, with whatever of it is shown only now."""
    return Reply.json(document, CREATED, headers)


def put(document: object, *, new: bool) -> Reply:
    """Something that is now as it was sent."""
    return Reply.json(document, CREATED if new else OK)


def done() -> Reply:
    """Nothing to say."""
    return Reply.empty(NO_CONTENT)


def not_modified(headers: Iterable[Pair]) -> Reply:
    """The caller has it already."""
    return Reply.empty(NOT_MODIFIED, headers)


def render(failure: Exception, request: Request) -> Reply:
    """A failure as a problem document, with the headers that its status asks for."""
    said = failure if isinstance(failure, Failure) else errors.Broken()
    problem, members, headers_of = PROBLEMS[type(said)], _MEMBERS.get(type(said)), _HEADERS.get(type(said))
    document = {
        "type": f"urn:licet:problem:{problem.name}",
        "title": problem.title,
        "status": problem.status,
        "detail": getattr(said, "reason", said.public),
        **(members(said) if members else {}),
    }
    headers = headers_of(said) if headers_of else []
    if isinstance(said, errors.Unauthenticated):
        headers = [("www-authenticate", _challenge(request))]
    return Reply.json(document, problem.status, headers, media_type=MEDIA_TYPE)


def _challenge(request: Request) -> str:
    # RFC 6750 §3.1: a request without a credential gets no error code.
    return 'Bearer error="invalid_token"' if request.header("authorization") else "Bearer"


def _told(fault: Fault) -> Mapping[str, str]:
    told = _whole(fault)
    return {"pointer": told.pointer, "code": told.code, "detail": SENTENCES[told.code].format(told.expected)}


def _whole(fault: Fault) -> Fault:
    """A fault of one scope points at the whole string that scopes are written as here."""
    match fault.path:
        case ("scope", int(position)):
            return replace(fault, path=("scope",), expected=f"{fault.expected} (number {position + 1} is not)")
        case _:
            return fault


_MEMBERS: Mapping[type[Failure], Callable[[Any], Mapping[str, object]]] = {
    errors.Invalid: lambda failure: {"errors": [_told(fault) for fault in failure.faults[:MAXIMUM_TOLD]]},
    errors.NameTaken: lambda failure: {
        "errors": [{"pointer": f"/{failure.field}", "code": "taken", "detail": failure.public}]
    },
    errors.ScopeMissing: lambda failure: {"scope": failure.scope},
    errors.ScopeNotGrantable: lambda failure: {"scope": failure.scope},
    errors.PermissionMissing: lambda failure: {"permission": failure.permission},
    errors.Throttled: lambda failure: {"retry_after": failure.retry_after},
}
_HEADERS: Mapping[type[Failure], Callable[[Any], list[Pair]]] = {
    errors.ScopeMissing: lambda failure: [
        ("www-authenticate", f'Bearer error="insufficient_scope", scope="{failure.scope}"')
    ],
    errors.Throttled: lambda failure: [("retry-after", str(failure.retry_after))],
    errors.MethodNotAllowed: lambda failure: [("allow", ", ".join(failure.allowed))],
}
