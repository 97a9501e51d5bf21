"""One reply as handlers make it; the wall adds length, request id and the headers every answer carries."""

import re
from collections.abc import AsyncIterator, Iterable
from typing import Self

import orjson

Pair = tuple[str, str]

JSON = "application/json"
FOUND, SEE_OTHER = 302, 303
# A second header of these adds to the first; of any other name the new one takes the old one's place.
_ADDING = frozenset({"set-cookie", "vary", "www-authenticate", "link"})
_UNSAFE = re.compile(r"[^\t -~\x80-\xff]")

_USUAL: dict[Pair, tuple[bytes, bytes]] = {
    (name, value): (name.encode(), value.encode())
    for name, value in (
        ("content-type", JSON),
        ("content-type", "application/json; charset=utf-8"),
        ("content-type", "application/problem+json"),
        ("content-type", "text/plain; charset=utf-8"),
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("pragma", "no-cache"),
        ("connection", "close"),
        ("access-control-allow-origin", "*"),
    )
}


class Reply:
    """A status, headers with lower-case names, and a body: bytes, or an iterator that is streamed and always closed."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, body: bytes | AsyncIterator[bytes] = b"", headers: Iterable[Pair] = ()) -> None:
        self.status = status
        self.body = body
        self.headers = [pair if pair in _USUAL else _clean(pair) for pair in headers]

    @classmethod
    def json(cls, value: object, status: int = 200, headers: Iterable[Pair] = (), media_type: str = JSON) -> Self:
        """A value as JSON, its keys in the order given."""
        return cls(status, orjson.dumps(value), (("content-type", media_type), *headers))

    @classmethod
    def text(cls, text: str, status: int = 200, headers: Iterable[Pair] = ()) -> Self:
        """Plain text in UTF-8."""
        return cls(status, text.encode(), (("content-type", "text/plain; charset=utf-8"), *headers))

    @classmethod
    def html(cls, page: str, status: int = 200, headers: Iterable[Pair] = ()) -> Self:
        """A page in UTF-8."""
        return cls(status, page.encode(), (("content-type", "text/html; charset=utf-8"), *headers))

    @classmethod
    def empty(cls, status: int = 204, headers: Iterable[Pair] = ()) -> Self:
        """No body at all."""
        return cls(status, b"", headers)

    @classmethod
    def redirect(cls, location: str, status: int = SEE_OTHER, headers: Iterable[Pair] = ()) -> Self:
        """Off to `location`, a URL or path already encoded; ValueError when it could not stand in a header."""
        if not location.isascii() or " " in location:
            raise ValueError("a location is percent-encoded ASCII")
        return cls(status, b"", (("location", location), *headers))

    def with_headers(self, headers: Iterable[Pair]) -> "Reply":
        """The same reply with these headers too; a name already there is replaced, cookies and challenges are added."""
        added = Reply(self.status, self.body, headers)
        replaced = {name for name, _ in added.headers} - _ADDING
        added.headers[:0] = [pair for pair in self.headers if pair[0] not in replaced]
        return added


def is_usual(headers: Iterable[Pair]) -> bool:
    """Whether they are all of the few that most replies have."""
    return _USUAL.keys() >= set(headers)


def encoded(headers: Iterable[Pair]) -> list[tuple[bytes, bytes]]:
    """The headers as the wire takes them."""
    return [_USUAL.get(pair) or (pair[0].encode(), pair[1].encode("latin-1")) for pair in headers]


def _clean(pair: Pair) -> Pair:
    name, value = pair
    if _UNSAFE.search(name) or _UNSAFE.search(value):
        raise ValueError(f"the header {name!r} holds a character that could start another header")
    return name.lower(), value
