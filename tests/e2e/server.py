"""`licet serve` as an operator starts it: a process of its own, a real socket, a database that outlives it."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PRINTED = re.compile(r"^curl (?:.*\\\n)*.*$", re.MULTILINE)
PATIENCE = 60.0
"""Seconds that a start may take on a busy machine."""


@dataclass
class Served:
    """A running instance; `engine` is where it keeps its data."""

    url: str
    engine: str
    folder: Path
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def said(self) -> str:
        """What it has printed."""
        return self.output.read_text("utf-8")

    def printed(self, path: str) -> str:
        """The call it printed for a path, on one line."""
        (call,) = (call for call in PRINTED.findall(self.said) if path in call)
        return str(call).replace("\\\n", "")

    def client(self, *, headers: Mapping[str, str] | None = None, trust_env: bool = True) -> httpx.Client:
        """A client of it."""
        return httpx.Client(base_url=self.url, timeout=30, headers=headers, trust_env=trust_env)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(
    folder: Path,
    database: str,
    *,
    port: int | None = None,
    demo: bool = True,
    environment: Mapping[str, str] | None = None,
    program: Sequence[str] = (sys.executable, "-m", "licet"),
) -> Iterator[Served]:
    """Start an instance and wait until it says that it listens; end it with SIGTERM."""
    chosen = port or free_port()
    arguments = ["serve", "--port", str(chosen), "--data", str(folder), *(["--demo"] if demo else [])]
    if database:
        arguments += ["--database", database]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LICET_")}
    output = folder / "output.txt"
    with output.open("ab") as sink:
        process = subprocess.Popen(
            [*program, *arguments],
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**clean, "PYTHONUNBUFFERED": "1", **(environment or {})},
            cwd=tempfile.gettempdir(),
        )
    engine = "postgresql" if database.startswith("postgres") else "sqlite"
    served = Served(f"http://127.0.0.1:{chosen}", engine, folder, process, output)
    try:
        _wait(served)
        yield served
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=PATIENCE)


def _wait(served: Served) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if served.process.poll() is not None:
            raise AssertionError(f"it ended with {served.process.returncode}:\n{served.said}")
        try:
            if httpx.get(f"{served.url}/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"it does not answer:\n{served.said}")
