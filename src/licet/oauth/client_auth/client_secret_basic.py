"""`client_secret_basic` (RFC 6749 section 2.3.1): the secret in HTTP Basic."""

from licet.oauth.client_auth.method import BY_SECRET, Method, Presented, by_secret
from licet.oauth.request import TokenRequest


def _presented(request: TokenRequest) -> Presented | None:
    return None if request.basic is None else Presented(*request.basic)


METHOD = Method(
    name="client_secret_basic", serves=BY_SECRET, parameter=None, presented=_presented, proves=by_secret, scheme="Basic"
)
