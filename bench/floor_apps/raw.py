"""No framework at all: what a server costs."""

from urllib.parse import parse_qsl

import orjson

from bench.floor_apps import ANSWER


async def asgi(scope, receive, send):
    if scope["type"] != "http":
        return
    message = await receive()
    form = dict(parse_qsl(message["body"].decode()))
    body = orjson.dumps({**ANSWER, "scope": form["scope"]})
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def rsgi(_scope, protocol):
    form = dict(parse_qsl((await protocol()).decode()))
    body = orjson.dumps({**ANSWER, "scope": form["scope"]})
    protocol.response_bytes(200, [("content-type", "application/json")], body)
