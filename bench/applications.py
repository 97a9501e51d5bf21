"""What reading and changing an application costs: updates and reads a second on one core, start, memory.

`python -m bench.applications` starts `licet serve` and a bare "hello" on one core, lets wrk ask from the other with 32
connections, each kind of request in turn, looks into the database whether every acknowledged change is there, prints
the tables and writes them into docs/benchmarks.md. Nothing is switched off: durable SQLite, every check, revision,
audit row and access line.
"""

import argparse
import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import NamedTuple

import httpx

from bench.page import need, versions, write
from bench.tokens.process import LOAD, await_answer, clean, cpu, free_port, memory, pinned

SCRIPT = Path(__file__).parent / "applications.lua"
ROOT = Path(__file__).parents[1]
CONNECTIONS = 32
QUIET = 0.2
"""Seconds until what was under way at the end of a run is done."""
SAMPLE = 100
HELLO = "hello, the bare server"
KINDS: Mapping[str, str] = {HELLO: "", "GET an application": "GET", "PATCH an application": "PATCH"}
PATCH = "PATCH an application"


class Run(NamedTuple):
    """One run: answers, how many a second, CPU microseconds each, times in milliseconds."""

    answered: int
    rate: float
    cost: float
    p50: float
    p99: float


class Registry:
    """A demo instance with so many applications, a token that manages them, and their ids in a file."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder, self.origin = folder, f"http://127.0.0.1:{free_port()}"
        self.process = serve(folder, self.origin, "--demo")
        await_answer(f"{self.origin}/readyz", self.process)
        self.token, clients = asyncio.run(furnish(self.origin, count))
        self.clients = folder / "clients"
        self.clients.write_text("\n".join(clients))

    def environ(self, kind: str, run: str) -> dict[str, str]:
        """What the script of a kind of request is told."""
        load = {"LOAD_TOKEN": self.token, "LOAD_CLIENTS": str(self.clients), "LOAD_RUN": run}
        return {**os.environ, **({"LOAD_METHOD": KINDS[kind], **load} if KINDS[kind] else {})}

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(60)


def serve(folder: Path, origin: str, *options: str) -> "subprocess.Popen[bytes]":
    """Start Licet on its core."""
    command = [sys.executable, "-m", "licet", "serve", "--port", origin.rpartition(":")[2], "--data", str(folder)]
    with (folder / "log").open("ab") as log:
        return pinned([*command, *options], stdout=log, stderr=log, env=clean(), cwd=folder)


async def furnish(origin: str, count: int) -> tuple[str, Sequence[str]]:
    """A personal access token of alice's, and applications of acme's."""
    limits = httpx.Limits(max_connections=CONNECTIONS)
    async with httpx.AsyncClient(base_url=origin, limits=limits, timeout=60) as client:
        signed_in = await client.post("/api/manage/session", json={"username": "alice", "password": "password"})
        client.headers["authorization"] = f"Bearer {signed_in.json()['token']}"
        scopes = ["applications:read", "applications:write"]
        issued = await client.post("/api/manage/tokens", json={"name": "bench", "scopes": scopes})
        turns = asyncio.Semaphore(CONNECTIONS)

        async def register(number: int) -> str:
            settings = {
                "client_name": f"Application {number}",
                "redirect_uris": [f"https://app{number}.example.com/callback"],
                "scope": "openid profile",
            }
            async with turns:
                made = await client.post("/api/applications", json=settings)
            return str(made.raise_for_status().json()["client_id"])

        return str(issued.json()["token"]), await asyncio.gather(*map(register, range(count)))


@contextmanager
def hello() -> Iterator[tuple[str, int]]:
    """The bare server: its origin and its process."""
    origin = f"http://127.0.0.1:{free_port()}"
    server = ["-m", "uvicorn", "--http", "httptools", "--loop", "uvloop", "--lifespan", "off", "--no-access-log"]
    command = [sys.executable, *server, "--log-level", "warning", "--port", origin.rpartition(":")[2]]
    process = pinned([*command, "bench.floor_apps.hello:asgi"], cwd=ROOT)
    try:
        await_answer(origin, process)
        yield origin, process.pid
    finally:
        process.terminate()
        process.wait(60)


def load(origin: str, pid: int, environ: Mapping[str, str], seconds: int) -> Run:
    """One run of wrk; RuntimeError when any answer was not a success."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT), origin]
    before = cpu(pid)
    said = subprocess.run(command, env=dict(environ), capture_output=True, text=True, check=True).stdout
    time.sleep(QUIET)
    spent = cpu(pid) - before
    told = json.loads(said.splitlines()[-1])
    if told["refused"] or told["broken"]:
        raise RuntimeError(f"not every answer was a success: {told}")
    answered = told["answered"]
    return Run(answered, answered / told["seconds"], spent / answered, told["p50"] / 1000, told["p99"] / 1000)


def measure(registry: Registry, rounds: int, seconds: int) -> dict[str, list[Run]]:
    """Every kind of request once a round, each round beginning with another; the first round only warms up."""
    runs: dict[str, list[Run]] = {kind: [] for kind in KINDS}
    kinds = list(KINDS)
    with hello() as bare:
        for turn in range(-1, rounds):
            for kind in kinds[turn % 3 :] + kinds[: turn % 3]:
                origin, pid = (registry.origin, registry.process.pid) if KINDS[kind] else bare
                run = load(origin, pid, registry.environ(kind, f"run {turn + 1}"), seconds)
                print(f"{kind}: {run.rate:,.0f}/s, {run.cost:.0f} us, p99 {run.p99:.1f} ms", flush=True)
                runs[kind].append(run)
    return runs


