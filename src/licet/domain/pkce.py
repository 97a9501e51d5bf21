"""Proof Key for Code Exchange (RFC 7636), S256 only where we choose.

A challenge of the method `plain` is kept as the challenge of S256 that its verifier has: from then on there is one way.
"""

import hmac
import re
from hashlib import sha256

from licet.domain.ids import base64url

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
"""RFC 7636 section 4.2: an S256 challenge is 32 bytes, base64url."""
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
"""RFC 7636 section 4.1."""


def is_challenge(text: str, method: str = "S256") -> bool:
    """Whether it is a challenge of that method."""
    return (CHALLENGE if method == "S256" else VERIFIER).fullmatch(text) is not None


def kept(challenge: str, method: str) -> str:
    """The challenge as it is kept."""
    return challenge if method == "S256" else challenge_of(challenge)


def is_verifier(text: str) -> bool:
    """Whether it is a verifier."""
    return VERIFIER.fullmatch(text) is not None


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636 section 4.2)."""
    return base64url(sha256(verifier.encode()).digest()).decode()


def fits(challenge: str, verifier: str) -> bool:
    """Whether a verifier is the challenge's, in constant time; a malformed one does the same work."""
    return hmac.compare_digest(challenge_of(verifier).encode(), challenge.encode()) and is_verifier(verifier)
