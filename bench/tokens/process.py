"""A process pinned to one core, and what the kernel says it has used."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

SERVERS, LOAD = 0, 1
"""The core of whoever is measured, and that of everybody else."""
PATIENCE = 60


def pinned(command: Sequence[str | Path], **how: Any) -> subprocess.Popen[bytes]:
    """Start a server on its core."""
    return subprocess.Popen(["taskset", "-c", str(SERVERS), *command], **how)


def clean(**more: str) -> Mapping[str, str]:
    """The environment without settings of ours that somebody may have there."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith("LICET_")}, **more}


def cpu(pid: int) -> float:
    """CPU microseconds of a process and its descendants so far, of every thread: finer than /proc/<pid>/stat."""
    spent = [_read(task / "schedstat").split() for each in _tree(pid) for task in _tasks(each)]
    return sum(int(first) for first, *_ in filter(None, spent)) / 1000


def main_cpu(pid: int) -> float:
    """The same of the main thread alone."""
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1000


def memory(pid: int) -> float:
    """Resident memory of a process and its descendants, MB."""
    kb = 0
    for each in _tree(pid):
        kb += sum(int(line.split()[1]) for line in _read(Path(f"/proc/{each}/status")).splitlines() if "VmRSS" in line)
    return kb * 1024 / 1e6


def parent(pid: int) -> int:
    """The process that started one."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("PPid"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_answer(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers; RuntimeError when it ends or takes too long."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        try:
            httpx.get(url).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{url} does not answer")


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in _tasks(pid):
        for child in _read(task / "children").split():
            yield from _tree(int(child))


def _tasks(pid: int) -> list[Path]:
    """The threads of a process; none of one that has ended, as some of PostgreSQL's own do all the time."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return list(Path(f"/proc/{pid}/task").iterdir())
    return []


def _read(path: Path) -> str:
    """What the kernel tells of a thread; nothing of one that has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return path.read_text()
    return ""
