"""Routes and surfaces: what a dialect hands to the wall."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from licet.web.reply import Reply
from licet.web.request import Request

Handler = Callable[[Request], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one path pattern, such as `/api/oauth/client/{clientId}`; a parameter is one whole segment.

    `operation` describes the route to whoever documents it; the wall does not look at it. A `shared` route may stand on
    several surfaces of one host, and is then answered by the one that the request is for (`sharing`).
    """

    method: str
    path: str
    handler: Handler
    operation: object = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Surface:
    """A way in: its routes, the path prefixes whose unknown routes it answers, and how it says a failure.

    `render` takes every `errors.Refused` leaf and `errors.Broken`. `finish` may add headers to every answer of the
    surface, failures too. `hosts` narrows the surface to these host names or authorities; empty means all.
    `client_prefix` is how its own `client_id`s begin; it tells who answers a shared route when nothing else does.
    """

    name: str
    owns: tuple[str, ...]
    routes: tuple[Route, ...]
    render: Callable[[Exception, Request], Reply]
    hosts: frozenset[str] = frozenset()
    finish: Callable[[Request, Reply], Reply] | None = None
    client_prefix: str = ""

    def serves(self, authority: str) -> bool:
        """Whether the surface answers under this authority (`host` or `host:port`)."""
        return not self.hosts or authority in self.hosts or authority.rpartition(":")[0] in self.hosts
