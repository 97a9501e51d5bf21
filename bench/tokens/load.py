"""One run of wrk against one server, and what a right answer is."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import NamedTuple, Protocol

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet

from bench.tokens.process import cpu
from bench.tokens.scene import NONCE, Case, Registered

SCRIPT = Path(__file__).parent / "token.lua"
QUIET = 0.2
"""Seconds until what was still under way at the end of a run is done."""


class Server(Protocol):
    """A running server; `database_pid` is the process that keeps its rows, if that is another."""

    name: str
    origin: str
    token_path: str
    client: Registered
    pid: int
    database_pid: int | None

    def codes(self, count: int, into: Path) -> None:
        """Make authorization codes of one more consent each, one a line."""

    def stop(self) -> None:
        """End it."""


class Run(NamedTuple):
    """One second of load: CPU microseconds a request of the server and of its database, times in milliseconds."""

    answered: int
    cost: float
    database_cost: float
    rate: float
    p50: float
    p99: float


class Wrong(Exception):
    """A server answered what it should not."""


def run(server: Server, case: Case, codes: Path, *, seconds: int, connections: int) -> Run:
    """Load one server; Wrong when any answer was."""
    form = server.client.form(**case.form) + (f"&{case.parameter}=" if case.parameter else "")
    environ = {
        **os.environ,
        "TOKEN_PATH": server.token_path,
        "TOKEN_FORM": form,
        "TOKEN_HOLDS": " ".join(case.holds),
        "TOKEN_CODES": str(codes) if case.parameter else "",
    }
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", SCRIPT, server.origin]
    before = _spent(server)
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Wrong(f"wrk failed on {server.name}, {case.name}: {done.stderr}")
    time.sleep(QUIET)
    after = _spent(server)
    said = json.loads(done.stdout.splitlines()[-1])
    if said["wrong"] or said["errors"]:
        raise Wrong(f"{server.name}, {case.name}: {said}, first {done.stderr.strip()!r}")
    # What was sent was worked on, whether or not wrk waited for the answer.
    own, kept = ((late - early) / said["sent"] for early, late in zip(before, after, strict=True))
    return Run(said["answered"], own, kept, said["answered"] / said["seconds"], said["p50"] / 1000, said["p99"] / 1000)


def check(server: Server, case: Case, codes: Path) -> None:
    """Ask once and look at everything: signatures by the published keys, ES256, for whom, and that a refresh works."""
    form = case.form
    if case.parameter:
        server.codes(1, codes)
        form = {**form, case.parameter: codes.read_text().strip()}
    answer = _post(server, form)
    keys = KeySet.import_key_set(httpx.get(_metadata(server)["jwks_uri"]).json())
    access = jwt.decode(answer["access_token"], keys, algorithms=["ES256"])
    _holds(access.header["typ"] == "at+jwt" and access.claims["iss"] == server.origin, server, access)
    _holds(access.claims["client_id"] == server.client.client_id, server, access)
    if "id_token" in case.holds:
        identity = jwt.decode(answer["id_token"], keys, algorithms=["ES256"])
        _holds(identity.claims["aud"] == server.client.client_id, server, identity)
        _holds(identity.claims["nonce"] == NONCE, server, identity)
        _post(server, {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"]})


def _post(server: Server, form: dict[str, str]) -> dict[str, str]:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = httpx.post(server.origin + server.token_path, content=server.client.form(**form), headers=headers)
    _holds(answer.status_code == httpx.codes.OK, server, answer.text)
    return answer.json()


def _metadata(server: Server) -> dict[str, str]:
    return httpx.get(f"{server.origin}/.well-known/openid-configuration").json()


def _holds(right: bool, server: Server, said: object) -> None:
    if not right:
        raise Wrong(f"{server.name}: {said}")


def _spent(server: Server) -> tuple[float, float]:
    return cpu(server.pid), cpu(server.database_pid) if server.database_pid else 0.0
