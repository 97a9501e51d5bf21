"""An access token that somebody presents: what it is good for at this moment, wherever that is asked.

A JWT is believed for its signature and then looked up like an opaque token: the family, the application, the person and
the token itself may each have ended it early (a resource server that looks only at the signature sees the end at
`exp`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError

from licet.domain.application import Application
from licet.domain.family import Details, Family
from licet.domain.secret import digest
from licet.domain.user import User
from licet.errors import Unauthenticated
from licet.oauth import dpop
from licet.oauth.algorithms import Registry
from licet.oauth.binding import to_certificate, to_key
from licet.oauth.checks import capped
from licet.oauth.context import Context
from licet.oauth.details import PARAMETER
from licet.oauth.jwt import issued_at
from licet.oauth.request import Brought, Held

TYPE = "at+jwt"
LONGEST = 8192
DOTS = 2
"""Of a compact JWS (RFC 7515 section 7.1)."""
DPOP = "dpop"
"""The scheme, in lower case, of a token that comes with a proof (RFC 9449 section 7.1)."""
REGISTRY = Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A live access token: whose, for which application, with how much scope, for whom; times in ms.

    `digest` is what an early end of the token is remembered by; `jti` None for an opaque one; `act` and `acts_for` as
    in `Exchanged`, `bound_to` as in `Caller`; `details` are its authorization details.
    """

    digest: bytes
    application: Application
    user: User | None
    family: Family | None
    scope: tuple[str, ...]
    audience: tuple[str, ...]
    issued_at: int
    expires_at: int
    jti: str | None
    act: Mapping[str, object] | None = None
    acts_for: str = ""
    bound_to: str = ""
    details: Details = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    digest: bytes
    client_id: str
    family_id: str | None
    scope: tuple[str, ...]
    audience: tuple[str, ...]
    issued_at: int
    expires_at: int
    jti: str | None = None
    generation: int | None = None
    act: Mapping[str, object] | None = None
    acts_for: str = ""
    bound_to: str = ""
    details: Details = ()


async def opened(context: Context, brought: Brought) -> Presented:
    """The live access token by which a request opens something; everything that a token opens is opened here.

    Raises:
        Unauthenticated: no live token, or a bound one in the hands of somebody who does not show its key.
        InvalidDpopProof, UseDpopNonce: a bound one with a proof that is not good.
    """
    found = await presented(context, brought.token)
    if found is None:
        raise Unauthenticated
    if brought.scheme == DPOP:
        held = brought.held or Held((), "", "")
        shown = to_key(await dpop.proven(context, held, brought.token))
    else:
        # RFC 9449 §7.2: a token that is bound to a key is no bearer token; RFC 8705 §3: one of a certificate may be.
        shown = to_certificate(brought.held) if found.bound_to else ""
    if shown != found.bound_to:
        raise Unauthenticated(detail="the token is bound to another key")
    return found


async def presented(context: Context, token: str) -> Presented | None:
    """The live access token of a value; None for anything else, and for one that ended."""
    if len(token) > LONGEST:
        return None
    # Surfaces may share an issuer: where tokens are rows, a JWT of another is none of this one.
    is_jwt = token.count(".") == DOTS and not context.provider.rules.opaque
    found = await (_jwt(context, token) if is_jwt else _opaque(context, token))
    if found is None or context.now() >= found.expires_at:
        return None
    client = await context.clients.find(found.client_id)
    if client is None or not client.application.enabled:
        return None
    family, user = await _person(context, found)
    if found.family_id is not None and (family is None or user is None):
        return None
    origin = await _origin(context, found, family)
    if origin is None or (family is None and found.issued_at < (origin.tokens_not_before or 0)):
        return None
    if found.jti is None:
        await context.ambient.store.access_tokens.touch(found.digest, context.now())
    return Presented(
        digest=found.digest,
        application=client.application,
        user=user,
        family=family,
        scope=capped(capped(found.scope, client.application), origin),
        audience=found.audience,
        issued_at=found.issued_at,
        expires_at=found.expires_at,
        jti=found.jti,
        act=found.act,
        acts_for=found.acts_for,
        bound_to=found.bound_to,
        details=found.details,
    )


async def _origin(context: Context, found: _Found, family: Family | None) -> Application | None:
    """The application that a token was issued to, or exchanged for a token of; None when it may do nothing."""
    origin = family.client_id if family is not None else found.acts_for
    client = await context.clients.find(origin or found.client_id)
    return client.application if client is not None and client.application.enabled else None


async def _person(context: Context, found: _Found) -> tuple[Family | None, User | None]:
    """The live family of a token and its active person."""
    family = await context.ambient.store.families.by_id(found.family_id) if found.family_id else None
    if family is None or family.revoked_at is not None or context.now() >= family.expires_at:
        return None, None
    if found.generation not in {None, family.generation}:
        return None, None
    user = await context.ambient.store.users.by_id(family.user_id)
    return family, user if user is not None and user.active else None


async def _jwt(context: Context, token: str) -> _Found | None:
    claims = await verified(context, token, TYPE)
    if claims is None:
        return None
    jti = str(claims["jti"])
    if await context.ambient.store.access_tokens.jti_revoked(digest(jti)):
        return None
    audience = claims["aud"]
    return _Found(
        digest=digest(jti),
        client_id=str(claims["client_id"]),
        family_id=claims.get("fid"),
        scope=tuple(str(claims["scope"]).split()),
        audience=(audience,) if isinstance(audience, str) else tuple(audience),
        issued_at=issued_at(claims),
        expires_at=claims["exp"] * 1000,
        jti=jti,
        act=claims.get("act"),
        bound_to=_bound_to(claims.get("cnf")),
        details=tuple(claims.get(PARAMETER, ())),
        acts_for="" if claims.get("fid") else str(claims["sub"]).removeprefix("client:"),
    )


async def _opaque(context: Context, token: str) -> _Found | None:
    row = await context.ambient.store.access_tokens.by_digest(digest(token))
    if row is None or row.surface != context.provider.surface:
        return None
    return _Found(
        digest=row.digest,
        client_id=row.client_id,
        family_id=row.family_id,
        scope=row.scope,
        audience=row.audience,
        issued_at=row.created_at,
        expires_at=row.expires_at,
        generation=row.generation if context.provider.rules.refresh_ends_access else None,
        act=row.act,
        acts_for=row.acts_for,
        bound_to=row.bound_to,
        details=row.authorization_details,
    )


def _bound_to(cnf: Mapping[str, str] | None) -> str:
    return ":".join(next(iter(cnf.items()))) if cnf else ""


async def verified(context: Context, token: str, typ: str) -> Mapping[str, Any] | None:
    """The claims of a JWT of ours of that type (RFC 8725 section 3.11), whether or not it still lives; else None."""
    try:
        kid = jws.extract_compact(token.encode(), registry=REGISTRY).headers().get("kid")
        read = jwt.decode(token, await context.ring.verifying(kid), registry=REGISTRY)
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    ours = read.header.get("typ") == typ and read.claims.get("iss") == context.provider.issuer
    return read.claims if ours else None
