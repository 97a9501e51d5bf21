"""The UserInfo endpoint (OpenID Connect Core section 5.3): what a token with `openid` lets its application know."""

from collections.abc import Mapping

from licet.domain.application import Application
from licet.errors import ScopeMissing, Unauthenticated
from licet.oauth.context import Context
from licet.oauth.id_token import asked_claims, claims_of
from licet.oauth.presented import Presented

TYPE = "userinfo+jwt"
"""RFC 8725 section 3.11: a type of its own, so that it is taken for no ID Token."""


async def userinfo(context: Context, found: Presented) -> dict[str, object]:
    """The claims about a live token's person (Unauthenticated where there is none, ScopeMissing without `openid`)."""
    if found.user is None or found.family is None:
        raise Unauthenticated
    if "openid" not in found.scope:
        raise ScopeMissing("openid")
    about = await claims_of(context, found.user, found.scope, asked_claims(found.family, "userinfo"))
    return {"sub": context.subjects.of(found.application, found.user.id), **about}


async def in_a_jwt(context: Context, application: Application, claims: Mapping[str, object]) -> str | None:
    """The same as a JWT (OpenID Connect Core section 5.3.2), for an application that asked for it; None for others."""
    algorithm = application.userinfo_signed_response_alg
    if algorithm is None:
        return None
    named = {**claims, "iss": context.provider.issuer, "aud": application.client_id}
    return await (await context.ring.signer(algorithm)).token(named, TYPE)
