"""The access log: one line an answer, gathered and written together.

A write of its own would cost an answer more than all of its way through the wall. A line has the route's pattern, never
the path or the query: these carry identifiers, and once in a while a secret.
"""

import asyncio
import logging
import time

from licet.web.request import Request

log = logging.getLogger("licet.access")

GATHERED = 0.1  # seconds


def to_stderr() -> None:
    """Send the lines, which bring their own time, to standard error, unless somebody chose another place."""
    if not log.handlers:
        log.addHandler(logging.StreamHandler())
        log.propagate = False


class AccessLog:
    """Lines of the last moment; what is not written yet is lost only with the process."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def note(self, request: Request, status: int, seconds: float) -> None:
        """One answer, and how long it took to make and send."""
        if not log.isEnabledFor(logging.INFO):
            return
        line = f"{request.method} {request.route or '-'} {status} {seconds * 1000:.1f} ms {request.request_id}"
        self._lines.append(line)
        if len(self._lines) == 1:
            asyncio.get_running_loop().call_later(GATHERED, self.write)

    def write(self) -> None:
        """Write what was gathered."""
        lines, self._lines = self._lines, []
        if lines:
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S")
            log.info("%s", "\n".join(f"{stamp} {line}" for line in lines))
