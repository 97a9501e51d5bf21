"""Where a person stands when a page is asked for: their browser, who is signed in, and what waits for them."""

from dataclasses import dataclass, replace

from licet.errors import UnknownLink
from licet.login.entrance import Entrance
from licet.oauth.asking import Asked
from licet.oauth.authorize import AuthorizationServer
from licet.oauth.decide import Need, SignedIn, decide, progress_of
from licet.oauth.waiting import Waiting, look
from licet.web.places import resumed
from licet.web.reply import Pair, Reply
from licet.web.request import Request

PROOFS = frozenset({Need.LOGIN, Need.SELECT, Need.CREATE})
"""Needs that the sign-in page meets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a page knows; `need` is None when the request that waits needs nothing of a person here (any more)."""

    browser: str
    cookies: list[Pair]
    person: SignedIn | None
    waiting: Waiting | None = None
    need: Need | None = None

    @property
    def value(self) -> str:
        """The value of the request that waits; empty for none."""
        return self.waiting.value if self.waiting else ""

    @property
    def server(self) -> AuthorizationServer:
        """Who was asked (UnknownLink without a request)."""
        if self.waiting is None:
            raise UnknownLink
        return self.waiting.server

    @property
    def asked(self) -> Asked | None:
        """What the request asks for, if it is still one that can be granted."""
        return self.waiting.asked if self.waiting and isinstance(self.waiting.asked, Asked) else None

    @property
    def ends_at(self) -> tuple[str, ...]:
        """Where the way of a form may end: at the application, if nothing more is needed."""
        return (self.waiting.address.redirect_uri,) if self.waiting else ()

    def onward(self, *cookies: Pair) -> Reply:
        """Back to the endpoint, which decides what comes next."""
        return Reply.redirect(resumed(self.value), headers=cookies)


async def turn(entrance: Entrance, request: Request, value: str | None) -> Turn:
    """The turn of whoever asks for a page, about the request of that value (UnknownLink, ProtocolRefusal)."""
    browser, cookies = entrance.browsers.named(request)
    person = await entrance.browsers.person(request)
    here = Turn(browser=browser, cookies=cookies, person=person)
    if not value:
        return here
    here = replace(here, waiting=await look(entrance.servers, value, browser))
    if here.waiting is None or here.asked is None:
        return here
    outcome = await decide(here.waiting.server.context, here.asked, person, progress_of(here.waiting.stored, person))
    elsewhere = outcome is Need.CONSENT and here.server.consent_at
    return replace(here, need=outcome) if isinstance(outcome, Need) and not elsewhere else here


async def moved(
    entrance: Entrance,
    here: Turn,
    session_id: str,
    *,
    proven_at: int | None = None,
    consented: tuple[str, ...] | None = None,
    denied: bool = False,
) -> None:
    """Write down how far a session has come with the request that waits (UnknownLink when it does not any more).

    What was done in another session is forgotten; signing in asks for consent anew.
    """
    if here.waiting is None:
        raise UnknownLink
    stored = here.waiting.stored
    earlier = stored.authenticated_at if stored.session_id == session_id else None
    now = replace(
        stored, session_id=session_id, authenticated_at=proven_at or earlier, consented=consented, denied=denied
    )
    if not await entrance.services.ambient.store.authorization_requests.replace(now):
        raise UnknownLink
