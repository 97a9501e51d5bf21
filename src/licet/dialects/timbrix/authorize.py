"""The authorization endpoint: a person is sent to allow an application something; a fault is said here alone."""

from licet.dialects.record import Setup
from licet.dialects.timbrix.scopes import NAME
from licet.dialects.timbrix.token_fields import AUTHORIZATION
from licet.oauth.authorize import SentBack
from licet.web.authorizing import authorized
from licet.web.browser import Browsers
from licet.web.limits import MINUTE, Limit
from licet.web.reply import Reply
from licet.web.request import Request

LIMIT = Limit("authorization requests from an address", 30, MINUTE)


class Authorize:
    """The way in for browsers."""

    def __init__(self, setup: Setup) -> None:
        self._server = setup.servers.of(NAME)
        self._limiter = setup.limiter
        self._browsers = Browsers(setup.services.sessions, setup.services.ambient.entropy)

    async def ask(self, request: Request) -> Reply:
        """GET: an authorization request; a parameter without a value is as if omitted (RFC 6749 section 3.1)."""
        await self._limiter.hit(LIMIT, request.client)
        sent = {name: value for name, value in request.query_one().items() if value}
        asked = await self._server.check(AUTHORIZATION.decode(sent))
        if isinstance(asked, SentBack):
            raise asked.refusal
        return await authorized(self._server, self._browsers, request, asked)
