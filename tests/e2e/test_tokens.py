"""Tokens over plain HTTP, against a real process on each engine: a machine, a device, and what they find out first."""

import time

import pytest
from click.testing import CliRunner
from joserfc import jwt
from joserfc.jwk import KeySet

from licet.cli import main
from tests.e2e.server import serve
from tests.postgres import own_database

PATIENCE = 30
"""Seconds until a change elsewhere must have arrived; the bound itself is not measured here."""
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
MACHINE = {"client_name": "Nightly report", "grant_types": ["client_credentials"], "scope": "read"}
WANTED = {"grant_type": "client_credentials", "scope": "read"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request, tmp_path_factory):
    """An instance whose keys may be turned, and the options by which commands reach it."""
    folder, quiet = tmp_path_factory.mktemp("tokens"), {"LICET_LIMITS": "off"}
    if request.param == "sqlite":
        with serve(folder, "", environment=quiet) as running:
            yield running, ["--data", str(folder)]
        return
    with (
        own_database(request.getfixturevalue("postgres_url")) as database,
        serve(folder, database, environment=quiet) as running,
    ):
        yield running, ["--data", str(folder), "--database", database]


@pytest.fixture
def served(place):
    return place[0]


@pytest.fixture
def http(served):
    with served.client() as client:
        yield client


@pytest.fixture
def document(http):
    return http.get("/.well-known/oauth-authorization-server").json()


@pytest.fixture
def machine(http, document):
    made = http.post(document["registration_endpoint"], json=MACHINE).json()
    return made["client_id"], made["client_secret"]


def test_a_machine_finds_its_way_from_the_metadata_alone(http, served, document, machine):
    assert document["issuer"] == served.url
    tokens = http.post(document["token_endpoint"], data=WANTED, auth=machine).json()
    keys = KeySet.import_key_set(http.get(document["jwks_uri"]).json())
    claims = jwt.decode(tokens["access_token"], keys, algorithms=["ES256"]).claims
    assert (claims["iss"], claims["aud"], claims["sub"]) == (served.url, served.url, f"client:{machine[0]}")
    mine = {"token": tokens["access_token"]}
    assert http.post(document["introspection_endpoint"], data=mine, auth=machine).json()["active"]
    assert http.post(document["revocation_endpoint"], data=mine, auth=machine).status_code == 200
    assert http.post(document["introspection_endpoint"], data=mine, auth=machine).json() == {"active": False}


def test_a_device_begins_and_waits(http, served, document):
    metadata = {"client_name": "Television", "grant_types": [DEVICE_CODE], "token_endpoint_auth_method": "none"}
    client_id = http.post(document["registration_endpoint"], json=metadata).json()["client_id"]
    begun = http.post(document["device_authorization_endpoint"], data={"client_id": client_id}).json()
    assert begun["verification_uri"] == f"{served.url}/device"
    poll = {"grant_type": DEVICE_CODE, "device_code": begun["device_code"], "client_id": client_id}
    answers = [http.post(document["token_endpoint"], data=poll) for _ in range(2)]
    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [
        (400, "authorization_pending"),
        (400, "slow_down"),
    ]


@pytest.mark.attack(42)
def test_what_the_operator_switches_off_at_the_shell_the_server_acts_on(http, place, document, machine):
    assert http.post(document["token_endpoint"], data=WANTED, auth=machine).status_code == 200
    result = CliRunner().invoke(main, ["app", "update", machine[0], "--no-enabled", *place[1]])
    assert result.exit_code == 0, result.output
    deadline = time.monotonic() + PATIENCE
    while http.post(document["token_endpoint"], data=WANTED, auth=machine).status_code == 200:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_key_turned_at_the_shell_signs_and_the_old_one_stays_published(http, place, document, machine):
    before = {key["kid"] for key in http.get(document["jwks_uri"]).json()["keys"]}
    assert CliRunner().invoke(main, ["key", "rotate", "ES256", *place[1]]).exit_code == 0
    deadline = time.monotonic() + PATIENCE
    while (published := {key["kid"] for key in http.get(document["jwks_uri"]).json()["keys"]}) == before:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert before < published
