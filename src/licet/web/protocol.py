"""uvicorn's HTTP/1.1 protocol with bounds: on the bytes round a body, and on the time a caller may take.

A request that arrives in one piece, as nearly all do, costs no timer.
"""

import asyncio
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from typing import cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from licet.web.delivery import lines
from licet.web.transport import Joined

MAX_HEAD = 16 * 1024
MAX_HEADERS = 100


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for a whole head, a whole body, a caller that does not read, and to hear one out after a refusal."""

    head: float = 10
    body: float = 20
    stall: float = 60
    linger: float = 2


PATIENT = Patience()
"""What is usual."""


class Phase(Enum):
    """What the connection is to send next."""

    HEAD = auto()
    BODY = auto()
    NOTHING = auto()


class HeadTooLarge(Exception):
    """More header bytes or header lines than anybody needs."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection. What is malformed, too large or too slow gets a plain answer where it can, and ends it."""

    patience = PATIENT

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock: a connection that says nothing is closed too."""
        self.joined = Joined(cast("asyncio.Transport", transport), self.loop)
        super().connection_made(cast("asyncio.Transport", self.joined))
        self._phase = Phase.HEAD
        self._timed = Phase.NOTHING
        self._deadline: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._pending = 0
        self._deaf = False
        self._resting_since: float | None = None
        self._silent = True
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks."""
        for timer in (self._deadline, self._stall):
            if timer is not None:
                timer.cancel()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, in pieces that one head may fill."""
        resting, self._silent = self._resting_since is not None, True
        self._resting_since = None
        for start in range(0, len(data), MAX_HEAD):
            if self._deaf:
                return
            self._feed(data[start : start + MAX_HEAD])
        if resting and self._silent and not self._deaf:
            self._phase = Phase.HEAD  # empty lines between requests do not buy time
        if self._timed is not self._phase:
            self._watch()

    def _feed(self, piece: bytes) -> None:
        self._pending += len(piece)
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            # Nothing is upgraded to: the request was answered as it stands, what follows it is of no known protocol.
            self._last_answer()
        except httptools.HttpParserError as error:
            too_large = isinstance(error.__context__, HeadTooLarge)
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if too_large else HTTPStatus.BAD_REQUEST)
        else:
            if self._phase is Phase.NOTHING:
                self._pending = 0
            elif self._pending > MAX_HEAD:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._silent = False
        self._phase = Phase.HEAD
        super().on_message_begin()

    def weigh(self) -> None:
        """Refuse a head that is too large, which only one that came in several pieces can be; a body may follow."""
        if len(self.headers) > MAX_HEADERS or self._pending > MAX_HEAD:
            size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
            if len(self.headers) > MAX_HEADERS or size > MAX_HEAD:
                raise HeadTooLarge
        self._phase = Phase.BODY

    def on_body(self, body: bytes) -> None:
        """A piece of the body, which has its own bound; chunk lines and trailers stay counted."""
        self._pending -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._phase = Phase.NOTHING
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with what waits in line, else rest; one timer serves many rests, since setting one is dear."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._resting_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._rest(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that has rested long enough; a busy one sets the timer when it rests again."""
        self.timeout_keep_alive_task = None
        if self._resting_since is None:
            return
        left = self._resting_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._rest(left)
        else:
            super().timeout_keep_alive_handler()

    def _rest(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def pause_writing(self) -> None:
        """The caller reads slower than we write: it may not stop reading for good."""
        super().pause_writing()
        self._stall = self.loop.call_later(self.patience.stall, self.transport.abort)

    def resume_writing(self) -> None:
        """The caller reads on."""
        if self._stall is not None:
            self._stall.cancel()
        super().resume_writing()

    def _watch(self) -> None:
        """Have one timer for what is awaited, and none when nothing is."""
        self._timed = self._phase
        if self._deadline is not None:
            self._deadline.cancel()
        if self._phase is not Phase.NOTHING:
            seconds = self.patience.head if self._phase is Phase.HEAD else self.patience.body
            self._deadline = self.loop.call_later(seconds, self._late)

    def _late(self) -> None:
        if self.flow.read_paused:
            self._timed = Phase.NOTHING  # we keep the caller waiting, not the caller us
            self._watch()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _last_answer(self) -> None:
        """Hear nothing more; the connection ends with the answer under way."""
        self._deaf = True
        self._phase = Phase.NOTHING
        self.cycle.keep_alive = False
        self._watch()

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer for the wall and hang up, but never in the middle of another answer."""
        cycle = self.cycle
        answering = not getattr(cycle, "response_complete", True)
        if answering and self._phase is not Phase.BODY:
            self._last_answer()
            return
        self._deaf = True
        self._phase = Phase.NOTHING
        self._watch()
        if answering:
            if self.pipeline or cycle.response_started:
                self.transport.close()
                return
            cycle.disconnected = True
            cycle.message_event.set()
        self._hang_up(status)

    def _hang_up(self, status: HTTPStatus) -> None:
        """Write the answer and close our half: a socket closed with bytes unread would take the answer back."""
        text = status.phrase.encode()
        self.transport.write(
            b"HTTP/1.1 %d %b\r\n%bcontent-type: text/plain\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%b"
            % (status, text, lines(self.server_state.default_headers), len(text), text)
        )
        self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(self.patience.linger, self.transport.close)
