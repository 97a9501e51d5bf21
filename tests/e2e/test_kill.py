"""A power cut under write load: what was acknowledged is there after the restart, and nothing is there by half."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any

import asyncpg
import httpx
import pytest

from tests import postgres
from tests.e2e.server import PATIENCE, Served, serve
from tests.postgres import own_database

APPLICATIONS = "/api/applications"
WRITERS = 8
ENOUGH = 400
QUIET = {"LICET_LIMITS": "off"}


@dataclass
class Acknowledged:
    """What the clients were told, by client_id: the last document of each application."""

    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    count: int = 0
    enough: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    def note(self, document: dict[str, Any]) -> None:
        with self.lock:
            self.documents[document["client_id"]] = document
            self.count += 1
        if self.count >= ENOUGH:
            self.enough.set()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
        return
    with own_database(request.getfixturevalue("postgres_url")) as url:
        yield url


def signed_in(served: Served) -> httpx.Client:
    with served.client() as client:
        token = client.post("/api/manage/session", json={"username": "alice", "password": "password"}).json()["token"]
    return served.client(headers={"authorization": f"Bearer {token}"})


def write(served: Served, writer: int, told: Acknowledged) -> int:
    """Register and change applications until the server is gone, or its database; how many were registered."""
    number = 0
    with signed_in(served) as client:
        try:
            while True:
                number += 1
                settings = {"client_name": f"Writer{writer} {number}", "redirect_uris": ["https://kept.example/cb"]}
                answer = client.post(APPLICATIONS, json=settings)
                if answer.status_code == 503:
                    return number
                assert answer.status_code == 201
                told.note(answer.json())
                for step in range(3):
                    change = {"client_name": f"Writer{writer} {number} step{step}", "description": str(step)}
                    answer = client.patch(f"{APPLICATIONS}/{answer.json()['client_id']}", json=change)
                    if answer.status_code == 503:
                        return number
                    assert answer.status_code == 200
                    told.note(answer.json())
        except httpx.TransportError:
            return number


def test_every_acknowledged_change_outlives_a_kill_and_none_is_there_by_half(tmp_path: Path, database: str):
    told = Acknowledged()
    with serve(tmp_path, database, environment=QUIET) as served, ThreadPoolExecutor(WRITERS) as writers:
        work = [writers.submit(write, served, writer, told) for writer in range(WRITERS)]
        assert told.enough.wait(timeout=120)
        served.kill()
        assert all(each.result() for each in work)
    with serve(tmp_path, database, environment=QUIET) as served, signed_in(served) as client:
        for client_id, last in told.documents.items():
            whole(client, client_id, last)


def test_what_was_acknowledged_outlives_a_crash_of_postgresql_and_the_same_process_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv(postgres.VARIABLE, raising=False)  # nobody else's tests shall feel it
    server, told = postgres.start(), Acknowledged()
    try:
        with serve(tmp_path, server.url, environment=QUIET) as served, ThreadPoolExecutor(WRITERS) as writers:
            work = [writers.submit(write, served, writer, told) for writer in range(WRITERS)]
            assert told.enough.wait(timeout=120)
            asyncio.run(crash(server.url))
            assert all(each.result() for each in work)
            recovered(served)
            with signed_in(served) as client:
                for client_id, last in told.documents.items():
                    whole(client, client_id, last)
    finally:
        server.stop()


async def crash(url: str) -> None:
    """Kill one process of PostgreSQL: it takes its shared memory for spoilt, kills all others and replays its log."""
    connection = await asyncpg.connect(url)
    os.kill(await connection.fetchval("SELECT pg_backend_pid()"), signal.SIGKILL)
    connection.terminate()


def recovered(served: Served) -> None:
    """Wait until the instance has its database again."""
    until = time.monotonic() + PATIENCE
    while httpx.get(f"{served.url}/readyz").status_code != 200:
        assert time.monotonic() < until, served.said
        time.sleep(0.1)


def whole(client: httpx.Client, client_id: str, last: dict[str, Any]) -> None:
    path = f"{APPLICATIONS}/{client_id}"
    kept = client.get(path).json()
    # One change may have been written whose answer the kill cut off.
    assert kept["version"] in {last["version"], last["version"] + 1}
    if kept["version"] == last["version"]:
        assert kept == {name: value for name, value in last.items() if name != "client_secret"}
    revisions = client.get(f"{path}/revisions").json()["items"]
    assert [each["version"] for each in revisions] == list(range(kept["version"], 0, -1))
    assert len(client.get(f"{path}/secrets").json()["items"]) == 1
    found = client.get(APPLICATIONS, params={"q": kept["client_name"], "redirect_host": "kept.example"}).json()
    assert client_id in [each["client_id"] for each in found["items"]]
