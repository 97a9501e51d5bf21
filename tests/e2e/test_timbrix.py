"""Timbrix's clients against a real process: sign in and keep an organization's applications, on each engine."""

import re
import shlex
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.server import Served

APPS = "/api/oauth/apps"
DEMO = f"{APPS}/app_b9c38bbc3acb6586"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


def signed_in(served: Served, name: str) -> httpx.Client:
    with served.client() as client:
        answer = client.post("/api/manage/session", json={"username": name, "password": "password"})
    assert answer.status_code == 201
    return served.client(headers={"authorization": f"Bearer {answer.json()['token']}"})


@pytest.fixture
def alice(served: Served) -> Iterator[httpx.Client]:
    with signed_in(served, "alice") as client:
        yield client


@pytest.fixture
def carol(served: Served) -> Iterator[httpx.Client]:
    with signed_in(served, "carol") as client:
        yield client


@pytest.fixture
def made(alice: httpx.Client) -> dict[str, object]:
    """An application of acme: its nine keys."""
    body = {"name": "Payroll Connector", "redirectUri": "https://payroll.example/cb", "scopes": ["read:members"]}
    answer = alice.post(APPS, json=body)
    assert answer.status_code == 201
    assert re.fullmatch(
        r'\{"clientId":"app_[0-9a-f]{16}","name":"Payroll Connector","description":null,'
        r'"redirectUri":"https://payroll\.example/cb","scopes":\["read:members"\],"isActive":true,'
        rf'"createdAt":"{TIME}","updatedAt":"{TIME}","clientSecret":"cs_[A-Za-z0-9_-]{{43}}"\}}',
        answer.text,
    )
    return answer.json()


def test_an_update_answers_seven_keys(alice: httpx.Client, made: dict[str, object]):
    answer = alice.put(
        f"{APPS}/{made['clientId']}",
        json={
            "description": "Reads members for payroll",
            "scopes": ["read:organization", "read:members"],
            "isActive": True,
        },
    )
    assert answer.status_code == 200
    assert re.fullmatch(
        rf'\{{"clientId":"{made["clientId"]}","name":"Payroll Connector","description":"Reads members for payroll",'
        r'"redirectUri":"https://payroll\.example/cb","scopes":\["read:organization","read:members"\],'
        rf'"isActive":true,"updatedAt":"{TIME}"\}}',
        answer.text,
    )


def test_the_four_errors_of_an_update(served: Served, alice: httpx.Client, made: dict[str, object]):
    path = f"{APPS}/{made['clientId']}"
    wrong = alice.put(path, json={"name": "", "isActive": "true"})
    assert wrong.status_code == 400
    assert wrong.text == (
        '{"statusCode":400,"message":["name must be 1 to 100 characters","isActive must be a boolean"],'
        '"error":"Bad Request"}'
    )
    with served.client() as nobody:
        answer = nobody.put(path, json={})
    assert (answer.status_code, answer.text) == (
        401,
        '{"statusCode":401,"message":"Authentication required","error":"Unauthorized"}',
    )
    with signed_in(served, "bob") as bob:
        answer = bob.put(path, json={})
    assert (answer.status_code, answer.text) == (
        403,
        '{"statusCode":403,"message":"Owner or admin role required","error":"Forbidden"}',
    )
    with signed_in(served, "mallory") as mallory:
        hidden, unknown = mallory.put(path, json={}), mallory.put(f"{APPS}/%7BclientId%7D", json={})
    assert hidden.content == unknown.content
    assert (unknown.status_code, unknown.text) == (
        404,
        '{"statusCode":404,"message":"OAuth application not found","error":"Not Found"}',
    )


def test_an_organization_is_one_array(carol: httpx.Client, made: dict[str, object]):
    answer = carol.get(f"{APPS}/organization/acme")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    shown = {key: value for key, value in made.items() if key != "clientSecret"}
    assert shown in answer.json()
    assert carol.get(f"{APPS}/{made['clientId']}").json() == shown
    assert str(made["clientSecret"]) not in answer.text


def test_two_writers_with_one_tag(alice: httpx.Client, carol: httpx.Client, made: dict[str, object]):
    path = f"{APPS}/{made['clientId']}"
    tag = {"if-match": alice.get(path).headers["etag"]}
    assert alice.put(path, json={"name": "First"}, headers=tag).status_code == 200
    late = carol.put(path, json={"name": "Second"}, headers=tag)
    assert (late.status_code, late.text) == (
        412,
        '{"statusCode":412,"message":"The application was changed by someone else","error":"Precondition Failed"}',
    )


def test_secrets_overlap_and_the_last_one_stays(carol: httpx.Client, made: dict[str, object]):
    path = f"{APPS}/{made['clientId']}/secrets"
    first = carol.get(path).json()[0]
    once = {"idempotency-key": str(made["clientId"])}
    second = carol.post(path, headers=once)
    assert second.status_code == 201
    assert carol.post(path, headers=once).content == second.content
    assert carol.post(path).status_code == 409
    assert carol.delete(f"{path}/{first['id']}").status_code == 204
    assert carol.delete(f"{path}/{second.json()['id']}").status_code == 409
    assert [secret["hint"] for secret in carol.get(path).json()] == [second.json()["clientSecret"][-4:]]


def test_a_life_from_suspension_to_deletion(carol: httpx.Client, made: dict[str, object]):
    path = f"{APPS}/{made['clientId']}"
    suspended = carol.post(f"{path}/suspend", json={"reason": "Looks stolen"})
    assert (suspended.status_code, suspended.json()["isActive"]) == (200, False)
    assert carol.post(f"{path}/activate").json()["isActive"] is True
    types = [event["type"] for event in carol.get(f"{path}/events").json()]
    assert types == ["oauth_app.activated", "oauth_app.suspended", "oauth_app.created"]
    deleted = carol.delete(path)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert carol.get(path).status_code == 404


def test_pages_are_found_by_word_and_cursor(alice: httpx.Client, made: dict[str, object]):
    answer = alice.get(APPS, params={"organizationId": "acme", "q": str(made["clientId"]), "isActive": "true"})
    assert [app["clientId"] for app in answer.json()["items"]] == [made["clientId"]]
    assert answer.json()["nextCursor"] is None
    alice.post(APPS, json={"name": "Another", "scopes": ["read:user"]})
    first = alice.get(APPS, params={"limit": 1}).json()
    second = alice.get(APPS, params={"limit": 1, "cursor": first["nextCursor"]}).json()
    assert first["items"][0]["clientId"] != second["items"][0]["clientId"]


def test_the_printed_call_updates_the_demo_s_application(served: Served, alice: httpx.Client):
    printed = served.printed("/api/oauth/apps/")
    assert shlex.split(printed)[:3] == ["curl", "-X", "PUT"]
    before = alice.put(DEMO, json={"description": None})
    assert before.json()["description"] is None
    answer = subprocess.run(["sh", "-c", printed], capture_output=True, check=True, text=True)
    assert re.fullmatch(
        r'\{"clientId":"app_b9c38bbc3acb6586","name":"Payroll Connector",'
        r'"description":"Reads members for payroll, weekly","redirectUri":"https://payroll\.example/cb",'
        rf'"scopes":\["read:organization","read:members"\],"isActive":true,"updatedAt":"{TIME}"\}}',
        answer.stdout,
    )
