"""Keys that clients hold, the proofs they make with them (RFC 9449), and applications that bring a proof each time."""

import base64
import hashlib
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from tests.conformance.protocol import CALLBACK, TOKEN, VERIFIER, App, post
from tests.contract.dialects.house import ORIGIN, House

NUMBERS = count(1)


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def number(value: int, size: int = 0) -> str:
    return encoded(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


@dataclass
class Key:
    """A key of a client; every proof is written by hand, so that it can be written wrongly."""

    alg: str = "ES256"
    private: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def jwk(self) -> dict[str, str]:
        public = self.private.public_key()
        match public:
            case ec.EllipticCurvePublicKey():
                at = public.public_numbers()
                return {"kty": "EC", "crv": "P-256", "x": number(at.x, 32), "y": number(at.y, 32)}
            case rsa.RSAPublicKey():
                at = public.public_numbers()
                return {"kty": "RSA", "e": number(at.e), "n": number(at.n)}
        return {"kty": "OKP", "crv": "Ed25519", "x": encoded(public.public_bytes_raw())}

    @property
    def thumbprint(self) -> str:
        """RFC 7638 section 3.1: the members in the order of their names."""
        text = orjson.dumps(dict(sorted(self.jwk.items())))
        return encoded(hashlib.sha256(text).digest())

    def sign(self, header: dict[str, Any], claims: Any) -> str:
        text = f"{encoded(orjson.dumps(header))}.{encoded(orjson.dumps(claims))}"
        return f"{text}.{encoded(self._signature(text.encode()))}"

    def _signature(self, text: bytes) -> bytes:
        match self.private:
            case ec.EllipticCurvePrivateKey():
                r, s = decode_dss_signature(self.private.sign(text, ec.ECDSA(SHA256())))
                return r.to_bytes(32, "big") + s.to_bytes(32, "big")
            case rsa.RSAPrivateKey():
                pss = padding.PSS(padding.MGF1(SHA256()), SHA256.digest_size)
                return self.private.sign(text, pss if self.alg == "PS256" else padding.PKCS1v15(), SHA256())
        return self.private.sign(text)

    def claims(self, house: House, path: str = TOKEN, method: str = "POST", **claims: Any) -> dict[str, Any]:
        """The claims of a good proof, with these in the place of their like; a claim that is None is left out."""
        good = {"jti": f"proof-{next(NUMBERS)}", "htm": method, "htu": ORIGIN + path, "iat": house.clock.now // 1000}
        return {name: value for name, value in {**good, **claims}.items() if value is not None}

    def proof(self, house: House, path: str = TOKEN, method: str = "POST", **claims: Any) -> dict[str, str]:
        """The header of a good proof, with other claims where some are given."""
        header = {"typ": "dpop+jwt", "alg": self.alg, "jwk": self.jwk}
        return {"dpop": self.sign(header, self.claims(house, path, method, **claims))}

    def presented(self, house: House, token: str, path: str, method: str = "GET", **claims: Any) -> dict[str, str]:
        """The headers of a bound token (RFC 9449 section 7.1)."""
        ath = {"ath": encoded(hashlib.sha256(token.encode()).digest()), **claims}
        return {"authorization": f"DPoP {token}", **self.proof(house, path, method, **ath)}


def rsa_key(alg: str, size: int = 2048) -> Key:
    return Key(alg, rsa.generate_private_key(65537, size))


def edwards_key() -> Key:
    return Key("EdDSA", ed25519.Ed25519PrivateKey.generate())


async def ask(app: App, headers: dict[str, str], **form: Any) -> httpx.Response:
    """A token request of an application with these headers."""
    if app.secret is not None:
        return await post(app.house, TOKEN, form, {**app.basic, **headers})
    return await post(app.house, TOKEN, {"client_id": app.client_id, **form}, headers)


async def redeem(app: App, code: str, headers: dict[str, str]) -> httpx.Response:
    """The redemption of a code of `App.code` with these headers."""
    said = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return await ask(app, headers, **said)


async def refresh(app: App, token: str, headers: dict[str, str]) -> httpx.Response:
    return await ask(app, headers, grant_type="refresh_token", refresh_token=token)
