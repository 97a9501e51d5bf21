"""`python -m bench.applications`: measures, checks the answers, and writes docs/benchmarks.md."""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.applications.fill import fill_postgresql, fill_sqlite
from bench.tokens.process import LOAD, await_answer, clean, cpu, free_port, memory, pinned
from tests import postgres

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "benchmarks.md"
CALLERS, SECONDS, ROUNDS = 32, 2, 7
APPLICATIONS = 2_000
SMALL = 1_000
LOOKS = 40
QUERIES: Mapping[str, Mapping[str, str]] = {
    "the newest": {},
    "enabled": {"enabled": "true"},
    "one scope, enabled": {"scope": "read", "enabled": "true"},
    "one redirect host": {"redirect_host": "team7.example"},
    "two words of the name": {"q": "payr tea"},
    "beginning of a client_id": {"q": "bench0000"},
    "unused for long": {"unused_since": "2027-01-01"},
}


@dataclass
class Server:
    """A running instance on its core, and a client of it."""

    process: subprocess.Popen[bytes]
    client: httpx.Client
    token: str
    first_answer: float


@contextmanager
def served(folder: Path, database: str = "") -> Iterator[Server]:
    """A demo instance with durable writes."""
    port, began = free_port(), time.perf_counter()
    command = [sys.executable, "-m", "licet", "serve", "--demo", "--port", str(port), "--data", str(folder)]
    output = folder / "output.txt"
    with output.open("wb") as sink:
        process = pinned(
            [*command, *(["--database", database] if database else [])],
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=clean(LICET_LIMITS="off"),
        )
    try:
        await_answer(f"http://127.0.0.1:{port}/readyz", process)
        took = time.perf_counter() - began
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            signed_in = client.post("/api/manage/session", json={"username": "admin", "password": "password"})
            token = signed_in.raise_for_status().json()["token"]
            client.headers["authorization"] = f"Bearer {token}"
            yield Server(process, client, token, took)
    finally:
        process.terminate()
        process.wait()


def wrk(script: str, origin: str, pid: int, **environment: str) -> tuple[float, float, float]:
    """One run: requests a second, CPU microseconds a request, p99 in ms. RuntimeError for a wrong answer."""
    before = cpu(pid)
    ran = subprocess.run(
        ["taskset", "-c", str(LOAD), "wrk", "-t1", f"-c{CALLERS}", f"-d{SECONDS}s", "-s", str(HERE / script), origin],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    time.sleep(0.2)
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+)", ran.stdout)
    requests, took, wrong, p99 = map(int, found.groups()) if found else (0, 0, 1, 0)
    if wrong or not requests:
        raise RuntimeError(f"{script}: {wrong} wrong answers\n{ran.stdout}{ran.stderr}")
    return requests / took * 1e6, (cpu(pid) - before) / requests, p99 / 1000


