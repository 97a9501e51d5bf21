"""Whole requests are answered from the parser's callback: no ASGI events, and no task while nothing is waited for.

Everything else (a body that comes in pieces, a pipelined request, `Expect`, HTTP/1.0, a reply that is streamed) goes
the ASGI way, to the same application.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Generator
from functools import lru_cache
from time import perf_counter
from types import coroutine
from typing import Any, cast

from uvicorn._types import ASGI3Application, HTTPScope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from licet.web.application import Application
from licet.web.asgi import Receive, Scope, Send
from licet.web.delivery import deliver, is_silent, lines, lines_of
from licet.web.lifespan import Lifespan
from licet.web.protocol import BoundedProtocol, Phase
from licet.web.reply import Reply
from licet.web.request import Request

log = logging.getLogger("licet.web")

CLOSE = ("connection", "close")

Waited = Any
"""What an asynchronous function waits for: the event loop's own business."""

Turn = Callable[[asyncio.AbstractEventLoop, Any], None]
_enter: Turn = asyncio._enter_task  # noqa: SLF001 documented for those who make tasks
_leave: Turn = asyncio._leave_task  # noqa: SLF001 the same


class _Nobody(asyncio.Event):
    """Nobody waits for the events of a request that has none."""

    def set(self) -> None:
        """Wake nobody."""


class _TaskToBe:
    """Stands for the task that an answer becomes if it has to wait: a time limit looks for one as it begins."""

    __slots__ = ("task",)

    def __init__(self) -> None:
        self.task: asyncio.Task[None] | None = None

    def cancel(self, msg: object = None) -> bool:
        """As the task."""
        return self.task is not None and self.task.cancel(msg)

    def cancelling(self) -> int:
        """As the task."""
        return 0 if self.task is None else self.task.cancelling()

    def uncancel(self) -> int:
        """As the task."""
        return 0 if self.task is None else self.task.uncancel()


class Exchange(RequestResponseCycle):
    """A request that arrives whole and its answer, as much of uvicorn's cycle as its protocol looks at."""

    message_event = _Nobody()

    def __init__(self, application: Application, *, keep_alive: bool) -> None:
        self.application = application
        self.keep_alive = keep_alive
        self.disconnected = self.response_started = self.response_complete = False
        self.more_body = True
        self.body = bytearray()


