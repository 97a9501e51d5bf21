"""Secrets: what is kept of a high-entropy value that only its holder knows, and how such values are written.

256 random bits need one SHA-256 and no password hash: there is nothing to guess.
"""

import hashlib
import hmac
from dataclasses import dataclass

from licet.domain.ids import Entropy, random_text

TAIL = 10
"""How many last characters are kept to tell one value from others: the most that any surface shows."""
HINT_LENGTH = 4
_SHORTEST_WITH_TAIL = 16


@dataclass(frozen=True, slots=True)
class Form:
    """How a surface writes the random values it hands out: a prefix, then so many characters of an alphabet."""

    prefix: str
    alphabet: str
    length: int

    def make(self, entropy: Entropy) -> str:
        """A new value; `entropy(n)` gives n random bytes."""
        return self.prefix + random_text(self.alphabet, self.length, entropy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One client secret of an application; `sealed` is a copy that can be read again, where there is one."""

    id: str
    application_id: str
    label: str
    tail: str
    digest: bytes
    sealed: bytes | None = None
    created_at: int
    created_by: str | None
    expires_at: int | None = None
    last_used_at: int | None = None
    last_used_from: str | None = None

    @property
    def hint(self) -> str:
        """The last four characters."""
        return self.tail[-HINT_LENGTH:]

    def live(self, now: int) -> bool:
        """Whether it proves the application at a moment (ms)."""
        return self.expires_at is None or now < self.expires_at


def digest(text: str) -> bytes:
    """SHA-256 of the text, 32 bytes. Total: a lone surrogate, which no token has, is hashed like the rest."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def tail(text: str) -> str:
    """The last ten characters; none of an imported secret so short that they would give it away."""
    return text[-TAIL:] if len(text) >= 2 * TAIL else ""


def hint(text: str) -> str:
    """The last four characters, likewise."""
    return text[-HINT_LENGTH:] if len(text) >= _SHORTEST_WITH_TAIL else ""


def matches(kept: bytes, text: str) -> bool:
    """Whether the text has this digest, in constant time."""
    return hmac.compare_digest(kept, digest(text))
