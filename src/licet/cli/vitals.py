"""Whether an instance can work: its files, its database, its keys, its clock. Looks, and changes nothing."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from licet import bootstrap
from licet.cli.finding import Finding, Level
from licet.cli.place import missing
from licet.domain.ids import Entropy
from licet.errors import BadSettings, Broken, Failure
from licet.services.ambient import Ambient, Clock
from licet.services.keys import Keys
from licet.services.ports import AuditQuery, Store
from licet.services.sealing import KEY_BYTES, Sealer
from licet.settings import FILE, Settings
from licet.web.fetch import trust

OTHERS = 0o077
OTHERS_WRITE = 0o022
DRIFT = 5_000
"""Clocks of several machines may differ by so many ms."""


def of_files(settings: Settings, config: Path | None) -> Iterator[Finding]:
    """What must be there, and what nobody else may read."""
    absent = missing(settings)
    if absent is not None:
        yield Finding("fail", "files", f"{absent} is missing", "say --data and --database, or run licet init")
    key = bootstrap.key_path(settings)
    told = [
        *_mode(key, OTHERS, "fail", "may be read by others: chmod 600"),
        *_mode(key.parent, OTHERS_WRITE, "fail", "may be changed by others: chmod 700"),
        *_length(key),
    ]
    file = bootstrap.database_file(settings)
    if file is not None:
        told += _mode(file, OTHERS, "fail", "may be read by others: chmod 600")
    if urlsplit(settings.database_url).password:
        told += _mode(config or Path(FILE), OTHERS, "warn", "may hold a password and be read by others: chmod 600")
    told += _authorities(settings.fetch_ca_file)
    yield from told
    if not (told or absent):
        yield Finding("ok", "files", f"{key} and its like are this user's alone")


def _mode(path: Path, bits: int, level: Level, wrong: str) -> Iterator[Finding]:
    says, _, advice = wrong.partition(": ")
    if path.exists() and path.stat().st_mode & bits:
        yield Finding(level, "files", f"{path} {says}", f"{advice} {path}")


def _length(key: Path) -> Iterator[Finding]:
    try:
        length = len(key.read_bytes()) if key.exists() else KEY_BYTES
    except OSError as fault:
        yield Finding("fail", "files", f"{key} cannot be read: {fault.strerror}", "run as the instance's own user")
        return
    if length != KEY_BYTES:
        yield Finding("fail", "files", f"{key} has {length} bytes in place of {KEY_BYTES}", "restore it from a backup")


def _authorities(file: str) -> Iterator[Finding]:
    try:
        trust(file)
    except BadSettings as fault:
        yield Finding("fail", "files", fault.detail, "say a file of certificates in PEM, or leave it out")


async def of_database(settings: Settings, clock: Clock, entropy: Entropy) -> AsyncIterator[Finding]:
    """Reachable, of this program's version, its keys open, and nothing in it from the future."""
    file = bootstrap.database_file(settings)
    if file is not None and not file.exists():
        return
    try:
        opened = await bootstrap.open_store(settings)
    except Failure as failure:
        advice = "start the database, or correct `database`" if file is None else "mend its access, or restore a backup"
        yield Finding("fail", "database", failure.detail or failure.public, advice)
        return
    try:
        version, wanted = await opened.upkeep.schema_version()
        yield _version(await opened.upkeep.check(), version, wanted)
        if version == wanted:
            yield await _keys(opened, settings, clock, entropy)
            yield await _clock(opened, clock())
    finally:
        await opened.upkeep.close()


def _version(engine: str, version: int, wanted: int) -> Finding:
    if version == wanted:
        return Finding("ok", "database", f"{engine}, schema version {version}")
    says = f"{engine}, schema version {version}; this program needs {wanted}"
    if version > wanted:
        return Finding("fail", "database", says, "run the newer program, or restore the backup made before it ran")
    return Finding("fail", "database", says, "make a backup and run licet migrate" if version else "run licet init")


async def _keys(opened: Store, settings: Settings, clock: Clock, entropy: Entropy) -> Finding:
    try:
        key = bootstrap.key_path(settings).read_bytes()
        keys = await Keys(Ambient(opened, clock, entropy, Sealer(key, entropy))).open_all()
    except (OSError, Broken):
        advice = "restore the instance.key that belongs to this database, or say its folder with --data"
        return Finding("fail", "keys", "the signing keys do not open under the instance key", advice)
    if not keys:
        return Finding("fail", "keys", "there is no signing key", "start licet serve once")
    return Finding("ok", "keys", f"{len(keys)} signing keys open under the instance key")


async def _clock(opened: Store, now: int) -> Finding:
    newest = await opened.audit.page(AuditQuery(limit=1))
    ahead = max((row.at for row in newest), default=0) - now
    if ahead > DRIFT:
        says = f"the system's clock is {ahead // 1000} s behind the newest change in the audit log"
        return Finding("fail", "clock", says, "set the clock: what has expired would be good again")
    return Finding("ok", "clock", "not behind the audit log")
