"""Applications at the endpoints of the protocol, and what they hold."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import orjson

from licet.domain.scope import Resource
from licet.domain.secret import Form
from licet.oauth.asking import Asked
from licet.oauth.authorize import AuthorizationServer
from licet.oauth.context import Context
from licet.oauth.decide import SignedIn, grant
from licet.services.applications import Registration
from tests.contract.dialects.house import EPOCH, House

TOKEN, INTROSPECT, REVOKE = "/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"
USERINFO, DEVICE, JWKS = "/oauth2/userinfo", "/oauth2/device_authorization", "/oauth2/jwks"
CALLBACK = "https://app.example/cb"
API, OTHER = "https://api.example/v1", "https://other.example"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""RFC 7636 appendix B."""
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
ALL_GRANTS = ("authorization_code", "refresh_token", "client_credentials", DEVICE_CODE)
SCOPE = ("openid", "profile", "email", "offline_access", "read", "write")
SECONDS = EPOCH // 1000
CLIENT_ID, SECRET = Form("", "abcdefghijklmnopqrstuvwxyz", 24), Form("", "abcdefghijklmnopqrstuvwxyz", 43)

INVALID_CLIENT = {"error": "invalid_client", "error_description": "Client authentication failed."}
INVALID_GRANT = {"error": "invalid_grant", "error_description": "The grant is invalid, expired or revoked."}
INACTIVE = {"active": False}

Answer = httpx.Response


@dataclass
class App:
    """A registered application and how it proves itself."""

    house: House
    client_id: str
    secret: str | None = None

    @property
    def basic(self) -> dict[str, str]:
        """The header of HTTP Basic."""
        return basic(self.client_id, self.secret or "")

    @property
    def context(self) -> Context:
        return self.house.instance.setups["rfc"].context

    async def post(self, path: str, form: Mapping[str, Any] | None = None, **more: Any) -> Answer:
        """A form, proven by HTTP Basic or, for an application without secret, by its name."""
        if self.secret is not None:
            return await post(self.house, path, {**(form or {}), **more}, headers=self.basic)
        return await post(self.house, path, {"client_id": self.client_id, **(form or {}), **more})

    async def code(
        self, person: str = "alice", *, resources: tuple[str, ...] = (), verified: bool = True, **parameters: str
    ) -> str:
        """An authorization code, as if that person had just consented."""
        challenge = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"} if verified else {}
        said = {"client_id": self.client_id, "response_type": "code", "redirect_uri": CALLBACK, **challenge}
        asked = await AuthorizationServer(self.context).check({**said, **parameters}, resources)
        assert isinstance(asked, Asked), asked
        someone = SignedIn(await self.house.user(person), "0" * 24, self.house.clock.now)
        return await grant(self.context, asked, someone, asked.scope)

    async def redeem(self, code: str, **more: Any) -> Answer:
        said = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        return await self.post(TOKEN, {**said, **more})

    async def tokens(self, person: str = "alice", **parameters: Any) -> dict[str, Any]:
        """What a person's consent gives."""
        answer = await self.redeem(await self.code(person, **parameters))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refresh(self, token: str, **more: Any) -> Answer:
        return await self.post(TOKEN, {"grant_type": "refresh_token", "refresh_token": token, **more})

    async def for_itself(self, **more: Any) -> Answer:
        return await self.post(TOKEN, {"grant_type": "client_credentials", **more})

    async def introspect(self, token: str) -> dict[str, Any]:
        answer = await self.post(INTROSPECT, {"token": token})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def lives(self, tokens: Mapping[str, Any]) -> tuple[bool, bool]:
        """Whether the access token and the refresh token of an answer are good."""
        found = [await self.introspect(tokens[name]) for name in ("access_token", "refresh_token")]
        return found[0]["active"], found[1]["active"]

    async def change(self, **settings: Any) -> None:
        """Change the application as its owner."""
        actor = await self.house.actor("alice")
        await self.house.services.applications.update(actor, self.client_id, lambda _: settings)


async def app(house: House, *, public: bool = False, **settings: Any) -> App:
    """A registered application of alice's."""
    said = {
        "organization_id": house.organizations["acme"],
        "protocols": ("native",),
        "client_name": "App",
        "redirect_uris": (CALLBACK,),
        "scope": SCOPE,
        "grant_types": ALL_GRANTS,
        **({"token_endpoint_auth_method": "none"} if public else {}),
    }
    wanted = Registration(settings={**said, **settings}, client_id=CLIENT_ID, secret=None if public else SECRET)
    made = await house.services.applications.register(await house.actor("alice"), wanted)
    return App(house, made.application.client_id, made.client_secret)


async def resources(house: House) -> None:
    """Register the two resources that tests ask for."""
    for each in (API, OTHER):
        await house.services.catalogue.put_resource(await house.actor("admin"), Resource(each, ("read",), EPOCH))


async def post(
    house: House, path: str, form: Mapping[str, Any] | Sequence[tuple[str, str]], headers: Mapping[str, str] = {}
) -> Answer:
    """A form, as it is."""
    body = urlencode(form, doseq=True)
    return await raw(house, path, body.encode(), {"content-type": "application/x-www-form-urlencoded", **headers})


async def raw(house: House, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    return await house.call("POST", path, content=body, headers=headers)


def basic(client_id: str, secret: str) -> dict[str, str]:
    """RFC 6749 section 2.3.1."""
    return plain_basic(f"{quote(client_id, safe='')}:{quote(secret, safe='')}".encode())


def plain_basic(pair: bytes) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(pair).decode()}"}


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a JWT, unverified."""
    header, claims, _ = token.split(".")
    return opened(header), opened(claims)


def opened(part: str) -> dict[str, Any]:
    return orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def said(answer: Answer) -> tuple[int, str]:
    """Status and error word."""
    return answer.status_code, answer.json()["error"]
