"""Every way to fail, by meaning. No HTTP here: each surface's `render.py` says a leaf in its own words.

Failure
├── Refused                      safe to say
│   ├── Unauthenticated          who is asking?
│   │   └── WrongPassword
│   ├── Forbidden                we know who is asking
│   │   ├── CredentialNotAccepted   a valid credential of a kind this call does not take
│   │   ├── ScopeMissing            the credential's own scope is too narrow
│   │   ├── RoleTooLow              a member of the organization, not its owner or admin
│   │   ├── NotCreator              a surface that asks for the creator, and another called
│   │   ├── PermissionMissing       an instance permission is asked for
│   │   ├── ScopeNotGrantable       a scope this caller may not hand to an application
│   │   ├── SignUpClosed
│   │   ├── CrossSite               a cookie came with another site's request
│   │   ├── RegistrationClosed
│   │   └── SecondFactorRequired / SecondFactorInvalid
│   ├── NotFound
│   │   ├── UnknownApplication, UnknownSecret, UnknownUser, UnknownOrganization, UnknownMember
│   │   ├── UnknownToken, UnknownScope, UnknownResource, UnknownRevision, UnknownLink, UnknownWebhook
│   │   └── UnknownRoute
│   ├── Conflict
│   │   ├── VersionMismatch         the caller saw an older version
│   │   ├── NameTaken               a unique name is in use
│   │   ├── LastSecret, TooManySecrets, TooMany
│   │   ├── RoleFixed               the owner, or the sole admin
│   │   ├── LastAdministrator       of the whole instance
│   │   ├── StillOwned              something that owns others cannot go
│   │   ├── StillRunning            the same idempotency key is being worked on
│   │   └── KeyReused               the same idempotency key with another body
│   ├── Invalid                  the request was understood and is wrong: a list of faults
│   ├── Malformed                the request could not be read
│   │   ├── MalformedRequest, MalformedBody, UnsupportedMediaType, BodyTooLarge
│   │   ├── MethodNotAllowed, MisdirectedHost
│   ├── Throttled                too often; says when to come back
│   ├── Unreachable              an address that somebody else chose may not be connected to, or gave nothing usable
│   └── ProtocolRefusal          an error of OAuth or OpenID Connect, by the word of its registry
│       ├── InvalidRequest, InvalidClient, InvalidGrant, UnauthorizedClient
│       ├── UnsupportedGrantType, UnsupportedResponseType, InvalidScope, InvalidTarget
│       ├── RequestNotSupported, RequestUriNotSupported, InvalidRequestObject, InvalidRequestUri
│       ├── InvalidAuthorizationDetails, UnmetAuthenticationRequirements
│       ├── InvalidDpopProof, UseDpopNonce
│       ├── AccessDenied, LoginRequired, ConsentRequired, AccountSelectionRequired
│       └── AuthorizationPending, PolledTooSoon, ExpiredToken
└── Broken                       our fault: logged, shown as server_error
    ├── DatabaseTooNew, StoreUnavailable
    └── BadSettings
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Literal, Self

FaultCode = Literal[
    "absent",
    "null",
    "type",
    "unknown",
    "immutable",
    "too_short",
    "too_long",
    "too_few",
    "too_many",
    "bad_uri",
    "bad_redirect_uri",
    "bad_choice",
    "control_character",
    "duplicate",
    "out_of_range",
    "bad_value",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one field; `path` is in the words of whoever reads it."""

    path: tuple[str | int, ...]
    code: FaultCode
    expected: str = ""
    value: object = None

    @property
    def pointer(self) -> str:
        """The field as a JSON pointer (RFC 6901 section 3)."""
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in self.path)


class Failure(Exception):
    """Any failure with a meaning; `detail` is for the log alone."""

    code: ClassVar[str] = "server_error"
    public: ClassVar[str] = "Something went wrong."

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.public)
        self.detail = detail


class Refused(Failure):
    """A refusal that is safe to say to the caller."""

    code = "invalid_request"
    public = "The request was refused."


class Unauthenticated(Refused):
    """No credential, or one that is unknown, expired, revoked, or not this surface's."""

    code = "invalid_token"
    public = "A valid credential is required."


class WrongPassword(Unauthenticated):
    """Unknown user or wrong password: one answer for both."""

    public = "The user name or the password is wrong."


class Forbidden(Refused):
    """The caller is known and may not."""

    code = "access_denied"
    public = "This is not allowed."


class CredentialNotAccepted(Forbidden):
    """A valid credential of a kind this call does not take."""

    public = "This call does not take this kind of credential."


