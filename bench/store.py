"""What a durable one-time claim costs through the store's engines and through other libraries, interleaved, medians.

`python -m bench.store` installs the peers into an environment of their own, starts a PostgreSQL, measures, prints the
table and writes it into the decision record that rests on it.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests import postgres

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "docs" / "decisions" / "0003-sql-layer.md"
PEERS = ("aiosqlite==0.22.1", "sqlalchemy==2.1.9", "greenlet==3.5.6")
OPEN, CLOSE = "<!-- store -->\n", "<!-- /store -->"


def environment(folder: Path) -> Path:
    """The peers' interpreter; installed when it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"installing the peers into {folder}")
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS], check=True)
    return python


def measure(python: Path, rounds: int, claims: int) -> Mapping[str, Sequence[tuple[float, float]]]:
    """The rounds of every way, as `bench.store_claims` says them."""
    path = os.pathsep.join((str(ROOT), str(ROOT / "src"), sysconfig.get_path("purelib")))
    server = postgres.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            command = [python, "-m", "bench.store_claims", folder, server.url, str(rounds), str(claims)]
            environ = {**os.environ, "PYTHONPATH": path}
            said = subprocess.run(command, env=environ, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    finally:
        server.stop()
    return json.loads(said)


def table(spent: Mapping[str, Sequence[tuple[float, float]]], note: str) -> str:
    """One row a way, in the order given."""
    lines = ["| one-time claim, durable commit | operations/s | CPU per operation, us | lowest to highest round |"]
    lines.append("|---|---|---|---|")
    for name, rounds in spent.items():
        speed = statistics.median(speed for speed, _ in rounds)
        costs = [cost for _, cost in rounds]
        spread = f"{min(costs):.0f} to {max(costs):.0f}"
        lines.append(f"| {name} | {round(speed, -2):,.0f} | {statistics.median(costs):.0f} | {spread} |")
    return "\n".join([*lines, "", note])


def write(text: str) -> None:
    """Put the table between the marks of the record."""
    before, mark, rest = RECORD.read_text().partition(OPEN)
    _, end, after = rest.partition(CLOSE)
    if not (mark and end):
        raise RuntimeError(f"{RECORD} has no place for the table")
    RECORD.write_text(f"{before}{mark}{text}\n{end}{after}")


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--claims", type=int, default=1000, help="per way and round")
    parser.add_argument("--venv", type=Path, default=Path(tempfile.gettempdir()) / "licet-store-peers")
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    spent = measure(environment(options.venv), options.rounds, options.claims)
    note = (
        f"Medians of {options.rounds} interleaved rounds of {options.claims} claims by 32 callers; the CPU is "
        f"the client's; "
        f"Python {platform.python_version()}, {os.cpu_count()} cores shared with the database, {platform.machine()}; "
        f"{', '.join(peer.replace('==', ' ') for peer in PEERS)}."
    )
    text = table(spent, note)
    print(text)
    if not options.dry:
        write(text)


if __name__ == "__main__":
    sys.exit(main())
