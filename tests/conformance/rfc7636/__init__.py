"""Proof keys for code exchange, where codes are redeemed."""
