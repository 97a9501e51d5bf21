"""The filtered list of applications at a thousand and at a million, on both engines, over HTTP.

`python -m bench.lists` makes four instances (the rows by the store's own statements, `tests/e2e/crowd.py`), asks each
for the same pages in turn, prints the tables and writes them into docs/benchmarks.md. `--keep FOLDER` leaves SQLite's
databases there and finds them again.
"""

import argparse
import http.client
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlencode

from bench.page import versions, write
from bench.tokens.process import LOAD, await_answer, clean, free_port, pinned
from licet.domain.application import Application
from licet.domain.secret import Secret
from tests import postgres
from tests.e2e import crowd

SMALL, LARGE = 1_000, 1_000_000
WORDS = ("notes", "calendar", "mail", "chat", "files", "tasks", "board", "reader", "writer", "editor")
SURFACES = ("native", "teable", "timbrix", "rocketchat", "rfc")
SCOPES = ("openid", "profile", "email", "offline_access", "mcp", "read", "write")


class Case(NamedTuple):
    """One list: its name and its parameters; {acme} is an organization's id; `page` 2 is what the first points to."""

    name: str
    query: str
    page: int = 1


CASES = (
    Case("everything", ""),
    Case("everything, page 2", "", 2),
    Case("organization", "organization_id={acme}"),
    Case("organization, page 2", "organization_id={acme}", 2),
    Case("enabled and scope", "enabled=true&scope=mcp"),
    Case("enabled and scope, page 2", "enabled=true&scope=mcp", 2),
    Case("word of the name", "q=cal"),
    Case("two words of the name", "q=m+ca"),
    Case("two words, page 2", "q=m+c", 2),
    Case("client_id", "q=crowd500x"),
    Case("redirect host, shared by many", "redirect_host=shared.example"),
    Case("redirect host of one application", "redirect_host=app500.example"),
    Case("unused since", "unused_since=2024-03-01T00:00:00Z"),
    Case("unused since, enabled", "unused_since=2024-03-01T00:00:00Z&enabled=true"),
    Case("surface", "surface=teable"),
    Case("surface, page 2", "surface=teable", 2),
    Case("organization, enabled, scope, surface", "organization_id={acme}&enabled=true&scope=mcp&surface=native"),
    Case("word, organization, host", "q=cal&organization_id={acme}&redirect_host=shared.example"),
    Case("what hardly ever meets", "enabled=false&scope=write&surface=rfc&redirect_host=shared.example"),
)


def maker(people: dict[str, str], organizations: dict[str, str]) -> crowd.Make:
    """Applications of every kind, in shares that do not depend on how many there are."""
    random = Random(7)  # noqa: S311 - the same registry every time
    owners = {"acme": organizations["acme"], "other": organizations["other"]}

    def make(number: int) -> tuple[Application, Secret | None]:
        hosts = [f"https://app{number}.example/cb", *(["https://shared.example/cb"] if random.random() < 0.6 else [])]
        made = Application(
            id=crowd.an_id(number),
            client_id=f"crowd{number}x",
            created_by=people["alice"],
            surface=random.choices(SURFACES, (4, 2, 2, 1, 1))[0],
            version=1,
            **crowd.born(number % SMALL if number < SMALL else number),
            last_used_at=crowd.BORN + number if random.random() < 0.5 else None,
            organization_id=owners["acme" if random.random() < 0.5 else "other"],
            enabled=random.random() < 0.9,
            client_name=f"{random.choice(WORDS).title()} {random.choice(WORDS)} {number % 1000}",
            description="One of many.",
            redirect_uris=tuple(hosts),
            scope=tuple(random.sample(SCOPES, 3)),
        )
        return made, None

    return make


