"""The kinds of value a field can have: what is wrong with a value, and how JSON Schema (2020-12) says it.

A kind judges what JSON gave; it changes nothing. Field tables name their kinds, so that decoding, the rules and OpenAPI
speak of the same thing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import islice
from typing import Final, Protocol

import orjson

from licet.domain import redirect_uri, text
from licet.errors import Fault

Path = tuple[str | int, ...]
Schema = dict[str, object]

MAXIMUM_FAULTS = 100
"""As many faults of one list are told: a list of ten thousand wrong items must not become a huge answer."""


class Undefined(Enum):
    """The value of a field that is not there."""

    UNDEFINED = "undefined"


UNDEFINED: Final = Undefined.UNDEFINED

_JSON_TYPES = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    list: "array",
    tuple: "array",
    dict: "object",
    type(None): "null",
    Undefined: "undefined",
}


def json_type(value: object) -> str:
    """The JSON type of a decoded value; `undefined` for an absent one."""
    return _JSON_TYPES[type(value)]


class Kind(Protocol):
    """One kind of value."""

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Every fault of a value that stands at `path`."""
        ...

    def schema(self) -> Schema:
        """The kind as a JSON Schema."""
        ...


def mistyped(value: object, path: Path, expected: str) -> Fault:
    """The fault of a value of another JSON type than expected: absent, null, or simply another."""
    match value:
        case Undefined.UNDEFINED:
            return Fault(path, "absent", expected, value)
        case None:
            return Fault(path, "null", expected, value)
        case _:
            return Fault(path, "type", expected, value)


@dataclass(frozen=True, slots=True)
class Text:
    """A string of `minimum` to `maximum` code points; with `trim`, the blanks around it do not count."""

    minimum: int = 0
    maximum: int | None = None
    multiline: bool = False
    trim: bool = False

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type, characters, length."""
        if not isinstance(value, str):
            yield mistyped(value, path, "string")
            return
        judged = text.trimmed(value) if self.trim else value
        if text.text_fault(judged, multiline=self.multiline):
            yield Fault(path, "control_character", "no control characters", value)
        if len(judged) < self.minimum:
            yield Fault(path, "too_short", str(self.minimum), value)
        if self.maximum is not None and len(judged) > self.maximum:
            yield Fault(path, "too_long", str(self.maximum), value)

    def schema(self) -> Schema:
        """A string."""
        return {
            "type": "string",
            **({"minLength": self.minimum} if self.minimum else {}),
            **({"maxLength": self.maximum} if self.maximum is not None else {}),
            **({"allOf": [{"pattern": r"\S"}]} if self.minimum and self.trim else {}),
            "pattern": text.MULTILINE if self.multiline else text.ONE_LINE,
        }


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type alone."""
        if not isinstance(value, bool):
            yield mistyped(value, path, "boolean")

    def schema(self) -> Schema:
        """A boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from `minimum` to `maximum`; true and false are none."""

    minimum: int
    maximum: int

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type and range."""
        if not isinstance(value, int) or isinstance(value, bool):
            yield mistyped(value, path, "integer")
        elif not self.minimum <= value <= self.maximum:
            yield Fault(path, "out_of_range", f"{self.minimum}..{self.maximum}", value)

    def schema(self) -> Schema:
        """An integer."""
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some strings; a fault lists them quoted, in order, joined by `|`."""

    values: tuple[str, ...]

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type, then membership."""
        if not isinstance(value, str):
            yield mistyped(value, path, "string")
        elif value not in self.values:
            yield Fault(path, "bad_choice", "|".join(f'"{choice}"' for choice in self.values), value)

    def schema(self) -> Schema:
        """An enumeration."""
        return {"type": "string", "enum": list(self.values)}


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of items of one kind."""

    item: Kind
    minimum: int = 0
    maximum: int | None = None
    unique: bool = False

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type and number, then each item; of too long a list no item is looked at."""
        if not isinstance(value, (list, tuple)):
            yield mistyped(value, path, "array")
        elif len(value) < self.minimum:
            yield Fault(path, "too_few", str(self.minimum), value)
        elif self.maximum is not None and len(value) > self.maximum:
            yield Fault(path, "too_many", str(self.maximum), value)
        else:
            yield from islice(self._items(value, path), MAXIMUM_FAULTS)

    def _items(self, items: list[object] | tuple[object, ...], path: Path) -> Iterator[Fault]:
        seen: set[str] = set()
        for position, item in enumerate(items):
            yield from self.item.check(item, (*path, position))
            if self.unique and isinstance(item, str):
                if item in seen:
                    yield Fault((*path, position), "duplicate", "each item once", item)
                seen.add(item)

    def schema(self) -> Schema:
        """An array."""
        return {
            "type": "array",
            "items": self.item.schema(),
            **({"minItems": self.minimum} if self.minimum else {}),
            **({"maxItems": self.maximum} if self.maximum is not None else {}),
            **({"uniqueItems": True} if self.unique else {}),
        }


@dataclass(frozen=True, slots=True)
class Uri:
    """A URL as browsers read it, of `schemes` if any are named; with `trim`, blanks around it do not count."""

    schemes: tuple[str, ...] = ()
    maximum: int | None = None
    trim: bool = False

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type, length, form."""
        if not isinstance(value, str):
            yield mistyped(value, path, "string")
            return
        judged = text.trimmed(value) if self.trim else value
        if self.maximum is not None and len(judged) > self.maximum:
            yield Fault(path, "too_long", str(self.maximum), value)
        elif not self._fits(text.url_scheme(judged)):
            yield Fault(path, "bad_uri", " or ".join(self.schemes) or "URL", value)

    def _fits(self, scheme: str | None) -> bool:
        return scheme in self.schemes if self.schemes else scheme is not None

    def schema(self) -> Schema:
        """A string in URI form."""
        return {
            "type": "string",
            "format": "uri",
            **({"maxLength": self.maximum} if self.maximum is not None else {}),
            **({"pattern": f"^(?:{'|'.join(self.schemes)}):"} if self.schemes else {}),
        }