class ScopeMissing(Forbidden):
    """RFC 6750 section 3.1: the credential lacks a scope."""

    code = "insufficient_scope"
    public = "The credential lacks a scope that this call needs."

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class RoleTooLow(Forbidden):
    """A member of the organization who is neither owner nor admin of it."""

    public = "Owner or admin of the organization is required."


class NotCreator(Forbidden):
    """A surface that narrows management to the creator was called by somebody else."""

    public = "Only the creator may do this."


class PermissionMissing(Forbidden):
    """An instance permission is required."""

    public = "An instance permission is missing."

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission


class ScopeNotGrantable(Forbidden):
    """A scope that this caller may not hand to an application."""

    code = "invalid_scope"
    public = "The caller may not grant this scope."

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class SignUpClosed(Forbidden):
    """The operator lets nobody sign up, or invited people only."""

    public = "Signing up is not open here."


class CrossSite(Forbidden):
    """A cookie travelled with a request that another site started."""

    public = "The request came from another site."


class RegistrationClosed(Forbidden):
    """Dynamic registration is off, or asks for an initial access token."""

    public = "Dynamic client registration is not open here."


class SecondFactorRequired(Forbidden):
    """A second factor must be given with the call."""

    public = "A second factor is required."


class SecondFactorInvalid(Forbidden):
    """The second factor given is wrong."""

    public = "The second factor is wrong."


class NotFound(Refused):
    """Nothing of that name that the caller may know of."""

    code = "not_found"
    public = "Not found."


class UnknownApplication(NotFound):
    """No such application, or none that the caller may know of."""

    public = "There is no such application."


class UnknownSecret(NotFound):
    """No such secret of this application."""

    public = "There is no such secret."


class UnknownUser(NotFound):
    """No such user."""

    public = "There is no such user."


class UnknownOrganization(NotFound):
    """No such organization, or none that the caller may know of."""

    public = "There is no such organization."


class UnknownMember(NotFound):
    """The user is not a member of the organization."""

    public = "There is no such member."


class UnknownToken(NotFound):
    """No such token of this caller."""

    public = "There is no such token."


class UnknownScope(NotFound):
    """No such scope in the catalogue, or none that an operator may change."""

    public = "There is no such scope."


class UnknownResource(NotFound):
    """No such registered resource."""

    public = "There is no such resource."


class UnknownRevision(NotFound):
    """No such revision of this application."""

    public = "There is no such revision."


class UnknownLink(NotFound):
    """A one-time link that is unknown, expired or used."""

    public = "This link is no longer valid."


class UnknownWebhook(NotFound):
    """No such webhook, or none that the caller may know of."""

    public = "There is no such webhook."


class UnknownRoute(NotFound):
    """Nothing is served at this path."""

    public = "Nothing is served at this address."


class Conflict(Refused):
    """The request is right and the present state forbids it."""

    code = "conflict"
    public = "The present state does not allow this."


class VersionMismatch(Conflict):
    """The caller changed an older version than the present one."""

    code = "precondition_failed"
    public = "It was changed by someone else."


class NameTaken(Conflict):
    """A name that must be unique is in use; `field` says which."""

    public = "This name is taken."

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class LastSecret(Conflict):
    """The last live secret of an application that needs one."""

    public = "The last active secret cannot be deleted."


class TooManySecrets(Conflict):
    """The application has as many live secrets as the surface allows."""

    public = "The application has as many active secrets as are allowed."


class TooMany(Conflict):
    """A bound on how many of something one owner may have."""

    public = "There are as many of these as are allowed."


class RoleFixed(Conflict):
    """The owner's role, or the sole admin's own."""

    public = "This role cannot be changed."


class LastAdministrator(Conflict):
    """The last active administrator of the instance."""

    public = "The last administrator of the instance stays one."


class StillOwned(Conflict):
    """Something that still owns applications or organizations cannot go."""

    public = "It still owns something."


class StillRunning(Conflict):
    """The first call with this idempotency key is still under way."""

    public = "The first call with this key is still running."


class KeyReused(Conflict):
    """An idempotency key came again with another body."""

    public = "This key was used with another request."


class Invalid(Refused):
    """The request was understood and is wrong; it says every fault at once.

    `rest` is what could be read beside the faults, so that a later judge can add what is wrong with that.
    """

    code = "invalid_client_metadata"
    public = "The request has faults."

    def __init__(self, faults: Iterable[Fault], rest: Mapping[str, object] | None = None) -> None:
        self.faults = tuple(faults)
        self.rest = rest or {}
        super().__init__("; ".join(f"{fault.pointer or '/'} {fault.code}" for fault in self.faults))


