"""Demonstrating proof of possession: DPoP."""
