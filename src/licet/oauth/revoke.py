"""Token revocation (RFC 7009): an application gives back what it holds; nobody learns whether a token was known."""

from licet.errors import InvalidRequest
from licet.oauth.client_auth import authenticate
from licet.oauth.context import Context
from licet.oauth.presented import presented
from licet.oauth.request import TokenRequest


async def revoke(context: Context, request: TokenRequest) -> None:
    """End a token of the caller's: a refresh token with its whole family, an access token alone.

    A foreign, unknown or ended token changes nothing and is answered alike (RFC 7009 section 2.2).
    """
    caller = await authenticate(context, request)
    token = request.get("token")
    if token is None:
        raise InvalidRequest.missing("token")
    client_id, now = caller.application.client_id, context.now()
    read = context.refresh_tokens.read(token)
    if read is not None:
        family = await context.ambient.store.families.by_id(read[0])
        if family is not None and family.client_id == client_id:
            await context.ambient.store.families.revoke(family.id, now)
        return
    found = await presented(context, token)
    if found is None or found.application.client_id != client_id:
        return
    if found.jti is None:
        await context.ambient.store.access_tokens.revoke(found.digest)
    else:
        await context.ambient.store.access_tokens.revoke_jti(found.digest, found.expires_at)
