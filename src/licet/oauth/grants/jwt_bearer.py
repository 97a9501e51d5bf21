"""Assertions of trusted issuers (RFC 7523): plain, or of the Identity Assertion JWT Authorization Grant.

An assertion is good once, for this server and, of that grant, for the one application it names. It is looked at whole
first and spent last, so that a slip of the pen costs none.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeGuard

from licet.domain.application import JWT_BEARER, Application
from licet.domain.family import Proof
from licet.domain.ids import SUBJECT
from licet.domain.keys import ALGORITHMS
from licet.domain.secret import digest
from licet.domain.text import text_fault
from licet.domain.trust import TrustedIssuer, names
from licet.domain.user import User
from licet.errors import InvalidGrant, InvalidRequest, InvalidTarget, UnauthorizedClient
from licet.oauth.caller import Caller
from licet.oauth.checks import resources_asked, scope_asked
from licet.oauth.client_keys import claims_of
from licet.oauth.context import Context
from licet.oauth.families import Allowed, begun
from licet.oauth.grants.grant import Grant
from licet.oauth.id_jag import TYPE
from licet.oauth.request import TokenRequest

LATEST = 3_600
"""How far ahead (s) an assertion may end: it is a moment's word, and its `jti` is remembered until then."""
SKEW = 30
"""How far ahead (s) another's clock may be."""
LONGEST_NAME = 512
KINDS: Mapping[object, str] = {TYPE: "id-jag", "JWT": "jwt", None: "jwt"}
"""What an assertion is by its `typ` (RFC 8725 section 3.11): an access token or a logout token is none."""

Claims = Mapping[str, Any]


async def prove(context: Context, caller: Caller, asked: TokenRequest) -> Proof:
    """The person that a trusted issuer speaks of, and what it says of them is asked for (InvalidGrant)."""
    if not caller.application.confidential:
        raise UnauthorizedClient
    assertion = asked.get("assertion")
    if assertion is None:
        raise InvalidRequest.missing("assertion")
    issuer, kind, claims = await _believed(context, caller.application, assertion)
    _fits(context, caller.application, claims, plain=kind == "jwt")
    person = await _person(context, issuer, claims)
    scope = _scope(caller.application, issuer, claims, asked)
    resources = await _resources(context, caller, claims, asked)
    # ID-JAG §4.4: no refresh token; who needs another access token brings another assertion.
    allowed = Allowed(user_id=person.id, scope=scope, resources=resources, refreshes=False)
    family = replace(
        begun(context, caller.application, allowed), redeemed_by=caller.proven_by, bound_to=caller.bound_to
    )
    expires_at = (claims["exp"] + SKEW) * 1000
    # RFC 7523 §3: of two uses at once one is the first.
    once = digest(f"assertion\n{issuer.issuer}\n{claims['jti']}")
    if not await context.ambient.store.spent.spend(once, expires_at, context.now()):
        raise InvalidGrant(detail="the assertion was used before")
    await context.ambient.store.families.insert(family, None)
    return Proof(family=family, scope=scope, resources=resources)


async def _believed(context: Context, application: Application, assertion: str) -> tuple[TrustedIssuer, str, Claims]:
    """The issuer, the kind and the claims of a well-signed assertion that this application may bring (InvalidGrant)."""
    named = claims_of(assertion).get("iss")
    issuer = await context.ambient.store.trust.issuer(named) if _is_name(named) else None
    if issuer is None or not names(issuer.clients, application):
        raise InvalidGrant(detail="the issuer of the assertion is not trusted, or not for this application")
    read = await context.client_keys.opened(issuer, assertion, ALGORITHMS)
    kind = KINDS.get(str(read.header["typ"]) if "typ" in read.header else None) if read is not None else None
    if read is None or kind not in issuer.assertions:
        raise InvalidGrant(detail="the assertion does not verify, or is of another type")
    return issuer, kind, read.claims


