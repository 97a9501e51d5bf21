"""Teable's clients against a real process: sign in, make a token, and keep applications, on each engine."""

import re
import shlex
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.server import Served

CLIENTS = "/api/oauth/client"
EXAMPLE = {
    "name": "string",
    "description": "string",
    "homepage": "http://example.com",
    "logo": "string",
    "scopes": ["table|create"],
    "redirectUris": ["http://example.com"],
}


@pytest.fixture
def browser(served: Served) -> Iterator[httpx.Client]:
    """A browser in which alice has signed in."""
    with served.client() as client:
        answer = client.post("/api/auth/signin", json={"email": "alice@example.com", "password": "password"})
        assert answer.status_code == 200
        yield client


@pytest.fixture
def program(served: Served, browser: httpx.Client) -> Iterator[httpx.Client]:
    """A program with a personal access token of alice."""
    answer = browser.post(
        "/api/access-token", json={"name": "e2e", "scopes": ["table|read"], "expiredTime": "2099-01-01"}
    )
    assert answer.status_code == 201
    with served.client(headers={"authorization": f"Bearer {answer.json()['token']}"}) as client:
        yield client


def test_the_published_example_registers_and_updates(program: httpx.Client):
    made = program.post(CLIENTS, json=EXAMPLE)
    assert made.status_code == 201
    shown = made.json()
    assert list(shown) == [
        "id",
        "name",
        "description",
        "scopes",
        "homepage",
        "logo",
        "redirectUris",
        "allowDeviceFlow",
        "clientId",
    ]
    updated = program.put(f"{CLIENTS}/{shown['clientId']}", json={**EXAMPLE, "clientId": "string", "secrets": []})
    assert (updated.status_code, updated.content) == (200, made.content)


def test_the_published_example_as_printed_is_refused_in_the_envelope(program: httpx.Client):
    unfilled = {**EXAMPLE, "scopes": ["string"]}
    answer = program.put(f"{CLIENTS}/%7BclientId%7D", json=unfilled)
    assert (answer.status_code, answer.text) == (
        404,
        '{"message":"OAuth client not found","status":404,"code":"not_found"}',
    )
    client_id = program.post(CLIENTS, json=EXAMPLE).json()["clientId"]
    answer = program.put(f"{CLIENTS}/{client_id}", json=unfilled)
    assert answer.status_code == 400
    assert answer.json()["message"].endswith('"view|update" at "scopes[0]"')


def test_an_application_lives_and_dies(browser: httpx.Client, program: httpx.Client):
    body = {"name": "Acme Sync", "homepage": "https://acme.example", "redirectUris": ["https://acme.example/cb"]}
    client_id = program.post(CLIENTS, json={**body, "scopes": ["table|read"]}).json()["clientId"]
    path = f"{CLIENTS}/{client_id}"
    secret = program.post(f"{path}/secret").json()
    assert re.fullmatch(r"[0-9a-z]{40}", secret["secret"])
    shown = browser.get(path).json()
    assert shown["secrets"] == [{"id": secret["id"], "secret": "*" * 30 + secret["secret"][-10:]}]

    changed = browser.put(path, json={**body, "name": "Renamed", "allowDeviceFlow": True}).json()
    assert (changed["name"], changed["allowDeviceFlow"], "scopes" in changed) == ("Renamed", True, False)
    assert {"clientId": client_id, "name": "Renamed", "homepage": "https://acme.example"} in browser.get(CLIENTS).json()

    assert program.delete(f"{path}/secret/{secret['id']}").status_code == 200
    assert "secrets" not in program.get(path).json()
    gone = program.delete(path)
    assert (gone.status_code, gone.content) == (200, b"")
    assert program.get(path).status_code == 404


def test_strangers_and_nobody_are_kept_out(served: Served, program: httpx.Client):
    client_id = program.post(CLIENTS, json=EXAMPLE).json()["clientId"]
    with served.client() as client:
        assert client.put(f"{CLIENTS}/{client_id}", json=EXAMPLE).text == (
            '{"message":"Unauthorized","status":401,"code":"unauthorized"}'
        )
        client.post("/api/auth/signin", json={"email": "mallory@example.com", "password": "password"})
        assert client.put(f"{CLIENTS}/{client_id}", json=EXAMPLE).text == (
            '{"message":"No permission to operate on this OAuth client","status":403,"code":"restricted_resource"}'
        )


def test_signing_out_ends_the_session(browser: httpx.Client):
    cookie = {"cookie": f"auth_session={browser.cookies['auth_session']}"}
    assert browser.get(CLIENTS).status_code == 200
    assert browser.post("/api/auth/signout").status_code == 200
    assert "auth_session" not in browser.cookies
    assert browser.get(CLIENTS, headers=cookie).status_code == 401


def test_the_call_that_the_demo_prints_works_as_it_stands(served: Served):
    words = shlex.split(served.printed("/api/oauth/client/"))[1:]
    said: dict[str, list[str]] = {"": []}
    while words:
        name = words.pop(0) if words[0].startswith("-") else ""
        said.setdefault(name, []).append(words.pop(0))
    headers = dict(header.split(": ", 1) for header in said["-H"])
    answer = httpx.request(said["-X"][0], said[""][0], headers=headers, content=said["-d"][0])
    assert answer.status_code == 200
    assert answer.json()["scopes"] == ["table|read", "record|create"]
