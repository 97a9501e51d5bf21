"""`/login`: signing in, choosing an account, signing up; for an authorization request that waits, or for oneself."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from licet.domain.user import User
from licet.errors import Invalid, NameTaken, WrongPassword
from licet.login.account import Wrong, password_fault, person_fault
from licet.login.entrance import Entrance
from licet.login.page import page
from licet.login.turn import PROOFS, Turn, moved, turn
from licet.oauth.decide import Need
from licet.services.passwords import digest_of
from licet.services.users import Person
from licet.web.forms import read
from licet.web.limits import SIGN_UPS
from licet.web.places import APPLICATIONS, DEVICE, LOGIN, THIRD_PARTY
from licet.web.portrait import portrait
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route
from licet.web.sign_in import named

Said = Mapping[str, str]

DESTINATIONS: Mapping[str, str] = {"applications": APPLICATIONS, "device": DEVICE, "administration": THIRD_PARTY}
"""Where a sign-in without a request may lead: names, so that no address from outside is ever followed."""
CARRIED = ("request", "to", "user_code")
"""What a form hands on of the address that showed it."""
LONGEST_NAME = 254


class SignIn:
    """The handlers of the sign-in page."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance

    async def show(self, request: Request) -> Reply:
        """The form that the turn calls for; back to where one came from when it calls for none."""
        said = request.query_one()
        here = await turn(self._entrance, request, said.get("request"))
        another = "another" in said
        if here.waiting and (here.asked is None or not (another or here.need in PROOFS)):
            return here.onward()
        if not here.waiting and here.person and not another:
            return Reply.redirect(_destination(said))
        if here.need is Need.SELECT and here.person and not another:
            return self._page("choose.html", here, said, person=here.person.user)
        if self._entrance.sign_up_open and ("new" in said or (here.need is Need.CREATE and not another)):
            return self._page("sign_up.html", here, said, fault=None, sent={})
        hint = here.asked.get("login_hint") if here.asked else None
        return self._page("sign_in.html", here, said, fault=None, username=(hint or "")[:LONGEST_NAME])

    async def prove(self, request: Request) -> Reply:
        """A name and a password."""
        here, said = await self._sent(request, "sign_in.html")
        name = said.get("username", "").strip()
        try:
            claim = named(name, digest_of(said.get("password", "")))
            user = await self._entrance.sign_in.prove(claim, request.client)
        except WrongPassword as refusal:
            fault = Wrong(refusal.public, ("username", "password"))
            return self._page("sign_in.html", here, said, 400, fault=fault, username=name[:LONGEST_NAME])
        return await self._signed_in(request, here, said, user)

    async def join(self, request: Request) -> Reply:
        """A new account, where the operator lets people."""
        here, said = await self._sent(request, "sign_up.html")
        self._entrance.services.users.require_open()
        await self._entrance.limiter.hit(SIGN_UPS, request.client)
        fault = password_fault(said)
        if fault is not None:
            return self._page("sign_up.html", here, said, 400, fault=fault, sent=said)
        person = Person(
            username=said.get("username", ""),
            name=said.get("name") or said.get("username", ""),
            email=said.get("email") or None,
            password_digest=digest_of(said["password"]),
        )
        try:
            user = await self._entrance.services.users.join("login", person)
        except (Invalid, NameTaken) as refusal:
            return self._page("sign_up.html", here, said, 400, fault=person_fault(refusal), sent=said)
        return await self._signed_in(request, here, said, user)

    async def choose(self, request: Request) -> Reply:
        """The account that is signed in already."""
        here, _ = await self._sent(request, "choose.html")
        if here.person is not None:
            await moved(self._entrance, here, here.person.session_id)
        return here.onward()

    async def _sent(self, request: Request, template: str) -> tuple[Turn, Said]:
        said = read(request)
        here = await turn(self._entrance, request, said.get("request"))
        self._entrance.forms.check(said, here.browser, *_about(template, here))
        return here, said

    async def _signed_in(self, request: Request, here: Turn, said: Said, user: User) -> Reply:
        opened, cookie = await self._entrance.browsers.sign_in(request, user)
        if not here.waiting:
            return Reply.redirect(_destination(said), headers=[cookie])
        await moved(self._entrance, here, opened.session.id, proven_at=opened.session.created_at)
        return here.onward(cookie)

    def _page(self, template: str, here: Turn, said: Said, status: int = 200, **values: Any) -> Reply:  # noqa: ANN401 - as the template says
        carried = {name: said[name] for name in CARRIED if said.get(name)}
        reply = page(
            template,
            status,
            ends_at=here.ends_at,
            token=self._entrance.forms.token(here.browser, *_about(template, here)),
            carried=carried,
            link=f"{LOGIN}?{urlencode(carried)}",
            application=portrait(here.asked.client.application) if here.asked else None,
            sign_up_open=self._entrance.sign_up_open,
            **values,
        )
        return reply.with_headers(here.cookies)

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("GET", LOGIN, self.show),
            Route("POST", LOGIN, self.prove),
            Route("POST", f"{LOGIN}/new", self.join),
            Route("POST", f"{LOGIN}/account", self.choose),
        )


def _about(template: str, here: Turn) -> tuple[str, ...]:
    """What a form is good for: that page, that request, and for choosing an account the one that was shown."""
    shown = here.person.session_id if here.person and template == "choose.html" else ""
    return template, here.value, shown


def _destination(said: Said) -> str:
    place = DESTINATIONS.get(said.get("to", ""), APPLICATIONS)
    code = said.get("user_code", "")
    return f"{place}?{urlencode({'user_code': code})}" if code and place == DEVICE else place
