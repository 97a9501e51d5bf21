"""Bytes in and out: a body read whole and bounded, a reply sent, a stream that ends when the caller goes."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import suppress

from licet import errors
from licet.web.asgi import Message, Receive, Send
from licet.web.reply import Pair, Reply, encoded, is_usual
from licet.web.request import Request

# What every answer carries unless it says otherwise.
_STANDING = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)
_BODILESS = frozenset({204, 304})
_KNOWN: dict[tuple[Pair, ...], bytes] = {}
_MOST_KNOWN = 256
_LINGER = 2  # seconds
_LONGEST_LENGTH = 9  # digits of a Content-Length that are worth reading


class CallerGone(Exception):
    """The caller left before the body was whole: nobody is there to answer."""


async def read_body(request: Request, receive: Receive, limit: int) -> bytes:
    """The whole body, at most `limit` bytes; BodyTooLarge as soon as it is known, CallerGone."""
    declared = request.header("content-length")
    if declared is not None and (len(declared) > _LONGEST_LENGTH or int(declared) > limit):
        raise errors.BodyTooLarge
    whole = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CallerGone
        whole += message.get("body", b"")
        more = message.get("more_body", False)
        if len(whole) > limit:
            raise errors.BodyTooLarge
    return bytes(whole)


def headers_of(reply: Reply, request: Request) -> list[tuple[bytes, bytes]]:
    """Every header of a reply, as the wire takes them."""
    headers = _with_standing(reply.headers)
    headers.append((b"x-request-id", request.request_id.encode()))
    if isinstance(reply.body, bytes) and reply.status not in _BODILESS:
        headers.append((b"content-length", b"%d" % len(reply.body)))
    return headers


def lines_of(reply: Reply, request: Request, body: bytes) -> bytes:
    """The same as lines, of a reply whose body is there: for most replies they are the same but for two of them."""
    headers = tuple(reply.headers)
    known = _KNOWN.get(headers) or _learnt(headers)
    length = b"" if reply.status in _BODILESS else b"content-length: %d\r\n" % len(body)
    return b"%bx-request-id: %b\r\n%b" % (known, request.request_id.encode(), length)


def lines(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Headers as HTTP/1.1 writes them."""
    return b"".join([b"%b: %b\r\n" % pair for pair in pairs])


def _with_standing(headers: Sequence[Pair]) -> list[tuple[bytes, bytes]]:
    written = encoded(headers)
    present = {name for name, _ in written}
    return written + [pair for pair in _STANDING if pair[0] not in present]


def _learnt(headers: tuple[Pair, ...]) -> bytes:
    written = lines(_with_standing(headers))
    if len(_KNOWN) < _MOST_KNOWN and is_usual(headers):  # so that nothing of one caller is kept
        _KNOWN[headers] = written
    return written


def is_silent(reply: Reply, request: Request) -> bool:
    """Whether its body is not sent (RFC 9110 section 9.3.2, section 15.3.5)."""
    return request.method == "HEAD" or reply.status in _BODILESS


async def deliver(reply: Reply, request: Request, receive: Receive, send: Send) -> None:
    """Send a reply; HEAD, 204 and 304 without a body, an iterator in chunks until it ends or the caller goes."""
    start = {"type": "http.response.start", "status": reply.status, "headers": headers_of(reply, request)}
    body = reply.body
    silent = is_silent(reply, request)
    if isinstance(body, bytes):
        await send(start)
        whole = {"type": "http.response.body", "body": b"" if silent else body}
        await (_send_and_hear_out(whole, receive, send) if ("connection", "close") in reply.headers else send(whole))
        return
    try:
        await send(start)
        if not silent:
            await _until_gone(_pump(body, send), receive)
    finally:
        await _close(body)
    await send({"type": "http.response.body", "body": b""})


async def _send_and_hear_out(message: Message, receive: Receive, send: Send) -> None:
    """Send the whole body, and end the exchange only when the caller has stopped sending its own.

    A socket closed with bytes unread is reset, and the answer that says why is lost (RFC 9112 §9.6).
    """
    await send({**message, "more_body": True})
    with suppress(TimeoutError):
        async with asyncio.timeout(_LINGER):
            while (await receive()).get("more_body", False):
                pass
    await send({"type": "http.response.body", "body": b""})


async def _pump(chunks: AsyncIterator[bytes], send: Send) -> None:
    async for chunk in chunks:
        if chunk:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _until_gone(pump: Coroutine[None, None, None], receive: Receive) -> None:
    """Run the pump; a caller that goes away stops it where it stands."""
    sending, leaving = asyncio.ensure_future(pump), asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        if sending.done():
            sending.result()
    finally:
        for task in (sending, leaving):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _close(chunks: AsyncIterator[bytes]) -> None:
    close = getattr(chunks, "aclose", None)
    if close is not None:
        await close()
