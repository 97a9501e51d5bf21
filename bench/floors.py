"""What one HTTP exchange costs before any of ours is done: servers and frameworks, interleaved, medians.

`python -m bench.floors` installs the peers into an environment of their own, measures, prints two tables and writes
them into the decision records that rest on them. Each server runs alone on one core; the figure is its CPU time for a
form POST answered with JSON over kept-alive connections. Linux only: it reads /proc.
"""

import argparse
import asyncio
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import uvloop

ROOT = Path(__file__).parents[1]
RECORDS = ROOT / "docs" / "decisions"
PEERS = (
    "uvicorn==0.54.0",
    "httptools==0.9.0",
    "uvloop==0.23.0",
    "orjson==3.13.0",
    "h11==0.16.0",
    "starlette==1.10.0",
    "python-multipart==0.0.34",
    "granian==2.8.7",
    "blacksheep==2.6.4",
    "falcon==4.4.0",
)
CONNECTIONS = 16
WARM_UP = 1000
FORM = b"grant_type=client_credentials&client_id=bench&client_secret=0123456789abcdef0123456789abcdef&scope=read+write"

UVICORN = "-m uvicorn --port {port} --no-access-log --log-level warning --http httptools --loop uvloop"
GRANIAN = "-m granian --port {port} --workers 1 --no-ws --loop uvloop --log-level warning"


class Contender(NamedTuple):
    """A row: its name, the records it stands in, and what the interpreter is given."""

    name: str
    records: tuple[str, ...]
    command: str


FRAMEWORK, SERVER = "0001-web-framework.md", "0002-http-server.md"
CONTENDERS = (
    Contender("raw ASGI on uvicorn (httptools, uvloop)", (FRAMEWORK, SERVER), f"{UVICORN} bench.floor_apps.raw:asgi"),
    Contender("Licet's wall, every bound on", (FRAMEWORK, SERVER), "-m bench.floor_apps.wall {port} --quiet"),
    Contender("Licet's wall and its access line", (FRAMEWORK,), "-m bench.floor_apps.wall {port}"),
    Contender("Falcon on uvicorn", (FRAMEWORK,), f"{UVICORN} bench.floor_apps.falcon_app:application"),
    Contender("BlackSheep on uvicorn", (FRAMEWORK,), f"{UVICORN} bench.floor_apps.blacksheep_app:application"),
    Contender("Starlette on uvicorn", (FRAMEWORK,), f"{UVICORN} bench.floor_apps.starlette_app:application"),
    Contender("raw RSGI on Granian", (SERVER,), f"{GRANIAN} --interface rsgi bench.floor_apps.raw:rsgi"),
    Contender("raw ASGI on Granian", (SERVER,), f"{GRANIAN} --interface asgi bench.floor_apps.raw:asgi"),
    Contender("raw ASGI on uvicorn (h11, uvloop)", (SERVER,), f"{UVICORN} --http h11 bench.floor_apps.raw:asgi"),
    Contender(
        "raw ASGI on uvicorn (httptools, asyncio)", (SERVER,), f"{UVICORN} --loop asyncio bench.floor_apps.raw:asgi"
    ),
)


