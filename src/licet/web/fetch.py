"""The way out: HTTP requests to addresses that somebody else chose, and may have chosen to hurt us.

A name is looked up once, every address it has is judged, and the connection goes to a judged one. What the operator
lists in `fetch_allow` takes the same way and is only spared the judgement.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple
from weakref import WeakValueDictionary

from licet.errors import BadSettings, Unreachable
from licet.services.ports import Fetched
from licet.web.addresses import Address, is_public, literal, same
from licet.web.answer import Answer, Unreadable

SECONDS = 5.0
"""For everything: the look-up, the connection, TLS, the whole answer."""
AT_ONCE = 32
AT_ONCE_TO_ONE = 4
TRIED = 3
"""Addresses of one name that are tried."""
PIECE = 16 * 1024
URL_BYTES = 2048
PORTS = {"https": 443, "http": 80}
LAST_PORT = 65_535

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a name, for a port."""

_URL = re.compile(
    r"(https?)://([a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::([0-9]{1,5}))?(/[!\"$-~]*)?", re.ASCII | re.IGNORECASE
)


async def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a name as the system knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(place[0]) for *_, place in found]


@lru_cache
def trust(ca_file: str = "") -> ssl.SSLContext:
    """What a server's certificate is judged by: the system's authorities, and those of a file (BadSettings)."""
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except OSError as fault:
            raise BadSettings(f"fetch_ca_file: {ca_file}: {fault}") from fault
    return context


class Target(NamedTuple):
    """Where a URL leads: the host as it is spelled, in lower case."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        """Host and port, as an operator lists them."""
        return f"{self.host}:{self.port}"

    @property
    def name(self) -> str:
        """The host without brackets."""
        return self.host.strip("[]")

    @classmethod
    def of(cls, url: str) -> "Target":
        """The parts of a URL (ValueError): nothing but ASCII, no user information, no fragment."""
        parts = _URL.fullmatch(url) if len(url) <= URL_BYTES else None
        if parts is None or int(parts[3] or 0) > LAST_PORT:
            raise ValueError("not a URL that is fetched from")
        scheme = parts[1].lower()
        return cls(scheme, parts[2].lower(), int(parts[3] or PORTS[scheme]), parts[4] or "/")


class Guard:
    """The port `Fetch`, guarded."""

    def __init__(
        self, *, allow: Collection[str] = (), ca_file: str = "", resolve: Resolve = look_up, seconds: float = SECONDS
    ) -> None:
        self._allow = frozenset(place.lower() for place in allow)
        self._tls = trust(ca_file)
        self._resolve = resolve
        self._seconds = seconds
        self._all = asyncio.Semaphore(AT_ONCE)
        self._hosts: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def __call__(
        self,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        most: int = 65_536,
        cut: bool = False,
    ) -> Fetched:
        """GET, or POST with a body; see the port."""
        # Requests that come in are no tasks, and only a task has a deadline.
        return await asyncio.create_task(self._fetched(url, body, headers or {}, Answer(most, cut=cut)))

    async def _fetched(self, url: str, body: bytes | None, headers: Mapping[str, str], answer: Answer) -> Fetched:
        try:
            target = Target.of(url)
            message = _message(target, body, headers)
            async with asyncio.timeout(self._seconds), self._turn(target), self._connection(target) as (reader, writer):
                writer.write(message)
                return await _answer(reader, answer)
        except (OSError, ValueError, Unreadable) as fault:
            raise Unreachable(f"{url[:200]!r}: {type(fault).__name__} {fault}") from fault

    @asynccontextmanager
    async def _turn(self, target: Target) -> AsyncIterator[None]:
        mine = self._hosts.setdefault(target.host, asyncio.Semaphore(AT_ONCE_TO_ONE))
        async with mine, self._all:
            yield

    @asynccontextmanager
    async def _connection(self, target: Target) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        connected = await _connected(await self._judged(target), target.port)
        secure = target.scheme == "https"
        try:
            reader, writer = await asyncio.open_connection(
                sock=connected, ssl=self._tls if secure else None, server_hostname=target.name if secure else None
            )
        except BaseException:
            connected.close()
            raise
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    async def _judged(self, target: Target) -> Sequence[Address]:
        """The addresses that may be connected to, all or none: a name that is here and there is nobody's to use."""
        listed = target.place in self._allow
        if target.scheme != "https" and not listed:
            raise ValueError("not https")
        spelled = literal(target.host)
        found = [spelled] if spelled else [ip_address(each) for each in await self._resolve(target.host, target.port)]
        if not listed and not all(is_public(each) for each in found):
            raise ValueError("not a public address")
        return list(dict.fromkeys(found))


async def _connected(addresses: Sequence[Address], port: int) -> socket.socket:
    """A connection to the first address that takes one."""
    fault: OSError = OSError("no address")
    for address in addresses[:TRIED]:
        try:
            return await _connect(address, port)
        except OSError as refused:
            fault = refused
    raise fault


async def _connect(address: Address, port: int) -> socket.socket:
    family = socket.AF_INET6 if isinstance(address, IPv6Address) else socket.AF_INET
    connected = socket.socket(family, socket.SOCK_STREAM)
    try:
        connected.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connected, (str(address), port))
        confirm(connected, address)
    except BaseException:
        connected.close()
        raise
    return connected


def confirm(connected: socket.socket, address: Address) -> None:
    """Whatever lies between: who is at the other end must be who was judged (ValueError)."""
    if not same(connected.getpeername()[0], address):
        raise ValueError("connected to another address")


def _message(target: Target, body: bytes | None, headers: Mapping[str, str]) -> bytes:
    said = {
        "host": target.host if target.port == PORTS[target.scheme] else target.place,
        "user-agent": "licet",
        "accept-encoding": "identity",
        "connection": "close",
        **headers,
        **({} if body is None else {"content-length": str(len(body))}),
    }
    lines = [f"{'GET' if body is None else 'POST'} {target.path} HTTP/1.1", *(f"{k}: {v}" for k, v in said.items())]
    if any(not line.isascii() or not line.isprintable() for line in lines):
        raise ValueError("a header that cannot be sent")
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


async def _answer(reader: asyncio.StreamReader, answer: Answer) -> Fetched:
    while not answer.complete:
        answer.feed(await reader.read(PIECE))
    return answer.fetched()
