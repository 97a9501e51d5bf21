"""How an application proves itself (RFC 6749 section 2.3): one file a method, one table, exactly one method a request.

An unknown client costs the same work as a wrong secret, and gets the same answer.
"""

from licet.domain.secret import matches
from licet.errors import InvalidClient, InvalidRequest
from licet.oauth.client_auth import client_secret_basic, client_secret_post, none
from licet.oauth.client_auth.method import Method, Presented, Proven
from licet.oauth.context import Context
from licet.oauth.request import TokenRequest
from licet.services.clients import NOBODY, Client

METHODS: tuple[Method, ...] = (client_secret_basic.METHOD, client_secret_post.METHOD, none.METHOD)
"""Every method, in the order in which metadata names them."""


async def authenticate(context: Context, request: TokenRequest) -> Client:
    """The application behind a request (InvalidClient; InvalidRequest when it says two things at once)."""
    method, presented = _only(request)
    client = await context.clients.find(presented.client_id)
    if client is None:
        matches(NOBODY, presented.secret or "")
        raise InvalidClient(detail=f"unknown client {presented.client_id[:40]!r}", scheme=method.scheme)
    application = client.application
    if not application.enabled or context.provider.surface not in application.protocols:
        raise InvalidClient(detail=f"{presented.client_id} is disabled or of another surface", scheme=method.scheme)
    serves = application.token_endpoint_auth_method in method.serves
    proven = method.proves(client, presented, context.now()) if serves else None
    if proven is None:
        raise InvalidClient(detail=f"{presented.client_id} did not prove itself by {method.name}", scheme=method.scheme)
    await _remember(context, client, proven, request.address)
    return client


async def _remember(context: Context, client: Client, proven: Proven, address: str) -> None:
    """Note the use, which owners are shown before they revoke a secret or delete an application."""
    kept = context.ambient.store
    if proven.secret_id is None:
        await kept.applications.used(client.application.id, context.now())
    else:
        await kept.secrets.touch(proven.secret_id, now=context.now(), address=address)


def _only(request: TokenRequest) -> tuple[Method, Presented]:
    used = [(method, found) for method in METHODS if (found := method.presented(request)) is not None]
    if not used:
        raise InvalidClient("The client did not say who it is.", scheme="Basic")
    if len(used) > 1 or request.get("client_id") not in {None, used[0][1].client_id}:
        # RFC 6749 §2.3: not more than one method in each request.
        raise InvalidRequest("More than one way of client authentication was used.")
    return used[0]
