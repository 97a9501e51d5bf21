"""`none` (RFC 7591 section 2): a public client says its client_id and proves nothing."""

from licet.oauth.client_auth.method import Method, Presented, Proven, by_name
from licet.services.clients import Client


def _proves(_client: Client, _presented: Presented, _now: int) -> Proven:
    return Proven()


METHOD = Method(name="none", serves=frozenset({"none"}), parameter="client_id", presented=by_name, proves=_proves)
