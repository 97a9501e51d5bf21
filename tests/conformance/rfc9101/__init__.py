"""Signed authorization requests."""