def verify(registry: Registry, acknowledged: int, runs: int) -> str:
    """Every acknowledged change moved one version and wrote one revision; a sample says what the last one said."""
    with sqlite3.connect(f"file:{registry.folder / 'licet.db'}?mode=ro", uri=True) as database:
        moved, revisions = database.execute("""
            SELECT (SELECT sum(version - 1) FROM applications WHERE client_name LIKE 'Application %'),
                (SELECT count(*) FROM changes WHERE action = 'application.updated')""").fetchone()
    if moved != revisions or not acknowledged <= moved <= acknowledged + runs * CONNECTIONS:
        raise RuntimeError(f"{acknowledged} changes were acknowledged, {moved} versions moved, {revisions} revisions")
    clients = registry.clients.read_text().splitlines()
    headers = {"authorization": f"Bearer {registry.token}"}
    with httpx.Client(base_url=f"{registry.origin}/api/applications", headers=headers) as client:
        for client_id in clients[:: max(1, len(clients) // SAMPLE)]:
            shown, newest = client.get(client_id).json(), client.get(f"{client_id}/revisions").json()["items"][0]
            if (newest["version"], newest["after"]["description"]) != (shown["version"], shown["description"]):
                raise RuntimeError(f"{client_id} is not what its newest revision says")
    return f"{acknowledged:,} acknowledged changes, {moved:,} versions moved, {revisions:,} revisions written"


def first_answer(folder: Path) -> float:
    """Seconds from starting the process to its first 200."""
    origin = f"http://127.0.0.1:{free_port()}"
    began = time.perf_counter()
    process = serve(folder, origin)
    with httpx.Client() as client:
        while process.poll() is None:
            with suppress(httpx.TransportError):
                if client.get(f"{origin}/readyz").status_code == httpx.codes.OK:
                    break
            time.sleep(0.002)
    took = time.perf_counter() - began
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    return took


def starts(folder: Path, rounds: int) -> dict[str, list[float]]:
    """First answers of a new instance, and of one that has a database."""
    times: dict[str, list[float]] = {"with a new database": [], "with an existing one": []}
    for turn in range(rounds):
        place = folder / f"start{turn}"
        place.mkdir(mode=0o700)
        for mine in times.values():
            mine.append(first_answer(place))
    return times


def table(runs: Mapping[str, Sequence[Run]]) -> str:
    """The kinds of request, beside the bare server."""
    lines = [
        "| one core, 32 connections | a second | lowest to highest run | CPU each, us | to hello | p50, ms | p99, ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind, mine in runs.items():
        rates, cost = [run.rate for run in mine], median(run.cost for run in mine)
        times = median(run.cost / bare.cost for run, bare in zip(mine, runs[HELLO], strict=True))
        lines.append(
            f"| {kind} | {median(rates):,.0f} | {min(rates):,.0f} to {max(rates):,.0f} | {cost:.0f} "
            f"| {times:.1f} | {median(run.p50 for run in mine):.1f} | {median(run.p99 for run in mine):.1f} |"
        )
    return "\n".join(lines)


def standing(times: Mapping[str, Sequence[float]], idle: float, loaded: float) -> str:
    """Start and memory."""
    lines = ["| | median | lowest to highest |", "|---|---|---|"]
    for name, mine in times.items():
        lines.append(f"| first answer {name}, s | {median(mine):.2f} | {min(mine):.2f} to {max(mine):.2f} |")
    lines.append(f"| resident memory of the worker, MB | {loaded:.0f} after the load | {idle:.0f} before |")
    return "\n".join(lines)


def measured(folder: Path, options: argparse.Namespace) -> str:
    """Everything, as the page shows it."""
    times = starts(folder, options.starts)
    (folder / "registry").mkdir(mode=0o700)
    registry = Registry(folder / "registry", options.applications)
    try:
        idle = memory(registry.process.pid)
        runs = measure(registry, options.rounds, options.seconds)
        loaded = memory(registry.process.pid)
        verified = verify(registry, sum(run.answered for run in runs[PATCH]), len(runs[PATCH]))
    finally:
        registry.stop()
    note = (
        f"Medians of {options.rounds} interleaved runs of {options.seconds} s over {options.applications:,} "
        f"applications; the server on one core, wrk on the other. Looked up afterwards: {verified}. {versions()}."
    )
    counted = {kind: mine[1:] for kind, mine in runs.items()}
    return "\n\n".join([table(counted), standing(times, idle, loaded), note])


def main() -> None:
    """Measure, look, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench.applications", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=int, default=2, help="of load in a run")
    parser.add_argument("--applications", type=int, default=2_000)
    parser.add_argument("--starts", type=int, default=7)
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    need("wrk", "taskset")
    os.sched_setaffinity(0, {LOAD})
    # As an installed wheel is.
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(ROOT / "src")], check=True)
    with tempfile.TemporaryDirectory() as name:
        text = measured(Path(name), options)
    print(text)
    if not options.dry:
        write("applications", text)


if __name__ == "__main__":
    main()
