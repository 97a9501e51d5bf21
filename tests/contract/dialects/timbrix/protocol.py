"""Applications of this surface as clients, and the people who allow them things."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from tests.conformance.person import Document, Person
from tests.conformance.protocol import basic, post
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.scene import APPS, call, registered

AUTHORIZE, TOKEN = "/api/oauth/authorize", "/api/oauth/token"
EXCHANGE, REFRESH = f"{TOKEN}/exchange", f"{TOKEN}/refresh"
INTROSPECT, REVOKE = "/api/oauth/introspect", "/api/oauth/revoke"
CALLBACK = "https://payroll.example/cb"
SCOPES = ["read:organization", "read:members"]
STATE = "a state & more"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""RFC 7636 appendix B."""

BAD_CLIENT = {"statusCode": 401, "message": "Invalid client credentials", "error": "Unauthorized"}
BAD_CODE = {"statusCode": 400, "message": "Invalid authorization code", "error": "Bad Request"}
BAD_REFRESH = {"statusCode": 401, "message": "Invalid refresh token", "error": "Unauthorized"}
UNALLOWED = {
    "statusCode": 403,
    "message": "The user has not allowed the application these scopes",
    "error": "Forbidden",
}
TOO_MANY = {"statusCode": 429, "message": "Too many requests", "error": "Too Many Requests"}


@dataclass
class Client:
    """A registered application, and what it keeps."""

    house: House
    person: Person
    client_id: str
    secret: str
    scopes: list[str] = field(default_factory=lambda: list(SCOPES))

    @property
    def path(self) -> str:
        return f"{APPS}/{self.client_id}"

    @property
    def proof(self) -> dict[str, str]:
        return {"clientId": self.client_id, "clientSecret": self.secret}

    @property
    def basic(self) -> dict[str, str]:
        return basic(self.client_id, self.secret)

    def asking(self, **parameters: str | None) -> str:
        """The address that it sends people to; a parameter that is None is left out."""
        usual = {
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "scope": ",".join(self.scopes),
            "state": STATE,
            "response_type": "code",
        }
        said = {name: value for name, value in {**usual, **parameters}.items() if value is not None}
        return f"{AUTHORIZE}?{urlencode(said)}"

    async def told(self, who: str = "alice", decision: str = "allow", **parameters: str | None) -> dict[str, str]:
        """What the application is told after a person went the whole way."""
        page = await self.person.visit(self.asking(**parameters))
        if page.url.path == "/login":
            page = await self.person.sign_in(page, who)
        if page.url.path == "/consent":
            page = await self.person.send(page, decision=decision)
        assert page.status_code == 302, (page.status_code, page.text)
        return dict(parse_qsl(urlsplit(page.headers["location"]).query, strict_parsing=True))

    async def code(self, who: str = "alice", **parameters: str | None) -> str:
        return (await self.told(who, **parameters))["code"]

    async def exchange(self, code: str, **more: Any) -> httpx.Response:
        """As JSON; a field that is None is left out."""
        usual = {"grantType": "authorization_code", "code": code, "redirectUri": CALLBACK, **self.proof}
        said = {name: value for name, value in {**usual, **more}.items() if value is not None}
        return await self.house.call("POST", EXCHANGE, json=said)

    async def tokens(self, who: str = "alice", **parameters: str | None) -> dict[str, Any]:
        answer = await self.exchange(await self.code(who, **parameters))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refresh(self, token: str, **more: Any) -> httpx.Response:
        return await self.house.call("POST", REFRESH, json={"refreshToken": token, **more})

    async def own(self, scopes: list[str] | None = None, **more: Any) -> httpx.Response:
        """A token for itself."""
        said = {**self.proof, "scopes": self.scopes if scopes is None else scopes, **more}
        return await self.house.call("POST", TOKEN, json={name: v for name, v in said.items() if v is not None})

    async def form(self, path: str, headers: Mapping[str, str] | None = None, **said: str) -> httpx.Response:
        """A form by HTTP Basic, unless other headers are given."""
        return await post(self.house, path, said, self.basic if headers is None else headers)

    async def introspect(self, token: str) -> dict[str, Any]:
        answer = await self.form(INTROSPECT, token=token)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def lives(self, tokens: Mapping[str, Any]) -> tuple[bool, bool]:
        """Whether the access token and the refresh token of an answer are good."""
        found = [await self.introspect(tokens[name]) for name in ("access_token", "refresh_token")]
        return found[0]["active"], found[1]["active"]

    async def manage(self, method: str, path: str = "", who: str = "alice", **kwargs: Any) -> httpx.Response:
        """A call of one of its managers."""
        return await call(self.house, who, method, self.path + path, **kwargs)

    async def put(self, **settings: Any) -> None:
        answer = await self.manage("PUT", json=settings)
        assert answer.status_code == 200, answer.text


async def client(house: House, person: Person, **said: Any) -> Client:
    """A new application of alice's in acme."""
    made = await registered(house, **{"redirectUri": CALLBACK, "scopes": SCOPES, **said})
    return Client(house, person, made["clientId"], made["clientSecret"], said.get("scopes", list(SCOPES)))


def alerts(page: httpx.Response) -> int:
    return Document(page.text).alerts
