"""`self_signed_tls_client_auth` (RFC 8705 section 2.2): a certificate that the application has registered itself."""

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from licet.oauth.certificate import thumbprint
from licet.oauth.client_auth.method import Method, Proven, by_certificate
from licet.oauth.context import Context
from licet.oauth.request import TokenRequest
from licet.services.clients import Client


async def _proves(context: Context, client: Client, request: TokenRequest, _endpoint: str) -> Proven | None:
    certificate = request.held.certificate if request.held is not None else None
    if certificate is None or not await _registered(context, client, certificate.thumbprint):
        return None
    # No authority vouches for it, so that nobody else has looked at its dates.
    began, ends = certificate.parsed.not_valid_before_utc, certificate.parsed.not_valid_after_utc
    return Proven() if began.timestamp() * 1000 <= context.now() < ends.timestamp() * 1000 else None


async def _registered(context: Context, client: Client, wanted: str) -> bool:
    """Whether a certificate is one of the client's; at their own address they are looked at again for a new one."""
    kept = context.client_keys
    if wanted in _of_keys(await kept.of(client.application)):
        return True
    return wanted in _of_keys(await kept.of(client.application, wanted))


def _of_keys(keys: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Thumbprints of the certificates of keys: of `x5c` the first is the key's own (RFC 7517 section 4.7)."""
    for key in keys:
        if isinstance(key.get("x5t#S256"), str):
            yield key["x5t#S256"]
        chain = key.get("x5c")
        if isinstance(chain, list) and chain and isinstance(chain[0], str):
            yield _of(chain[0])


def _of(encoded: str) -> str:
    try:
        return thumbprint(b64decode(encoded, validate=True))
    except ValueError:
        return ""


METHOD = Method(
    name="self_signed_tls_client_auth",
    serves=frozenset({"self_signed_tls_client_auth"}),
    parameter="client_id",
    presented=by_certificate,
    proves_by_request=_proves,
    certificate="any",
)
