"""What a command line costs before it does anything: import time and installed size of the libraries, and of ours.

`python -m bench.cli_import` installs the libraries into an environment of their own, measures, prints two tables and
writes them into the decision record. The figure is the CPU time of a new interpreter, less that of an idle one.
"""

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "docs" / "decisions" / "0004-cli-library.md"
PEERS = ("click==8.5.1", "rich==15.0.0", "typer==0.29.2")
BROUGHT = """
import re, sys
from importlib.metadata import distribution
found, wanted = {}, sys.argv[1:]
while wanted:
    name = re.match("[A-Za-z0-9._-]+", wanted.pop())[0].lower()
    if name not in found:
        found[name] = distribution(name)
        wanted += [need for need in found[name].requires or () if ";" not in need]
files = [file.locate() for package in found.values() for file in package.files if file.suffix != ".pyc"]
print(len(found), sum(file.stat().st_size for file in files if file.is_file()))
"""
"""Packages that some bring with all they need, and their installed size, compiled files left out."""


class Contender(NamedTuple):
    """A row: its name, what is run, and the packages that it takes."""

    name: str
    code: str
    brings: tuple[str, ...] = ()


START = "import sys; sys.argv = {!r}; from licet.cli import main; main(standalone_mode=False)"
IDLE = Contender("an idle interpreter", "pass")
LIBRARIES = (
    Contender("argparse", "import argparse"),
    Contender("click", "import click", ("click",)),
    Contender("click, and rich for tables", "import click, rich.console, rich.table", ("click", "rich")),
    Contender("typer", "import typer; typer.Typer()", ("typer",)),
)
OURS = (
    Contender("`licet --help`", START.format(["licet", "--help"])),
    Contender("`licet app --help`", START.format(["licet", "app", "--help"])),
)
"""What a person waits for, and a shell that completes a word."""


def cost(python: Path, contender: Contender) -> float:
    """CPU milliseconds of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([python, "-c", contender.code], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1000


def measured(python: Path, contenders: Sequence[Contender], rounds: int) -> dict[str, list[float]]:
    """Every contender once a round, so that what disturbs disturbs all; the first round warms the caches."""
    costs: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for turn in range(rounds + 1):
        for contender in contenders:
            spent = cost(python, contender)
            if turn:
                costs[contender.name].append(spent)
    return costs


def brought(python: Path, packages: Sequence[str]) -> tuple[int, int]:
    """How many packages, and how many kB."""
    done = subprocess.run([python, "-c", BROUGHT, *packages], check=True, capture_output=True, text=True)
    count, size = map(int, done.stdout.split())
    return count, round(size / 1000)


def environment(folder: Path) -> Path:
    """The libraries' interpreter; installed when it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"installing the libraries into {folder}")
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS], check=True)
    return python


def rows(costs: dict[str, list[float]], contenders: Sequence[Contender]) -> list[tuple[str, str, str]]:
    """Name, median over the idle interpreter's, and the span of the rounds."""
    idle = statistics.median(costs[IDLE.name])
    return [
        (
            contender.name,
            f"{statistics.median(costs[contender.name]) - idle:.0f}",
            f"{min(costs[contender.name]) - idle:.0f} to {max(costs[contender.name]) - idle:.0f}",
        )
        for contender in contenders
    ]


def tables(python: Path, rounds: int) -> str:
    """Both tables, and how they came about."""
    libraries = measured(python, (IDLE, *LIBRARIES), rounds)
    ours = measured(Path(sys.executable), (IDLE, *OURS), rounds)
    lines = ["| library | CPU to import, ms | lowest to highest | packages | installed, kB |", "|---|---|---|---|---|"]
    for (name, median, span), contender in zip(rows(libraries, LIBRARIES), LIBRARIES, strict=True):
        packages, size = brought(python, contender.brings)
        lines.append(f"| {name} | {median} | {span} | {packages} | {size:,} |")
    lines += ["", "| ours | CPU, ms | lowest to highest |", "|---|---|---|"]
    lines += [f"| {name} | {median} | {span} |" for name, median, span in rows(ours, OURS)]
    note = (
        f"Medians of {rounds} interleaved rounds over an idle interpreter; Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.machine()}; {', '.join(peer.replace('==', ' ') for peer in PEERS)}."
    )
    return "\n".join([*lines, "", note])


def write(text: str) -> None:
    """Put the tables between the marks of the record."""
    before, mark, rest = RECORD.read_text().partition("<!-- imports -->\n")
    _, end, after = rest.partition("<!-- /imports -->")
    if not (mark and end):
        raise RuntimeError(f"{RECORD} has no place for the tables")
    RECORD.write_text(f"{before}{mark}{text}\n{end}{after}")


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--venv", type=Path, default=Path(tempfile.gettempdir()) / "licet-cli-libraries")
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    text = tables(environment(options.venv), options.rounds)
    print(text)
    if not options.dry:
        write(text)


if __name__ == "__main__":
    sys.exit(main())
