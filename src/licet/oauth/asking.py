"""An authorization request as it is understood so far, and the checks it goes through: one function a check.

Each takes what is known and gives it back with what it found; a refusal is a leaf of ProtocolRefusal. `authorize.py`
has the order.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

import orjson

from licet.domain import pkce, redirect_uri
from licet.domain.application import AUTHORIZATION_CODE, Application
from licet.domain.family import Details
from licet.domain.profile import profile_of
from licet.errors import (
    Cause,
    InvalidRequest,
    InvalidScope,
    ProtocolRefusal,
    RequestNotSupported,
    RequestUriNotSupported,
    UnauthorizedClient,
    UnsupportedResponseType,
)
from licet.oauth.checks import default_resources, scope_asked
from licet.oauth.context import Context
from licet.oauth.details import PARAMETER, details_asked
from licet.oauth.presented import verified
from licet.services.clients import Client

MODES = {
    "query": "query",
    "fragment": "fragment",
    "form_post": "form_post",
    "jwt": "query",
    "query.jwt": "query",
    "fragment.jwt": "fragment",
    "form_post.jwt": "form_post",
}
"""Response modes, and how each travels: OAuth 2.0 Multiple Response Type Encoding Practices section 2.1, OAuth 2.0 Form
Post Response Mode, and JARM section 2.3, whose answers are one signed JWT."""
PROMPTS = frozenset({"none", "login", "consent", "select_account", "create"})
"""OpenID Connect Core section 3.1.2.1, and Initiating User Registration 1.0."""
LONGEST = 4096
"""Characters of any one parameter; longer ones are never echoed."""
LONGEST_OBJECT = 16_384
"""Characters of a request object, which holds all the others."""
MOST_RESOURCES = 10
LONGEST_NAME = 40
"""Characters of a parameter's name that are said back."""
NOBODY = ""
"""Stands for a hint at a person who cannot be."""
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


@dataclass(frozen=True, slots=True)
class ReturnAddress:
    """Where the answer goes: a registered redirect URI, how, and with which `state`; without one nobody is sent.

    `issuer` is named in the answer where the surface does (RFC 9207); `requested` is False for a redirect URI that the
    request left to the registration; `found` and `describes` as in `Rules`; `signed` for whom and how, where
    the answer is to be a JWT.
    """

    redirect_uri: str
    mode: str
    state: str | None
    issuer: str | None
    requested: bool = True
    found: bool = False
    describes: bool = True
    signed: tuple[str, str] | None = None

    def success(self, code: str) -> Mapping[str, str]:
        """The parameters of a success (RFC 6749 section 4.1.2, RFC 9207 section 2)."""
        return self._with({"code": code})

    def refusal(self, refusal: ProtocolRefusal) -> Mapping[str, str]:
        """The parameters of an error (RFC 6749 section 4.1.2.1, RFC 9207 section 2)."""
        described = {"error_description": refusal.reason} if self.describes else {}
        return self._with({"error": refusal.code, **described})

    def _with(self, answer: Mapping[str, str]) -> Mapping[str, str]:
        more = {"state": self.state, "iss": self.issuer}
        return {**answer, **{name: value for name, value in more.items() if value is not None}}


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


async def redirect_uri_registered(context: Context, asked: Asked) -> Asked:
    """The redirect URI is one of the client's, compared as raw strings (RFC 9700 section 2.1)."""
    sent = asked.get("redirect_uri")
    if sent is None:
        raise InvalidRequest.missing("redirect_uri")
    return await redirect_uri_usable(context, asked, sent)


async def redirect_uri_or_first(context: Context, asked: Asked) -> Asked:
    """The same, where a redirect URI that is left out stands for the first registered one."""
    await redirect_uri_on_file(context, asked)
    first = asked.client.application.redirect_uris[0]
    return await redirect_uri_usable(context, asked, asked.get("redirect_uri") or first)


async def redirect_uri_on_file(_context: Context, asked: Asked) -> Asked:
    """The client has a redirect URI at all."""
    if not asked.client.application.redirect_uris:
        raise InvalidRequest("The application has no redirect URI.", cause=Cause.REDIRECT_URI_NONE)
    return asked


