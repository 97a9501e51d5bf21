"""What Teable's connectors do, libraries, and one application's whole life, against a real process on each engine.

Zapier's and Activepieces' connectors send forms with the secret in the body, keep the rotated refresh token, and test a
connection by asking who they are.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client

from tests.conformance.person import Document
from tests.e2e.server import Served
from tests.node import node

CLIENTS, API = "/api/oauth/client", "/api/oauth"
CALLBACK = "https://zapier.com/dashboard/auth/oauth/return/App226480CLIAPI/"
SCOPES = ["table|read", "record|read", "user|email_read"]
SIX = ["access_token", "refresh_token", "scopes", "expires_in", "refresh_expires_in", "token_type"]
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


@pytest.fixture
def browser(served: Served) -> Iterator[httpx.Client]:
    """A browser, nobody signed in."""
    with served.client(headers={"origin": served.url}) as client:
        yield client


@pytest.fixture
def app(served: Served) -> Iterator[dict[str, str]]:
    """An application that alice registers, adds a secret to, and deletes in the end."""
    with served.client() as alice:
        alice.post("/api/auth/signin", json={"email": "alice@example.com", "password": "password"})
        body = {
            "name": "Connector",
            "homepage": "https://zapier.com",
            "redirectUris": [CALLBACK],
            "scopes": SCOPES,
            "allowDeviceFlow": True,
        }
        client_id = alice.post(CLIENTS, json=body).json()["clientId"]
        secret = alice.post(f"{CLIENTS}/{client_id}/secret").json()["secret"]
        yield {"client_id": client_id, "client_secret": secret}
        alice.delete(f"{CLIENTS}/{client_id}")


def allowed(browser: httpx.Client, url: str) -> str:
    """Sign in and consent where asked, on pages alone; where the browser is sent in the end."""
    answer = browser.get(url)
    for _ in range(8):
        location = answer.headers.get("location", "")
        if location and not location.startswith("/"):
            return str(location)
        if location:
            answer = browser.get(location)
            continue
        form = Document(answer.text).forms[0]
        secret = {"email": "bob@example.com", "password": "password"} if form.action == "/auth/login" else {}
        answer = browser.post(form.action, data={**form.fields, **secret})
    raise AssertionError(answer.text)


def code_for(browser: httpx.Client, client_id: str, **more: str) -> str:
    query = {"response_type": "code", "client_id": client_id, "redirect_uri": CALLBACK, "state": "s", **more}
    back = allowed(browser, str(httpx.URL(f"{API}/authorize", params=query)))
    assert back.startswith(CALLBACK)
    told = dict(parse_qsl(urlsplit(back).query))
    assert told["state"] == "s"
    return told["code"]


def exchanged(served: Served, said: dict[str, str]) -> dict[str, Any]:
    with served.client() as program:
        answer = program.post(f"{API}/access_token", data=said)
    assert answer.status_code == 201, answer.text
    assert list(answer.json()) == SIX
    tokens: dict[str, Any] = answer.json()
    return tokens


def who(served: Served, tokens: dict[str, Any]) -> httpx.Response:
    with served.client(headers={"authorization": f"Bearer {tokens['access_token']}"}) as program:
        return program.get("/api/auth/user")


@pytest.mark.parametrize("challenge", [False, True], ids=["zapier", "activepieces"])
def test_a_connector_connects_tests_refreshes_and_keeps_what_was_rotated(
    served: Served, browser: httpx.Client, app: dict[str, str], challenge: bool
):
    challenged = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}
    code = code_for(browser, app["client_id"], **(challenged if challenge else {}))
    verified = {"code_verifier": VERIFIER} if challenge else {}
    said = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **app, **verified}
    tokens = exchanged(served, said)
    assert who(served, tokens).json()["email"] == "bob@example.com"
    kept = tokens["refresh_token"]
    for _ in range(3):
        tokens = exchanged(served, {"grant_type": "refresh_token", "refresh_token": kept, **app})
        kept = tokens["refresh_token"]
    assert who(served, tokens).status_code == 200


def test_authlib_finds_its_way_and_does_not_mind_a_201(served: Served, browser: httpx.Client, app: dict[str, str]):
    endpoint = f"{served.url}{API}/access_token"
    with OAuth2Client(
        app["client_id"],
        app["client_secret"],
        redirect_uri=CALLBACK,
        token_endpoint_auth_method="client_secret_post",
        code_challenge_method="S256",
    ) as client:
        url, state = client.create_authorization_url(f"{API}/authorize", code_verifier=VERIFIER)
        back = allowed(browser, url)
        token = client.fetch_token(endpoint, authorization_response=back, state=state, code_verifier=VERIFIER)
        assert token["scopes"] == SCOPES
        assert client.refresh_token(endpoint)["refresh_token"] != token["refresh_token"]
        assert client.get(f"{served.url}/api/auth/user").json()["email"] == "bob@example.com"


def test_openid_client_polls_as_a_device_and_refuses_a_201(served: Served, browser: httpx.Client, app: dict[str, str]):
    code = code_for(browser, app["client_id"])
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    given = {
        "clientId": app["client_id"],
        "clientSecret": app["client_secret"],
        "callback": CALLBACK,
        "code": code,
        "cookies": cookies,
    }
    assert node().run("teable.mjs", served.url, json.dumps(given)).split("\n")[:-1] == ["device", "code refused"]


def test_the_command_line_client_signs_in_on_a_port_of_its_own(served: Served, browser: httpx.Client):
    redirect = "http://127.0.0.1:53127/callback"
    query = {
        "response_type": "code",
        "client_id": "clttckxmg4deadomjhs",
        "redirect_uri": redirect,
        "scope": "table|read",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    back = allowed(browser, str(httpx.URL(f"{API}/authorize", params=query)))
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    said = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": VERIFIER}
    tokens = exchanged(served, {**said, "client_id": "clttckxmg4deadomjhs"})
    assert tokens["scopes"] == ["table|read"]


def test_an_applications_whole_life(served: Served, browser: httpx.Client):
    with served.client() as owner:
        signed = owner.post("/api/auth/signin", json={"email": "alice@example.com", "password": "password"})
        assert signed.status_code == 200
        body = {"name": "Acme Sync", "homepage": "https://acme.example", "redirectUris": [CALLBACK], "scopes": SCOPES}
        made = owner.post(CLIENTS, json=body)
        assert made.status_code == 201
        path = f"{CLIENTS}/{made.json()['clientId']}"
        secret = owner.post(f"{path}/secret").json()
        app = {"client_id": made.json()["clientId"], "client_secret": secret["secret"]}
        tokens = _used(served, browser, app)
        assert owner.get(path).json()["secrets"][0]["secret"] == secret["maskedSecret"]
        _changed(served, owner, path, {**body, "scopes": ["table|read"]}, {**app, **tokens})
        assert owner.delete(path).status_code == 200
        assert owner.get(path).status_code == 404
        told = {_told(served, app) for _ in range(200)}
        assert told <= {"Client not found", "Missing required parameter: refresh_token"}
        assert _told(served, app) == "Client not found"


def _told(served: Served, app: dict[str, str]) -> str:
    answer = httpx.post(f"{served.url}{API}/access_token", data={"grant_type": "refresh_token", **app})
    return str(answer.json()["message"])


def _used(served: Served, browser: httpx.Client, app: dict[str, str]) -> dict[str, Any]:
    """Authorize, exchange, refresh, call; and once more without being asked."""
    said = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, **app}
    first = exchanged(served, {**said, "code": code_for(browser, app["client_id"])})
    assert re.fullmatch(r"teable_acc[0-9A-Za-z]{16}_[A-Za-z0-9+/]{43}=", first["access_token"])
    second = exchanged(served, {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], **app})
    assert who(served, second).json()["name"]
    query = {"response_type": "code", "client_id": app["client_id"]}
    silent = browser.get(f"{API}/authorize", params=query)
    assert silent.headers["location"].startswith(f"{CALLBACK}?code=")
    return second


def _changed(served: Served, owner: httpx.Client, path: str, body: dict[str, Any], said: dict[str, Any]) -> None:
    """Narrow it, refresh what it has, and take everything back."""
    assert owner.put(path, json=body).json()["scopes"] == ["table|read"]
    app = {name: said[name] for name in ("client_id", "client_secret")}
    tokens = said
    # Every worker acts by a change within half a second, which is some refreshes.
    for _ in range(1000):
        tokens = exchanged(served, {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **app})
        if tokens["scopes"] == ["table|read"]:
            break
    assert tokens["scopes"] == ["table|read"]
    assert owner.post(f"{path}/revoke-access").status_code == 200
    assert who(served, tokens).status_code == 401
    answer = httpx.post(
        f"{served.url}{API}/access_token",
        data={"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **app},
    )
    assert (answer.status_code, answer.json()["message"]) == (401, "Invalid access token")