@dataclass(frozen=True, slots=True)
class Origin:
    """A web origin as browsers send it (RFC 6454 section 6.1): scheme, host and port alone, never `null`."""

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type and form."""
        if not isinstance(value, str):
            yield mistyped(value, path, "string")
        elif text.origin_of(value) != value:
            yield Fault(path, "bad_uri", "an origin such as https://app.example", value)

    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "format": "uri", "maxLength": 300}


@dataclass(frozen=True, slots=True)
class RedirectUri:
    """A redirect URI under the one rule of `redirect_uri`; a fault's `expected` is that rule's sentence."""

    allow_insecure: bool = False
    trim: bool = False

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type, then the rule."""
        if not isinstance(value, str):
            yield mistyped(value, path, "string")
            return
        judged = text.trimmed(value) if self.trim else value
        if broken := redirect_uri.fault(judged, allow_insecure=self.allow_insecure):
            yield Fault(path, "bad_redirect_uri", broken, value)

    def schema(self) -> Schema:
        """A string in URI form."""
        return {"type": "string", "format": "uri", "maxLength": redirect_uri.MAXIMUM_BYTES}


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON object of at most `maximum` bytes when written compactly, such as a key set."""

    maximum: int

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type and size."""
        if not isinstance(value, dict):
            yield mistyped(value, path, "object")
            return
        try:
            size = len(orjson.dumps(value))
        except orjson.JSONEncodeError:  # a number beyond 64 bits
            yield Fault(path, "bad_value", "numbers of 64 bits", value)
            return
        if size > self.maximum:
            yield Fault(path, "too_long", f"{self.maximum} bytes", value)

    def schema(self) -> Schema:
        """An object."""
        return {"type": "object"}


@dataclass(frozen=True, slots=True)
class Nullable:
    """Another kind, or null."""

    kind: Kind

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Null passes; the rest is the other kind's."""
        if value is not None:
            yield from self.kind.check(value, path)

    def schema(self) -> Schema:
        """Either of two."""
        return {"anyOf": [self.kind.schema(), {"type": "null"}]}


@dataclass(frozen=True, slots=True)
class Time:
    """A point of time as text: RFC 3339, or only a date where `date` says so."""

    date: bool = False

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type and form."""
        if not isinstance(value, str):
            yield mistyped(value, path, "string")
        elif instant(value) is None or ("T" not in value and not self.date):
            yield Fault(path, "bad_value", "date-time", value)

    def schema(self) -> Schema:
        """A date-time."""
        moment: Schema = {"type": "string", "format": "date-time"}
        return {"anyOf": [moment, {"type": "string", "format": "date"}]} if self.date else moment


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2}))?"
)


def instant(written: str) -> int | None:
    """Milliseconds since the epoch of an RFC 3339 time, or of midnight (UTC) of a date; None for anything else."""
    if not _INSTANT.fullmatch(written):
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:  # the thirtieth of February
        return None
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)
