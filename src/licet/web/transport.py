"""One system call for an answer: its head and its body, which the server writes apart, leave together."""

import asyncio
from typing import Any

LARGE = 64 * 1024
"""So many bytes are not held back for more."""


class Joined:
    """A transport that gathers what is written within one turn of the event loop."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self.is_closing = transport.is_closing  # asked at every answer, so not looked up anew
        self._loop = loop
        self._pieces: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else a transport can do
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Take bytes along with what is written next."""
        if not self._pieces:
            self._loop.call_soon(self._flush)
        self._pieces.append(data)
        self._size += len(data)
        if self._size > LARGE:
            self._flush()

    def write_whole(self, data: bytes) -> None:
        """Send what nothing follows, behind what was written."""
        if self._pieces:
            self.write(data)
        else:
            self._transport.write(data)

    def write_eof(self) -> None:
        """Close the writing end behind what was written."""
        self._flush()
        self._transport.write_eof()

    def close(self) -> None:
        """Close behind what was written."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        pieces, self._pieces, self._size = self._pieces, [], 0
        if pieces and not self._transport.is_closing():
            self._transport.write(b"".join(pieces))
