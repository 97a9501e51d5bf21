"""`/device`: a person types the code that a device shows, sees what it asks for, and says yes or no.

RFC 8628 section 3.3. Nothing is decided by following a link: a code that came in the address is only filled in. Once
typed, it is the person's who typed it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from licet.domain.family import DeviceCode
from licet.errors import MalformedRequest
from licet.login.account import Wrong
from licet.login.entrance import Entrance
from licet.login.page import page
from licet.login.turn import Turn, turn
from licet.oauth.decide import SignedIn
from licet.oauth.device import decided, spelled, typed
from licet.services.clients import Client
from licet.web.forms import read
from licet.web.limits import Guesses
from licet.web.places import DEVICE, LOGIN
from licet.web.portrait import lines, portrait
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

CONFIRM, ALLOWED, DENIED = f"{DEVICE}/confirm", f"{DEVICE}/allowed", f"{DEVICE}/denied"
LONGEST_ECHO = 20
UNKNOWN = Wrong("This code is not known, or it has expired. Look at the device again.", ("user_code",))


class Device:
    """The handlers of the device pages."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance
        self._store = entrance.context.ambient.store.devices

    async def ask(self, request: Request) -> Reply:
        """The form for the code, after signing in: whoever types a code makes it theirs."""
        said = request.query_one()
        here = await turn(self._entrance, request, None)
        if here.person is None:
            return _to_login(said)
        return self._form(here, here.person, said.get("user_code", ""))

    async def enter(self, request: Request) -> Reply:
        """A code was typed."""
        said = read(request)
        here = await turn(self._entrance, request, None)
        if here.person is None:
            return _to_login(said)
        self._entrance.forms.check(said, here.browser, "device", here.person.session_id)
        guesses = Guesses(self._entrance.limiter, here.person.user.id, request.client)
        await guesses.begin()
        text, now = said.get("user_code", ""), self._entrance.context.now()
        code = typed(text)
        entered = await self._store.enter(code, user_id=here.person.user.id, now=now) if code else None
        if entered is None or await self._client(entered) is None:
            return self._form(here, here.person, text, fault=UNKNOWN)
        await guesses.right()
        return Reply.redirect(f"{CONFIRM}?{urlencode({'user_code': spelled(entered.user_code)})}")

    async def show(self, request: Request) -> Reply:
        """What the device asks for, to the person who typed its code."""
        said = request.query_one()
        here = await turn(self._entrance, request, None)
        device, client = await self._entered(here, said)
        if here.person is None or device is None or client is None:
            return _to_form(said)
        return page(
            "device_confirm.html",
            token=self._entrance.forms.token(here.browser, *_about(here.person, device)),
            code=spelled(device.user_code),
            application=portrait(client.application),
            person=here.person.user,
            new=lines(device.scope, await self._entrance.services.catalogue.scopes()),
            resources=device.resources,
            address=device.address,
            asked_at=datetime.fromtimestamp(device.created_at / 1000, UTC).strftime("%H:%M UTC"),
        )

    async def decide(self, request: Request) -> Reply:
        """Yes or no, once."""
        said = read(request)
        here = await turn(self._entrance, request, None)
        device, client = await self._entered(here, said)
        if here.person is None or device is None or client is None:
            return _to_form(said)
        self._entrance.forms.check(said, here.browser, *_about(here.person, device))
        decision = said.get("decision")
        if decision not in {"allow", "deny"}:
            raise MalformedRequest("Say allow or deny.")
        approve = decision == "allow"
        context, application = self._entrance.context, client.application
        if not await decided(context, application, here.person, device, approve=approve):
            return _to_form(said)
        return Reply.redirect(ALLOWED if approve else DENIED)

    async def allowed(self, _request: Request) -> Reply:
        """The end of a yes."""
        return page("device_done.html", allowed=True)

    async def denied(self, _request: Request) -> Reply:
        """The end of a no."""
        return page("device_done.html", allowed=False)

    async def _entered(self, here: Turn, said: Mapping[str, str]) -> tuple[DeviceCode | None, Client | None]:
        """The device whose code this person typed; to everybody else there is none."""
        code = typed(said.get("user_code", ""))
        if here.person is None or code is None:
            return None, None
        device = await self._store.by_user_code(code, self._entrance.context.now())
        if device is None or device.state != "pending" or device.user_id != here.person.user.id:
            return None, None
        return device, await self._client(device)

    async def _client(self, device: DeviceCode) -> Client | None:
        """The client of a device that is ours; another surface's devices are let in on its own page."""
        client = await self._entrance.context.clients.find(device.client_id)
        ours = device.surface == self._entrance.context.provider.surface
        return client if ours and client is not None and client.application.enabled else None

    def _form(self, here: Turn, person: SignedIn, text: str, fault: Wrong | None = None) -> Reply:
        code = typed(text)
        reply = page(
            "device.html",
            400 if fault else 200,
            token=self._entrance.forms.token(here.browser, "device", person.session_id),
            code=spelled(code) if code else text[:LONGEST_ECHO],
            person=person.user,
            fault=fault,
        )
        return reply.with_headers(here.cookies)

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("GET", DEVICE, self.ask),
            Route("POST", DEVICE, self.enter),
            Route("GET", CONFIRM, self.show),
            Route("POST", CONFIRM, self.decide),
            Route("GET", ALLOWED, self.allowed),
            Route("GET", DENIED, self.denied),
        )


def _about(person: SignedIn, device: DeviceCode) -> tuple[str, ...]:
    return (
        "device_confirm",
        person.session_id,
        device.digest.hex(),
        " ".join(device.scope),
        " ".join(device.resources),
    )


def _to_login(said: Mapping[str, str]) -> Reply:
    return Reply.redirect(f"{LOGIN}?{urlencode({'to': 'device', **_code(said)})}")


def _to_form(said: Mapping[str, str]) -> Reply:
    carried = urlencode(_code(said))
    return Reply.redirect(f"{DEVICE}?{carried}" if carried else DEVICE)


def _code(said: Mapping[str, str]) -> dict[str, str]:
    code = typed(said.get("user_code", ""))
    return {"user_code": code} if code else {}
