"""`client_secret_post` (RFC 6749 section 2.3.1): the secret in the form."""

from licet.oauth.client_auth.method import Method, Presented
from licet.oauth.request import TokenRequest
from licet.services.clients import Client


def _presented(request: TokenRequest) -> Presented | None:
    secret = request.get("client_secret")
    return None if secret is None else Presented(request.get("client_id") or "", secret)


def _proves(client: Client, presented: Presented, now: int) -> bool:
    return client.proved_by(presented.secret or "", now) is not None


METHOD = Method(
    name="client_secret_post",
    serves=frozenset({"client_secret_basic", "client_secret_post"}),
    presented=_presented,
    proves=_proves,
)