class Running:
    """A server on a core of its own."""

    def __init__(self, contender: Contender, python: Path, core: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.contender = contender
        self.costs: list[float] = []
        command = ["taskset", "-c", str(core), str(python), *contender.command.format(port=self.port).split()]
        path = f"{ROOT}:{ROOT / 'src'}"
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        self.request = (
            b"POST /oauth2/token HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: bench/1\r\nAccept: */*\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%b"
        ) % (self.port, len(FORM), FORM)
        self.length = self._first_answer()

    def cpu(self) -> float:
        """CPU seconds of the process and its descendants so far."""
        return sum(_nanoseconds(pid) for pid in _tree(self.process.pid)) / 1e9

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(20)

    def _first_answer(self) -> int:
        for _ in range(100):
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", self.port)) as connection:
                connection.settimeout(5)
                connection.sendall(self.request)
                answer = connection.recv(65536)
                while not answer.endswith(b"}"):
                    answer += connection.recv(65536)
                if b" 200 " not in answer.partition(b"\r\n")[0]:
                    raise RuntimeError(f"{self.contender.name} answered {answer!r}")
                return len(answer)
            time.sleep(0.1)
        raise RuntimeError(f"{self.contender.name} does not start")


class Asker(asyncio.Protocol):
    """One kept-alive connection: the next request when the last answer is whole."""

    def __init__(self, running: Running, left: Iterator[int], done: "asyncio.Future[None]") -> None:
        self._running, self._left, self._done, self._heard = running, left, done, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._heard += len(data)
        if self._heard == self._running.length:
            self._heard = 0
            self._next()

    def _next(self) -> None:
        if next(self._left, None) is None:
            self._transport.close()
            if not self._done.done():
                self._done.set_result(None)
        else:
            self._transport.write(self._running.request)


async def ask(running: Running, requests: int) -> None:
    """Send so many requests over all connections."""
    loop = asyncio.get_running_loop()
    left = iter(range(requests))
    ends = [loop.create_future() for _ in range(CONNECTIONS)]
    for end in ends:
        await loop.create_connection(lambda end=end: Asker(running, left, end), "127.0.0.1", running.port)
    await asyncio.wait_for(asyncio.gather(*ends), 60)


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _tree(int(child))


def _nanoseconds(pid: int) -> int:
    """What the scheduler gave to every thread: finer than the ticks of /proc/<pid>/stat."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir())


@contextmanager
def started(python: Path) -> Iterator[list[Running]]:
    """Every contender, running and idle."""
    running: list[Running] = []
    try:
        running.extend(Running(contender, python, core=0) for contender in CONTENDERS)
        yield running
    finally:
        for one in running:
            one.stop()


async def measure(running: list[Running], rounds: int, requests: int) -> None:
    """Every contender once a round, each round beginning with another, so that what disturbs disturbs all."""
    for one in running:
        await ask(one, WARM_UP)
    for turn in range(rounds):
        for one in running[turn % len(running) :] + running[: turn % len(running)]:
            before = one.cpu()
            await ask(one, requests)
            one.costs.append((one.cpu() - before) / requests * 1e6)


def environment(folder: Path) -> Path:
    """The peers' interpreter; installed when it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"installing the peers into {folder}")
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS], check=True)
    return python


def table(running: list[Running], record: str, note: str) -> str:
    """The rows of one record, cheapest first."""
    floor = statistics.median(running[0].costs)
    rows = sorted(
        (statistics.median(one.costs), min(one.costs), max(one.costs), one.contender.name)
        for one in running
        if record in one.contender.records
    )
    lines = [
        f"| {name} | {cost:.0f} | {low:.0f} to {high:.0f} | {cost / floor:.2f} |" for cost, low, high, name in rows
    ]
    head = ["| | CPU per request, us | lowest to highest round | to raw ASGI |", "|---|---|---|---|"]
    return "\n".join([*head, *lines, "", note])


def write(record: str, text: str) -> None:
    """Put a table between the marks of its record."""
    path = RECORDS / record
    before, mark, rest = path.read_text().partition("<!-- floors -->\n")
    _, end, after = rest.partition("<!-- /floors -->")
    if not (mark and end):
        raise RuntimeError(f"{path} has no place for the table")
    path.write_text(f"{before}{mark}{text}\n{end}{after}")


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=75)
    parser.add_argument("--requests", type=int, default=600, help="per contender and round")
    parser.add_argument("--venv", type=Path, default=Path(tempfile.gettempdir()) / "licet-floors")
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    python = environment(options.venv)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with started(python) as running:
        uvloop.run(measure(running, options.rounds, options.requests))
        versions = ", ".join(peer.replace("==", " ") for peer in PEERS)
        note = (
            f"Medians of {options.rounds} interleaved rounds of {options.requests} requests "
            f"over {CONNECTIONS} connections; Python {platform.python_version()}, {os.cpu_count()} cores, "
            f"{platform.machine()}; {versions}."
        )
        for record in (FRAMEWORK, SERVER):
            text = table(running, record, note)
            print(f"{record}\n\n{text}\n")
            if not options.dry:
                write(record, text)


if __name__ == "__main__":
    sys.exit(main())
