"""The form of a refresh token: derived, so that nothing of it is stored and every genuine one is recognized.

`base64url(family id | generation | HMAC-SHA-256(instance refresh key, family id | generation))`, 12 + 4 + 32 bytes.
"""

import hmac
from base64 import urlsafe_b64decode
from binascii import Error
from dataclasses import dataclass

from licet.oauth.jwt import base64url

FAMILY_BYTES = 12
GENERATION_BYTES = 4
LENGTH = 64


@dataclass(frozen=True, slots=True)
class RefreshTokens:
    """Refresh tokens of one instance."""

    key: bytes

    def make(self, family_id: str, generation: int) -> str:
        """The refresh token of a generation of a family."""
        body = bytes.fromhex(family_id) + generation.to_bytes(GENERATION_BYTES, "big")
        return base64url(body + hmac.digest(self.key, body, "sha256")).decode()

    def read(self, token: str) -> tuple[str, int] | None:
        """Family id and generation of a genuine token; None for anything else."""
        try:
            raw = urlsafe_b64decode(token) if len(token) == LENGTH else b""
        except (Error, ValueError):
            return None
        body, tag = raw[: FAMILY_BYTES + GENERATION_BYTES], raw[FAMILY_BYTES + GENERATION_BYTES :]
        if not hmac.compare_digest(tag, hmac.digest(self.key, body, "sha256")):
            return None
        return body[:FAMILY_BYTES].hex(), int.from_bytes(body[FAMILY_BYTES:], "big")
