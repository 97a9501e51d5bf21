"""How this surface writes what it hands out: client ids, secrets, the ids of other things, times, tags and cursors."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from licet.domain.application import Application
from licet.domain.ids import Spelling, base64url
from licet.domain.kinds import Path, Schema, Text, mistyped
from licet.domain.secret import Form
from licet.domain.text import words
from licet.errors import Fault, MalformedBody
from licet.web.conditional import must_match
from licet.web.parsing import parse_json
from licet.web.request import Request

_HEX = "0123456789abcdef"

CLIENT_ID = Form("app_", _HEX, 16)
CLIENT_SECRET = Form("cs_", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 43)

USER = Spelling("usr_", _HEX, 24)
SECRET = Spelling("secret_", _HEX, 24)
EVENT = Spelling("evt_", _HEX, 24)

TOKEN_PREFIX = "token_"
TRANSFER = Spelling("transfer_", _HEX, 24)
NOBODY = "nobody"
"""An id that no user has."""

_VERSION = re.compile("[1-9][0-9]{0,17}")
_CURSOR = re.compile(r"[A-Za-z0-9_-]{1,2000}")

IF_MATCH = {"If-Match": "Only if this is still the entity tag; `412` when it is not."}
IDEMPOTENCY_KEY = {"Idempotency-Key": "A word of the caller's own: the call is made once, and answered alike again."}

Place = tuple[str | int, ...]
"""Where a page of a list ends, as the service says it."""


def read_user(text: str) -> str:
    """The id of a user as this surface spells it; nobody's for any other text."""
    return USER.read(text) or NOBODY


def moment(at: int | None) -> str | None:
    """Milliseconds since the epoch as ISO 8601 in UTC, cut to seconds: `2026-11-21T11:00:00Z`."""
    return None if at is None else datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def etag(application: Application) -> str:
    """A strong entity tag (RFC 9110 section 8.8.3) that says nothing but the version."""
    return f'"{application.version}"'


def expected_version(request: Request) -> int | None:
    """The version that `If-Match` asks for; None for any, 0 (which no application has) for what is no tag of ours."""
    tags = must_match(request)
    # Of several only the newest can still stand.
    return None if tags is None else max((int(tag) for tag in tags if _VERSION.fullmatch(tag)), default=0)


def write_cursor(place: Place | None) -> str | None:
    """Where the next page begins, for callers to hand back as it is; None behind the last."""
    return None if place is None else base64url(orjson.dumps(place)).decode()


def read_cursor(cursor: str) -> Place | None:
    """The place that a cursor stands for; None for a text that is none. Whether it fits the list, the list says."""
    if _CURSOR.fullmatch(cursor) is None:
        return None
    try:
        place = parse_json(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, MalformedBody):
        return None
    return tuple(place) if isinstance(place, list) and place and {*map(type, place)} <= {str, int} else None


@dataclass(frozen=True, slots=True)
class Cursor:
    """The kind of a cursor."""

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type and form."""
        if not isinstance(value, str):
            yield mistyped(value, path, "string")
        elif read_cursor(value) is None:
            yield Fault(path, "bad_value", "the nextCursor of a page of this list")

    def schema(self) -> Schema:
        """A string."""
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class Words:
    """What is searched for: a text of one line with at least one word in it."""

    maximum: int = 400

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type, characters, length, and words."""
        faults = [*Text(1, self.maximum).check(value, path)]
        yield from faults
        if not faults and not words(str(value)):
            yield Fault(path, "bad_value", "a text with letters or digits", value)

    def schema(self) -> Schema:
        """A string; what stands between words is told apart from letters in ASCII alone."""
        return {**Text(1, self.maximum).schema(), "allOf": [{"pattern": r"[^\u0000-/:-@\[-\^`{-\u007f]"}]}