class Instance:
    """A server over one of the databases, and a connection to it."""

    def __init__(self, name: str, folder: Path, database: str) -> None:
        self.name, port = name, free_port()
        self._log = (folder / "log").open("wb")
        command = [sys.executable, "-m", "licet", "serve", "--demo", "--port", str(port), "--data", str(folder)]
        command += ["--database", database] if database else []
        self._process = pinned(command, stdout=self._log, stderr=self._log, env=clean(LICET_LIMITS="off"), cwd=folder)
        await_answer(f"http://127.0.0.1:{port}/readyz", self._process)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        signed_in = self._call("POST", "/api/manage/session", {"username": "admin", "password": "password"})
        self._token = f"Bearer {signed_in['token']}"
        self.paths: dict[Case, str] = {}

    def prepare(self, acme: str) -> None:
        """Work out the path of every page; a page 2 is found by asking for page 1."""
        for case in CASES:
            query = dict(pair.split("=") for pair in case.query.format(acme=acme).replace("+", " ").split("&") if pair)
            if case.page == 2:
                query["cursor"] = self._call("GET", f"/api/applications?{urlencode(query)}")["next_cursor"]
            self.paths[case] = f"/api/applications?{urlencode(query)}"

    def look(self, case: Case) -> dict[str, Any]:
        """The page itself."""
        return self._call("GET", self.paths[case])

    def time(self, case: Case) -> float:
        """Milliseconds until a page is read."""
        self._connection.close()  # it may have rested too long while another instance was asked
        self._connection.connect()
        began = time.perf_counter()
        self._send("GET", self.paths[case])
        return (time.perf_counter() - began) * 1000

    def stop(self) -> None:
        """End it."""
        self._connection.close()
        self._process.terminate()
        self._process.wait(60)
        self._log.close()

    def _call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        return json.loads(self._send(method, path, body))

    def _send(self, method: str, path: str, body: object = None) -> bytes:
        headers = {"authorization": getattr(self, "_token", ""), "content-type": "application/json"}
        self._connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status not in {200, 201}:
            raise RuntimeError(f"{self.name}: {path}: {said.decode()}")
        return said


def filled(folder: Path, count: int) -> Path:
    """A data folder with so many applications; one that is there already is taken as it is."""
    if (folder / "filled").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    Instance("empty", folder, "").stop()
    database = folder / "licet.db"
    make = maker(crowd.ids(database, "users", "username"), crowd.ids(database, "organizations", "slug"))
    began = time.monotonic()
    crowd.populate(database, count, make)
    print(f"{count:,} applications into SQLite in {time.monotonic() - began:.0f} s", flush=True)
    (folder / "filled").touch()
    return folder


@contextmanager
def started(keep: Path, folder: Path, large: int) -> Iterator[dict[str, tuple[Instance, Instance]]]:
    """The small and the large instance of each engine."""
    with ExitStack() as ends:
        server = postgres.start()
        ends.callback(server.stop)
        running: dict[str, list[Instance]] = {"SQLite": [], "PostgreSQL": []}
        for count in (SMALL, large):
            source = filled(keep / str(count), count)
            twin = folder / f"{count}-postgresql"
            twin.mkdir()
            shutil.copy(source / "instance.key", twin)
            url = ends.enter_context(postgres.own_database(server.url))
            began = time.monotonic()
            crowd.copied(source / "licet.db", url)
            print(f"{count:,} applications into PostgreSQL in {time.monotonic() - began:.0f} s", flush=True)
            acme = crowd.ids(source / "licet.db", "organizations", "slug")["acme"]
            for engine, place, database in (("SQLite", source, ""), ("PostgreSQL", twin, url)):
                running[engine].append(Instance(f"{engine}, {count:,}", place, database))
                ends.callback(running[engine][-1].stop)
                running[engine][-1].prepare(acme)
        yield {engine: (small, big) for engine, (small, big) in running.items()}


def measure(pair: Sequence[Instance], case: Case, rounds: int) -> tuple[list[float], list[float]]:
    """Times of the same page on both, asked in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(-rounds // 5, rounds):
        for instance, mine in zip(pair, times, strict=True):
            took = instance.time(case)
            if turn >= 0:
                mine.append(took)
    return times


def table(engine: str, pair: Sequence[Instance], rounds: int) -> str:
    """One engine's rows."""
    lines = [f"| {engine} | items | ms at a thousand | ms at a million | times |", "|---|---|---|---|---|"]
    for case in CASES:
        few, many = measure(pair, case, rounds)
        shown = " and ".join(dict.fromkeys(str(len(instance.look(case)["items"])) for instance in pair))
        times = statistics.median(many) / statistics.median(few)
        lines.append(
            f"| {case.name} | {shown} | {statistics.median(few):.2f} | {statistics.median(many):.2f} | {times:.2f} |"
        )
        print(lines[-1], flush=True)
    return "\n".join(lines)


def main() -> None:
    """Fill, measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench.lists", description=__doc__)
    parser.add_argument("--rounds", type=int, default=101)
    parser.add_argument("--large", type=int, default=LARGE)
    parser.add_argument("--keep", type=Path, help="folder of the databases, for another time")
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    os.sched_setaffinity(0, {LOAD})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with started(options.keep or folder, folder, options.large) as engines:
            tables = [table(engine, pair, options.rounds) for engine, pair in engines.items()]
    note = (
        f"Medians of {options.rounds} requests to each instance in turn, over one kept-alive connection, pages of "
        f"at most 50; the servers on one core, the caller and PostgreSQL on the other. {versions()}."
    )
    if not options.dry:
        write("lists", "\n\n".join([*tables, note]))


if __name__ == "__main__":
    main()