async def redirect_uri_usable(context: Context, asked: Asked, uri: str) -> Asked:
    """The return address, if a redirect URI is one of the client's and people may be sent there."""
    rules = context.provider.rules
    any_port = rules.any_port == "always" or asked.get("code_challenge") is not None
    if not any(redirect_uri.matches(own, uri, any_port=any_port) for own in asked.client.application.redirect_uris):
        raise InvalidRequest(
            "The redirect URI is not registered for this application.", cause=Cause.REDIRECT_URI_DIFFERS
        )
    if redirect_uri.is_insecure(uri) and not context.provider.allow_insecure_redirects:
        raise InvalidRequest(
            "The redirect URI is plain http, and nobody is sent there.", cause=Cause.REDIRECT_URI_INSECURE
        )
    mode = asked.get("response_mode") or "query"
    address = ReturnAddress(
        uri,
        MODES.get(mode, "query"),
        asked.get("state"),
        context.provider.issuer if rules.names_issuer else None,
        requested=asked.get("redirect_uri") is not None,
        found=rules.found,
        describes=rules.describes,
        signed=_signed(context, mode, asked.client.application),
    )
    return replace(asked, address=address)


def _signed(context: Context, mode: str, application: Application) -> tuple[str, str] | None:
    usual = profile_of(application, context.provider.profile).signs
    wanted = mode in MODES and mode.endswith("jwt")
    return (application.client_id, application.authorization_signed_response_alg or usual) if wanted else None


async def response_mode_known(_context: Context, asked: Asked) -> Asked:
    """The way to answer is one we have."""
    if (asked.get("response_mode") or "query") not in MODES:
        raise InvalidRequest("This response mode is not supported.")
    return asked


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


async def prompt_readable(_context: Context, asked: Asked) -> Asked:
    """OpenID Connect Core section 3.1.2.1: known values, and `none` alone."""
    prompt = frozenset((asked.get("prompt") or "").split())
    if not prompt <= PROMPTS or ("none" in prompt and len(prompt) > 1):
        raise InvalidRequest("The parameter prompt is malformed.")
    return replace(asked, prompt=prompt)


async def max_age_readable(_context: Context, asked: Asked) -> Asked:
    """A whole number of seconds."""
    text = asked.get("max_age")
    if text is None:
        return asked
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004 - thirty years
        raise InvalidRequest("The parameter max_age is malformed.")
    return replace(asked, max_age=int(text))


async def claims_readable(context: Context, asked: Asked) -> Asked:
    """OpenID Connect Core section 5.5: a JSON object of objects."""
    text = asked.get("claims")
    if text is None:
        return asked
    try:
        claims = orjson.loads(text)
    except orjson.JSONDecodeError as fault:
        raise InvalidRequest("The parameter claims is not JSON.") from fault
    if not isinstance(claims, dict) or not all(isinstance(part, dict) for part in claims.values()):
        raise InvalidRequest("The parameter claims is malformed.")
    subject = claims.get("id_token", {}).get("sub")
    if isinstance(subject, dict) and "value" in subject:
        # OpenID Connect Core §3.1.2.2: a positive answer only about that person.
        return replace(asked, claims=claims, hinted=_meant(context, asked, subject["value"]))
    return replace(asked, claims=claims)


async def hint_readable(context: Context, asked: Asked) -> Asked:
    """An `id_token_hint` is an ID Token of ours, for this client; it may have expired."""
    hint = asked.get("id_token_hint")
    if hint is None:
        return asked
    claims = await verified(context, hint, "JWT")
    if claims is None or claims.get("aud") != asked.client.application.client_id:
        raise InvalidRequest("The parameter id_token_hint is not an ID Token of this application.")
    hinted = _meant(context, asked, claims.get("sub"))
    return replace(asked, hinted=hinted if asked.hinted in {None, hinted} else NOBODY)


def _meant(context: Context, asked: Asked, subject: object) -> str:
    return context.subjects.read(asked.client.application, str(subject)) or NOBODY
