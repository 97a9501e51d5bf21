"""A process pinned to one core, and what the kernel says it has used."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
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
    tasks = [task for each in _tree(pid) for task in Path(f"/proc/{each}/task").iterdir()]
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1000


def main_cpu(pid: int) -> float:
    """The same of the main thread alone."""
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1000


def memory(pid: int) -> float:
    """Resident memory of a process and its descendants, MB."""
    kb = 0
    for each in _tree(pid):
        lines = Path(f"/proc/{each}/status").read_text().splitlines()
        kb += next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
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
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _tree(int(child))
