"""Which web origins may read what the protocol answers (the Fetch standard); credentials of the browser never count.

A preflight says only whether an origin may try: it may if any registered application lists it. Whether it may read an
answer is decided by the application that the answer is for. What is public may be read by everybody.
"""

from licet.dialects.record import Setup
from licet.dialects.rfc.render import preflight, render
from licet.errors import Refused
from licet.web.cors import ANY, Policy, answer_headers, preflight_headers
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Handler

METHODS = ("GET", "POST", "PUT", "DELETE")
HEADERS = ("Authorization", "Content-Type", "DPoP")
EXPOSED = ("WWW-Authenticate", "Retry-After", "DPoP-Nonce")
PUBLIC = Policy(frozenset({ANY}), methods=("GET", "HEAD"), headers=(ANY,))


class Sharing:
    """The origins of one instance."""

    def __init__(self, setup: Setup) -> None:
        self._clients = setup.context.clients
        self._applications = setup.services.ambient.store.applications

    async def of_client(self, request: Request, reply: Reply, client_id: str | None) -> Reply:
        """An answer, shared with the origins of the application that it is for."""
        origin = request.header("origin")
        if origin is None:
            return reply
        client = await self._clients.find(client_id) if client_id else None
        return _shared(reply, origin, allowed=client is not None and origin in client.application.allowed_cors_origins)

    async def of_anybody(self, request: Request, reply: Reply) -> Reply:
        """An answer that is for no application in particular, shared with every origin that one lists."""
        origin = request.header("origin")
        return reply if origin is None else _shared(reply, origin, allowed=await self._listed(origin))

    def around(self, handler: Handler) -> Handler:
        """A handler whose answers and refusals are shared: of the client in its path, else of anybody."""

        async def answered(request: Request) -> Reply:
            try:
                reply = await handler(request)
            except Refused as refusal:
                reply = render(refusal, request)
            client_id = request.params.get("client_id")
            if client_id is None:
                return await self.of_anybody(request, reply)
            return await self.of_client(request, reply, client_id)

        return answered

    async def preflight(self, request: Request) -> Reply:
        """Whether a page of the asking origin may try."""
        origin = request.header("origin") or ""
        return preflight(preflight_headers(_policy(origin, allowed=await self._listed(origin)), origin))

    async def preflight_public(self, request: Request) -> Reply:
        """The same, for what is public."""
        return preflight(preflight_headers(PUBLIC, request.header("origin")))

    async def _listed(self, origin: str) -> bool:
        # An application never lists `null`, which a sandboxed page of any site has.
        return bool(origin) and await self._applications.lists_origin(origin)


def _policy(origin: str, *, allowed: bool) -> Policy:
    origins = frozenset({origin}) if allowed else frozenset[str]()
    return Policy(origins, methods=METHODS, headers=HEADERS, exposed=EXPOSED)


def _shared(reply: Reply, origin: str, *, allowed: bool) -> Reply:
    return reply.with_headers(answer_headers(_policy(origin, allowed=allowed), origin))
