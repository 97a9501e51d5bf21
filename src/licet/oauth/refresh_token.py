"""The form of a refresh token: derived, so that nothing of it is stored and every genuine one is recognized.

`family id | generation | HMAC-SHA-256(instance refresh key, family id | generation)`, 12 + 4 + 32 bytes or as
many of the HMAC as the surface's form has room for.
"""

import hmac
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass

from licet.domain.ids import base64url

FAMILY_BYTES = 12
GENERATION_BYTES = 4
BODY_BYTES = FAMILY_BYTES + GENERATION_BYTES


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a surface writes refresh tokens: `tag` bytes of the HMAC, at least 16; `length` characters after a prefix."""

    encode: Callable[[bytes], str]
    decode: Callable[[str], bytes]
    length: int
    tag: int = 32
    prefix: str = ""


def _base64url(raw: bytes) -> str:
    return base64url(raw).decode()


BASE64URL = Spelling(_base64url, urlsafe_b64decode, 64)
HEXADECIMAL = Spelling(bytes.hex, bytes.fromhex, 64, tag=16)


@dataclass(frozen=True, slots=True)
class RefreshTokens:
    """Refresh tokens of one surface of an instance."""

    key: bytes
    spelling: Spelling = BASE64URL

    def make(self, family_id: str, generation: int) -> str:
        """The refresh token of a generation of a family."""
        body = bytes.fromhex(family_id) + generation.to_bytes(GENERATION_BYTES, "big")
        return self.spelling.prefix + self.spelling.encode(body + self._tag(body))

    def read(self, token: str) -> tuple[str, int] | None:
        """Family id and generation of a genuine token; None for anything else."""
        written = token.removeprefix(self.spelling.prefix)
        if not token.startswith(self.spelling.prefix) or len(written) != self.spelling.length:
            return None
        try:
            raw = self.spelling.decode(written)
        except ValueError:
            return None
        body = raw[:BODY_BYTES]
        # One spelling a token: what a decoder forgives (blanks, upper case) is not what was handed out.
        if not hmac.compare_digest(raw[BODY_BYTES:], self._tag(body)) or self.spelling.encode(raw) != written:
            return None
        return body[:FAMILY_BYTES].hex(), int.from_bytes(body[FAMILY_BYTES:], "big")

    def _tag(self, body: bytes) -> bytes:
        return hmac.digest(self.key, body, "sha256")[: self.spelling.tag]
