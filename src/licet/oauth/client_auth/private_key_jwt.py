"""`private_key_jwt` (OpenID Connect Core section 9): an assertion signed with a key whose public half is registered."""

from licet.domain.application import ASSERTION_ALGORITHMS
from licet.oauth.client_auth import assertion
from licet.oauth.client_auth.method import Method, Presented, Proven
from licet.oauth.context import Context
from licet.oauth.request import TokenRequest
from licet.services.clients import Client


def _presented(request: TokenRequest) -> Presented | None:
    return assertion.presented(request, symmetric=False)


async def _proves(context: Context, client: Client, request: TokenRequest, endpoint: str) -> Proven | None:
    application = client.application
    token = assertion.fits(request, application)
    read = await context.client_keys.opened(application, token, ASSERTION_ALGORITHMS) if token else None
    if read is None or not await assertion.accepted(context, application, read.claims, endpoint):
        return None
    return Proven()


METHOD = Method(
    name="private_key_jwt",
    serves=frozenset({"private_key_jwt"}),
    parameter="client_assertion",
    presented=_presented,
    proves_by_request=_proves,
)
