"""Signed authorization responses."""
