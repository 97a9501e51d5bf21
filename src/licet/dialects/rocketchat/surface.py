"""The surface as a whole: its routes, and the headers of each of its answers."""

from licet.dialects.record import Setup
from licet.dialects.rocketchat import account, administration, applications, avatars, granting, people, tokens
from licet.dialects.rocketchat.cross_origin import CORS, EVERYBODY, HEADERS, Preflight
from licet.dialects.rocketchat.formats import NAME
from licet.dialects.rocketchat.gate import Gate
from licet.dialects.rocketchat.provider import authorize, token
from licet.dialects.rocketchat.provider.render import JSON
from licet.dialects.rocketchat.render import render
from licet.web.reply import JSON as PLAIN_JSON, Reply
from licet.web.request import Request
from licet.web.route import Route, Surface

REST, PROVIDER = "/api/", "/oauth/"
OWNS = (
    "/api/v1/",
    "/api/info",
    "/oauth/authorize",
    "/oauth/token",
    "/oauth/userinfo",
    "/oauth/error/",
    "/avatar/",
    "/admin/third-party-login",
)


def surface(setup: Setup) -> Surface:
    """Build the surface."""
    gate = Gate(setup)
    routes = [route for room in (applications, account, granting, tokens, people) for route in room.routes(setup, gate)]
    preflight = Preflight(setup.options[CORS])
    elsewhere = [*authorize.routes(setup), *token.routes(setup), *administration.routes(setup), *avatars.routes()]
    asked = dict.fromkeys(route.path for route in routes)
    finish = _Finish(setup.services.ambient.id())
    return Surface(
        NAME,
        OWNS,
        (*routes, *(Route("OPTIONS", path, preflight.answer) for path in asked), *elsewhere),
        render,
        finish=finish,
    )


class _Finish:
    """Puts the headers of the REST routes on every answer of these; `instance` tells one process from another."""

    def __init__(self, instance: str) -> None:
        self._standing = [("cache-control", "no-store"), ("pragma", "no-cache"), ("x-instance-id", instance)]

    def __call__(self, request: Request, reply: Reply) -> Reply:
        if request.path.startswith(PROVIDER) and ("content-type", PLAIN_JSON) in reply.headers:
            return reply.with_headers([("content-type", JSON)])
        if not request.path.startswith(REST):
            return reply
        shared = [] if request.method == "OPTIONS" else [EVERYBODY, HEADERS]
        return reply.with_headers([*self._standing, *shared])
