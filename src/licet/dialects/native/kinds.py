"""Kinds of value that this surface writes in its own way, and how values of a query string are read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from licet.domain.kinds import Path, Schema, instant, mistyped
from licet.domain.scope import is_token, split
from licet.errors import Fault

_FIGURES = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Password:
    """A password: any characters, so many of them; no fault repeats it."""

    minimum: int = 0
    maximum: int = 1_000

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type and length."""
        if not isinstance(value, str):
            yield mistyped(value, path, "string")
        elif len(value) < self.minimum:
            yield Fault(path, "too_short", str(self.minimum))
        elif len(value) > self.maximum:
            yield Fault(path, "too_long", str(self.maximum))

    def schema(self) -> Schema:
        """A string that is only written."""
        return {
            "type": "string",
            "format": "password",
            "writeOnly": True,
            "minLength": self.minimum,
            "maxLength": self.maximum,
        }


@dataclass(frozen=True, slots=True)
class ScopeList:
    """Scopes in one string, with single blanks between them (RFC 6749 section 3.3)."""

    maximum: int = 16_000

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type, length, and the grammar of each scope."""
        if not isinstance(value, str):
            yield mistyped(value, path, "string")
        elif len(value) > self.maximum:
            yield Fault(path, "too_long", str(self.maximum))
        elif not all(map(is_token, split(value))):
            yield Fault(path, "bad_value", "scopes with single blanks between them")

    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "maxLength": self.maximum}


def number(value: object) -> object:
    """The number that a query parameter writes; anything else as it is."""
    return int(value) if isinstance(value, str) and _FIGURES.fullmatch(value) else value


def flag(value: object) -> object:
    """The truth value that a query parameter writes; anything else as it is."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def milliseconds(value: str | None, _present: object = None) -> int | None:
    """A checked time in milliseconds since the epoch."""
    return None if value is None else instant(value)
