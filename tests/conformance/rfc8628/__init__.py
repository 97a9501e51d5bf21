"""The device grant."""
