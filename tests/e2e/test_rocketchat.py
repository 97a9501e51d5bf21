"""Rocket.Chat's clients against a real process: sign in, administer applications, use tokens, on each engine."""

import hashlib
import json
import re
import shlex
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.server import Served

REST = "/api/v1"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
ID = "[23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz]{17}"
SECRET = "[A-Za-z0-9_-]{43}"
BY_ADMIN = rf'\{{"_id":"{ID}","username":"admin"\}}'
WIKI = {"name": "Wiki login", "active": True, "redirectUri": "https://wiki.example.org/login/cb"}


def signed_in(served: Served, name: str) -> httpx.Client:
    with served.client() as client:
        answer = client.post(f"{REST}/login", json={"user": name, "password": "password"})
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    return served.client(headers={"x-auth-token": data["authToken"], "x-user-id": data["userId"]})


@pytest.fixture
def admin(served: Served) -> Iterator[httpx.Client]:
    with signed_in(served, "admin") as client:
        yield client


@pytest.fixture
def made(admin: httpx.Client) -> Iterator[dict[str, object]]:
    """An application, gone again after the test."""
    answer = admin.post(f"{REST}/oauth-apps.create", json=WIKI)
    assert answer.status_code == 200
    assert re.fullmatch(
        r'\{"application":\{"name":"Wiki login","active":true,"redirectUri":"https://wiki\.example\.org/login/cb",'
        rf'"clientId":"{ID}","clientSecret":"{SECRET}","_createdAt":"{TIME}","_updatedAt":"{TIME}",'
        rf'"_createdBy":{BY_ADMIN},"_id":"[0-9a-f]{{24}}"\}},"success":true\}}',
        answer.text,
    )
    application = answer.json()["application"]
    yield application
    admin.post(f"{REST}/oauth-apps.delete", json={"appId": application["_id"]})


@pytest.mark.parametrize(("active", "written"), [("true", "true"), ("false", "false"), (True, "true"), (0, "false")])
def test_the_published_call_with_an_id_updates_an_application(
    admin: httpx.Client, made: dict[str, object], active: object, written: str
):
    body = {"appId": made["_id"], "name": "Wiki login 2", "active": active, "redirectUri": "http://localhost:3000"}
    answer = admin.post(f"{REST}/oauth-apps.update", json=body)
    assert answer.status_code == 200
    assert answer.headers.get_list("content-type") == ["application/json"]
    assert re.fullmatch(
        rf'\{{"_id":"{made["_id"]}","name":"Wiki login 2","active":{written},"redirectUri":"http://localhost:3000",'
        rf'"clientId":"{made["clientId"]}","clientSecret":"{made["clientSecret"]}","_createdAt":"{made["_createdAt"]}",'
        rf'"_updatedAt":"{TIME}","_createdBy":{BY_ADMIN},"_updatedBy":{BY_ADMIN},"success":true\}}',
        answer.text,
    )


def test_the_published_call_as_printed_lacks_the_id(admin: httpx.Client):
    body = {"name": "Test", "active": "true", "redirectUri": "http://localhost:3000"}
    answer = admin.post(f"{REST}/oauth-apps.update", json=body)
    assert (answer.status_code, answer.text) == (
        400,
        (
            '{"success":false,"error":"must have required property \'appId\' [invalid-params]",'
            '"errorType":"invalid-params"}'
        ),
    )


def test_nobody_and_somebody_without_the_permission(served: Served, made: dict[str, object]):
    body = {"appId": made["_id"], **WIKI}
    with served.client() as nobody:
        answer = nobody.post(f"{REST}/oauth-apps.update", json=body)
    assert (answer.status_code, answer.text) == (
        401,
        (
            '{"success":false,"error":"You must be logged in to do this.","status":"error",'
            '"message":"You must be logged in to do this."}'
        ),
    )
    with signed_in(served, "alice") as alice:
        answer = alice.post(f"{REST}/oauth-apps.update", json=body)
        seen = alice.get(f"{REST}/oauth-apps.get", params={"clientId": made["clientId"]})
    assert (answer.status_code, answer.text) == (
        403,
        '{"success":false,"error":"User does not have the permissions required for this action [error-unauthorized]"}',
    )
    assert seen.status_code == 200
    assert "clientSecret" not in seen.json()["oauthApp"]


