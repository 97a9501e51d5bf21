"""The unpaged lists of the dialects over many applications: whole, small in memory, beside others, and abandoned.

At 100,000 applications, and against the clock, `python -m bench.streaming` does the same.
"""

import re
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e import crowd
from tests.e2e.server import Served, serve
from tests.postgres import own_database

COUNT = 20_000
QUIET = {"LICET_LIMITS": "off"}
MEGABYTE = 1024 * 1024
# An application of the crowd as each list shows it, by the number in its client_id.
SHOWN = {
    "Rocket.Chat, unsealing": rb'"clientId":"crowd(\d+)","clientSecret":"\d{43}"',
    "Timbrix, one organization": rb'"clientId":"crowd(\d+)"',
    "Teable, one creator": rb'"clientId":"crowd(\d+)"',
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an instance with many applications, and nobody running it."""
    folder = tmp_path_factory.mktemp("crowd")
    with serve(folder, "", environment=QUIET):
        pass
    crowd.populate(folder / "licet.db", COUNT, crowd.sealed_ones(folder))
    return folder


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def crowded(request: pytest.FixtureRequest, filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """It, running on each engine."""
    if request.param == "sqlite":
        with serve(filled, "", environment=QUIET) as served:
            yield served
        return
    folder = tmp_path_factory.mktemp("copy")
    shutil.copy(filled / "instance.key", folder)
    with own_database(request.getfixturevalue("postgres_url")) as url:
        crowd.copied(filled / "licet.db", url)
        with serve(folder, url, environment=QUIET) as served:
            yield served


@pytest.fixture(scope="module")
def callers(crowded: Served) -> dict[str, tuple[str, dict[str, str]]]:
    return crowd.callers(crowded.url)


def status(served: Served, name: str) -> int:
    """A line of the process's memory, in bytes."""
    said = Path(f"/proc/{served.process.pid}/status").read_text()
    return int(re.findall(rf"^{name}:\s+(\d+) kB$", said, re.MULTILINE)[0]) * 1024


def cpu(served: Served) -> float:
    """Seconds of CPU that the process has used."""
    tasks = Path(f"/proc/{served.process.pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def cpu_at_rest(served: Served) -> float:
    """The same when nothing is under way any more."""
    before = cpu(served)
    while True:
        time.sleep(0.3)
        after = cpu(served)
        if after - before < 0.03:
            return after
        before = after


def begun(served: Served, path: str, headers: dict[str, str]) -> socket.socket:
    """A connection over which a list has begun to come, to a caller who takes in little at a time."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    host, _, port = served.url.removeprefix("http://").partition(":")
    connection.connect((host, int(port)))
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}", *(f"{name}: {value}" for name, value in headers.items())]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    assert connection.recv(8192).startswith(b"HTTP/1.1 200 ")
    return connection


@pytest.mark.parametrize("name", SHOWN)
def test_a_list_is_whole_and_takes_little_memory(crowded: Served, callers, name: str):
    path, headers = callers[name]
    resting = status(crowded, "VmRSS")
    Path(f"/proc/{crowded.process.pid}/clear_refs").write_text("5")  # the peak begins anew
    answer = httpx.get(f"{crowded.url}{path}", headers=headers, timeout=120)
    assert answer.status_code == 200
    assert [int(number) for number in re.findall(SHOWN[name], answer.content)] == list(range(COUNT))
    answer.json()
    assert status(crowded, "VmHWM") - resting <= 20 * MEGABYTE


def test_others_are_answered_while_a_list_is_under_way(crowded: Served, callers):
    path, headers = callers["Rocket.Chat, unsealing"]
    _, managing = callers["Timbrix, one organization"]
    with begun(crowded, path, headers) as connection, httpx.Client(base_url=crowded.url, headers=managing) as other:
        for number in range(0, COUNT, COUNT // 20):
            assert other.get(f"/api/applications/crowd{number}").status_code == 200
        heard = b""
        while not heard.endswith(b"0\r\n\r\n"):
            heard = heard[-5:] + connection.recv(65536)


def test_a_caller_who_goes_away_stops_the_list(crowded: Served, callers):
    path, headers = callers["Rocket.Chat, unsealing"]
    began = cpu_at_rest(crowded)
    assert httpx.get(f"{crowded.url}{path}", headers=headers, timeout=120).status_code == 200
    whole = cpu_at_rest(crowded) - began
    began = cpu(crowded)
    begun(crowded, path, headers).close()
    assert cpu_at_rest(crowded) - began < whole / 3
