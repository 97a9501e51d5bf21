"""The life of a signing key: published before it signs, kept published until what it signed has ended."""

from typing import Literal

KeyState = Literal["next", "active", "retiring", "gone"]
VERIFYING: tuple[KeyState, ...] = ("next", "active", "retiring")
"""States whose public keys are published: a verifier that looks now must still know them when it meets them."""
ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA")
"""Signature algorithms of the instance (RFC 7518 section 3.1, RFC 8037 section 3.1)."""
