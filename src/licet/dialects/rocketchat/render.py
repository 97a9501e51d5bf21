"""Every answer of this surface: success, refusal, and each failure of the house in its own words."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any

from licet import errors
from licet.dialects.rocketchat.fields import RECORD
from licet.web.limits import Standing
from licet.web.reply import JSON, Pair, Reply
from licet.web.request import Request

OK = 200
REFUSED, UNKNOWN_CALLER, FORBIDDEN, TOO_OFTEN = 400, 401, 403, 429

LOGIN_FIRST = "You must be logged in to do this."
NO_PERMISSION = "User does not have the permissions required for this action [error-unauthorized]"
NO_CORS = 'CORS not enabled. Go to "Admin > General > REST Api" to enable it.'
METHODS: Mapping[str, str] = {
    "/api/v1/oauth-apps.create": "addOAuthApp",
    "/api/v1/oauth-apps.update": "updateOAuthApp",
    "/api/v1/oauth-apps.delete": "deleteOAuthApp",
    "/api/v1/users.generatePersonalAccessToken": "personalAccessTokens:generateToken",
    "/api/v1/users.regeneratePersonalAccessToken": "personalAccessTokens:regenerateToken",
    "/api/v1/users.removePersonalAccessToken": "personalAccessTokens:removeToken",
}
"""What a refusal's `details.method` says, by route."""
_NOT_ALLOWED = ("Not allowed", "error-not-allowed")
_GONE: Mapping[str, tuple[str, str]] = {
    "/api/v1/oauth-apps.create": ("Invalid user", "error-invalid-user"),
    "/api/v1/oauth-apps.update": _NOT_ALLOWED,
    "/api/v1/oauth-apps.delete": _NOT_ALLOWED,
}
"""What a route that asks twice says of a caller who is gone since the first time."""


def ok(body: Mapping[str, Any], headers: Iterable[Pair] = ()) -> Reply:
    """An object, with `success` in it."""
    return Reply.json({**body, "success": True}, OK, headers)


def done() -> Reply:
    """The bare literal `true`."""
    return Reply.json(value=True)


def streamed(body: AsyncIterator[bytes]) -> Reply:
    """A list whose pieces come as they are read."""
    return Reply(OK, body, [("content-type", JSON)])


def failure(text: str, code: str = "", details: Mapping[str, Any] | None = None) -> Reply:
    """A refused action: a plain text, or a reason with its code."""
    if not code:
        return _said(REFUSED, text)
    body = {"success": False, "error": f"{text} [{code}]", "errorType": code}
    return Reply.json({**body, "details": details} if details else body, REFUSED)


def invalid_params(messages: Iterable[str]) -> Reply:
    """What the schema refuses."""
    return failure("\n ".join(messages), "invalid-params")


def no_application() -> Reply:
    """No application of that id or client id, for whoever only looks."""
    return failure("OAuth app not found.")


def deprecated_parameter(name: str, route: str) -> list[Pair]:
    """Headers of an answer to a deprecated query parameter."""
    return [
        ("x-deprecation-type", "parameter-deprecation"),
        (
            "x-deprecation-message",
            f'The parameter "{name}" in the endpoint "{route}" is deprecated and will be removed on version 7.0.0',
        ),
        ("x-deprecation-version", "7.0.0"),
    ]


def forbidden() -> Reply:
    """The caller lacks a permission."""
    return _said(FORBIDDEN, NO_PERMISSION)


def not_logged_in() -> Reply:
    """No credential, or a bad one."""
    body = {"success": False, "error": LOGIN_FIRST, "status": "error", "message": LOGIN_FIRST}
    return Reply.json(body, UNKNOWN_CALLER)


def login_refused(code: str = "Unauthorized", reason: str = "Unauthorized") -> Reply:
    """A sign-in that failed: one answer for an unknown user and a wrong password."""
    return Reply.json({"success": False, "status": "error", "error": code, "message": reason}, UNKNOWN_CALLER)


def login_blocked(of: str) -> Reply:
    """A sign-in while too many have failed, of a `user` or from an `ip`."""
    named = {"user": "For User", "ip": "For IP"}[of]
    return login_refused(f"error-login-blocked-for-{of}", f"Login has been temporarily blocked {named}")


def token_name_required() -> Reply:
    """A personal access token without a name."""
    return failure("The 'tokenName' param is required")