class Malformed(Refused):
    """The request could not be read."""

    public = "The request could not be read."


class MalformedRequest(Malformed):
    """A path, query, header or parameter that cannot be read; `reason` is safe to say."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason or self.public


class MalformedBody(MalformedRequest):
    """A body that cannot be read; `reason` is safe to say."""

    public = "The body could not be read."


class UnsupportedMediaType(Malformed):
    """The body is of a media type that this call does not read."""

    public = "This media type is not read here."


class BodyTooLarge(Malformed):
    """The body is over the limit."""

    public = "The body is too large."


class MethodNotAllowed(Malformed):
    """The path is served, the method is not."""

    public = "This method is not served here."

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = tuple(sorted(allowed))
        super().__init__(", ".join(self.allowed))


class MisdirectedHost(Malformed):
    """A host name that this instance does not answer for."""

    public = "This host is not served here."


class Throttled(Refused):
    """Too often; `retry_after` in whole seconds, `reset_at` in ms since the epoch, `what` names the limit."""

    code = "slow_down"
    public = "Too many requests."

    def __init__(self, what: str, retry_after: int, *, reset_at: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.retry_after, self.reset_at = retry_after, reset_at


class Unreachable(Refused):
    """An address outside that may not be connected to, or that gave nothing usable in time."""

    public = "The address could not be reached."


class Cause(Enum):
    """What exactly was wrong, for the surfaces that say it in words of their own; the OAuth error is the leaf's."""

    UNNAMED = "unnamed"
    PARAMETER_MISSING = "parameter missing"
    PARAMETER_MALFORMED = "parameter malformed"
    PARAMETER_REPEATED = "parameter repeated"
    CLIENT_MISSING = "client missing"
    CLIENT_TWICE = "two ways of client authentication"
    CLIENT_UNKNOWN = "client unknown"
    CLIENT_DISABLED = "client disabled"
    SECRET_WRONG = "secret wrong"
    SECRET_NONE = "no secret on file"
    CODE_UNKNOWN = "code unknown"
    CODE_EXPIRED = "code expired"
    CODE_SPENT = "spent code"
    CODE_FOREIGN = "code of another client"
    REDIRECT_URI_NONE = "no redirect URI on file"
    REDIRECT_URI_MISSING = "redirect URI missing"
    REDIRECT_URI_DIFFERS = "redirect URI differs"
    REDIRECT_URI_GONE = "redirect URI removed since"
    REDIRECT_URI_INSECURE = "redirect URI is plain http"
    CHALLENGE_MALFORMED = "challenge malformed"
    CHALLENGE_METHOD = "challenge method"
    VERIFIER_MISSING = "verifier missing"
    VERIFIER_MALFORMED = "verifier malformed"
    VERIFIER_UNASKED = "verifier for a code without challenge"
    VERIFIER_WRONG = "verifier wrong"
    REFRESH_UNKNOWN = "refresh token unknown"
    REFRESH_EXPIRED = "refresh token expired"
    REFRESH_FOREIGN = "refresh token of another client"
    REFRESH_SPENT = "spent refresh token"
    REFRESH_ENDED = "refresh token revoked"
    SECRET_UNFIT = "secret and refresh token do not belong together"
    PERSON_GONE = "person gone or deactivated"
    KEY_DIFFERS = "bound to another key"
    SCOPE_UNKNOWN = "scope not allowed"


