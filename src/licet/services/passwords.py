"""Passwords of people: argon2id over a digest, never on the event loop, one computation a core."""

import asyncio
import ctypes
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from licet.domain.ids import Entropy
from licet.errors import Broken

Answer = TypeVar("Answer")

OWASP = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's least for argon2id: 19 MiB, two passes, one lane."""

_SALT_BYTES = 16
_MMAP_THRESHOLD = -3  # glibc's M_MMAP_THRESHOLD


def digest_of(password: str) -> str:
    """Lower-case hex SHA-256 of the UTF-8 password: a password-equivalent, to be kept out of logs and of the store."""
    return hashlib.sha256(password.encode("utf-8", "surrogatepass")).hexdigest()


class Passwords:
    """Hashes and verifies digests of passwords; `close` when done."""

    def __init__(self, entropy: Entropy, *, hasher: PasswordHasher = OWASP, cores: int | None = None) -> None:
        self._entropy = entropy
        self._hasher = hasher
        _return_large_blocks()
        self._threads = ThreadPoolExecutor(cores or os.cpu_count() or 1, thread_name_prefix="passwords")
        self._nobody = self._hash(entropy(32).hex())

    async def hash(self, digest: str) -> str:
        """The hash to keep, with its parameters and salt in it."""
        return await self._aside(lambda: self._hash(digest))

    async def verify(self, kept: str | None, digest: str) -> bool:
        """Whether the digest fits. With nothing kept (an unknown user) it never does, at the same cost.

        Raises `Broken` when what was kept is no hash.
        """
        return await self._aside(lambda: self._verify(kept or self._nobody, digest)) and kept is not None

    def close(self) -> None:
        """Ends the threads; what still waits is cancelled."""
        self._threads.shutdown(cancel_futures=True)

    async def _aside(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _hash(self, digest: str) -> str:
        return self._hasher.hash(digest, salt=self._entropy(_SALT_BYTES))

    def _verify(self, kept: str, digest: str) -> bool:
        try:
            return self._hasher.verify(kept, digest)
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError) as fault:
            raise Broken(f"a kept password hash cannot be verified: {type(fault).__name__}") from None


def _return_large_blocks() -> None:
    """Have glibc give the memory of a hash back at once; left to itself it keeps 19 MiB for every thread."""
    with suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, 1024 * 1024)
