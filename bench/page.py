"""The page of figures: each command writes its own between its marks, with what it ran on."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def write(mark: str, text: str, on: Path = PAGE) -> None:
    """Put what was measured in the place of what was measured before, on a page of docs."""
    begin, end = f"<!-- {mark} -->\n", f"<!-- /{mark} -->"
    before, found, rest = on.read_text("utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise RuntimeError(f"{on} has no place for {mark}")
    on.write_text(f"{before}{begin}{text}\n{end}{after}", "utf-8")


def versions() -> str:
    """What this ran on."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    python = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    return f"{python}, commit {commit.stdout.strip()}" if commit.stdout else python


def need(*programs: str) -> None:
    """The programs that are no Python packages; root gets a missing one from the distribution."""
    for program in programs:
        if shutil.which(program) is None and not os.getuid() and shutil.which("apt-get"):
            subprocess.run(["apt-get", "-qq", "install", "--yes", program], check=False)
        if shutil.which(program) is None:
            raise SystemExit(f"this needs {program}: install the distribution's package")
