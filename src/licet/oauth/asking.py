"""An authorization request as it is understood so far, and the checks it goes through: one function a check.

Each takes what is known and gives it back with what it found; a refusal is a leaf of ProtocolRefusal. `authorize.py`
has the order, `returning` the checks of where the answer goes, `openid` those that OpenID Connect adds.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from licet.domain import pkce
from licet.domain.application import AUTHORIZATION_CODE
from licet.domain.family import Details
from licet.domain.profile import profile_of
from licet.errors import (
    Cause,
    InvalidRequest,
    InvalidScope,
    RequestNotSupported,
    RequestUriNotSupported,
    UnauthorizedClient,
    UnsupportedResponseType,
)
from licet.oauth.checks import default_resources, scope_asked
from licet.oauth.context import Context
from licet.oauth.details import PARAMETER, details_asked
from licet.oauth.return_address import ReturnAddress
from licet.services.clients import Client

LONGEST = 4096
"""Characters of any one parameter; longer ones are never echoed."""
LONGEST_OBJECT = 16_384
"""Characters of a request object, which holds all the others."""
MOST_RESOURCES = 10
LONGEST_NAME = 40
"""Characters of a parameter's name that are said back."""
PARAMETERS = (
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "login_hint",
    "id_token_hint",
    "claims",
    "dpop_jkt",
    "ui_locales",
    "acr_values",
    "display",
    "authorization_details",
    "request",
    "request_uri",
)
"""What an authorization request is read for; RFC 6749 section 3.1: others are ignored, and not kept either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asks for, as far as it is checked.

    Attributes:
        parameters: the request's own, each name once; `resources` apart, since they may repeat.
        hinted: the id of the only user the answer may be about; of nobody's when no such user can be.
        repeated: names that came more than once, on a surface that says so only in its turn.
        pushed: the digest of the pushed request that this is (RFC 9126); None for one by value.
        signed: whether the application has signed it (RFC 9101).
        details: what it asks for beyond scopes (RFC 9396).
    """

    parameters: Mapping[str, str]
    resources: tuple[str, ...] = ()
    known: Client | None = None
    address: ReturnAddress | None = None
    scope: tuple[str, ...] = ()
    prompt: frozenset[str] = frozenset()
    max_age: int | None = None
    claims: Mapping[str, object] = field(default_factory=dict)
    hinted: str | None = None
    repeated: frozenset[str] = frozenset()
    pushed: bytes | None = None
    signed: bool = False
    details: Details = ()

    def get(self, name: str) -> str | None:
        """A parameter; RFC 6749 section 3.1: one without a value is as if omitted."""
        return self.parameters.get(name) or None

    @property
    def client(self) -> Client:
        """The client, once the first check has found it."""
        if self.known is None:
            raise InvalidRequest.missing("client_id")
        return self.known

    @property
    def to(self) -> ReturnAddress:
        """The return address, once it is verified."""
        if self.address is None:
            raise InvalidRequest.missing("redirect_uri")
        return self.address


async def bounded(_context: Context, asked: Asked) -> Asked:
    """No parameter is longer than we would ever echo."""
    bound = {"request": LONGEST_OBJECT}
    if any(len(value) > bound.get(name, LONGEST) for name, value in asked.parameters.items()):
        raise InvalidRequest("A parameter is too long.")
    if len(asked.resources) > MOST_RESOURCES or any(len(resource) > LONGEST for resource in asked.resources):
        raise InvalidRequest("There are too many resources.")
    return asked


def needs(name: str) -> Callable[[Context, Asked], Awaitable[Asked]]:
    """A check that a parameter was sent."""

    async def present(_context: Context, asked: Asked) -> Asked:
        if asked.get(name) is None:
            raise InvalidRequest.missing(name)
        return asked

    return present


async def nothing_repeated(_context: Context, asked: Asked) -> Asked:
    """RFC 6749 section 3.1: no parameter came more than once."""
    if asked.repeated:
        name = min(asked.repeated)
        raise InvalidRequest(
            "A parameter is given more than once.", cause=Cause.PARAMETER_REPEATED, about=name[:LONGEST_NAME]
        )
    return asked


