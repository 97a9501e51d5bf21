"""The token endpoint: forms and JSON, one envelope for refusals, and a device's own words."""

from licet.dialects.record import Setup
from licet.dialects.teable.body import body_of
from licet.dialects.teable.limits import GUESSES, GUESSES_OF_CLIENT, LONGEST_CLIENT_ID
from licet.dialects.teable.protocol.fields import TOKEN_REQUEST
from licet.dialects.teable.protocol.render import at_token, polled, tokens
from licet.domain.application import DEVICE_CODE
from licet.errors import Cause, InvalidClient, InvalidGrant, ProtocolRefusal
from licet.oauth.request import TokenRequest
from licet.oauth.token import answer
from licet.web.basic import basic
from licet.web.reply import Reply
from licet.web.request import Request


class Token:
    """The handler of `/api/oauth/access_token`."""

    def __init__(self, setup: Setup) -> None:
        self._context = setup.context
        self._limiter = setup.limiter

    async def ask(self, request: Request) -> Reply:
        """A grant for tokens."""
        said = TOKEN_REQUEST.decode(body_of(request))
        polls = said.get("grant_type") == DEVICE_CODE
        asked = None
        try:
            asked = TokenRequest(parameters=said, basic=basic(request), address=request.client)
            found = await answer(self._context, asked)
        except ProtocolRefusal as refusal:
            if isinstance(refusal, InvalidClient | InvalidGrant):
                await self._count(request, asked, proven=isinstance(refusal, InvalidGrant))
            # Who did not prove itself hears the same at every grant.
            about_the_device = (
                polls and not isinstance(refusal, InvalidClient) and refusal.cause is not Cause.CLIENT_TWICE
            )
            return polled(refusal) if about_the_device else at_token(refusal, request)
        return tokens(found, await self._refresh_expires_in(asked), polled=polls)

    async def _count(self, request: Request, asked: TokenRequest | None, *, proven: bool) -> None:
        """A failure that could be a guess; only who fails is ever asked to wait (Throttled).

        Guesses at who an application is do not count against the application that proved it.
        """
        await self._limiter.hit(GUESSES, request.client)
        if not proven and asked is not None and asked.client_id:
            await self._limiter.hit(GUESSES_OF_CLIENT, asked.client_id[:LONGEST_CLIENT_ID])

    async def _refresh_expires_in(self, asked: TokenRequest) -> int:
        client = await self._context.clients.find(asked.client_id or "")
        own = client.application.refresh_token_idle_lifetime if client else None
        return own or self._context.provider.refresh_idle