def _fits(context: Context, application: Application, claims: Claims, *, plain: bool) -> None:
    """RFC 7523 section 3: who it is for, who may bring it, when, and that it can be known again (InvalidGrant)."""
    now = context.now() // 1000
    ours = {context.provider.issuer, *([context.provider.token_endpoint] if plain else [])} - {""}
    # RFC 7523 §3: a plain one need not say whose hands it is for, or when it was made; what it says counts.
    usual = {"client_id": application.client_id, "iat": now} if plain else {}
    said = {**usual, **claims}
    faults = {
        "aud": claims.get("aud") not in (*ours, *([one] for one in ours)),
        "client_id": said.get("client_id") != application.client_id,
        "exp": not (_is_time(claims.get("exp")) and now < claims["exp"] <= now + LATEST),
        "iat": not (_is_time(said.get("iat")) and said["iat"] <= now + SKEW),
        "nbf": "nbf" in claims and not (_is_time(claims["nbf"]) and claims["nbf"] <= now + SKEW),
        "jti": not _is_name(claims.get("jti")),
        "sub": not _is_name(claims.get("sub")),
    }
    if wrong := [name for name, fault in faults.items() if fault]:
        raise InvalidGrant(detail=f"the assertion's {', '.join(wrong)} does not fit")


def _is_name(value: object) -> TypeGuard[str]:
    """Whether a value is a text that can be looked up: neither empty nor endless, and no control characters in it."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and text_fault(value) is None


def _is_time(value: object) -> bool:
    return type(value) is int


async def _person(context: Context, issuer: TrustedIssuer, claims: Claims) -> User:
    """Whom the issuer speaks of, named in the one way that its row says (InvalidGrant when there is nobody)."""
    person = await NAMED[issuer.subject](context, claims)
    if person is None or not person.active:
        raise InvalidGrant(detail="the assertion is about nobody here")
    return person


async def _by_subject(context: Context, claims: Claims) -> User | None:
    user_id = SUBJECT.read(claims["sub"])
    return await context.ambient.store.users.by_id(user_id) if user_id is not None else None


async def _by_username(context: Context, claims: Claims) -> User | None:
    return await context.ambient.store.users.by_username(claims["sub"])


async def _by_email(context: Context, claims: Claims) -> User | None:
    email = claims.get("email")
    if not _is_name(email) or claims.get("email_verified", True) is not True:
        return None
    found = await context.ambient.store.users.by_email(email)
    # An address that nobody has proven here may be anybody's.
    return found if found is not None and found.email_verified else None


NAMED: Mapping[str, Callable[[Context, Claims], Awaitable[User | None]]] = {
    "sub": _by_subject,
    "username": _by_username,
    "email": _by_email,
}
"""How an issuer names our people (`domain.trust.MAPPINGS`) to how they are found."""


def _scope(application: Application, issuer: TrustedIssuer, claims: Claims, asked: TokenRequest) -> tuple[str, ...]:
    """What is asked for, of what the assertion says, the row bounds and the application has (InvalidScope)."""
    allowed = application.scopes
    if isinstance(claims.get("scope"), str):
        said = claims["scope"].split()
        allowed = tuple(name for name in allowed if name in said)
    if issuer.scope is not None:
        allowed = tuple(name for name in allowed if name in issuer.scope)
    return scope_asked(asked.get("scope"), allowed)


async def _resources(context: Context, caller: Caller, claims: Claims, asked: TokenRequest) -> tuple[str, ...]:
    """The registered resource: the assertion's where it names any, and no other (InvalidTarget)."""
    said = claims.get("resource")
    named = tuple(said) if isinstance(said, list) else () if said is None else (said,)
    if not all(isinstance(resource, str) for resource in named):
        raise InvalidTarget
    if named and not set(asked.resources) <= set(named):
        raise InvalidTarget
    return await resources_asked(context, caller.application, asked._replace(resources=asked.resources or named))


GRANT = Grant(grant_type=JWT_BEARER, parameters=("assertion", "scope", "resource"), prove=prove)
