"""The life of a worker: what it serves is made when its event loop runs, because databases connect inside one."""

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from licet.errors import Failure
from licet.web.application import Application
from licet.web.asgi import Receive, Scope, Send

log = logging.getLogger("licet.web")


class Running(Protocol):
    """What a start gives back."""

    @property
    def application(self) -> Application:
        """What answers requests."""

    async def close(self) -> None:
        """Let go of everything."""


class Lifespan:
    """Starts with the server's loop and ends with it; a failed start is told to the server."""

    def __init__(self, start: Callable[[], Awaitable[Running]]) -> None:
        self._start = start
        self._application: Application | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI scope."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._application is not None:
            await self._application(scope, receive, send)

    @property
    def application(self) -> Application | None:
        """What answers requests, once it has started."""
        return self._application

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            running = await self._start()
        except Exception as failure:
            # What an operator can mend is said in a line; anything else is ours, and told with its trace.
            if isinstance(failure, Failure):
                log.critical("cannot start: %s", failure)
            else:
                log.exception("cannot start")
            await send({"type": "lifespan.startup.failed", "message": str(failure)})
            return
        self._application = running.application
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await running.close()
        running.application.flush()
        await send({"type": "lifespan.shutdown.complete"})
