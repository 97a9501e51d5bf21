"""Routes that several surfaces share: whose a request is, is a question about the application that it names."""

from collections.abc import Awaitable, Callable, Sequence

from licet.errors import MalformedRequest
from licet.services.clients import Clients
from licet.web.request import Request
from licet.web.table import Bound

Choice = Callable[[Request, Sequence[Bound]], Awaitable[Bound]]
"""Which of the routes that share a place answers a request."""


async def first(_request: Request, routes: Sequence[Bound]) -> Bound:
    """The first one, where nothing is known of applications."""
    return routes[0]


def by_application(clients: Clients) -> Choice:
    """By the `client_id` in the query.

    The surface that the application may authorize through answers. Where it may use several or none of those that share
    the route, or is unknown, it is the surface whose own `client_id`s begin like this one.
    """

    async def chosen(request: Request, routes: Sequence[Bound]) -> Bound:
        client_id = _client_id(request)
        client = await clients.find(client_id) if client_id else None
        named = [one for one in routes if client and one.surface.name in client.application.protocols]
        if len(named) == 1:
            return named[0]
        alike = [one for one in routes if client_id.startswith(one.surface.client_prefix)]
        return max(alike or routes, key=lambda one: len(one.surface.client_prefix))

    return chosen


def _client_id(request: Request) -> str:
    """The first `client_id`; that there may be only one, and that a query can be read, the chosen surface says."""
    try:
        return next((value for name, value in request.query() if name == "client_id"), "")
    except MalformedRequest:
        return ""
