"""Calls that are made once however often they are sent: the answer to an `Idempotency-Key` is kept for ten minutes."""

from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable

import orjson

from licet.dialects.native.reading import idempotency_key
from licet.domain.actor import Actor
from licet.services.idempotency import Idempotency
from licet.web.reply import Reply
from licet.web.request import Request

IDEMPOTENCY_KEY = {"Idempotency-Key": "A word of the caller's own: the call is made once, and answered alike again."}
REPLAYED = ("idempotent-replayed", "true")

Call = Callable[[], Awaitable[Reply]]


async def once(idempotency: Idempotency, request: Request, actor: Actor, call: Call) -> Reply:
    """The call's answer, or the same bytes again (KeyReused, StillRunning).

    A key belongs to a credential, a method and a path.
    """
    key = idempotency_key(request)
    if key is None:
        return await call()

    async def kept() -> bytes:
        return _written(await call())

    route = f"{request.method} {request.raw_path}"
    answer, repeated = await idempotency.once((actor.credential, route, key), request.body, kept)
    reply = _read(answer)
    return reply.with_headers([REPLAYED]) if repeated else reply


def _written(reply: Reply) -> bytes:
    body = reply.body if isinstance(reply.body, bytes) else b""
    return orjson.dumps((reply.status, reply.headers, b64encode(body).decode()))


def _read(answer: bytes) -> Reply:
    status, headers, body = orjson.loads(answer)
    return Reply(status, b64decode(body), [(name, value) for name, value in headers])
