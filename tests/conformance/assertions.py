"""Assertions as clients make them, and as attackers do."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import orjson
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from tests.conformance.protocol import SECONDS, TOKEN, Answer, App, app, post
from tests.contract.dialects.house import ORIGIN, House

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FORM = {"grant_type": "client_credentials", "client_assertion_type": TYPE}


def new_key(algorithm: str = "ES256", kid: str | None = "one") -> Key:
    """A private key for an algorithm."""
    named = {} if kid is None else {"kid": kid}
    match algorithm:
        case "ES256":
            return ECKey.generate_key("P-256", named)
        case "EdDSA":
            return OKPKey.generate_key("Ed25519", named)
    return RSAKey.generate_key(2048, named)


def public(*keys: Key, **members: str) -> dict[str, Any]:
    """Their public halves as a JWK Set."""
    return {"keys": [{**key.as_dict(private=False), **members} for key in keys]}


def signed(key: Key, claims: Mapping[str, Any], header: Mapping[str, Any] = {}, algorithm: str = "ES256") -> str:
    """A JWT; a claim or a member of the header that is None is left out."""
    said = {"alg": algorithm, **({"kid": key.kid} if key.kid else {}), **header}
    text = unsigned(claims, said)
    return text + _encoded(JWSRegistry.algorithms[algorithm].sign(text.removesuffix(".").encode(), key))


def exactly(key: Key, text: str, header: str = '{"alg":"ES256","kid":"one"}') -> str:
    """A JWT of these very texts, also of such as no library writes."""
    signing = f"{_encoded(header.encode())}.{_encoded(text.encode())}"
    return f"{signing}.{_encoded(JWSRegistry.algorithms['ES256'].sign(signing.encode(), key))}"


def authenticated(secret: str | bytes, claims: Mapping[str, Any], header: Mapping[str, Any] = {}) -> str:
    """A JWT made with a secret, by HS256; by hand, since no library takes a public key for one."""
    raw = secret.encode() if isinstance(secret, str) else secret
    text = unsigned(claims, {"alg": "HS256", **header})
    return text + _encoded(hmac.digest(raw, text.removesuffix(".").encode(), "sha256"))


def unsigned(claims: Mapping[str, Any], header: Mapping[str, Any]) -> str:
    """A JWT without signature."""
    parts = ({name: value for name, value in part.items() if value is not None} for part in (header, claims))
    return "".join(_encoded(orjson.dumps(part)) + "." for part in parts)


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def claims(client: App, jti: str = "a", **more: Any) -> dict[str, Any]:
    """What a good assertion says."""
    who = client.client_id
    said = {"iss": who, "sub": who, "aud": ORIGIN, "jti": jti, "iat": SECONDS, "exp": SECONDS + 60}
    return {**said, **more}


async def send(house: House, assertion: str, path: str = TOKEN, **more: Any) -> Answer:
    """A request for a token that an assertion proves."""
    return await post(house, path, {**FORM, "client_assertion": assertion, **more})


async def keyed(house: House, key: Key, **settings: Any) -> App:
    """An application of alice's that signs with a key."""
    said = {"token_endpoint_auth_method": "private_key_jwt", "jwks": public(key), **settings}
    return await app(house, public=True, **said)
