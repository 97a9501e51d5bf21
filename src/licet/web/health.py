"""What a supervisor asks: whether the process is alive, and whether it can work."""

from collections.abc import Awaitable, Callable

from licet.web import problem
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route, Surface


def surface(check: Callable[[], Awaitable[str]]) -> Surface:
    """`/healthz` answers while the process lives; `/readyz` when the store answers (`check`), else 503."""

    async def alive(_request: Request) -> Reply:
        return Reply.json({"status": "ok"})

    async def ready(_request: Request) -> Reply:
        await check()
        return Reply.json({"status": "ok"})

    routes = (Route("GET", "/healthz", alive), Route("GET", "/readyz", ready))
    return Surface("health", owns=("/healthz", "/readyz"), routes=routes, render=problem.render)
