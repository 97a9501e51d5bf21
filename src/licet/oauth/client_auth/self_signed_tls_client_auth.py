"""`self_signed_tls_client_auth` (RFC 8705 section 2.2): a certificate that the application has registered itself."""

from base64 import b64decode
from collections.abc import Iterator, Mapping

from licet.oauth.certificate import thumbprint
from licet.oauth.client_auth.method import Method, Presented, Proven, by_certificate
from licet.services.clients import Client


def _proves(client: Client, presented: Presented, now: int) -> Proven | None:
    certificate = presented.certificate
    if certificate is None:
        return None
    known = certificate.thumbprint in _registered(client.application.jwks or {})
    # No authority vouches for it, so that nobody else has looked at its dates.
    began, ends = certificate.parsed.not_valid_before_utc, certificate.parsed.not_valid_after_utc
    return Proven() if known and began.timestamp() * 1000 <= now < ends.timestamp() * 1000 else None


def _registered(jwks: Mapping[str, object]) -> Iterator[str]:
    """Thumbprints of the certificates of a key set: of `x5c`, whose first is the key's own (RFC 7517 section 4.7)."""
    keys = jwks.get("keys")
    for key in keys if isinstance(keys, list) else []:
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
    presented=by_certificate,
    proves=_proves,
    certificate="any",
)
