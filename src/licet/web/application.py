"""The one ASGI application: every request of every surface comes through here, in the same order of steps."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from time import perf_counter

from licet import errors
from licet.web import problem
from licet.web.access import AccessLog
from licet.web.asgi import Receive, Scope, Send
from licet.web.delivery import CallerGone, deliver, read_body
from licet.web.edge import Edge
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Surface
from licet.web.sharing import Choice, first
from licet.web.table import Table

BODY_LIMIT = 64 * 1024

log = logging.getLogger("licet.web")


class Application:
    """Surfaces behind an edge; `choice` finds the owner of a request that several share; `body_limit` is in bytes."""

    def __init__(
        self,
        surfaces: Sequence[Surface],
        edge: Edge,
        *,
        choice: Choice = first,
        body_limit: int = BODY_LIMIT,
    ) -> None:
        self._edge = edge
        self._choice = choice
        self._tables = {name: Table(s for s in surfaces if s.serves(name)) for name in edge.authorities}
        self._elsewhere = Table(replace(surface, routes=()) for surface in surfaces)
        self.body_limit = body_limit
        self._access = AccessLog()
        self._series, self._number = secrets.token_hex(5), count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI scope of type http."""
        began = perf_counter()
        request = self.request(scope)
        try:
            reply = await self.answer(request, receive)
            await deliver(reply, request, receive, send)
        except CallerGone:
            return
        self.note(request, reply, perf_counter() - began)

    def request(self, scope: Scope) -> Request:
        """A request as it arrived, with a name of its own."""
        return Request(scope, self._request_id())

    def note(self, request: Request, reply: Reply, seconds: float) -> None:
        """Write down that an answer was made and sent, in how many seconds."""
        self._access.note(request, reply.status, seconds)

    async def answer(self, request: Request, receive: Receive | None = None) -> Reply:
        """The reply, whatever happens; what went wrong is said by the surface that owns the path.

        Without `receive` the body is there already, whole and bounded. Raises CallerGone alone.
        """
        surface, whole = None, receive is None
        try:
            self._edge.place(request)
            bound, request.params = self._tables[request.host].find(request.method, request.raw_path)
            route, surface, *_ = await self._choice(request, (bound, *bound.beside)) if bound.beside else bound
            request.route = route.path
            if receive is not None:
                request.body = await read_body(request, receive, self.body_limit)
                whole = True
            return _finished(await route.handler(request), request, surface)
        except CallerGone:
            raise
        except Exception as failure:  # noqa: BLE001 whatever a handler raises is answered by its surface
            reply = _said(failure, request, surface or self._owner(request))
            # What was not read cannot be told from a next request that a careless proxy glued on.
            return reply if whole or not _brings_body(request) else reply.with_headers([("connection", "close")])

    def flush(self) -> None:
        """Write the access lines that are still gathered."""
        self._access.write()

    def _request_id(self) -> str:
        """Unique, not secret: a random series for each worker and a number in it spare every request a system call."""
        return f"{self._series}{next(self._number):06x}"

    def _owner(self, request: Request) -> Surface:
        """Who says a failure; a host that is not ours has no routes, and each surface refuses it for its own paths."""
        return self._tables.get(request.host, self._elsewhere).owner(request.path) or problem.NOBODY


def _finished(reply: Reply, request: Request, surface: Surface) -> Reply:
    return reply if surface.finish is None else surface.finish(request, reply)


def _said(failure: Exception, request: Request, surface: Surface) -> Reply:
    """A failure in the surface's words; in our own when these fail too."""
    try:
        return _finished(_rendered(failure, request, surface), request, surface)
    except Exception:
        log.exception("%s: the failure could not be rendered by %s", request.request_id, surface.name)
        return problem.render(errors.Broken(), request)


def _rendered(failure: Exception, request: Request, surface: Surface) -> Reply:
    if isinstance(failure, errors.MethodNotAllowed) and request.method == "OPTIONS":
        return Reply.empty(204, [("allow", ", ".join(failure.allowed))])
    if isinstance(failure, errors.Refused):
        log.debug("%s %s: %r", request.request_id, type(failure).__name__, failure.detail)
        return surface.render(failure, request)
    # Where the database is away every request fails, and where in the code says nothing of it.
    trace = None if isinstance(failure, errors.StoreUnavailable) else failure
    log.error("%s %s %s failed: %s", request.request_id, request.method, request.route, failure, exc_info=trace)
    return surface.render(failure if isinstance(failure, errors.Broken) else errors.Broken(), request)


def _brings_body(request: Request) -> bool:
    return request.header("content-length") not in {None, "0"} or request.header("transfer-encoding") is not None
