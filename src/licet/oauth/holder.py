"""The application that a refresh token was handed to, where a surface lets the token alone speak for it."""

from licet.errors import Cause, InvalidGrant, InvalidRequest
from licet.oauth.caller import Caller
from licet.oauth.context import Context
from licet.oauth.request import TokenRequest

CREDENTIALS = ("client_id", "client_secret", "client_assertion", "client_assertion_type")


def alone(request: TokenRequest) -> bool:
    """Whether a request brings nothing that proves an application: what is sent is always checked."""
    return request.basic is None and not any(request.get(name) for name in CREDENTIALS)


async def holder(context: Context, request: TokenRequest) -> Caller:
    """Whose refresh token it is (InvalidGrant when it is nobody's, or when its application does not work)."""
    token = request.get("refresh_token")
    if token is None:
        raise InvalidRequest.missing("refresh_token")
    read = context.refresh_tokens.read(token)
    family = await context.ambient.store.families.by_id(read[0]) if read else None
    if family is None or family.surface != context.provider.surface:
        raise InvalidGrant(cause=Cause.REFRESH_UNKNOWN)
    client = await context.clients.find(family.client_id)
    if client is None or context.provider.surface not in client.application.protocols:
        raise InvalidGrant(cause=Cause.CLIENT_UNKNOWN)
    if not client.application.enabled:
        raise InvalidGrant(cause=Cause.CLIENT_DISABLED)
    return Caller(client, proven_by="")
