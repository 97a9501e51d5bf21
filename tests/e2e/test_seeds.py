"""The products' own published example calls, filled in and as printed, against a real process on each engine."""

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.server import Served, serve

TEABLE = "/api/oauth/client"
TIMBRIX = "/api/oauth/apps"
ROCKETCHAT = "/api/v1/oauth-apps"
NATIVE = "/api/applications"
RFC = "/oauth2/register"

TEABLE_PRINTED = {
    "name": "string",
    "description": "string",
    "homepage": "http://example.com",
    "logo": "string",
    "scopes": ["string"],
    "redirectUris": ["http://example.com"],
}
TEABLE_FILLED = {**TEABLE_PRINTED, "scopes": ["table|create"]}
TIMBRIX_PRINTED = {
    "name": "My OAuth App",
    "description": "Updated description",
    "redirectUri": "https://example.com/callback",
    "scopes": ["read:user"],
    "isActive": True,
}
ROCKETCHAT_PRINTED = {"name": "Example", "active": True, "redirectUri": "https://example.com/callback"}
ISSUED = {"client_id_issued_at", "client_secret_expires_at", "registration_access_token", "registration_client_uri"}


@dataclass(frozen=True)
class Admin:
    """The instance's administrator, signed in everywhere."""

    teable: httpx.Client
    managing: httpx.Client
    rocketchat: httpx.Client


@pytest.fixture
def admin(served: Served) -> Iterator[Admin]:
    with served.client() as teable, served.client() as managing, served.client() as rocketchat:
        signed = teable.post("/api/auth/signin", json={"email": "admin@example.com", "password": "password"})
        assert signed.status_code == 200
        session = managing.post("/api/manage/session", json={"username": "admin", "password": "password"}).json()
        managing.headers["authorization"] = f"Bearer {session['token']}"
        data = rocketchat.post("/api/v1/login", json={"user": "admin", "password": "password"}).json()["data"]
        rocketchat.headers.update({"x-auth-token": data["authToken"], "x-user-id": data["userId"]})
        yield Admin(teable, managing, rocketchat)


def test_teables_calls_register_and_update_an_insecure_application(admin: Admin):
    made = admin.teable.post(TEABLE, json=TEABLE_FILLED)
    assert made.status_code == 201
    client_id = made.json()["clientId"]
    updated = admin.teable.put(f"{TEABLE}/{client_id}", json=TEABLE_FILLED)
    assert updated.status_code == 200
    assert re.fullmatch(
        r'\{"id":"c[0-9a-z]{24}","name":"string","description":"string","scopes":\["table\|create"\],'
        r'"homepage":"http://example\.com","logo":"string","redirectUris":\["http://example\.com"\],'
        rf'"allowDeviceFlow":false,"clientId":"{client_id}"\}}',
        updated.text,
    )
    seen = admin.managing.get(f"{NATIVE}/{client_id}").json()
    assert (seen["redirect_uris"], seen["insecure"]) == (["http://example.com"], True)


def test_teables_update_as_printed_is_refused_for_its_placeholders(admin: Admin):
    unknown = admin.teable.put(f"{TEABLE}/%7BclientId%7D", json=TEABLE_PRINTED)
    assert (unknown.status_code, unknown.text) == (
        404,
        '{"message":"OAuth client not found","status":404,"code":"not_found"}',
    )
    client_id = admin.teable.post(TEABLE, json=TEABLE_FILLED).json()["clientId"]
    wrong = admin.teable.put(f"{TEABLE}/{client_id}", json=TEABLE_PRINTED)
    assert wrong.status_code == 400
    assert re.fullmatch(
        r'\{"message":"Validation error: Invalid option: expected one of \\"app\|create\\".*\\"view\|update\\" '
        r'at \\"scopes\[0\]\\"","status":400,"code":"validation_error"\}',
        wrong.text,
    )


def test_timbrixs_update_answers_seven_keys(admin: Admin):
    made = admin.managing.post(TIMBRIX, json={"name": "Mine", "scopes": ["read:members"], "organizationId": "acme"})
    client_id = made.json()["clientId"]
    updated = admin.managing.put(f"{TIMBRIX}/{client_id}", json=TIMBRIX_PRINTED)
    assert updated.status_code == 200
    assert re.fullmatch(
        rf'\{{"clientId":"{client_id}","name":"My OAuth App","description":"Updated description",'
        r'"redirectUri":"https://example\.com/callback","scopes":\["read:user"\],"isActive":true,'
        r'"updatedAt":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"\}',
        updated.text,
    )


@pytest.mark.parametrize("active", [True, "true"])
def test_rocketchats_update_works_with_the_id_that_it_leaves_out(admin: Admin, active: object):
    made = admin.rocketchat.post(f"{ROCKETCHAT}.create", json={**ROCKETCHAT_PRINTED, "name": "Mine"}).json()
    body = {"appId": made["application"]["_id"], **ROCKETCHAT_PRINTED, "active": active}
    updated = admin.rocketchat.post(f"{ROCKETCHAT}.update", json=body)
    assert updated.status_code == 200
    shown = updated.json()
    assert (shown["name"], shown["active"], shown["redirectUri"], shown["success"]) == (
        "Example",
        True,
        "https://example.com/callback",
        True,
    )


def test_rocketchats_update_as_printed_lacks_the_id(admin: Admin):
    refused = admin.rocketchat.post(f"{ROCKETCHAT}.update", json=ROCKETCHAT_PRINTED)
    assert (refused.status_code, refused.text) == (
        400,
        (
            '{"success":false,"error":"must have required property \'appId\' [invalid-params]",'
            '"errorType":"invalid-params"}'
        ),
    )


