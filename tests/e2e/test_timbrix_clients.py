"""Clients that people write with libraries, and one application's whole life, against a real process on each engine."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client

from tests.conformance.person import Document
from tests.e2e.server import Served
from tests.node import node

APPS, API = "/api/oauth/apps", "/api/oauth"
CALLBACK = "http://127.0.0.1/cb"
SCOPE = "read:organization read:members"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


@pytest.fixture
def alice(served: Served) -> Iterator[httpx.Client]:
    """A manager of acme, by her session token."""
    with served.client() as client:
        answer = client.post("/api/manage/session", json={"username": "alice", "password": "password"})
        assert answer.status_code == 201
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        yield client


@pytest.fixture
def browser(served: Served) -> Iterator[httpx.Client]:
    """Her browser."""
    with served.client(headers={"origin": served.url}) as client:
        yield client


@pytest.fixture
def app(alice: httpx.Client) -> dict[str, Any]:
    body = {"name": "Payroll Connector", "redirectUri": CALLBACK, "scopes": SCOPE.split()}
    answer = alice.post(APPS, json=body)
    assert answer.status_code == 201
    return answer.json()


def followed(browser: httpx.Client, answer: httpx.Response) -> httpx.Response:
    """Where the browser is led on our own site."""
    for _ in range(10):
        location = answer.headers.get("location") or Document(answer.text).refresh
        if not location.startswith("/"):
            return answer
        answer = browser.get(location)
    raise AssertionError(location)


def allowed(browser: httpx.Client, url: str) -> str:
    """Sign in and consent where asked; where the browser is sent in the end."""
    page = followed(browser, browser.get(url))
    for fields in ({"username": "alice", "password": "password"}, {"decision": "allow"}):
        if page.status_code == 200:
            form = Document(page.text).forms[0]
            page = followed(browser, browser.post(form.action, data={**form.fields, **fields}))
    assert page.status_code == 302, page.text
    return str(page.headers["location"])


def asking(app: dict[str, Any]) -> str:
    query = {"client_id": app["clientId"], "redirect_uri": CALLBACK, "scope": SCOPE.replace(" ", ",")}
    return str(httpx.URL(f"{API}/authorize", params={**query, "state": "s", "response_type": "code"}))


def test_openid_client_finds_its_way(served: Served, browser: httpx.Client, app: dict[str, Any]):
    allowed(browser, asking(app))
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    given = {"clientId": app["clientId"], "clientSecret": app["clientSecret"], "callback": CALLBACK, "cookies": cookies}
    said = node().run("timbrix.mjs", served.url, json.dumps(given))
    ways = [f"{way} {method}" for way in ("basic", "post") for method in ("none", "S256", "plain", "itself")]
    assert said.split("\n")[:-1] == ways


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
@pytest.mark.parametrize("verifier", [None, VERIFIER])
def test_authlib_finds_its_way(
    served: Served, browser: httpx.Client, app: dict[str, Any], method: str, verifier: str | None
):
    found = httpx.get(f"{served.url}/.well-known/oauth-authorization-server/api").json()
    with OAuth2Client(
        app["clientId"],
        app["clientSecret"],
        scope=SCOPE,
        redirect_uri=CALLBACK,
        token_endpoint_auth_method=method,
        code_challenge_method="S256",
    ) as client:
        url, state = client.create_authorization_url(found["authorization_endpoint"], code_verifier=verifier)
        back = allowed(browser, url)
        proof = {"code_verifier": verifier} if verifier else {}
        token = client.fetch_token(found["token_endpoint"], authorization_response=back, state=state, **proof)
        assert token["scope"] == SCOPE
        again = client.refresh_token(found["token_endpoint"])
        assert again["refresh_token"] != token["refresh_token"]
        with pytest.raises(OAuthError, match="invalid_grant"):
            client.refresh_token(found["token_endpoint"], refresh_token=token["refresh_token"])
        assert tells(client, found, again) == {"active": False}
        own = client.fetch_token(found["token_endpoint"], grant_type="client_credentials", scope="read:members")
        assert tells(client, found, own)["scope"] == "read:members"
        client.revoke_token(found["revocation_endpoint"], token=own["access_token"])
        assert tells(client, found, own) == {"active": False}


def tells(client: OAuth2Client, found: dict[str, Any], token: dict[str, Any]) -> dict[str, Any]:
    """What introspection says of an access token."""
    return client.introspect_token(found["introspection_endpoint"], token=token["access_token"]).json()


def test_an_application_s_whole_life(served: Served, alice: httpx.Client, browser: httpx.Client, app: dict[str, Any]):
    path, proof = f"{APPS}/{app['clientId']}", {name: app[name] for name in ("clientId", "clientSecret")}
    told = dict(parse_qsl(urlsplit(allowed(browser, asking(app))).query))
    assert told["state"] == "s"
    with served.client() as client:
        refresh_token = _used(client, app, told["code"])
        own = client.post(f"{API}/token", json={**proof, "scopes": ["read:members"]})
        assert own.status_code == 200
        _managed(alice, path)
        refused = client.post(f"{API}/token/refresh", json={"refreshToken": refresh_token})
        assert (refused.status_code, refused.json()["message"]) == (401, "Invalid refresh token")
    assert alice.delete(path).status_code == 204
    assert alice.get(path).status_code == 404
    assert alice.post(f"{path}/restore").status_code == 200
    assert alice.get(f"{path}/tokens").json() == []
    assert alice.delete(path).status_code == 204


def _used(client: httpx.Client, app: dict[str, Any], code: str) -> str:
    """Exchange, refresh and call; the refresh token that is left."""
    proof = {name: app[name] for name in ("clientId", "clientSecret")}
    exchange = {"grantType": "authorization_code", "code": code, "redirectUri": CALLBACK, **proof}
    first = client.post(f"{API}/token/exchange", json=exchange)
    assert (first.status_code, first.json()["expires_in"]) == (200, 3600)
    second = client.post(f"{API}/token/refresh", json={"refreshToken": first.json()["refresh_token"]})
    assert (second.status_code, second.json()["scope"]) == (200, SCOPE)
    basic = httpx.BasicAuth(app["clientId"], app["clientSecret"])
    told = client.post(f"{API}/introspect", data={"token": second.json()["access_token"]}, auth=basic).json()
    assert (told["active"], told["username"]) == (True, "alice")
    return str(second.json()["refresh_token"])


def _managed(alice: httpx.Client, path: str) -> None:
    """List, try, update, and end the person's token."""
    listed = alice.get(f"{path}/tokens").json()
    assert len(listed) == 3
    assert all(re.fullmatch(r"token_[0-9a-f]{16}", token["id"]) for token in listed)
    report = alice.post(f"{path}/validate", json={"scopes": ["read:members"]}).json()
    assert report["impact"]["accessTokens"] == 2
    updated = alice.put(path, json={"scopes": ["read:members"], "description": "Narrower"})
    assert (updated.status_code, updated.json()["scopes"]) == (200, ["read:members"])
    person = next(token for token in listed if token["userId"] is not None)
    assert alice.delete(f"{API}/token/{person['id']}").status_code == 204
