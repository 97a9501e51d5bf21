"""An access token that somebody presents: what it is good for at this moment, wherever that is asked.

A JWT is believed for its signature and then looked up like an opaque token: the family, the application, the person and
the token itself may each have ended it early (a resource server that looks only at the signature sees the end at
`exp`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jws import JWSRegistry

from licet.domain.application import Application
from licet.domain.family import Family
from licet.domain.keys import ALGORITHMS
from licet.domain.secret import digest
from licet.domain.user import User
from licet.oauth.checks import capped
from licet.oauth.context import Context

TYPE = "at+jwt"
LONGEST = 8192


class _Registry(JWSRegistry):
    """Our own algorithms alone; of EdDSA, whose name RFC 9864 wants replaced, nobody need be warned at every token."""

    def get_alg(self, name: str) -> JWSAlgModel:
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


REGISTRY = _Registry()


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A live access token: whose, for which application, with how much scope, for whom; times in ms.

    `digest` is what an early end of the token is remembered by; `jti` None for an opaque one.
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


async def presented(context: Context, token: str) -> Presented | None:
    """The live access token of a value; None for anything else, and for one that ended."""
    if len(token) > LONGEST:
        return None
    found = await (_jwt(context, token) if token.count(".") == 2 else _opaque(context, token))  # noqa: PLR2004 - compact JWS
    if found is None or context.now() >= found.expires_at:
        return None
    client = await context.clients.find(found.client_id)
    if client is None or not client.application.enabled:
        return None
    family, user = await _person(context, found)
    if found.family_id is not None and (family is None or user is None):
        return None
    return Presented(
        digest=found.digest,
        application=client.application,
        user=user,
        family=family,
        scope=capped(found.scope, client.application),
        audience=found.audience,
        issued_at=found.issued_at,
        expires_at=found.expires_at,
        jti=found.jti,
    )


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
        issued_at=claims["iat"] * 1000,
        expires_at=claims["exp"] * 1000,
        jti=jti,
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
    )


async def verified(context: Context, token: str, typ: str) -> Mapping[str, Any] | None:
    """The claims of a JWT of ours of that type (RFC 8725 section 3.11), whether or not it still lives; else None."""
    try:
        kid = jws.extract_compact(token.encode(), registry=REGISTRY).headers().get("kid")
        read = jwt.decode(token, await context.ring.verifying(kid), registry=REGISTRY)
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    ours = read.header.get("typ") == typ and read.claims.get("iss") == context.provider.issuer
    return read.claims if ours else None
