"""Running instances to be called with whatever comes."""

from tests.e2e.conftest import served

__all__ = ["served"]
