"""A client whose keys are at another server: two processes, TLS between them, one listed port."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
import pytest
from joserfc.jwk import Key

from tests.conformance.assertions import FORM, new_key, public, signed
from tests.e2e.key_server import ASKED
from tests.e2e.receiver import authority
from tests.e2e.server import Served, serve

KEY = new_key()


@dataclass
class KeyServer:
    process: subprocess.Popen[str]
    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/keys.json"

    @property
    def asked(self) -> str:
        seen = self.folder / ASKED
        return seen.read_text() if seen.exists() else ""

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def key_server(certificate: Path, folder: Path) -> Iterator[KeyServer]:
    folder.mkdir()
    (folder / "keys.json").write_bytes(orjson.dumps(public(KEY)))
    command = [sys.executable, "-m", "tests.e2e.key_server", str(certificate), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        running = KeyServer(process, int(process.stdout.readline()), folder)
        try:
            yield running
        finally:
            running.end()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[tuple[Served, KeyServer, KeyServer]]:
    """An instance, a key server that it may reach, and its neighbour."""
    made = authority(tmp_path)
    with (
        key_server(made.server, tmp_path / "listed") as listed,
        key_server(made.server, tmp_path / "neighbour") as neighbour,
    ):
        data = tmp_path / "data"
        data.mkdir()
        said = {"LICET_FETCH_ALLOW": f"localhost:{listed.port}", "LICET_FETCH_CA_FILE": str(made.certificate)}
        with serve(data, "", environment=said) as running:
            yield running, listed, neighbour


def registered(client: httpx.Client, jwks_uri: str) -> str:
    metadata = {
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": jwks_uri,
    }
    answer = client.post("/oauth2/register", json=metadata)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["client_id"])


def token(client: httpx.Client, client_id: str, jti: str, key: Key = KEY) -> httpx.Response:
    said = {"iss": client_id, "sub": client_id, "aud": str(client.base_url).rstrip("/"), "jti": jti}
    assertion = signed(key, {**said, "exp": int(time.time()) + 60})
    return client.post("/oauth2/token", data={**FORM, "client_assertion": assertion})


@pytest.mark.attack(51, 63, 73)
def test_keys_come_from_another_server_and_outlive_it_a_while(scene):
    running, listed, neighbour = scene
    with running.client() as client:
        client_id = registered(client, listed.url)
        assert token(client, client_id, "a").status_code == 200
        assert token(client, client_id, "b", new_key()).json()["error"] == "invalid_client"
        assert listed.asked == "/keys.json\n"
        stranger = registered(client, neighbour.url)
        assert token(client, stranger, "c").status_code == 401
        assert neighbour.asked == ""
        listed.end()
        assert token(client, client_id, "d").status_code == 200