def test_the_list_is_one_json_text_of_every_application(admin: httpx.Client, made: dict[str, object]):
    answer = admin.get(f"{REST}/oauth-apps.list")
    assert answer.status_code == 200
    assert answer.headers.get_list("content-type") == ["application/json"]
    assert answer.text.startswith('{"oauthApps":[{"_id":"')
    assert answer.text.endswith('],"success":true}')
    assert made in answer.json()["oauthApps"]


def test_a_caller_who_leaves_in_the_middle_of_the_list_harms_nobody(admin: httpx.Client, made: dict[str, object]):
    with admin.stream("GET", f"{REST}/oauth-apps.list") as answer:
        assert answer.status_code == 200
    assert admin.get(f"{REST}/oauth-apps.get", params={"_id": made["_id"]}).json()["oauthApp"] == made


def test_a_deleted_application_is_gone(admin: httpx.Client, made: dict[str, object]):
    answer = admin.post(f"{REST}/oauth-apps.delete", json={"appId": made["_id"]})
    assert (answer.status_code, answer.text) == (200, "true")
    answer = admin.post(f"{REST}/oauth-apps.delete", json={"appId": made["_id"]})
    assert (answer.status_code, answer.text) == (
        400,
        (
            '{"success":false,"error":"Application not found [error-application-not-found]",'
            '"errorType":"error-application-not-found","details":{"method":"deleteOAuthApp"}}'
        ),
    )


def test_an_object_in_the_query_gets_four_messages(admin: httpx.Client):
    answer = admin.get(f"{REST}/oauth-apps.get?_id[$ne]=")
    assert (answer.status_code, json.loads(answer.text)["error"]) == (
        400,
        (
            "must be string\n must have required property 'clientId'\n must have required property 'appId'\n "
            "must match exactly one schema in oneOf [invalid-params]"
        ),
    )


def test_a_personal_access_token_stands_in_for_a_login(served: Served, admin: httpx.Client, made: dict[str, object]):
    body = {"tokenName": f"deploy {made['_id']}"}
    refused = admin.post(f"{REST}/users.generatePersonalAccessToken", json=body)
    assert (refused.status_code, refused.text) == (
        400,
        (
            '{"success":false,"error":"TOTP Required [totp-required]","errorType":"totp-required",'
            '"details":{"method":"password","codeGenerated":false,"availableMethods":[]}}'
        ),
    )
    factor = {"x-2fa-method": "password", "x-2fa-code": hashlib.sha256(b"password").hexdigest()}
    answer = admin.post(f"{REST}/users.generatePersonalAccessToken", json=body, headers=factor)
    assert re.fullmatch(rf'\{{"token":"{SECRET}","success":true\}}', answer.text)
    pair = {"x-auth-token": answer.json()["token"], "x-user-id": admin.headers["x-user-id"]}
    with served.client(headers=pair) as other:
        assert other.get(f"{REST}/me").json()["username"] == "admin"
        assert other.post(f"{REST}/oauth-apps.update", json={"appId": made["_id"], **WIKI}).status_code == 200
    assert admin.post(f"{REST}/users.removePersonalAccessToken", json=body, headers=factor).json() == {"success": True}


def test_signing_out_ends_the_token(served: Served):
    with signed_in(served, "bob") as bob:
        assert bob.get(f"{REST}/me").status_code == 200
        assert bob.post(f"{REST}/logout").text == (
            '{"status":"success","data":{"message":"You\'ve been logged out!"},"success":true}'
        )
        assert bob.get(f"{REST}/me").status_code == 401


def test_a_preflight_is_refused_while_the_setting_is_off(served: Served):
    with served.client() as page:
        answer = page.options(f"{REST}/oauth-apps.update", headers={"origin": "https://app.example"})
    assert answer.status_code == 405
    assert answer.text == 'CORS not enabled. Go to "Admin > General > REST Api" to enable it.'


def test_the_probe_answers_everybody(served: Served):
    with served.client() as client:
        answer = client.get("/api/info")
    assert (answer.status_code, answer.text) == (200, '{"version":"7.10","success":true}')


def test_the_printed_call_works_as_it_stands(served: Served):
    printed = re.search(
        r"^curl -X POST \S+/api/v1/oauth-apps\.update.*?(?=\n\n)", served.said, re.MULTILINE | re.DOTALL
    )
    assert printed is not None
    words = shlex.split(printed[0].replace("\\\n", " "))
    done = subprocess.run([*words, "--silent"], capture_output=True, check=True)
    answer = json.loads(done.stdout)
    assert (answer["success"], answer["name"]) == (True, "Wiki login")
