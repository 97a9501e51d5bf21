"""Calls an ASGI application as a server would, one scope at a time."""

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

from licet.web.application import Application
from licet.web.asgi import Message, Scope
from licet.web.request import Request

HOST = ("host", "licet.test")


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


def scope(method: str, target: str, headers: Iterable[tuple[str, str]] = (HOST,), client: str = "192.0.2.7") -> Scope:
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
        "client": (client, 40000),
    }


def request(
    method: str = "GET", target: str = "/", headers: Iterable[tuple[str, str]] = (HOST,), body: bytes = b""
) -> Request:
    made = Request(scope(method, target, headers), "0123456789abcdef")
    made.body = body
    return made


class Caller:
    """One exchange: hands over the body's pieces, then stays until it is told to leave."""

    def __init__(self, pieces: Iterable[bytes] = (b"",)) -> None:
        self.pieces = list(pieces)
        self.left = asyncio.Event()
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        if self.pieces:
            piece = self.pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(self.pieces)}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def answer(self) -> Answer:
        start, *rest = self.sent
        headers = [(name.decode(), value.decode("latin-1")) for name, value in start["headers"]]
        return Answer(start["status"], headers, b"".join(message.get("body", b"") for message in rest))


async def call(
    application: Application,
    method: str,
    target: str,
    *,
    headers: Iterable[tuple[str, str]] = (HOST,),
    body: bytes | list[bytes] = b"",
    client: str = "192.0.2.7",
) -> Answer:
    caller = Caller(body if isinstance(body, list) else [body])
    asyncio.get_running_loop().call_later(5, caller.left.set)
    await application(scope(method, target, headers, client), caller.receive, caller.send)
    return caller.answer
