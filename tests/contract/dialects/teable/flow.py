"""The way of an authorization at this surface: an application of alice's, and bob who allows it things."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import CLIENTS, signed_in

AUTHORIZE = "/api/oauth/authorize"
DECISION = "/api/oauth/decision"
ACCESS_TOKEN = "/api/oauth/access_token"
DEVICE = "/api/oauth/device"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
CALLBACK = "https://acme.example/cb"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""RFC 7636 appendix B."""
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
SCOPES = ["table|read", "record|read", "user|email_read"]


class App:
    """A registered application with one secret, and what a person does with it."""

    def __init__(self, house: House, shown: dict[str, Any], secret: str) -> None:
        self.house = house
        self.client_id: str = shown["clientId"]
        self.path = f"{CLIENTS}/{self.client_id}"
        self.shown = shown
        self.secret = secret

    async def authorize(self, who: str = "bob", **query: str) -> httpx.Response:
        said = {"response_type": "code", "client_id": self.client_id, **query}
        headers = await signed_in(self.house, who)
        return await self.house.call("GET", AUTHORIZE, params=said, headers=headers)

    async def transaction(self, who: str = "bob", **query: str) -> str:
        answer = await self.authorize(who, **query)
        assert answer.status_code == 302, answer.text
        found = re.fullmatch(r"/oauth/decision\?transaction_id=([0-9A-Za-z]{16})", answer.headers["location"])
        assert found, answer.headers["location"]
        return found[1]

    async def decide(self, transaction: str, who: str = "bob", **said: str) -> httpx.Response:
        headers = await signed_in(self.house, who)
        body = {"transaction_id": transaction, **said}
        return await self.house.call("POST", DECISION, data=body, headers=headers)

    async def code(self, who: str = "bob", **query: str) -> str:
        """A code that a person allows, asked or not."""
        answer = await self.authorize(who, **query)
        if answer.headers["location"].startswith("/oauth/decision"):
            transaction = answer.headers["location"].partition("=")[2]
            answer = await self.decide(transaction, who)
        return returned(answer)["code"]

    async def code_at(self, redirect_uri: str, **query: str) -> str:
        """A code that bob allows for a redirect URI of its own."""
        answer = await self.decide(await self.transaction(redirect_uri=redirect_uri, **query))
        return returned(answer, redirect_uri)["code"]

    async def redeem(self, code: str, **said: Any) -> httpx.Response:
        """With the secret, unless something else is said; None leaves a field out."""
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "client_id": self.client_id,
            "client_secret": self.secret,
            **said,
        }
        return await self.house.call(
            "POST", ACCESS_TOKEN, data={name: value for name, value in body.items() if value is not None}
        )

    async def tokens(self, who: str = "bob", **query: str) -> dict[str, Any]:
        answer = await self.redeem(await self.code(who, **query))
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def public_tokens(self, who: str = "bob") -> dict[str, Any]:
        answer = await self.redeem(await self.code(who, **PKCE), client_secret=None, code_verifier=VERIFIER)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def refresh(self, token: str, **said: Any) -> httpx.Response:
        body = {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "client_id": self.client_id,
            "client_secret": self.secret,
            **said,
        }
        return await self.house.call(
            "POST", ACCESS_TOKEN, data={name: value for name, value in body.items() if value is not None}
        )

    async def update(self, **said: Any) -> None:
        body = {name: value for name, value in self.shown.items() if name not in {"id", "clientId", "secrets"}}
        kept = {name: value for name, value in {**body, **said}.items() if value is not None}
        answer = await self.house.call("PUT", self.path, json=kept, headers=await signed_in(self.house, "alice"))
        assert answer.status_code == 200, answer.text
        self.shown = answer.json()

    async def asked_again(self, who: str = "bob", **query: str) -> bool:
        location = (await self.authorize(who, **query)).headers["location"]
        return location.startswith("/oauth/decision")


async def register(house: House, **said: Any) -> App:
    """An application of alice's."""
    body = {
        "name": "Acme Sync",
        "homepage": "https://acme.example",
        "redirectUris": [CALLBACK],
        "scopes": SCOPES,
        "allowDeviceFlow": True,
        **said,
    }
    headers = await signed_in(house, "alice")
    made = await house.call("POST", CLIENTS, json=body, headers=headers)
    assert made.status_code == 201, made.text
    secret = await house.call("POST", f"{CLIENTS}/{made.json()['clientId']}/secret", headers=headers)
    return App(house, made.json(), secret.json()["secret"])


async def switch(house: House, app: App, *, enabled: bool) -> None:
    """What another surface can do: switch an application off, and on again."""
    answer = await house.call(
        "PATCH",
        f"/api/applications/{app.client_id}",
        json={"enabled": enabled},
        headers={**await house.bearer("alice"), "content-type": "application/merge-patch+json"},
    )
    assert answer.status_code == 200, answer.text


def returned(answer: httpx.Response, to: str = CALLBACK) -> dict[str, str]:
    """The parameters with which a browser comes back to the application."""
    assert answer.status_code == 302, answer.text
    location = answer.headers["location"]
    assert location.startswith(to), location
    return dict(parse_qsl(urlsplit(location).query))


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {tokens['access_token']}"}


def fault(answer: httpx.Response) -> tuple[int, str]:
    """Status and message of the envelope, which has nothing else to say."""
    body = answer.json()
    codes = {400: "validation_error", 401: "unauthorized", 403: "restricted_resource", 404: "not_found"}
    assert body == {"message": body["message"], "status": answer.status_code, "code": codes[answer.status_code]}
    assert answer.headers["content-type"] == "application/json"
    assert "location" not in answer.headers
    return answer.status_code, body["message"]
