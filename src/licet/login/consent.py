"""`/consent`: a person sees who asks, for what, and where it goes, and says yes or no to exactly that."""

import orjson

from licet.domain.application import REFRESH_TOKEN
from licet.errors import MalformedRequest, UnknownLink
from licet.login.entrance import Entrance
from licet.login.page import page
from licet.login.turn import Turn, moved, turn
from licet.oauth.asking import Asked
from licet.oauth.decide import Need, SignedIn, remembered
from licet.services.authorizations import OFFLINE
from licet.web.forms import read
from licet.web.places import CONSENT, LOGIN, with_request
from licet.web.portrait import destination, detailed, lines, portrait
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

DECISIONS = ("allow", "deny")


class Consent:
    """The handlers of the consent page."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance

    async def show(self, request: Request) -> Reply:
        """What is asked for; what was allowed before is told apart from what is new."""
        here = await self._turn(request, request.query_one().get("request"))
        if here.need is not Need.CONSENT or here.asked is None or here.person is None:
            return here.onward()
        asked, person = here.asked, here.person
        before = await remembered(here.server.context, asked, person)
        known = set(before.scope) if before else set()
        new = [name for name in asked.scope if name not in known] or asked.scope
        catalogue = await self._entrance.services.catalogue.scopes()
        application = asked.client.application
        return page(
            "consent.html",
            ends_at=here.ends_at,
            token=self._entrance.forms.token(here.browser, *_about(here, asked, person)),
            value=here.value,
            application=portrait(application),
            person=person.user,
            destination=destination(asked.to.redirect_uri),
            new=lines(new, catalogue),
            known=lines([name for name in asked.scope if name not in new], catalogue),
            details=detailed(asked.details),
            resources=asked.resources,
            stays=REFRESH_TOKEN in application.grant_types and OFFLINE not in asked.scope,
            another=f"{with_request(LOGIN, here.value)}&another",
        )

    async def decide(self, request: Request) -> Reply:
        """Yes or no, to what was shown and nothing else."""
        said = read(request)
        here = await self._turn(request, said.get("request"))
        if here.need is not Need.CONSENT or here.asked is None or here.person is None:
            return here.onward()
        self._entrance.forms.check(said, here.browser, *_about(here, here.asked, here.person))
        decision = said.get("decision")
        if decision not in DECISIONS:
            raise MalformedRequest("Say allow or deny.")
        allowed = decision == "allow"
        await moved(
            self._entrance,
            here,
            here.person.session_id,
            consented=here.asked.scope if allowed else None,
            denied=not allowed,
        )
        return here.onward()

    async def _turn(self, request: Request, value: str | None) -> Turn:
        if not value:
            raise UnknownLink
        return await turn(self._entrance, request, value)

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (Route("GET", CONSENT, self.show), Route("POST", CONSENT, self.decide))


def _about(here: Turn, asked: Asked, person: SignedIn) -> tuple[str, ...]:
    """Everything that a yes is a yes to: who says it, in which session, to whom, for what, and where it is sent."""
    return (
        "consent",
        here.value,
        person.session_id,
        asked.client.application.client_id,
        asked.to.redirect_uri,
        " ".join(asked.scope),
        " ".join(asked.resources),
        orjson.dumps(asked.details, option=orjson.OPT_SORT_KEYS).decode(),
    )
