"""An ear on PostgreSQL: LISTEN on a connection of its own, so that what others write is heard of at once.

Hearing makes it sooner and nothing rests on it: whoever waits looks again after a while in any case, as where there is
no ear (a pooler in front that has no LISTEN, a connection that broke and is not mended yet).
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any

import asyncpg

CHANNEL = "licet_registry"
CONNECT_SECONDS = 5
BROKEN = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)

log = logging.getLogger(__name__)


class Ear:
    """One connection that listens; made when it is first needed, and again when it is lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._heard = asyncio.Event()
        self._connection: asyncpg.Connection[Any] | None = None
        self._opening: asyncio.Task[None] | None = None

    async def wait(self, seconds: float) -> None:
        """Until something is heard, at the latest after so many seconds."""
        if (self._connection is None or self._connection.is_closed()) and (not self._opening or self._opening.done()):
            self._opening = asyncio.create_task(self._open())
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._heard.wait()
        self._heard.clear()

    async def close(self) -> None:
        """Stop listening."""
        if self._opening is not None:
            self._opening.cancel()
            with suppress(asyncio.CancelledError):
                await self._opening
        if self._connection is not None:
            with suppress(*BROKEN):
                await self._connection.close(timeout=CONNECT_SECONDS)

    async def _open(self) -> None:
        try:
            self._connection = await asyncpg.connect(self._url, timeout=CONNECT_SECONDS)
            await self._connection.add_listener(CHANNEL, self._hear)
        except BROKEN as error:
            log.debug("not listening: %s", error)
            if self._connection is not None:
                self._connection.terminate()  # else it would be taken for one that listens
        else:
            self._heard.set()  # what was missed meanwhile

    def _hear(self, *_: object) -> None:
        self._heard.set()
