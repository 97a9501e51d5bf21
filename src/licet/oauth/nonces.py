"""Nonces for DPoP proofs (RFC 9449 section 8): derived from the time, so that nothing is kept and all nodes agree.

A nonce says that a proof was made lately. That a proof comes only once is its `jti`'s business.
"""

import hmac
from dataclasses import dataclass

from licet.domain.ids import base64url

PERIOD = 120_000
"""How long (ms) one nonce is handed out; it is good as long again."""
TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Nonces:
    """The nonces of one instance."""

    key: bytes

    def make(self, now: int) -> str:
        """The nonce of this moment (ms)."""
        return self._of(now // PERIOD)

    def good_until(self, nonce: object, now: int) -> int | None:
        """Until when (ms) a nonce is good; None for one that is not, or is none of ours."""
        if not isinstance(nonce, str) or not nonce.isascii():
            return None
        present = now // PERIOD
        known = (period for period in (present, present - 1) if hmac.compare_digest(self._of(period), nonce))
        return next(((period + 2) * PERIOD for period in known), None)

    def _of(self, period: int) -> str:
        tag = hmac.digest(self.key, period.to_bytes(8, "big"), "sha256")
        return base64url(tag[:TAG_BYTES]).decode()
