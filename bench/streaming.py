"""The unpaged lists of the dialects at 100,000 applications: memory above rest, and what others wait meanwhile.

`python -m bench.streaming` fills an instance on each engine, every application with a sealed secret, then lets 32
callers read applications, by themselves and while one list after another is streamed to one more caller. It prints the
table and writes it into docs/benchmarks.md.
"""

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import httpx

from bench.applications import load
from bench.page import need, versions, write
from bench.tokens.process import LOAD, await_answer, clean, free_port, memory, pinned
from tests import postgres
from tests.e2e import crowd

COUNT = 100_000
LISTS = ("Rocket.Chat, unsealing", "Timbrix, one organization", "Teable, one creator")
MEGABYTE = 1e6


class Instance:
    """A server over a crowd, and the callers that may read its lists."""

    def __init__(self, engine: str, folder: Path, database: str = "", count: int = 0) -> None:
        self.engine, self.origin, self._log = engine, f"http://127.0.0.1:{free_port()}", (folder / "log").open("ab")
        command = [sys.executable, "-m", "licet", "serve", "--demo", "--data", str(folder)]
        command += ["--port", self.origin.rpartition(":")[2], *(["--database", database] if database else [])]
        environ = clean(LICET_LIMITS="off")
        self.process = pinned(command, stdout=self._log, stderr=self._log, env=environ, cwd=folder)
        await_answer(f"{self.origin}/readyz", self.process)
        self.callers = crowd.callers(self.origin)
        token = self.callers["Timbrix, one organization"][1]["authorization"].partition(" ")[2]
        (folder / "clients").write_text("\n".join(f"crowd{number}" for number in range(0, count, 50)))
        self.environ = {
            **os.environ,
            "LOAD_METHOD": "GET",
            "LOAD_TOKEN": token,
            "LOAD_CLIENTS": str(folder / "clients"),
        }

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(60)
        self._log.close()


class Heard(NamedTuple):
    """What a list was: its size in MB, the seconds of one whole, and the most memory above rest, MB."""

    size: float
    seconds: float
    above: float


class Listener:
    """One more caller, who reads a list again and again until told to stop."""

    def __init__(self, instance: Instance, name: str) -> None:
        self._instance, self._name, self._enough = instance, name, threading.Event()
        self._rest = memory(instance.process.pid)
        self._wholes: list[tuple[float, float]] = []
        self._most = 0.0
        self._threads = [threading.Thread(target=self._read), threading.Thread(target=self._watch)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> Heard:
        """Hear the present one out."""
        self._enough.set()
        for thread in self._threads:
            thread.join()
        return Heard(self._wholes[0][0], median(seconds for _, seconds in self._wholes), self._most - self._rest)

    def _read(self) -> None:
        path, headers = self._instance.callers[self._name]
        with httpx.Client(base_url=self._instance.origin, headers=headers, timeout=600) as client:
            while not (self._wholes and self._enough.is_set()):
                began, size = time.perf_counter(), 0
                with client.stream("GET", path) as answer:
                    answer.raise_for_status()
                    for piece in answer.iter_raw():
                        size += len(piece)
                self._wholes.append((size / MEGABYTE, time.perf_counter() - began))

    def _watch(self) -> None:
        while not self._enough.wait(0.05):
            self._most = max(self._most, memory(self._instance.process.pid))


@contextmanager
def started(folder: Path, count: int) -> Iterator[Sequence[Instance]]:
    """An instance on each engine, with the same rows."""
    with ExitStack() as ends:
        server = postgres.start()
        ends.callback(server.stop)
        url = ends.enter_context(postgres.own_database(server.url))
        one, twin = folder / "sqlite", folder / "postgresql"
        for place in (one, twin):
            place.mkdir(mode=0o700)
        Instance("empty", one).stop()
        crowd.populate(one / "licet.db", count, crowd.sealed_ones(one))
        shutil.copy(one / "instance.key", twin)
        crowd.copied(one / "licet.db", url)
        running = []
        for engine, place, database in (("SQLite", one, ""), ("PostgreSQL", twin, url)):
            running.append(Instance(engine, place, database, count))
            ends.callback(running[-1].stop)
        yield running


def measure(instance: Instance, name: str, rounds: int, seconds: int) -> tuple[list[float], list[float], list[Heard]]:
    """p99 of the callers alone and beside the list, in turn, and what the lists were."""
    alone, beside, heard = [], [], []
    for _ in range(rounds):
        alone.append(load(instance.origin, instance.process.pid, instance.environ, seconds).p99)
        listener = Listener(instance, name)
        beside.append(load(instance.origin, instance.process.pid, instance.environ, seconds).p99)
        heard.append(listener.stop())
    return alone, beside, heard


def row(engine: str, name: str, measured: tuple[list[float], list[float], list[Heard]]) -> str:
    """A line of the table."""
    alone, beside, heard = measured
    times = median(one / other for one, other in zip(beside, alone, strict=True))
    return (
        f"| {engine}: {name} | {heard[0].size:.0f} | {median(each.seconds for each in heard):.1f} "
        f"| {max(each.above for each in heard):.1f} | {median(alone):.1f} | {median(beside):.1f} | {times:.2f} |"
    )


def main() -> None:
    """Fill, measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench.streaming", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of load in a run")
    parser.add_argument("--applications", type=int, default=COUNT)
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    need("wrk", "taskset")
    os.sched_setaffinity(0, {LOAD})
    lines = [
        "| list | MB | seconds beside the others | MB above rest | p99 of others alone, ms | beside, ms | times |",
        "|---|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as name, started(Path(name), options.applications) as instances:
        for instance in instances:
            load(instance.origin, instance.process.pid, instance.environ, options.seconds)
            for listed in LISTS:
                lines.append(row(instance.engine, listed, measure(instance, listed, options.rounds, options.seconds)))
                print(lines[-1], flush=True)
    note = (
        f"{options.applications:,} applications, each with a sealed secret; medians of {options.rounds} interleaved "
        f"runs of {options.seconds} s, 32 callers reading applications, the most memory of all runs. {versions()}."
    )
    if not options.dry:
        write("streaming", "\n".join([*lines, "", note]))


if __name__ == "__main__":
    main()
