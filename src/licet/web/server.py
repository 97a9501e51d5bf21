"""The HTTP server process: one socket, one or more workers, an orderly end."""

import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from licet.errors import BadSettings
from licet.web.access import to_stderr
from licet.web.direct import DirectProtocol
from licet.web.lifespan import Lifespan
from licet.web.protocol import PATIENT, Patience

log = logging.getLogger("licet.web")

BACKLOG = 2048
KEEP_ALIVE = 75  # seconds: longer than the proxies in front keep theirs, so that they never meet a closing connection
GRACE = 10  # seconds that requests under way have when the process is told to end

Ready = Callable[[int], None]


def serve(
    application: Lifespan,
    listening: socket.socket,
    *,
    workers: int = 1,
    on_ready: Ready | None = None,
    patience: Patience = PATIENT,
) -> None:
    """Serve a bound address until SIGTERM or SIGINT, then close it; `on_ready` gets its port.

    SystemExit when the application cannot start.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    to_stderr()
    with listening:
        config = _config(application, patience)
        if workers == 1:
            _work(config, listening, on_ready)
        else:
            _supervise(workers, lambda first: _work(config, listening, on_ready if first else None))


class Worker(uvicorn.Server):
    """A uvicorn server that says when it listens."""

    def __init__(self, config: uvicorn.Config, on_ready: Ready | None) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        # What it took to start lives as long as the process: no collection need look at it again, and make others wait.
        gc.collect()
        gc.freeze()
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            log.info("listening on %s port %d, process %d", host, port, os.getpid())
            if self._on_ready is not None:
                self._on_ready(port)


def bind(host: str, port: int) -> socket.socket:
    """The address to listen on, with a free port when 0 is asked for (BadSettings when it cannot be had)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as fault:
        raise BadSettings(f"port: cannot listen on {host} port {port}: {fault.strerror}") from fault


def _config(application: Lifespan, patience: Patience) -> uvicorn.Config:
    protocol = type("Protocol", (DirectProtocol,), {"patience": patience, "lifespan": application})
    # Proxies are the edge's business, the access line the application's, and a server header is nobody's.
    return uvicorn.Config(
        application,
        http=protocol,
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
    )


def _work(config: uvicorn.Config, listening: socket.socket, on_ready: Ready | None) -> None:
    # uvicorn raises the signal again when it has ended in order; as an interrupt it is ours to swallow.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        Worker(config, on_ready).run(sockets=[listening])


def _supervise(count: int, work: Callable[[bool], None]) -> None:
    """Fork workers that share the socket; when one ends, all end: whoever started us starts us again."""
    pipe = os.pipe()
    pids = [_fork(work, pipe, first=not number) for number in range(count)]
    ending = False

    def end(*_: object) -> None:
        nonlocal ending
        ending = True
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    status = 0
    for _ in range(count):
        pid, _ = os.wait()
        pids.remove(pid)
        if not ending:
            log.error("worker %d ended by itself", pid)
            status = 1
            end()
    if status:
        sys.exit(status)


def _fork(work: Callable[[bool], None], pipe: tuple[int, int], *, first: bool) -> int:
    pid = os.fork()
    if pid:
        return pid
    heard, held = pipe
    os.close(held)
    threading.Thread(target=_end_after, args=(heard,), name="licet-supervisor", daemon=True).start()
    try:
        work(first)
    except BaseException:
        log.exception("worker failed")
        os._exit(1)
    os._exit(0)


def _end_after(heard: int) -> None:
    """End in order when the supervisor has ended: its pipe closes even if it was killed."""
    os.read(heard, 1)
    os.kill(os.getpid(), signal.SIGTERM)
