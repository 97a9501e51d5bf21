"""Authorization requests that wait for a person: bound to the browser that brought them, taken away once.

What is kept is what was asked, not what came of checking it: whoever comes back is checked anew, against the
application as it is by then.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from licet.domain.family import AuthorizationRequest
from licet.domain.secret import digest
from licet.errors import InvalidRequestUri, UnknownLink
from licet.oauth.asking import Asked
from licet.oauth.authorize import AuthorizationServer, SentBack
from licet.oauth.context import Context
from licet.oauth.return_address import ReturnAddress
from licet.services.ambient import Ambient

LIFETIME = 30 * 60_000
"""How long (ms) a pushed request may wait for a person."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Every surface as an authorization server, by its name; a page belongs to all of them."""

    ambient: Ambient
    by_surface: Mapping[str, AuthorizationServer]

    def of(self, surface: str) -> AuthorizationServer:
        """The one of that name (UnknownLink for one that has been switched off since)."""
        server = self.by_surface.get(surface)
        if server is None:
            raise UnknownLink
        return server


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits: who it was made to, the value that its URLs carry, what is kept, what it comes to now."""

    server: AuthorizationServer
    value: str
    stored: AuthorizationRequest
    asked: Asked | SentBack

    @property
    def address(self) -> ReturnAddress:
        """Where its answer goes."""
        return self.asked.to if isinstance(self.asked, Asked) else self.asked.address


async def begin(context: Context, asked: Asked, browser: str, *, shown: tuple[str, ...] | None = None) -> str:
    """Keep a checked request for a browser; the value that its URLs carry.

    `shown` are the scopes that a page will ask for, on a surface whose page writes nothing down.
    """
    value, now = context.provider.forms.transaction(context.random), context.now()
    stored = AuthorizationRequest(
        digest=digest(value),
        browser=digest(browser),
        client_id=asked.client.application.client_id,
        surface=context.provider.surface,
        parameters=asked.parameters,
        resources=asked.resources,
        created_at=now,
        expires_at=now + context.provider.request_lifetime * 1000,
        consented=shown,
        pushed=asked.pushed,
    )
    await context.ambient.store.authorization_requests.insert(stored)
    return value


async def of_value(ambient: Ambient, value: str) -> AuthorizationRequest | None:
    """What is kept under a value, whoever asks."""
    return await ambient.store.authorization_requests.by_digest(digest(value), ambient.clock())


async def look(servers: Servers, value: str, browser: str) -> Waiting:
    """A request that waits for this browser, checked anew (UnknownLink; ProtocolRefusal when nobody may be sent).

    Another browser's is answered like none at all: its URL was planted (session fixation), or has wandered.
    """
    stored = await of_value(servers.ambient, value)
    same = hmac.compare_digest((stored.browser if stored else None) or bytes(32), digest(browser))
    if stored is None or not same:
        raise UnknownLink
    server = servers.of(stored.surface)
    return Waiting(server, value, stored, await server.again(stored))


async def take(waiting: Waiting) -> None:
    """Take it away, once: whoever gets it answers the client (UnknownLink, InvalidRequestUri for everybody else)."""
    context = waiting.server.context
    if await context.ambient.store.authorization_requests.claim(waiting.stored.digest, context.now()) is None:
        raise UnknownLink
    await spend(context, waiting.stored.pushed)


async def spend(context: Context, pushed: bytes | None) -> None:
    """Use a pushed request up, once, when its answer is given (InvalidRequestUri); None for one that was not pushed.

    Only looking at it uses nothing up: whoever opens its address first need not be who it is for (RFC 9126 section 4).
    """
    if pushed is None:
        return
    if await context.ambient.store.authorization_requests.claim(pushed, context.now()) is None:
        raise InvalidRequestUri