class DirectProtocol(BoundedProtocol):
    """One connection; `lifespan` has the application."""

    lifespan: Lifespan
    exchange: Exchange | None = None
    """The request that is arriving."""

    def on_message_begin(self) -> None:
        """A request begins; what only ASGI wants is not made yet."""
        self._silent = False
        self._phase = Phase.HEAD
        self.url = b""
        self.headers = []
        self.expect_100_continue = False

    def on_headers_complete(self) -> None:
        """Choose the way that the request goes."""
        self.weigh()
        application = self.lifespan.application
        if application is not None and self._is_free():
            # What follows the body could pass for headers: it goes to another list.
            self._head = self.headers.copy()
            self.cycle = self.exchange = Exchange(application, keep_alive=self.parser.should_keep_alive())
        else:
            self._go_by_events()

    def on_body(self, body: bytes) -> None:
        """A piece of the body; one that is larger than any body may be need not be kept."""
        exchange = self.exchange
        if exchange is None:
            super().on_body(body)
            return
        self._pending -= len(body)
        exchange.body += body
        if len(exchange.body) > exchange.application.body_limit:
            self._hand_over(exchange)

    def on_message_complete(self) -> None:
        """Answer."""
        exchange, self.exchange = self.exchange, None
        if exchange is None:
            super().on_message_complete()
        else:
            self._phase = Phase.NOTHING
            exchange.more_body = False
            self._answer(exchange)

    def data_received(self, data: bytes) -> None:
        """Parse what came; a request that is not whole by now goes the other way."""
        super().data_received(data)
        if self.exchange is not None and not self._deaf:
            self._hand_over(self.exchange)

    def _is_free(self) -> bool:
        """Whether nothing is under way that would have to be waited for."""
        return (
            getattr(self.cycle, "response_complete", True)
            and not (self.expect_100_continue or self.flow.write_paused or self.parser.should_upgrade())
            and self.parser.get_http_version() == "1.1"
            and self.url.startswith(b"/")
            and b"#" not in self.url
        )

    def _hand_over(self, exchange: Exchange) -> None:
        """Go on by events with what has come so far."""
        self.exchange, exchange.response_complete = None, True
        self.headers, later = self._head, self.headers
        self._go_by_events()
        self.headers = later
        if exchange.body:
            HttpToolsProtocol.on_body(self, bytes(exchange.body))

    def _go_by_events(self) -> None:
        self.scope = self._scope()
        HttpToolsProtocol.on_headers_complete(self)

    def _scope(self) -> HTTPScope:
        return {
            "type": "http",
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "http_version": "1.1",
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme or "http",
            "root_path": self.root_path,
            "headers": self.headers.copy(),
            "state": {},
            "method": "",
            "path": "",
            "raw_path": b"",
            "query_string": b"",
        }

    def _answer(self, exchange: Exchange) -> None:
        """Begin to answer; only what has to wait becomes a task."""
        application, began = exchange.application, perf_counter()
        path, _, query = self.url.partition(b"?")
        scope: Scope = {
            "method": self.parser.get_method().decode("ascii"),
            "raw_path": path,
            "query_string": query,
            "scheme": self.scheme,
            "headers": self._head,
            "client": self.client,
        }
        request = application.request(scope)
        request.body = bytes(exchange.body)
        answering = application.answer(request)
        task_to_be = _TaskToBe()
        _enter(self.loop, task_to_be)
        try:
            waited = answering.send(None)
        except StopIteration as done:
            self._reply(exchange, request, done.value, began)
        else:
            later = self._later(exchange, request, _resumed(answering, waited), began)
            task = task_to_be.task = self.loop.create_task(later)
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        finally:
            _leave(self.loop, task_to_be)

    async def _later(
        self, exchange: Exchange, request: Request, answering: Coroutine[Waited, Any, Reply], began: float
    ) -> None:
        self._reply(exchange, request, await answering, began)

    def _reply(self, exchange: Exchange, request: Request, reply: Reply, began: float) -> None:
        """Send a reply, its head and its body together; a stream goes by events, which know how to stop."""
        if not isinstance(reply.body, bytes):
            self._stream(exchange, request, reply)
            return
        exchange.response_complete = True
        if not exchange.disconnected:
            closed = CLOSE in reply.headers
            ends = b"\r\n" if closed or exchange.keep_alive else b"connection: close\r\n\r\n"
            said = b"" if is_silent(reply, request) else reply.body
            date = _dated(tuple(self.server_state.default_headers))
            head = lines_of(reply, request, reply.body)
            self.joined.write_whole(b"".join((STATUS_LINE[reply.status], date, head, ends, said)))
            if closed or not exchange.keep_alive:
                self.transport.close()
            self.on_response_complete()
        exchange.application.note(request, reply, perf_counter() - began)

    def _stream(self, exchange: Exchange, request: Request, reply: Reply) -> None:
        """Go by events after all, with the reply that is made."""

        async def stream(_scope: Scope, receive: Receive, send: Send) -> None:
            await deliver(reply, request, receive, send)

        cycle = RequestResponseCycle(
            scope={**self._scope(), "method": request.method},
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=exchange.keep_alive,
            on_response=self.on_response_complete,
        )
        cycle.more_body, cycle.disconnected = False, exchange.disconnected
        exchange.response_complete = True
        if self.cycle is exchange:
            self.cycle = cycle
        self._start_asgi_task(cycle, cast("ASGI3Application", stream))


_dated = lru_cache(2)(lines)  # the date, which is another every second


@coroutine
def _resumed(begun: Coroutine[Waited, Any, Reply], waited: Waited) -> Generator[Waited, Any, Reply]:
    """Go on with what was begun outside of a task, from what it waits for."""
    try:
        while True:
            try:
                sent = yield waited
            except GeneratorExit:
                begun.close()
                raise
            except BaseException as thrown:  # noqa: BLE001 a cancelled task throws into what it runs
                waited = begun.throw(thrown)
            else:
                waited = begun.send(sent)
    except StopIteration as done:
        return cast("Reply", done.value)
