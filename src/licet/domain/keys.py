"""The life of a signing key: published before it signs, kept published until what it signed has ended."""

from typing import Literal

KeyState = Literal["next", "active", "retiring", "gone"]
VERIFYING: tuple[KeyState, ...] = ("next", "active", "retiring")
"""States whose public keys are published: a verifier that looks now must still know them when it meets them."""
ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA")
"""Signature algorithms of the instance (RFC 7518 section 3.1, RFC 8037 section 3.1)."""

DAY = 86_400_000
PUBLISHED = DAY
"""How long (ms) a next key is published before it signs: longer than anybody keeps a copy of the key set."""
RETIRING = 2 * DAY
"""How long (ms) a key is published after it signed last: longer than any token lives that it signed."""


def wants_next(active_since: int, now: int, period: int) -> bool:
    """Whether the key that follows an active one should be published; all in ms."""
    return now >= active_since + period - PUBLISHED


def may_sign(next_since: int, active_since: int, now: int, period: int) -> bool:
    """Whether a published next key should take over."""
    return now >= max(next_since + PUBLISHED, active_since + period)


def is_gone(state: KeyState, since: int, now: int) -> bool:
    """Whether a key has been published long enough after its last signature."""
    return state == "retiring" and now >= since + RETIRING
