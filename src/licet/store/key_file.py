"""The instance key: 32 random bytes in a file that only the instance's user reads; everything sealed hangs on it."""

import hmac
import os
from pathlib import Path

from licet.domain.ids import Entropy
from licet.errors import BadSettings

NAME = "instance.key"
BYTES = 32
PRIVATE = 0o600
PRIVATE_FOLDER = 0o700


def instance_key(folder: Path, entropy: Entropy) -> bytes:
    """The key in the data folder, made on first start (folder 0700, file 0600); of two starts at once one's stands.

    Raises:
        BadSettings: the folder cannot be used, or the file is not a key or readable by others.
    """
    path = folder / NAME
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        if not path.exists():
            _make(path, entropy(BYTES))
        key = path.read_bytes()
        mode = path.stat().st_mode & 0o777
    except OSError as fault:
        raise BadSettings(f"data: {fault}") from fault
    if len(key) != BYTES:
        raise BadSettings(f"data: {path} is not an instance key of {BYTES} bytes")
    if mode & 0o077:
        raise BadSettings(f"data: {path} may be read by others; chmod 600 it")
    return key


def derived(key: bytes, purpose: str) -> bytes:
    """A key of its own for one purpose."""
    return hmac.digest(key, purpose.encode(), "sha256")


def _make(path: Path, key: bytes) -> None:
    # Written aside and linked into place: a half-written key is never seen, and an existing one never replaced.
    aside = path.with_name(f".{NAME}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            return
    finally:
        aside.unlink(missing_ok=True)
