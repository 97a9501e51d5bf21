"""Actors for tests of rules."""

from typing import Any

from licet.domain.actor import Actor


def actor(name: str, **given: Any) -> Actor:
    values = {"id": name, "surface": "native", "roles": {}, "permissions": frozenset(), **given}
    return Actor(name=name, **values)
