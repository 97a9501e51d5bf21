"""What lives of an application: its tokens and what people allowed it, listed and ended."""

from collections.abc import AsyncIterator, Sequence
from itertools import groupby
from typing import Any

from licet.dialects.record import Setup
from licet.dialects.timbrix import formats, render
from licet.dialects.timbrix.callers import Callers
from licet.dialects.timbrix.live_fields import authorizations_of, merged, tokens_of
from licet.dialects.timbrix.pieces import array
from licet.domain.family import Consent
from licet.errors import UnknownToken
from licet.web.reply import Reply
from licet.web.request import Request


class Live:
    """Tokens and authorizations of one application."""

    def __init__(self, setup: Setup, callers: Callers) -> None:
        self._registry = setup.services.applications
        self._tokens = setup.services.tokens
        self._callers = callers

    async def all(self, request: Request) -> Reply:
        """Every live token, newest first."""
        actor = await self._callers.actor(request)
        application = await self._registry.get(actor, request.params["clientId"])
        return render.streamed(array(self._tokens.of(application), tokens_of(application)))

    async def end_all(self, request: Request) -> Reply:
        """End every one."""
        actor = await self._callers.actor(request)
        await self._tokens.end_all(actor, request.params["clientId"])
        return render.done()

    async def end(self, request: Request) -> Reply:
        """End one with its refresh token; an access token with the scope for it may, too."""
        actor = await self._callers.ending_tokens(request)
        name = request.params["tokenId"]
        if not name.startswith(formats.TOKEN_PREFIX):
            raise UnknownToken
        await self._tokens.end(actor, name.removeprefix(formats.TOKEN_PREFIX))
        return render.done()

    async def authorizations(self, request: Request) -> Reply:
        """What people allowed the application, by person."""
        actor = await self._callers.actor(request)
        application = await self._registry.get(actor, request.params["clientId"])
        return render.streamed(array(_by_person(self._tokens.allowed(application)), authorizations_of(application)))


async def _by_person(pieces: AsyncIterator[Sequence[Consent]]) -> AsyncIterator[Sequence[Any]]:
    """Consents for several resources of one person as one; they come in the order of persons."""
    rest: list[Consent] = []
    async for piece in pieces:
        people = [list(given) for _, given in groupby([*rest, *piece], key=lambda consent: consent.user_id)]
        rest = people.pop() if people else []
        yield [merged(given) for given in people]
    yield [merged(rest)] if rest else []
