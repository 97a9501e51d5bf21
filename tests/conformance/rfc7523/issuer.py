"""Another issuer: its keys, and what it says of people."""

from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from licet.domain.trust import TrustedIssuer
from tests.conformance.protocol import ALL_GRANTS, SECONDS, TOKEN, Answer, App, app

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ISSUER, HERE = "https://idp.example", "http://127.0.0.1:8000"
TYPE = "oauth-id-jag+jwt"
KEY = ECKey.generate_key("P-256", {"kid": "theirs", "use": "sig"})
FOREIGN = ECKey.generate_key("P-256", {"kid": "theirs", "use": "sig"})


def keys(*listed: ECKey) -> dict[str, Any]:
    """A key set as it is published."""
    return {"keys": [key.as_dict(private=False) for key in listed]}


async def bringer(house: Any, **settings: Any) -> App:
    """An application that may use the grant."""
    return await app(house, **{"grant_types": (*ALL_GRANTS, JWT_BEARER), **settings})


async def trust(house: Any, **row: Any) -> None:
    """The operator trusts the other issuer, which calls people by their user names."""
    usual = {"issuer": ISSUER, "jwks": keys(KEY), "subject": "username", "clients": ("*",)}
    await house.services.trust.put_issuer(await house.actor("admin"), TrustedIssuer(**{**usual, **row}))


def assertion(client: App, *, key: ECKey = KEY, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """What the issuer signs about alice for one application here; a claim that is None is left out."""
    usual = {
        "iss": ISSUER,
        "sub": "alice",
        "aud": HERE,
        "client_id": client.client_id,
        "jti": "one",
        "iat": SECONDS,
        "exp": SECONDS + 300,
    }
    said = {name: value for name, value in {**usual, **claims}.items() if value is not None}
    head = {"alg": "ES256", "typ": TYPE, "kid": "theirs", **(header or {})}
    return jwt.encode({name: value for name, value in head.items() if value is not None}, said, key)


def plain(client: App, **claims: Any) -> str:
    """What it signs without a type and for nobody's hands, as RFC 7523 alone has it."""
    return assertion(client, **{"header": {"typ": None}, "client_id": None, "iat": None, **claims})


async def bring(client: App, value: str | None, **more: Any) -> Answer:
    """One request with an assertion."""
    said = {"grant_type": JWT_BEARER, **({"assertion": value} if value is not None else {})}
    return await client.post(TOKEN, {**said, **more})
