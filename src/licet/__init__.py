"""Licet: an OAuth application registry and authorization server. One registry, one set of rules, many tongues."""

__version__ = "0.1.0"
