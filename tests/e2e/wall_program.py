"""A server process of the wall alone, for `test_wall`: PORT WORKERS PATIENCE, the last in seconds for every bound."""

import asyncio
import os
import sys
from dataclasses import dataclass

from licet.web.application import Application
from licet.web.edge import Edge
from licet.web.lifespan import Lifespan
from licet.web.problem import render
from licet.web.protocol import Patience
from licet.web.reply import Reply
from licet.web.route import Route, Surface
from licet.web.server import bind, serve

closed = 0


async def echo(request):
    return Reply.json({"body": request.body.decode(), "role": request.header("x-role")})


async def item(request):
    return Reply.json(request.params)


async def json(request):
    return Reply.json(request.json())


async def stream(_request):
    async def chunks():
        global closed  # noqa: PLW0603 the one fact the test asks about
        try:
            while True:
                yield b"x" * 65536
                await asyncio.sleep(0)
        finally:
            closed += 1

    return Reply(200, chunks())


async def count(_request):
    return Reply.json(closed)


async def process(_request):
    return Reply.json(os.getpid())


async def slow(_request):
    print("slow", flush=True)
    await asyncio.sleep(0.5)
    return Reply.text("done")


async def limited(_request):
    try:
        async with asyncio.timeout(0.05):
            await asyncio.sleep(3600)
    except TimeoutError:
        return Reply.text("in time")


ROUTES = (
    Route("POST", "/echo", echo),
    Route("GET", "/items/{id}", item),
    Route("POST", "/json", json),
    Route("GET", "/stream", stream),
    Route("GET", "/closed", count),
    Route("GET", "/process", process),
    Route("GET", "/slow", slow),
    Route("GET", "/limited", limited),
)


@dataclass
class Running:
    application: Application

    async def close(self):
        print("closed", flush=True)


def main(port: int, workers: int, seconds: float) -> None:
    surface = Surface("all", ("/",), ROUTES, render)

    async def start():
        return Running(Application([surface], Edge([f"http://127.0.0.1:{port}"])))

    patience = Patience(head=seconds, body=seconds, stall=seconds, linger=seconds)
    ready = lambda _: print("ready", flush=True)  # noqa: E731 two words
    serve(Lifespan(start), bind("127.0.0.1", port), workers=workers, on_ready=ready, patience=patience)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
