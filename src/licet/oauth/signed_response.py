"""Signed authorization responses: the answer of the authorization endpoint as one JWT (JARM)."""

from collections.abc import Mapping

from licet.oauth.context import Context
from licet.oauth.return_address import ReturnAddress

TYPE = "oauth-authz-resp+jwt"
"""RFC 8725 section 3.11: a type of its own, so that it is taken for no other JWT of ours."""
LIFETIME = 600
"""Seconds; JARM section 2.1: at most ten minutes."""


async def signed(context: Context, address: ReturnAddress, parameters: Mapping[str, str]) -> Mapping[str, str]:
    """The parameters of an answer as the response mode of its address writes them."""
    if address.signed is None:
        return parameters
    audience, algorithm = address.signed
    expires_at = context.now() // 1000 + LIFETIME
    claims = {**parameters, "iss": context.provider.issuer, "aud": audience, "exp": expires_at}
    return {"response": await (await context.ring.signer(algorithm)).token(claims, TYPE)}
