"""Where the CPU of an answer goes: the kernel counts each thread's, and py-spy finds the part that the main one is in.

A sample belongs to the innermost frame: what a part calls in C (a hash, a system call) is that part's own. The library
that signs is written in Python on the outside, and counts as the part that calls it.
"""

import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bench.tokens.process import cpu, main_cpu

PER_SECOND = 200
SIGNING, SIGNER = "oauth/jwt.py", "/awscrt/"
PARTS = {
    SIGNING: "signatures (`oauth/jwt.py`)",
    "web/": "`web`: reading, finding the route, writing",
    "dialects/": "`dialects`",
    "oauth/": "`oauth`: client authentication, grant, claims",
    "services/": "`services`",
    "domain/": "`domain`",
    "store/": "`store`",
    "": "HTTP server, event loop and kernel",
}
"""By the beginning of a file's place in the package, the first that fits; everything else is not ours."""
OTHERS = "other threads: SQLite's writer, with its commits"
MAIN = ": MainThread;"


class Samples(NamedTuple):
    """How often the main thread was found in each part; what an answer cost meanwhile (us), and there of it."""

    found: Mapping[str, int]
    cost: float
    main: float


class Watch:
    """py-spy at a process, for so many seconds."""

    def __init__(self, pid: int, seconds: int) -> None:
        self._pid, self._before = pid, (cpu(pid), main_cpu(pid))
        self._folder = tempfile.TemporaryDirectory()
        self._stacks = Path(self._folder.name) / "stacks"
        how = ["--duration", str(seconds), "--rate", str(PER_SECOND), "--format", "raw", "--output", self._stacks]
        self._process = subprocess.Popen(
            ["py-spy", "record", "--pid", str(pid), "--threads", "--full-filenames", *how],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def seen(self, cost: float) -> Samples:
        """What it has seen while an answer cost so much (us)."""
        every, main = (
            now - then for now, then in zip((cpu(self._pid), main_cpu(self._pid)), self._before, strict=True)
        )
        return Samples(self._found(), cost, cost * main / every)

    def _found(self) -> Counter[str]:
        _, said = self._process.communicate()
        if self._process.returncode:
            raise SystemExit(f"py-spy failed: {said.decode()}")
        seen: Counter[str] = Counter()
        for line in self._stacks.read_text().splitlines():
            stack, _, count = line.rpartition(" ")
            if MAIN in stack:
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
        cells = [f"{each.main * each.found.get(part, 0) / sum(each.found.values()):.0f}" for each in cases.values()]
        lines.append(f"| {part} | {' | '.join(cells)} |")
    lines.append(f"| {OTHERS} | {' | '.join(f'{each.cost - each.main:.0f}' for each in cases.values())} |")
    return "\n".join(lines)


def _part(frame: str) -> str:
    """The part of a frame such as `prove (/…/licet/oauth/token.py:20)`."""
    _, _, inside = frame.rpartition("/licet/")
    place = SIGNING if SIGNER in frame else inside if "/licet/" in frame else ""
    return next(part for beginning, part in PARTS.items() if place.startswith(beginning))
