"""`none` (RFC 7591 section 2): a public client says its client_id and proves nothing."""

from licet.oauth.client_auth.method import Method, Presented, Proven
from licet.oauth.request import TokenRequest
from licet.services.clients import Client


def _presented(request: TokenRequest) -> Presented | None:
    client_id = request.get("client_id")
    secretless = request.basic is None and request.get("client_secret") is None
    return Presented(client_id) if client_id is not None and secretless else None


def _proves(_client: Client, _presented: Presented, _now: int) -> Proven:
    return Proven()


METHOD = Method(name="none", serves=frozenset({"none"}), presented=_presented, proves=_proves)
