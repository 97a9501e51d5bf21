"""Internal ids, their spellings, random text, and bytes as text.

An id is 96 random bits, inside always 24 lower-case hex digits. A surface that shows ids in a form of its own declares
a `Spelling`: the same number in another alphabet, both ways, with no column and no look-up.
"""

import re
from binascii import b2a_base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

Entropy = Callable[[int], bytes]
"""A source of that many random bytes, fit for keys, such as `secrets.token_bytes`."""

BITS = 96
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_ID = re.compile(r"[0-9a-f]{24}")
_UUID = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-8([0-9a-f]{3})-8000-000([0-9a-f]{9})")


def new_id(entropy: Entropy) -> str:
    """A fresh id from 12 random bytes."""
    return entropy(BITS // 8).hex()


def is_id(text: str) -> bool:
    """Whether the text is an id as it stands inside."""
    return _ID.fullmatch(text) is not None


@lru_cache(4096)  # the same few are written again and again
def _digits(alphabet: str, length: int, internal: str) -> str:
    rest, digits = int(internal, 16), ""
    for _ in range(length):
        rest, digit = divmod(rest, len(alphabet))
        digits = alphabet[digit] + digits
    return digits


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write an id: a prefix, then `length` digits of an alphabet that hold 96 bits."""

    prefix: str
    alphabet: str
    length: int

    def __post_init__(self) -> None:
        base = len(self.alphabet)
        if len(set(self.alphabet)) != base or base**self.length < 1 << BITS:
            raise ValueError(f"{self.length} digits of {self.alphabet!r} do not hold {BITS} bits")

    def spell(self, internal: str) -> str:
        """The id in this spelling."""
        return self.prefix + _digits(self.alphabet, self.length, internal)

    def read(self, text: str) -> str | None:
        """The id that is spelled so; None for every text that spells none."""
        digits = text[len(self.prefix) :]
        if not text.startswith(self.prefix) or len(digits) != self.length or not set(digits) <= set(self.alphabet):
            return None
        number = 0
        for digit in digits:
            number = number * len(self.alphabet) + self.alphabet.index(digit)
        return f"{number:024x}" if number < 1 << BITS else None


SUBJECT = Spelling("", "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz", 17)
"""A user's `sub` in OpenID Connect: 17 letters and digits that cannot be mistaken for one another."""


def to_uuid(internal: str) -> str:
    """The id as a version 8 UUID (RFC 9562 section 5.8)."""
    return f"{internal[:8]}-{internal[8:12]}-8{internal[12:15]}-8000-000{internal[15:]}"


def from_uuid(text: str) -> str | None:
    """The id inside such a UUID; None for any other text."""
    found = _UUID.fullmatch(text)
    return "".join(found.groups()) if found else None


def random_text(alphabet: str, length: int, entropy: Entropy) -> str:
    """Random characters of an alphabet of at most 256, each equally likely."""
    fair = 256 - 256 % len(alphabet)  # bytes from here up would make the first characters likelier
    text = ""
    while len(text) < length:
        text += "".join(alphabet[byte % len(alphabet)] for byte in entropy(length - len(text)) if byte < fair)
    return text


def base64url(raw: bytes) -> bytes:
    """Bytes in the URL-safe base 64 of RFC 7515 section 2, without padding."""
    return b2a_base64(raw, newline=False).translate(_URL_SAFE, b"=")
