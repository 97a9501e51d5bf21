"""Where the CPU of an answer goes: py-spy looks at a loaded instance, and every sample counts for the part it was in.

A sample belongs to the innermost frame: what a part calls in C (a signature, a system call) is that part's own.
"""

import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

PER_SECOND = 400
SIGNING = "oauth/jwt.py"
PARTS = {
    SIGNING: "signatures (`oauth/jwt.py`)",
    "web/": "`web`: reading, finding the route, writing",
    "dialects/": "`dialects`",
    "oauth/": "`oauth`: client authentication, grant, claims",
    "services/": "`services`",
    "domain/": "`domain`",
    "store/": "`store`, the writer thread included",
    "": "HTTP server, event loop and kernel",
}
"""By the beginning of a file's place in the package, the first that fits; everything else is not ours."""


class Samples(NamedTuple):
    """How often each part was found, and what an answer cost meanwhile (us)."""

    found: Mapping[str, int]
    cost: float


class Watch:
    """py-spy at a process, for so many seconds."""

    def __init__(self, pid: int, seconds: int) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._stacks = Path(self._folder.name) / "stacks"
        how = ["--duration", str(seconds), "--rate", str(PER_SECOND), "--format", "raw", "--output", self._stacks]
        self._process = subprocess.Popen(
            ["py-spy", "record", "--pid", str(pid), "--full-filenames", "--nonblocking", *how],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def found(self) -> Counter[str]:
        """What it has seen, by part."""
        _, said = self._process.communicate()
        if self._process.returncode:
            raise SystemExit(f"py-spy failed: {said.decode()}")
        seen: Counter[str] = Counter()
        for line in self._stacks.read_text().splitlines():
            stack, _, count = line.rpartition(" ")
            seen[_part(stack.rpartition(";")[2])] += int(count)
        self._folder.cleanup()
        return seen


def table(cases: Mapping[str, Samples]) -> str:
    """Microseconds of an answer by part, for each case."""
    lines = [
        f"| CPU of an answer on SQLite, us | {' | '.join(cases)} |",
        f"|---|{'---|' * len(cases)}",
    ]
    for part in PARTS.values():
        cells = [f"{each.cost * each.found.get(part, 0) / sum(each.found.values()):.0f}" for each in cases.values()]
        lines.append(f"| {part} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _part(frame: str) -> str:
    """The part of a frame such as `prove (/…/licet/oauth/token.py:20)`."""
    _, _, inside = frame.rpartition("/licet/")
    place = inside if "/licet/" in frame else ""
    return next(part for beginning, part in PARTS.items() if place.startswith(beginning))
