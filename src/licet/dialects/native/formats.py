"""How this surface writes what it hands out: client ids, tokens, secrets, times and cursors.

Internal ids stand as they are.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import orjson

from licet.domain.ids import base64url
from licet.domain.kinds import Path, Schema, mistyped
from licet.domain.secret import Form
from licet.domain.text import text_fault
from licet.errors import Fault

_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

CLIENT_ID = Form("", _BASE36, 24)
# A prefix of their own lets scanners of published code find what must not be published.
CLIENT_SECRET = Form("licet_cs_", _URL_SAFE, 43)
SESSION_TOKEN = Form("licet_ses_", _URL_SAFE, 43)
PERSONAL_TOKEN = Form("licet_pat_", _URL_SAFE, 43)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # so that the time is written without its zone
_CURSOR = re.compile(r"[A-Za-z0-9_-]{1,2000}")

Item = TypeVar("Item")
Place = tuple[str | int, ...]
"""Where in a list a page ends, as the service says it."""


def moment(at: int | None) -> str | None:
    """Milliseconds since the epoch as RFC 3339 in UTC, such as `2026-01-02T03:04:05.678Z`."""
    if at is None:
        return None
    return (_EPOCH + timedelta(milliseconds=at)).isoformat(timespec="milliseconds") + "Z"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page of one list begins: opaque to callers, and refused on every other list.

    `steps` are the types of a place; of a list without them the store judges its places itself.
    """

    of: str
    steps: tuple[type, ...] | None = (str,)

    def write(self, place: Sequence[str | int]) -> str:
        """A place in the list as callers see it."""
        return base64url(orjson.dumps((self.of, *place))).decode()

    def read(self, cursor: str) -> Place | None:
        """The place that a cursor of this list stands for; None for any other text."""
        if _CURSOR.fullmatch(cursor) is None:
            return None
        try:
            place = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        except ValueError:
            return None
        if not isinstance(place, list) or place[:1] != [self.of] or not all(map(_is_step, place)):
            return None
        steps = tuple(place[1:])
        return steps if self.steps in {None, tuple(map(type, steps))} else None

    def page(
        self, found: Sequence[Item], limit: int, encode: Callable[[Item], object], place: Callable[[Item], str]
    ) -> dict[str, object]:
        """The page of a list whose service was asked for one item more than the caller will see."""
        items = found[:limit]
        more = len(found) > limit
        return {
            "items": [encode(item) for item in items],
            "next_cursor": self.write((place(items[-1]),)) if more else None,
        }

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type, then that it is a cursor of this list."""
        if not isinstance(value, str):
            yield mistyped(value, path, "string")
        elif self.read(value) is None:
            yield Fault(path, "bad_value", "the next_cursor of a page of this list")

    def schema(self) -> Schema:
        """A string."""
        return {"type": "string"}


def _is_step(step: object) -> bool:
    return type(step) is int or (type(step) is str and text_fault(step) is None)