def user_param_required() -> Reply:
    """A look-up of a person that says neither id nor name."""
    return failure('The required "userId" or "username" param was not provided', "error-user-param-not-provided")


def not_authorized() -> Reply:
    """The caller may have no personal access tokens."""
    return failure("Not Authorized", "not-authorized", {"method": "personalAccessTokens:generateToken"})


def may_not_create_token() -> Reply:
    """The secret for making login tokens is not the instance's, or the caller may make none for others."""
    return failure("Not authorized", "error-not-authorized")


def preflight(allowed: Iterable[Pair]) -> Reply:
    """A pre-flight that may go on."""
    return Reply.empty(OK, allowed)


def cors_off() -> Reply:
    """A pre-flight while the operator lets no other origin in."""
    return Reply.text(NO_CORS, 405)


def foreign_origin() -> Reply:
    """A pre-flight from an origin that is not on the list."""
    return Reply.text("Invalid origin", FORBIDDEN)


def standing_headers(standing: Standing) -> list[Pair]:
    """What a counted answer says of its limit; the reset in ms since the epoch."""
    return [
        ("x-ratelimit-limit", str(standing.limit)),
        ("x-ratelimit-remaining", str(standing.remaining)),
        ("x-ratelimit-reset", str(standing.reset_at)),
    ]


def render(refusal: Exception, request: Request) -> Reply:
    """A failure in this surface's words; each leaf of the tree has its row."""
    return _ROWS[type(refusal)](refusal, request)


Row = Callable[[Any, Request], Reply]


def _said(status: int, text: str) -> Reply:
    return Reply.json({"success": False, "error": text}, status)


def _always(reply: Callable[[], Reply]) -> Row:
    return lambda _refusal, _request: reply()


def _plain(status: int, text: str = "") -> Row:
    return lambda refusal, _: _said(status, text or getattr(refusal, "reason", refusal.public))


def _coded(text: str, code: str) -> Row:
    return lambda _, request: failure(text, code, _method(request))


def _method(request: Request) -> dict[str, str]:
    return {"method": METHODS[request.route]} if request.route in METHODS else {}


def _invalid(refusal: errors.Invalid, request: Request) -> Reply:
    told = [str(RECORD.translated(fault).path[0]) for fault in refusal.faults if fault.path]
    name = next(filter(_TOLD.__contains__, told), None)
    if name is None:
        return failure("Invalid arguments", "error-invalid-arguments", _method(request))
    return failure(f"Invalid {name}", f"error-invalid-{name}", _method(request))


def _unknown_application(_: errors.UnknownApplication, request: Request) -> Reply:
    return failure("Application not found", "error-application-not-found", _method(request))


def _unknown_user(_: errors.UnknownUser, request: Request) -> Reply:
    return failure(*_GONE.get(request.route, ("User not found.", "")), _method(request))


def _permission_missing(_: errors.PermissionMissing, request: Request) -> Reply:
    return failure(*_NOT_ALLOWED, _method(request)) if request.route in _GONE else forbidden()


def _name_taken(refusal: errors.NameTaken, request: Request) -> Reply:
    if request.route in METHODS:
        return failure("A token with this name already exists", "error-token-already-exists", _method(request))
    return failure(f"{refusal.field} is already in use", "error-field-unavailable", {"field": refusal.field})


def _conflict(refusal: errors.Conflict, request: Request) -> Reply:
    return failure(refusal.public.removesuffix("."), "error-conflict", _method(request))


def _second_factor_required(_refusal: errors.SecondFactorRequired, _request: Request) -> Reply:
    details = {"method": "password", "codeGenerated": False, "availableMethods": []}
    return failure("TOTP Required", "totp-required", details)


def _second_factor_invalid(_refusal: errors.SecondFactorInvalid, _request: Request) -> Reply:
    return failure("TOTP Invalid", "totp-invalid", {"method": "password"})


def _throttled(refusal: errors.Throttled, _: Request) -> Reply:
    return _said(
        TOO_OFTEN,
        "Error, too many requests. Please slow down. "
        f"You must wait {refusal.retry_after} seconds before trying this endpoint again. [error-too-many-requests]",
    )


_TOLD = ("name", "redirectUri", "username", "email", "password", "roles", "permission", "daysIdle")
"""Fields that a refusal names."""
_RESOURCE_NOT_FOUND = _plain(404, "Resource not found")
_SERVER_ERROR = _plain(500, "Internal server error")