class ProtocolRefusal(Refused):
    """An error of OAuth or OpenID Connect.

    `reason` is safe to say as `error_description`; `cause` and `about` (a parameter's name, the scopes that were too
    much) are for surfaces that say it otherwise, and safe too.
    """

    def __init__(self, reason: str = "", *, detail: str = "", cause: Cause = Cause.UNNAMED, about: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason or self.public
        self.cause = cause
        self.about = about


class InvalidRequest(ProtocolRefusal):
    """RFC 6749 sections 4.1.2.1 and 5.2: a parameter is missing, repeated, malformed or contradicts another."""

    public = "A parameter is missing or cannot be read."

    @classmethod
    def missing(cls, name: str) -> Self:
        """A parameter that was not sent, or empty."""
        return cls(f"The parameter {name} is missing.", cause=Cause.PARAMETER_MISSING, about=name)


class InvalidClient(ProtocolRefusal):
    """RFC 6749 section 5.2: the client is unknown, or did not prove itself; `scheme` is the HTTP scheme it tried."""

    code = "invalid_client"
    public = "Client authentication failed."

    def __init__(
        self,
        reason: str = "",
        *,
        detail: str = "",
        cause: Cause = Cause.UNNAMED,
        about: str = "",
        scheme: str | None = None,
    ) -> None:
        super().__init__(reason, detail=detail, cause=cause, about=about)
        self.scheme = scheme


class InvalidGrant(ProtocolRefusal):
    """RFC 6749 section 5.2: the code, token or other grant is not good, or not this client's."""

    code = "invalid_grant"
    public = "The grant is invalid, expired or revoked."


class UnauthorizedClient(ProtocolRefusal):
    """RFC 6749 sections 4.1.2.1 and 5.2: this client may not do this."""

    code = "unauthorized_client"
    public = "The client may not use this grant type."


class UnsupportedGrantType(ProtocolRefusal):
    """RFC 6749 section 5.2."""

    code = "unsupported_grant_type"
    public = "This grant type is not supported."


class UnsupportedResponseType(ProtocolRefusal):
    """RFC 6749 section 4.1.2.1."""

    code = "unsupported_response_type"
    public = "This response type is not supported."


class InvalidScope(ProtocolRefusal):
    """RFC 6749 sections 4.1.2.1 and 5.2."""

    code = "invalid_scope"
    public = "A scope is unknown, malformed, or more than was allowed."


class InvalidTarget(ProtocolRefusal):
    """RFC 8707 section 2."""

    code = "invalid_target"
    public = "The resource is unknown, or was not allowed."


class RequestNotSupported(ProtocolRefusal):
    """OpenID Connect Core section 3.1.2.6."""

    code = "request_not_supported"
    public = "Request objects are not supported."


class RequestUriNotSupported(ProtocolRefusal):
    """OpenID Connect Core section 3.1.2.6."""

    code = "request_uri_not_supported"
    public = "Request objects by reference are not supported."


class InvalidRequestObject(ProtocolRefusal):
    """RFC 9101 section 7."""

    code = "invalid_request_object"
    public = "The request object is not one that this client may use here."


class InvalidRequestUri(ProtocolRefusal):
    """RFC 9101 section 7, RFC 9126 section 4."""

    code = "invalid_request_uri"
    public = "The pushed request is unknown, expired, used, or another application's."


class InvalidAuthorizationDetails(ProtocolRefusal):
    """RFC 9396 section 5."""

    code = "invalid_authorization_details"
    public = "The authorization details are malformed, of an unknown type, or more than was allowed."


class UnmetAuthenticationRequirements(ProtocolRefusal):
    """OpenID Connect Core Unmet Authentication Requirements 1.0 section 2, RFC 9470 section 5."""

    code = "unmet_authentication_requirements"
    public = "Nobody can sign in here in the way that was asked for."


class InvalidDpopProof(ProtocolRefusal):
    """RFC 9449 section 5: a proof is missing, cannot be read, is not of this request, or came before."""

    code = "invalid_dpop_proof"
    public = "The DPoP proof is not good for this request."


class UseDpopNonce(ProtocolRefusal):
    """RFC 9449 section 8: the proof has no nonce of ours, or one whose time is over; the answer brings another."""

    code = "use_dpop_nonce"
    public = "The DPoP proof needs a nonce of this server."


class AccessDenied(ProtocolRefusal):
    """RFC 6749 section 4.1.2.1: the person said no."""

    code = "access_denied"
    public = "The request was denied."


class LoginRequired(ProtocolRefusal):
    """OpenID Connect Core section 3.1.2.6."""

    code = "login_required"
    public = "A sign-in is needed."


class ConsentRequired(ProtocolRefusal):
    """OpenID Connect Core section 3.1.2.6."""

    code = "consent_required"
    public = "Consent is needed."


class AccountSelectionRequired(ProtocolRefusal):
    """OpenID Connect Core section 3.1.2.6."""

    code = "account_selection_required"
    public = "A choice of account is needed."


class AuthorizationPending(ProtocolRefusal):
    """RFC 8628 section 3.5."""

    code = "authorization_pending"
    public = "Nobody has decided yet."


class PolledTooSoon(ProtocolRefusal):
    """RFC 8628 section 3.5."""

    code = "slow_down"
    public = "Poll less often."


class ExpiredToken(ProtocolRefusal):
    """RFC 8628 section 3.5."""

    code = "expired_token"
    public = "The device code has expired."


class Broken(Failure):
    """Our fault: logged, and shown as server_error."""


class DatabaseTooNew(Broken):
    """The database was migrated by a newer program."""

    public = "The database is newer than this program."


class StoreUnavailable(Broken):
    """The database cannot be reached."""

    public = "The database cannot be reached."


class BadSettings(Broken):
    """A setting that cannot be; the text names it."""

    public = "A setting is wrong."
