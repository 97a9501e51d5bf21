"""The answer to a request of our own, read with bounds and without believing it."""

import httptools

from licet.services.ports import Fetched

MAX_HEAD = 16 * 1024
FIRST_FINAL = 200
"""Statuses below it announce another answer."""


class Unreadable(Exception):
    """No answer of any use: not HTTP, cut short, or more than was asked for."""


class Answer:
    """One HTTP/1.1 answer in the making; the body is kept as it came, coded or not, and `cut` where it is too long."""

    def __init__(self, most: int, *, cut: bool = False) -> None:
        self.complete = False
        self._most = most
        self._cut = cut
        self._fed = 0
        self._status = 0
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._parser = httptools.HttpResponseParser(self)

    def feed(self, piece: bytes) -> None:
        """Read on; an empty piece is the end (Unreadable)."""
        if not piece:
            self._end()
        self._fed += len(piece)
        try:
            self._parser.feed_data(piece)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as fault:
            raise Unreadable(str(fault.__context__ or fault)) from fault
        if not self._status and self._fed > MAX_HEAD:
            raise Unreadable("too large a head")

    def fetched(self) -> Fetched:
        """All of it, when complete."""
        return Fetched(self._status, self._headers, bytes(self._body))

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; one that comes after the body is nobody's."""
        if not self._status:
            self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """The head is whole; of an answer that only announces another nothing is kept."""
        if self.complete:
            return
        status = self._parser.get_status_code()
        if status < FIRST_FINAL:
            self._headers.clear()
            return
        self._status = status
        self.complete = not self._most

    def on_body(self, piece: bytes) -> None:
        """A piece of the body."""
        if self.complete:
            return
        left = self._most - len(self._body)
        if len(piece) > left and not self._cut:
            raise Unreadable("too large a body")
        self._body += piece[:left]
        self.complete = self._cut and len(self._body) == self._most

    def on_message_complete(self) -> None:
        """The answer is whole."""
        self.complete = self._status != 0

    def _end(self) -> None:
        # RFC 9112 §6.3: only a body of no declared length ends with the connection; any other was cut short.
        if not self._status or not self._headers.keys().isdisjoint({"content-length", "transfer-encoding"}):
            raise Unreadable("cut short")
        self.complete = True
