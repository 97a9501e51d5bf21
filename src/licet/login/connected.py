"""`/account/applications`: what a person allowed which applications, when it was last used, and how to take it back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from licet.domain.scope import Scope
from licet.login.entrance import Entrance
from licet.login.page import page
from licet.login.turn import turn
from licet.services.authorizations import Connected
from licet.web.forms import read
from licet.web.places import APPLICATIONS, LOGIN
from licet.web.portrait import lines, portrait
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

ABOUT = "withdraw"


class Applications:
    """The handlers of the page of connected applications."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance

    async def show(self, request: Request) -> Reply:
        """Everything that is connected."""
        here = await turn(self._entrance, request, None)
        if here.person is None:
            return _to_login()
        connected = await self._entrance.services.authorizations.connected(here.person.user.id)
        catalogue = await self._entrance.services.catalogue.scopes()
        reply = page(
            "applications.html",
            person=here.person.user,
            rows=[_row(one, catalogue) for one in connected],
            token=self._entrance.forms.token(here.browser, ABOUT, here.person.session_id),
        )
        return reply.with_headers(here.cookies)

    async def withdraw(self, request: Request) -> Reply:
        """Take back everything from one; a second time changes nothing."""
        said = read(request)
        here = await turn(self._entrance, request, None)
        if here.person is None:
            return _to_login()
        self._entrance.forms.check(said, here.browser, ABOUT, here.person.session_id)
        client = await self._entrance.context.clients.find(said.get("client_id", ""))
        if client is not None:
            await self._entrance.services.authorizations.withdraw(here.person.user.id, client.application.id)
        return Reply.redirect(APPLICATIONS)

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (Route("GET", APPLICATIONS, self.show), Route("POST", APPLICATIONS, self.withdraw))


def _row(one: Connected, catalogue: Mapping[str, Scope]) -> dict[str, object]:
    scope = dict.fromkeys(name for consent in one.consents for name in consent.scope)
    return {
        "application": portrait(one.application),
        "scopes": lines(scope, catalogue),
        "resources": [resource for consent in one.consents for resource in consent.resources],
        "since": _day(min(consent.created_at for consent in one.consents)),
        "used": _day(one.last_used_at) if one.last_used_at else None,
    }


def _day(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment / 1000, UTC):%-d %B %Y}"


def _to_login() -> Reply:
    return Reply.redirect(f"{LOGIN}?{urlencode({'to': 'applications'})}")