async def client_known(context: Context, asked: Asked) -> Asked:
    """The client is registered here, and switched on."""
    client = await context.clients.find(asked.get("client_id") or "")
    if client is None or context.provider.surface not in client.application.protocols:
        raise InvalidRequest("The application is not known here.", cause=Cause.CLIENT_UNKNOWN)
    if not client.application.enabled:
        raise InvalidRequest("The application is switched off.", cause=Cause.CLIENT_DISABLED)
    return replace(asked, known=client)


async def no_request_object(_context: Context, asked: Asked) -> Asked:
    """OpenID Connect Core section 6: refused, and by their own words."""
    if asked.get("request") is not None:
        raise RequestNotSupported
    if asked.get("request_uri") is not None:
        raise RequestUriNotSupported
    return asked


async def response_type_known(_context: Context, asked: Asked) -> Asked:
    """Only `code`."""
    if asked.get("response_type") is None:
        raise InvalidRequest.missing("response_type")
    if asked.get("response_type") != "code":
        raise UnsupportedResponseType(about=asked.get("response_type") or "")
    return asked


async def response_type_allowed(context: Context, asked: Asked) -> Asked:
    """Only `code`, and only for an application that has the grant."""
    await response_type_known(context, asked)
    if AUTHORIZATION_CODE not in asked.client.application.grant_types:
        raise UnauthorizedClient
    return asked


async def scope_allowed(_context: Context, asked: Asked) -> Asked:
    """Every scope is one of the application's; all of them when none is asked for."""
    return replace(asked, scope=scope_asked(asked.get("scope"), asked.client.application.scopes))


async def scope_listed(_context: Context, asked: Asked) -> Asked:
    """The same, with exactly one blank between two scopes: whatever else stands there is no scope of the client's."""
    own = asked.client.application.scopes
    text = asked.get("scope")
    names = own if text is None else tuple(dict.fromkeys(text.split(" ")))
    if not set(names).issubset(own):
        more = " ".join(name for name in names if name not in own)
        raise InvalidScope("The scope is more than is allowed.", cause=Cause.SCOPE_UNKNOWN, about=more)
    return replace(asked, scope=names)


async def resources_registered(context: Context, asked: Asked) -> Asked:
    """Every resource is registered (RFC 8707 section 2); the application's default when none is asked for."""
    wanted = asked.resources or default_resources(asked.client.application)
    return replace(asked, resources=await context.resources.known(wanted))


async def details_allowed(context: Context, asked: Asked) -> Asked:
    """Every authorization detail is of a type that is known here, and that the application may ask for (RFC 9396)."""
    return replace(asked, details=details_asked(context, asked.client.application, asked.get(PARAMETER)))


async def challenge_present(context: Context, asked: Asked) -> Asked:
    """PKCE by S256 (RFC 7636, RFC 9700 section 2.1.1), required unless the application was let off."""
    challenge, method = asked.get("code_challenge"), asked.get("code_challenge_method")
    rules = context.provider.rules
    if challenge is None:
        if not rules.secret_or_pkce and (method is not None or _needs_challenge(context, asked)):
            raise InvalidRequest.missing("code_challenge")
        return asked
    # RFC 7636 §4.3: a method left out is plain.
    if (method or "plain") not in rules.challenge_methods:
        raise InvalidRequest(
            "The parameter code_challenge_method must be S256.", cause=Cause.CHALLENGE_METHOD, about=method or ""
        )
    if (rules.challenge if method == "S256" else pkce.VERIFIER).fullmatch(challenge) is None:
        raise InvalidRequest("The parameter code_challenge is malformed.", cause=Cause.CHALLENGE_MALFORMED)
    return asked


async def key_readable(_context: Context, asked: Asked) -> Asked:
    """RFC 9449 section 10: the key that the code will be bound to, by its thumbprint."""
    named = asked.get("dpop_jkt")
    if named is not None and not pkce.is_challenge(named, "S256"):
        # A thumbprint looks like a challenge: SHA-256, base64url.
        raise InvalidRequest("The parameter dpop_jkt is malformed.")
    return asked


def _needs_challenge(context: Context, asked: Asked) -> bool:
    application = asked.client.application
    return profile_of(application, context.provider.profile).needs_challenge(application)
