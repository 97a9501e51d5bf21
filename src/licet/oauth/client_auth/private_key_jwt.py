"""`private_key_jwt` (OpenID Connect Core section 9): an assertion signed with a key whose public half is registered."""

from licet.domain.keys import ALGORITHMS
from licet.domain.profile import profile_of
from licet.oauth.client_auth import assertion
from licet.oauth.client_auth.method import Method, Presented, Proven
from licet.oauth.context import Context
from licet.oauth.request import TokenRequest
from licet.services.clients import Client


def _presented(request: TokenRequest) -> Presented | None:
    return assertion.presented(request, symmetric=False)


async def _proves(context: Context, client: Client, request: TokenRequest, endpoint: str) -> Proven | None:
    application = client.application
    # OpenID Connect Discovery §3: RS256 should be there, as libraries sign with RSA keys; the profile may forbid it.
    allowed = profile_of(application, context.provider.profile).algorithms or ALGORITHMS
    token = assertion.fits(request, application)
    read = await context.client_keys.opened(application, token, allowed) if token else None
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
