"""`client_secret_basic` (RFC 6749 section 2.3.1): the secret in HTTP Basic."""

from licet.oauth.client_auth.method import Method, Presented
from licet.oauth.request import TokenRequest
from licet.services.clients import Client


def _presented(request: TokenRequest) -> Presented | None:
    return None if request.basic is None else Presented(*request.basic)


def _proves(client: Client, presented: Presented, now: int) -> bool:
    return client.proved_by(presented.secret or "", now) is not None


METHOD = Method(
    name="client_secret_basic",
    serves=frozenset({"client_secret_basic", "client_secret_post"}),
    presented=_presented,
    proves=_proves,
    scheme="Basic",
)
