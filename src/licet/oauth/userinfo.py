"""The UserInfo endpoint (OpenID Connect Core section 5.3): what a token with `openid` lets its application know."""

from licet.errors import ScopeMissing, Unauthenticated
from licet.oauth.context import Context
from licet.oauth.id_token import asked_claims, claims_of
from licet.oauth.presented import Presented


async def userinfo(context: Context, found: Presented) -> dict[str, object]:
    """The claims about a live token's person (Unauthenticated where there is none, ScopeMissing without `openid`)."""
    if found.user is None or found.family is None:
        raise Unauthenticated
    if "openid" not in found.scope:
        raise ScopeMissing("openid")
    about = await claims_of(context, found.user, found.scope, asked_claims(found.family, "userinfo"))
    return {"sub": context.subjects.of(found.application, found.user.id), **about}