def updates() -> str:
    """Reads and updates on durable SQLite beside the bare server, interleaved."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        licet = stack.enter_context(served(folder))
        ids = folder / "ids"
        ids.write_text("\n".join(_made(licet.client)), "utf-8")
        port = free_port()
        hello = pinned([sys.executable, "-m", "bench.floor_apps.wall", str(port), "--quiet"])
        stack.callback(hello.terminate)
        _listening(port)
        origin = str(licet.client.base_url)
        runs: dict[str, list[tuple[float, float, float]]] = {"the bare server": [], "GET": [], "PATCH": []}
        for _ in range(ROUNDS):
            runs["the bare server"].append(wrk("hello.lua", f"http://127.0.0.1:{port}", hello.pid))
            for method in ("GET", "PATCH"):
                given = {"IDS": str(ids), "TOKEN": licet.token, "METHOD": method}
                runs[method].append(wrk("load.lua", origin, licet.process.pid, **given))
        _verify(licet.client, ids.read_text("utf-8").split())
        return _throughput(runs, licet, memory(licet.process.pid))


def _made(client: httpx.Client) -> Iterator[str]:
    organization = next(o for o in client.get("/api/manage/organizations").json()["items"] if o["slug"] == "acme")
    for number in range(APPLICATIONS):
        made = client.post(
            "/api/applications", json={"client_name": f"Bench {number}", "organization_id": organization["id"]}
        )
        yield made.raise_for_status().json()["client_id"]


def _verify(client: httpx.Client, ids: Sequence[str]) -> None:
    """What was acknowledged is there: versions moved, and each change has its revision."""
    for client_id in ids[:50]:
        shown = client.get(f"/api/applications/{client_id}").raise_for_status().json()
        newest = client.get(f"/api/applications/{client_id}/revisions").raise_for_status().json()["items"][0]
        if shown["version"] < 2 or newest["version"] != shown["version"]:
            raise RuntimeError(f"{client_id}: version {shown['version']}, revision {newest['version']}")


def _listening(port: int) -> None:
    for _ in range(100):
        try:
            httpx.get(f"http://127.0.0.1:{port}/")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return


def _throughput(runs: Mapping[str, Sequence[tuple[float, float, float]]], licet: Server, resident: float) -> str:
    floor = statistics.median(cost for _, cost, _ in runs["the bare server"])
    lines = [
        f"| {name} | {_middle([r for r, _, _ in each])} | {_middle([c for _, c, _ in each])} "
        f"| {statistics.median(c for _, c, _ in each) / floor:.1f} | {_middle([p for _, _, p in each], 1)} |"
        for name, each in runs.items()
    ]
    head = "| | answered a second | CPU us each | to the bare server | p99, ms |\n|---|---|---|---|---|\n"
    return (
        f"{head}{chr(10).join(lines)}\n\nMedians of {ROUNDS} interleaved runs of {SECONDS} s and their spread, "
        f"{CALLERS} callers, {APPLICATIONS:,} applications, one core. First answer {licet.first_answer:.2f} s after "
        f"starting on a new folder; {resident:.0f} MB resident after the load.\n"
    )


def _middle(figures: Sequence[float], digits: int = 0) -> str:
    spread = f"{min(figures):,.{digits}f} to {max(figures):,.{digits}f}"
    return f"{statistics.median(figures):,.{digits}f} ({spread})"


def lists(rows: int) -> str:
    """The same pages of a small and of a large registry, on both engines."""
    parts = []
    with tempfile.TemporaryDirectory() as folder:
        parts.append(_of_sqlite(Path(folder), rows))
    server = postgres.start()
    try:
        with postgres.own_database(server.url) as small, postgres.own_database(server.url) as large:
            parts.append(_of_postgresql(small, large, rows))
    finally:
        server.stop()
    return "\n".join(parts)


def _of_sqlite(folder: Path, rows: int) -> str:
    places = {count: folder / str(count) for count in (SMALL, rows)}
    for count, place in places.items():
        place.mkdir()
        with served(place) as made:
            organization = _acme(made.client)
        fill_sqlite(place / "licet.db", count, organization)
    with served(places[SMALL]) as small, served(places[rows]) as large:
        return _compared("SQLite", small.client, large.client, rows)


def _of_postgresql(small_url: str, large_url: str, rows: int) -> str:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        for place, url, count in ((one, small_url, SMALL), (other, large_url, rows)):
            with served(Path(place), url) as made:
                organization = _acme(made.client)
            fill_postgresql(url, count, organization)
        with served(Path(one), small_url) as small, served(Path(other), large_url) as large:
            return _compared("PostgreSQL", small.client, large.client, rows)


def _acme(client: httpx.Client) -> str:
    return str(next(o["id"] for o in client.get("/api/manage/organizations").json()["items"] if o["slug"] == "acme"))


def _compared(engine: str, small: httpx.Client, large: httpx.Client, rows: int) -> str:
    head = f"| {engine}: a page of 50 | {SMALL:,} applications, ms | {rows:,}, ms | times |\n|---|---|---|---|\n"
    lines = []
    for name, query in QUERIES.items():
        spent: tuple[list[float], list[float]] = ([], [])
        for _ in range(LOOKS):
            for client, times in zip((small, large), spent, strict=True):
                began = time.perf_counter()
                page = client.get("/api/applications", params=query).raise_for_status().json()
                times.append((time.perf_counter() - began) * 1000)
                if not page["items"]:
                    raise RuntimeError(f"{name}: an empty page")
        few, many = (statistics.median(times) for times in spent)
        lines.append(f"| {name} | {few:.1f} | {many:.1f} | {many / few:.2f} |")
    return head + "\n".join(lines) + "\n"


def write(section: str, text: str) -> None:
    """Put a section's figures between its markers."""
    marked = re.compile(rf"(<!-- {section} -->\n).*?(<!-- /{section} -->)", re.DOTALL)
    PAGE.write_text(marked.sub(lambda found: found[1] + text + found[2], PAGE.read_text("utf-8")), "utf-8")
    print(text, flush=True)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--only", choices=("updates", "lists"))
    asked = parser.parse_args()
    if asked.only != "lists":
        write("updates", updates())
    if asked.only != "updates":
        write("lists", lists(asked.rows))


if __name__ == "__main__":
    main()
