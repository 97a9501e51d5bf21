"""The native API against a real process: sign in, keep applications and their secrets, on each engine."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.e2e.server import Served

APPLICATIONS = "/api/applications"
SESSION = "/api/manage/session"


def signed_in(served: Served, name: str) -> httpx.Client:
    with served.client() as client:
        answer = client.post(SESSION, json={"username": name, "password": "password"})
    assert answer.status_code == 201
    assert re.fullmatch(r"licet_ses_[A-Za-z0-9_-]{43}", answer.json()["token"])
    return served.client(headers={"authorization": f"Bearer {answer.json()['token']}"})


@pytest.fixture
def alice(served: Served) -> Iterator[httpx.Client]:
    with signed_in(served, "alice") as client:
        yield client


@pytest.fixture
def made(alice: httpx.Client) -> Iterator[dict[str, str]]:
    """An application of acme, gone again afterwards."""
    answer = alice.post(APPLICATIONS, json={"client_name": "Ledger", "redirect_uris": ["https://ledger.example/cb"]})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{APPLICATIONS}/{answer.json()['client_id']}"
    yield answer.json()
    alice.delete(answer.headers["location"])


def test_the_printed_call_updates_the_demos_application(served: Served, alice: httpx.Client):
    found = re.search(r"^curl -X PATCH (?:.*\\\n)*.*$", served.said, re.MULTILINE)
    assert found
    printed = found[0].replace("\\\n", " ")
    answer = subprocess.run([*shlex.split(printed), "-sS", "-w", "\n%{http_code}"], capture_output=True, check=True)
    document, _, status = answer.stdout.decode().rpartition("\n")
    assert status == "200", document
    assert '"client_name":"Acme Dashboard","description":"Figures for everybody at Acme"' in document
    listed = alice.get(APPLICATIONS, params={"q": "acme dash"}).json()
    assert [item["description"] for item in listed["items"]] == ["Figures for everybody at Acme"]


def test_an_application_is_read_changed_and_deleted(served: Served, alice: httpx.Client, made: dict[str, str]):
    path = f"{APPLICATIONS}/{made['client_id']}"
    read = alice.get(path)
    assert read.json() == {name: value for name, value in made.items() if name != "client_secret"}
    assert alice.get(path, headers={"if-none-match": read.headers["etag"]}).status_code == 304
    changed = alice.patch(path, json={"scope": "openid mcp", "logo_uri": "https://ledger.example/logo.png"})
    assert (changed.status_code, changed.json()["scope"], changed.json()["version"]) == (200, "openid mcp", 2)
    late = alice.patch(path, json={"enabled": False}, headers={"if-match": read.headers["etag"]})
    assert (late.status_code, late.json()["type"]) == (412, "urn:licet:problem:version-mismatch")
    cleared = alice.patch(path, json={"logo_uri": None}, headers={"content-type": "application/merge-patch+json"})
    assert (cleared.json()["logo_uri"], cleared.json()["scope"]) == (None, "openid mcp")
    revisions = alice.get(f"{path}/revisions").json()["items"]
    assert [(row["version"], row["action"], row["actor"]["name"]) for row in revisions] == [
        (3, "application.updated", "alice"),
        (2, "application.updated", "alice"),
        (1, "application.created", "alice"),
    ]
    assert revisions[1]["after"] == {"scope": "openid mcp", "logo_uri": "https://ledger.example/logo.png"}
    with signed_in(served, "mallory") as mallory:
        assert mallory.get(path).status_code == 404
    assert alice.delete(path).status_code == 204
    assert alice.get(path).json() == {
        "type": "urn:licet:problem:unknown-application",
        "title": "Unknown application",
        "status": 404,
        "detail": "There is no such application.",
    }


def test_all_faults_of_a_body_are_told_with_pointers(alice: httpx.Client, made: dict[str, str]):
    answer = alice.patch(
        f"{APPLICATIONS}/{made['client_id']}",
        json={"client_name": "", "redirect_uris": ["javascript:alert(1)"], "scope": "nowhere", "colour": "red"},
    )
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert {fault["pointer"]: fault["code"] for fault in answer.json()["errors"]} == {
        "/client_name": "too_short",
        "/redirect_uris/0": "bad_redirect_uri",
        "/scope": "bad_choice",
        "/colour": "unknown",
    }
    assert alice.get(f"{APPLICATIONS}/{made['client_id']}").json()["version"] == 1


def test_of_many_writers_who_saw_the_same_one_wins(alice: httpx.Client, made: dict[str, str]):
    path = f"{APPLICATIONS}/{made['client_id']}"
    seen = alice.get(path).headers["etag"]

    def write(number: int) -> int:
        body = {"description": f"Writer {number}"}
        return alice.patch(path, json=body, headers={"if-match": seen}).status_code

    with ThreadPoolExecutor(8) as writers:
        statuses = sorted(writers.map(write, range(16)))
    assert statuses == [200] + [412] * 15
    assert alice.get(path).json()["version"] == 2


def test_a_repeated_registration_is_made_once(alice: httpx.Client):
    headers = {"idempotency-key": "ledger-once"}
    first = alice.post(APPLICATIONS, json={"client_name": "Once"}, headers=headers)
    again = alice.post(APPLICATIONS, json={"client_name": "Once"}, headers=headers)
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert alice.post(APPLICATIONS, json={"client_name": "Twice"}, headers=headers).status_code == 422
    assert alice.get(APPLICATIONS, params={"q": "once"}).json()["total"] == 1
    alice.delete(first.headers["location"])


def test_secrets_come_and_go_beside_one_another(alice: httpx.Client, made: dict[str, str]):
    path = f"{APPLICATIONS}/{made['client_id']}/secrets"
    added = alice.post(path, json={"label": "green"})
    assert added.status_code == 201
    assert added.json()["client_secret"].endswith(added.json()["hint"])
    listed = alice.get(path)
    assert [row["label"] for row in listed.json()["items"]] == ["green", ""]
    assert added.json()["client_secret"] not in listed.text
    assert made["client_secret"] not in listed.text
    assert alice.delete(f"{path}/{listed.json()['items'][1]['id']}").status_code == 204
    assert [row["label"] for row in alice.get(path).json()["items"]] == ["green"]


def test_a_token_does_what_its_scopes_say(served: Served, alice: httpx.Client, made: dict[str, str]):
    path = f"{APPLICATIONS}/{made['client_id']}"
    issued = alice.post("/api/manage/tokens", json={"name": "reader", "scopes": ["applications:read"]})
    with served.client(headers={"authorization": f"Bearer {issued.json()['token']}"}) as reader:
        assert reader.get(path).status_code == 200
        refused = reader.patch(path, json={"enabled": False})
        assert (refused.status_code, refused.json()["scope"]) == (403, "applications:write")
        assert alice.delete(f"/api/manage/tokens/{issued.json()['id']}").status_code == 204
        assert reader.get(path).status_code == 401


def test_a_person_from_a_link_to_a_deletion(served: Served):
    with signed_in(served, "admin") as admin, served.client() as nobody:
        made = admin.post("/api/manage/users", json={"username": "frida"})
        assert made.status_code == 201
        setup = {"link": made.json()["setup_link"], "password": "correct horse"}
        assert nobody.post("/api/manage/setup", json=setup).status_code == 200
        assert nobody.post("/api/manage/setup", json=setup).status_code == 404
        signed = nobody.post(SESSION, json={"username": "frida", "password": "correct horse"})
        assert signed.status_code == 201
        headers = {"authorization": f"Bearer {signed.json()['token']}"}
        assert nobody.get(SESSION, headers=headers).json()["user"]["username"] == "frida"
        assert admin.delete(f"/api/manage/users/{made.json()['id']}").status_code == 204
        assert nobody.get(SESSION, headers=headers).status_code == 401


def test_unknown_addresses_and_unreadable_bodies_are_problems(served: Served, alice: httpx.Client):
    with served.client() as nobody:
        for path, status in (("/nothing", 404), (APPLICATIONS, 401), (f"{APPLICATIONS}/%00", 400)):
            answer = nobody.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    answer = alice.post(APPLICATIONS, content=b"{" * 100_000, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    answer = alice.post(APPLICATIONS, content=b'{"a":1,"a":2}', headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:licet:problem:malformed-body")
