"""Measure, print, write."""

import argparse
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import page
from bench.tokens import load, report, where
from bench.tokens.licet import Licet
from bench.tokens.load import Run, Server
from bench.tokens.peer import Peer, node_version, package_version
from bench.tokens.process import LOAD, memory
from bench.tokens.scene import CASES, Case
from tests import postgres

PEER = "oidc-provider, in memory"
FIRST_CODES, LEAST_CODES = 8000, 4000
SPARE = 1.6
"""How many codes more than the run before spent: a run that is out of codes would measure refusals."""


@contextmanager
def started(folder: Path, peer_folder: Path) -> Iterator[list[Server]]:
    """Every server, running and idle."""
    with ExitStack() as ends:
        database = postgres.start()
        ends.callback(database.stop)
        url = ends.enter_context(postgres.own_database(database.url))
        running: list[Server] = []
        for start in (
            lambda: Licet("Licet on SQLite", _made(folder / "sqlite")),
            lambda: Licet("Licet on PostgreSQL", _made(folder / "postgresql"), url),
            lambda: Peer(PEER, peer_folder),
        ):
            running.append(start())
            ends.callback(running[-1].stop)
        yield running


class Bench:
    """Every case on every server once a round, each round beginning with another server."""

    def __init__(self, servers: Sequence[Server], folder: Path, options: argparse.Namespace) -> None:
        self._servers, self._codes, self._options = servers, folder / "codes", options
        self._enough: dict[str, int] = {}
        self.runs: dict[str, dict[str, list[Run]]] = {
            case.name: {server.name: [] for server in servers} for case in CASES
        }

    def measure(self) -> None:
        """Look at the answers once, warm up, then measure."""
        for case in CASES:
            for server in self._servers:
                load.check(server, case, self._codes)
        for turn in range(-self._options.warm_up, self._options.rounds):
            for case in CASES:
                first = turn % len(self._servers)
                for server in (*self._servers[first:], *self._servers[:first]):
                    self._one(server, case, counts=turn >= 0)

    def where(self, server: Server, case: Case) -> where.Samples:
        """Where the CPU of a case goes on one server: the same load for longer, with somebody looking on."""
        seconds = self._options.watched
        self._mint(server, case, seconds)
        watch = where.Watch(server.pid, seconds)
        run = self._load(server, case, seconds)
        return watch.seen(run.cost)

    def _one(self, server: Server, case: Case, *, counts: bool) -> None:
        self._mint(server, case, self._options.seconds)
        run = self._load(server, case, self._options.seconds)
        if case.parameter:
            self._enough[server.name] = max(LEAST_CODES, self._enough.get(server.name, 0), int(run.rate * SPARE))
        if counts:
            self.runs[case.name][server.name].append(run)

    def _mint(self, server: Server, case: Case, seconds: int) -> None:
        if case.parameter:
            server.codes(self._enough.get(server.name, FIRST_CODES) * seconds, self._codes)

    def _load(self, server: Server, case: Case, seconds: int) -> Run:
        return load.run(server, case, self._codes, seconds=seconds, connections=self._options.connections)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench.tokens", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--warm-up", type=int, default=4, help="rounds before those that count")
    parser.add_argument("--seconds", type=int, default=1, help="of load in a run")
    parser.add_argument("--watched", type=int, default=5, help="seconds of load under py-spy")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--peer", type=Path, default=Path(tempfile.gettempdir()) / "licet-tokens-peer")
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    page.need("wrk", "taskset")
    os.sched_setaffinity(0, {LOAD})
    with tempfile.TemporaryDirectory() as name, started(Path(name), options.peer) as servers:
        idle = {server.name: memory(server.pid) for server in servers}
        bench = Bench(servers, Path(name), options)
        bench.measure()
        parts = where.table({case.name: bench.where(servers[0], case) for case in CASES})
        seen = {server.name: report.Memory(idle[server.name], memory(server.pid)) for server in servers}
    versions = f"oidc-provider {package_version()} on Node.js {node_version()}, {_wrk_version()}"
    tables = [report.table(case, runs, PEER) for case, runs in bench.runs.items()]
    note = report.note(options.rounds, options.seconds, options.connections, versions)
    text = "\n\n".join([*tables, report.memory_table(seen), note, parts])
    print(text)
    if not options.dry:
        page.write("tokens", text)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _wrk_version() -> str:
    said = subprocess.run(["wrk", "--version"], capture_output=True, text=True, check=False).stdout
    return " ".join(said.split()[:2])


if __name__ == "__main__":
    main()