_ROWS: Mapping[type[Exception], Row] = {
    errors.Unauthenticated: _always(not_logged_in),
    errors.WrongPassword: _always(login_refused),
    errors.Forbidden: _always(forbidden),
    errors.CredentialNotAccepted: _always(forbidden),
    errors.ScopeMissing: _always(forbidden),
    errors.RoleTooLow: _always(forbidden),
    errors.NotCreator: _always(forbidden),
    errors.PermissionMissing: _permission_missing,
    errors.ScopeNotGrantable: _coded(*_NOT_ALLOWED),
    errors.SignUpClosed: _coded(*_NOT_ALLOWED),
    errors.CrossSite: _always(forbidden),
    errors.RegistrationClosed: _coded(*_NOT_ALLOWED),
    errors.SecondFactorRequired: _second_factor_required,
    errors.SecondFactorInvalid: _second_factor_invalid,
    errors.UnknownApplication: _unknown_application,
    errors.UnknownSecret: _RESOURCE_NOT_FOUND,
    errors.UnknownUser: _unknown_user,
    errors.UnknownOrganization: _RESOURCE_NOT_FOUND,
    errors.UnknownMember: _RESOURCE_NOT_FOUND,
    errors.UnknownToken: _coded("Token does not exist", "error-token-does-not-exists"),
    errors.NotFound: _RESOURCE_NOT_FOUND,
    errors.UnknownScope: _RESOURCE_NOT_FOUND,
    errors.UnknownResource: _RESOURCE_NOT_FOUND,
    errors.UnknownRevision: _RESOURCE_NOT_FOUND,
    errors.UnknownLink: _RESOURCE_NOT_FOUND,
    errors.UnknownWebhook: _RESOURCE_NOT_FOUND,
    errors.UnknownRoute: _RESOURCE_NOT_FOUND,
    errors.Conflict: _conflict,
    errors.VersionMismatch: _conflict,
    errors.NameTaken: _name_taken,
    errors.LastSecret: _conflict,
    errors.TooManySecrets: _conflict,
    errors.TooMany: _conflict,
    errors.RoleFixed: _conflict,
    errors.LastAdministrator: _conflict,
    errors.StillOwned: _conflict,
    errors.StillRunning: _conflict,
    errors.KeyReused: _conflict,
    errors.Invalid: _invalid,
    errors.MalformedRequest: _plain(REFUSED),
    errors.MalformedBody: _plain(REFUSED),
    errors.UnsupportedMediaType: _plain(415),
    errors.BodyTooLarge: _plain(413),
    errors.MethodNotAllowed: _RESOURCE_NOT_FOUND,
    errors.MisdirectedHost: _plain(421),
    errors.Throttled: _throttled,
    errors.Unreachable: _plain(REFUSED),
    errors.InvalidRequest: _plain(REFUSED),
    errors.InvalidClient: _plain(UNKNOWN_CALLER),
    errors.InvalidGrant: _plain(REFUSED),
    errors.UnauthorizedClient: _plain(REFUSED),
    errors.UnsupportedGrantType: _plain(REFUSED),
    errors.UnsupportedResponseType: _plain(REFUSED),
    errors.InvalidScope: _plain(REFUSED),
    errors.InvalidTarget: _plain(REFUSED),
    errors.RequestNotSupported: _plain(REFUSED),
    errors.RequestUriNotSupported: _plain(REFUSED),
    errors.InvalidRequestObject: _plain(REFUSED),
    errors.InvalidRequestUri: _plain(REFUSED),
    errors.InvalidAuthorizationDetails: _plain(REFUSED),
    errors.UnmetAuthenticationRequirements: _plain(REFUSED),
    errors.InvalidDpopProof: _plain(REFUSED),
    errors.UseDpopNonce: _plain(REFUSED),
    errors.AccessDenied: _plain(REFUSED),
    errors.LoginRequired: _plain(REFUSED),
    errors.ConsentRequired: _plain(REFUSED),
    errors.AccountSelectionRequired: _plain(REFUSED),
    errors.AuthorizationPending: _plain(REFUSED),
    errors.PolledTooSoon: _plain(REFUSED),
    errors.ExpiredToken: _plain(REFUSED),
    errors.Broken: _SERVER_ERROR,
    errors.DatabaseTooNew: _SERVER_ERROR,
    errors.StoreUnavailable: _SERVER_ERROR,
    errors.BadSettings: _SERVER_ERROR,
}
