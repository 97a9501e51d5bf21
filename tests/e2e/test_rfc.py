"""A client that registers, changes and deletes itself, over plain HTTP, against a real process on each engine."""

import re
import shlex
import subprocess

import httpx
import pytest

METADATA = {
    "client_name": "Kit",
    "redirect_uris": ["http://127.0.0.1:8199/cb"],
    "application_type": "native",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "client_secret_basic",
}
ISSUED = {"registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"}
MACHINE = {"redirect_uris": [], "response_types": [], "grant_types": ["client_credentials"]}
DEVICE = {
    "token_endpoint_auth_method": "none",
    "redirect_uris": [],
    "response_types": [],
    "grant_types": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
}


@pytest.mark.rfc(7591, "3")
@pytest.mark.rfc(7592, "2")
def test_the_life_of_a_registration(served):
    with served.client() as http:
        registered = http.post("/oauth2/register", json=METADATA)
        assert registered.status_code == 201
        information = registered.json()
        uri = information["registration_client_uri"]
        assert uri == f"{served.url}/oauth2/register/{information['client_id']}"
        headers = {"authorization": f"Bearer {information['registration_access_token']}"}

        shown = http.get(uri, headers=headers)
        secret = {"client_secret", "client_secret_expires_at"}
        assert (shown.status_code, shown.json()) == (
            200,
            {name: value for name, value in information.items() if name not in secret},
        )

        # As clients do it: everything that was ever told, without what must not come back.
        update = {name: value for name, value in information.items() if name not in ISSUED}
        changed = http.put(uri, headers=headers, json={**update, "client_name": "renamed"})
        assert (changed.status_code, changed.json()) == (200, {**shown.json(), "client_name": "renamed"})

        assert http.get(uri, headers={"authorization": "Bearer wrong"}).status_code == 401
        deleted = http.delete(uri, headers=headers)
        assert (deleted.status_code, deleted.content) == (204, b"")
        assert http.get(uri, headers=headers).status_code == 401


@pytest.mark.rfc(7591, "2.1")
@pytest.mark.parametrize("metadata", [MACHINE, DEVICE], ids=["machine", "device"])
def test_clients_without_a_browser_register(served, metadata):
    with served.client() as http:
        answer = http.post("/oauth2/register", json=metadata)
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in metadata} == metadata


def test_the_sample_call_of_the_demo_works_as_it_is_printed(served):
    command = re.search(r"^curl -X PUT \S+/oauth2/register/.*?(?=\n\n)", served.said, re.MULTILINE | re.DOTALL)
    assert command is not None
    words = shlex.split(command[0].replace("\\\n", " "))
    done = subprocess.run([*words, "-s", "-w", "%{http_code}"], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("200")
    assert '"client_name":"Self-registered demo, renamed"' in done.stdout


def test_a_refusal_is_an_oauth_error(served):
    answer = httpx.post(f"{served.url}/oauth2/register", json={"redirect_uris": ["http://app.example/cb"]})
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "error": "invalid_redirect_uri",
            "error_description": "redirect_uris[0] must be https, except on 127.0.0.1, [::1] and localhost",
        },
    )
