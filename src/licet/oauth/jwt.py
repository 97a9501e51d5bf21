"""Compact JWS, assembled from bytes: signing is the hot path and costs what the signature costs (RFC 7515 section 7.1).

Keys are made, parsed and verified by the JOSE library; only this assembly is ours.
"""

import asyncio
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from licet.domain.ids import base64url

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
COORDINATE_BYTES = 32
PKCS1 = padding.PKCS1v15()
PSS = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=SHA256.digest_size)


@dataclass(frozen=True, slots=True)
class Signer:
    """One key and its algorithm; `slow` ones sign on a thread, since they release the interpreter."""

    kid: str
    algorithm: str
    sign: Callable[[bytes], bytes]
    slow: bool

    async def token(self, claims: Mapping[str, object], typ: str) -> str:
        """A signed JWT of these claims (RFC 7519 section 7.1)."""
        text = _head(self.algorithm, typ, self.kid) + base64url(orjson.dumps(claims))
        signature = await asyncio.to_thread(self.sign, text) if self.slow else self.sign(text)
        return (text + b"." + base64url(signature)).decode()


def signer(kid: str, algorithm: str, key: PrivateKey) -> Signer:
    """The signer of a key (RFC 7518 section 3.1, RFC 8037 section 3.1)."""
    match key:
        case ec.EllipticCurvePrivateKey():
            return Signer(kid, algorithm, _ecdsa(key), slow=False)
        case ed25519.Ed25519PrivateKey():
            return Signer(kid, algorithm, key.sign, slow=False)
        case rsa.RSAPrivateKey():
            fill = PSS if algorithm == "PS256" else PKCS1
            return Signer(kid, algorithm, lambda text: key.sign(text, fill, SHA256()), slow=True)


@lru_cache(64)
def _head(algorithm: str, typ: str, kid: str) -> bytes:
    """The protected header and its dot: the same for every token of a key."""
    return base64url(orjson.dumps({"alg": algorithm, "typ": typ, "kid": kid})) + b"."


def _ecdsa(key: ec.EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
    """How a P-256 key signs: by the library that takes least time for it (docs/decisions/0009-signatures.md)."""
    from awscrt.crypto import EC  # noqa: PLC0415 - gathers entropy for 50 ms, which a start need not wait for

    signs = EC.new_key_from_der_data(key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()))

    def sign(text: bytes) -> bytes:
        # RFC 7518 §3.4: R and S as big-endian numbers of fixed length, one after the other.
        return EC.decode_der_signature_to_padded_pair(signs.sign(sha256(text).digest()), COORDINATE_BYTES)

    return sign


def jwt_id(moment: int, random: bytes) -> str:
    """The `jti` of an access token made at a moment (ms): random bytes behind what `iat`, whole seconds, cannot say."""
    return base64url((moment % 1000).to_bytes(2) + random).decode()


def issued_at(claims: Mapping[str, Any]) -> int:
    """When an access token of ours was made, in ms: tokens end together and are made anew within one second."""
    return int(claims["iat"]) * 1000 + int.from_bytes(urlsafe_b64decode(claims["jti"][:4])[:2])