@dataclass(frozen=True)
class Surface:
    """One way in: what it registers, and how it reads and renames what any of them registered."""

    register: Callable[[Admin], str]
    name: Callable[[Admin, str], str]
    rename: Callable[[Admin, str, str], httpx.Response]


def _rename_teable(admin: Admin, client_id: str, name: str) -> httpx.Response:
    shown = admin.teable.get(f"{TEABLE}/{client_id}").json()
    return admin.teable.put(f"{TEABLE}/{client_id}", json={**shown, "name": name})


def _rocketchat(admin: Admin, client_id: str) -> dict[str, Any]:
    return admin.rocketchat.get(f"{ROCKETCHAT}.get", params={"clientId": client_id}).json()["oauthApp"]


def _rename_rocketchat(admin: Admin, client_id: str, name: str) -> httpx.Response:
    shown = _rocketchat(admin, client_id)
    body = {"appId": shown["_id"], "name": name, "active": shown["active"], "redirectUri": shown["redirectUri"]}
    return admin.rocketchat.post(f"{ROCKETCHAT}.update", json=body)


REDIRECT = "https://everywhere.example/cb"
SURFACES = {
    "native": Surface(
        lambda admin: admin.managing.post(
            NATIVE, json={"client_name": "Made natively", "redirect_uris": [REDIRECT], "scope": "openid"}
        ).json()["client_id"],
        lambda admin, client_id: admin.managing.get(f"{NATIVE}/{client_id}").json()["client_name"],
        lambda admin, client_id, name: admin.managing.patch(f"{NATIVE}/{client_id}", json={"client_name": name}),
    ),
    "teable": Surface(
        lambda admin: admin.teable.post(TEABLE, json={**TEABLE_FILLED, "redirectUris": [REDIRECT]}).json()["clientId"],
        lambda admin, client_id: admin.teable.get(f"{TEABLE}/{client_id}").json()["name"],
        _rename_teable,
    ),
    "timbrix": Surface(
        lambda admin: admin.managing.post(
            TIMBRIX, json={"name": "Made in Timbrix", "scopes": ["read:user"], "redirectUri": REDIRECT}
        ).json()["clientId"],
        lambda admin, client_id: admin.managing.get(f"{TIMBRIX}/{client_id}").json()["name"],
        lambda admin, client_id, name: admin.managing.put(f"{TIMBRIX}/{client_id}", json={"name": name}),
    ),
    "rocketchat": Surface(
        lambda admin: admin.rocketchat.post(
            f"{ROCKETCHAT}.create", json={"name": "Made in Rocket.Chat", "active": True, "redirectUri": REDIRECT}
        ).json()["application"]["clientId"],
        lambda admin, client_id: _rocketchat(admin, client_id)["name"],
        _rename_rocketchat,
    ),
}


@pytest.mark.parametrize("made", SURFACES)
def test_an_application_of_one_surface_is_read_and_updated_through_the_others(admin: Admin, made: str):
    client_id = SURFACES[made].register(admin)
    for way, surface in SURFACES.items():
        answer = surface.rename(admin, client_id, f"Renamed in {way}")
        assert answer.status_code == 200, answer.text
        names = {each: reader.name(admin, client_id) for each, reader in SURFACES.items()}
        assert names == dict.fromkeys(SURFACES, f"Renamed in {way}")
    versions = admin.managing.get(f"{NATIVE}/{client_id}/revisions").json()["items"]
    assert [(each["surface"], each["version"]) for each in versions] == [
        ("rocketchat", 5),
        ("timbrix", 4),
        ("teable", 3),
        ("native", 2),
        (made, 1),
    ]


@pytest.mark.parametrize("way", ["native", "timbrix", "rocketchat"])
def test_a_registered_client_and_its_managers_change_one_application(served: Served, admin: Admin, way: str):
    with served.client() as client:
        made = client.post(RFC, json={"client_name": "Made by itself", "redirect_uris": [REDIRECT]}).json()
        client.headers["authorization"] = f"Bearer {made['registration_access_token']}"
        path, client_id = f"{RFC}/{made['client_id']}", made["client_id"]
        assert SURFACES[way].rename(admin, client_id, "Renamed by a manager").status_code == 200
        shown = client.get(path).json()
        assert shown["client_name"] == "Renamed by a manager"
        sent = {name: value for name, value in shown.items() if name not in ISSUED}
        assert client.put(path, json={**sent, "client_name": "Renamed by itself"}).status_code == 200
    assert SURFACES[way].name(admin, client_id) == "Renamed by itself"


PRINTED = re.compile(r"^curl (?:.*\\\n)*.*$", re.MULTILINE)
CHANGED = {
    "/api/applications/": '"description":"Figures for everybody at Acme"',
    "/oauth2/register/": '"client_name":"Self-registered demo, renamed"',
    "/api/oauth/client/": '"scopes":["table|read","record|create"]',
    "/api/oauth/apps/": '"description":"Reads members for payroll, weekly"',
    "/api/v1/oauth-apps.update": '"_updatedBy":{"_id":',
}
"""The update call of each surface, and what its answer says that was not so before."""


def test_every_call_that_the_demo_prints_works_pasted_into_a_shell(tmp_path: Path):
    with serve(tmp_path, "") as served:
        calls = PRINTED.findall(served.said)
        assert len(calls) == len(CHANGED)
        for call in calls:
            shown = subprocess.run(
                ["bash", "-c", f"{call} -sS -w '\\n%{{http_code}}'"], capture_output=True, text=True, check=True
            )
            document, _, status = shown.stdout.rpartition("\n")
            assert status == "200", shown.stdout
            [changed] = [said for path, said in CHANGED.items() if path in call]
            assert changed in document
