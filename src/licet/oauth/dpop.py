"""Demonstrating proof of possession (RFC 9449): whether whoever sent a request holds a key, and which key that is."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from joserfc import jws, jwt
from joserfc.jwk import JWKRegistry, Key

from licet.domain.ids import base64url
from licet.domain.key_set import PRIVATE_MEMBERS
from licet.domain.secret import digest
from licet.errors import InvalidDpopProof, UseDpopNonce
from licet.oauth.algorithms import Registry
from licet.oauth.client_keys import RSA_LENGTHS, UNREADABLE
from licet.oauth.context import Context
from licet.oauth.request import Held

TYPE = "dpop+jwt"
ALGORITHMS = ("ES256", "PS256", "EdDSA")
"""Signatures of proofs, all of them good for FAPI 2.0 (Security Profile section 5.4.1)."""
LONGEST = 4096
LONGEST_JTI = 256
LIFETIME = 60
"""Seconds that a proof without a nonce may be old."""
AHEAD = 15
"""Seconds that the clock of whoever made it may be ahead."""
MEMBERS: Mapping[str, tuple[str, ...]] = {
    "EC": ("kty", "crv", "x", "y"),
    "OKP": ("kty", "crv", "x"),
    "RSA": ("kty", "e", "n"),
}
"""RFC 7638 section 3.2: what makes a public key. Symmetric ones have no row; what else a key says is ignored."""
PORTS: Mapping[str, int] = {"http": 80, "https": 443}
_REGISTRY = Registry(longest=LONGEST, strict=False)


async def proven(context: Context, held: Held, token: str | None = None) -> str:
    """The thumbprint (RFC 7638) of the key that a request proves to hold; at a resource, with its access token.

    Raises:
        InvalidDpopProof: no proof, more than one, one that is not good for this request, or one that came before.
        UseDpopNonce: where nonces are required, a proof without a good one.
    """
    # RFC 9449 §4.3: 1. exactly one header.
    if len(held.proofs) != 1:
        raise InvalidDpopProof("There must be exactly one DPoP header.")
    # 2. to 7. A JWT of its type, signed by the public key that it carries.
    thumbprint, claims = _opened(held.proofs[0])
    # 8. and 9. It is for this request,
    if claims.get("htm") != held.method or _place(claims.get("htu")) != _place(held.url):
        raise InvalidDpopProof("The DPoP proof is for another request.")
    # 12. and for this access token,
    if token is not None and not _is_of(claims.get("ath"), token):
        raise InvalidDpopProof("The DPoP proof is for another access token.")
    # 10. and 11. made lately,
    until = _good_until(context, claims)
    # §11.1: and comes for the first time, at whichever node.
    name = digest(f"dpop {thumbprint} {_jti(claims)}")
    if not await context.ambient.store.spent.spend(name, until, context.now()):
        raise InvalidDpopProof("The DPoP proof was used before.")
    return thumbprint


def _opened(proof: str) -> tuple[str, Mapping[str, Any]]:
    """Thumbprint of the key and claims of a proof that its own key has signed."""
    if len(proof) > LONGEST:
        raise InvalidDpopProof("The DPoP proof is too long.")
    try:
        header = jws.extract_compact(proof.encode(), registry=_REGISTRY).headers()
        if header.get("typ") != TYPE or header["alg"] not in ALGORITHMS or "crit" in header:
            raise InvalidDpopProof("The DPoP proof is of another type or algorithm.")
        key = _key(header["jwk"])
        return key.thumbprint(), jwt.decode(proof, key, registry=_REGISTRY).claims
    except UNREADABLE as fault:
        raise InvalidDpopProof("The DPoP proof cannot be read or verified.", detail=repr(fault)) from None


def _key(jwk: Mapping[str, Any]) -> Key:
    """The public key of a header (ValueError, KeyError, JoseError for anything else)."""
    if PRIVATE_MEMBERS & jwk.keys():
        raise ValueError("a private key")
    members = {name: jwk[name] for name in MEMBERS[jwk["kty"]]}
    if "n" in members and len(members["n"]) not in RSA_LENGTHS:
        raise ValueError("an RSA key of another size")
    return JWKRegistry.import_key(members)


def _place(uri: object) -> tuple[str, str | None, int | None, str] | None:
    """Where a URI leads, without query and fragment, as RFC 3986 section 6.2.3 compares; None for no such URI."""
    if not isinstance(uri, str):
        return None
    try:
        parts = urlsplit(uri)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    return None if "@" in parts.netloc else (parts.scheme, parts.hostname, port, parts.path or "/")


def _is_of(ath: object, token: str) -> bool:
    wanted = base64url(hashlib.sha256(token.encode()).digest()).decode()
    return isinstance(ath, str) and ath.isascii() and hmac.compare_digest(ath, wanted)


def _good_until(context: Context, claims: Mapping[str, Any]) -> int:
    """Until when (ms) a proof would be good: as long its `jti` is remembered."""
    made, now = claims.get("iat"), context.now()
    if not isinstance(made, int | float) or isinstance(made, bool):
        raise InvalidDpopProof("The DPoP proof does not say when it was made.")
    if context.nonces is not None:
        # RFC 9449 §4.3: a nonce stands in for a clock that nobody has set.
        until = context.nonces.good_until(claims.get("nonce"), now)
        if until is None:
            raise UseDpopNonce
        return until
    if not now / 1000 - LIFETIME <= made <= now / 1000 + AHEAD:
        raise InvalidDpopProof("The DPoP proof is too old, or from a time to come.")
    return int(made + LIFETIME + 1) * 1000


def _jti(claims: Mapping[str, Any]) -> str:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_JTI or not jti.isprintable():
        raise InvalidDpopProof("The DPoP proof has no usable jti.")
    return jti
