"""`client_secret_post` (RFC 6749 section 2.3.1): the secret in the form."""

from licet.oauth.client_auth.method import BY_SECRET, Method, Presented, by_secret
from licet.oauth.request import TokenRequest


def _presented(request: TokenRequest) -> Presented | None:
    secret = request.get("client_secret")
    return None if secret is None else Presented(request.get("client_id") or "", secret)


METHOD = Method(
    name="client_secret_post", serves=BY_SECRET, parameter="client_secret", presented=_presented, proves=by_secret
)
