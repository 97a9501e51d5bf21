"""Authorization as programs do it at this surface: a login token in the form, a code in the redirect, tokens for it."""

from base64 import b64encode
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.scene import created

AUTHORIZE, TOKEN, USERINFO = "/oauth/authorize", "/oauth/token", "/oauth/userinfo"
CALLBACK = "https://wiki.example.org/login/cb"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""RFC 7636 appendix B."""
App = dict[str, Any]


def error(code: str, description: str) -> dict[str, str]:
    return {"error": code, "error_description": description}


async def app(house: House, **said: Any) -> App:
    """An application that this surface has registered, as it shows it."""
    return await created(house, **said)


async def asked(house: House, app: App, who: str = "bob", **fields: Any) -> httpx.Response:
    """The form as a program sends it; a field that is None is left out."""
    usual = {
        "allow": "yes",
        "token": await house.token(who, "rocketchat"),
        "client_id": app["clientId"],
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "state": "a state",
    }
    said = {name: value for name, value in {**usual, **fields}.items() if value is not None}
    return await house.call("POST", AUTHORIZE, data=said)


def sent(answer: httpx.Response) -> dict[str, str]:
    """What the redirect to the application says."""
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query, strict_parsing=True))


async def code(house: House, app: App, who: str = "bob", **fields: Any) -> str:
    return sent(await asked(house, app, who, **fields))["code"]


async def call(house: House, app: App, **fields: Any) -> httpx.Response:
    """A token request with the application's credentials in the body; a field that is None is left out."""
    usual = {"client_id": app["clientId"], "client_secret": app["clientSecret"]}
    said = {name: value for name, value in {**usual, **fields}.items() if value is not None}
    return await house.call("POST", TOKEN, data=said)


async def exchanged(house: House, app: App, value: str, **fields: Any) -> httpx.Response:
    usual = {"grant_type": "authorization_code", "code": value, "redirect_uri": CALLBACK}
    return await call(house, app, **{**usual, **fields})


async def refreshed(house: House, app: App, token: str, **fields: Any) -> httpx.Response:
    return await call(house, app, **{"grant_type": "refresh_token", "refresh_token": token, **fields})


async def tokens(house: House, app: App, who: str = "bob", **fields: Any) -> dict[str, Any]:
    """The whole way."""
    answer = await exchanged(house, app, await code(house, app, who, **fields))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def userinfo(house: House, token: str) -> httpx.Response:
    return await house.call("GET", USERINFO, headers={"authorization": f"Bearer {token}"})


async def works(house: House, token: str) -> bool:
    """Whether an access token opens userinfo; everywhere else the same must be true."""
    answer = await userinfo(house, token)
    rest = await house.call("GET", "/api/v1/me", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code == 200) == (rest.status_code == 200)
    return answer.status_code == 200


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}
