"""The pages of this surface: signing in, consent, a device's code. Plain forms that work without scripts."""

from collections.abc import Mapping
from typing import NamedTuple

from licet.dialects.record import Setup
from licet.dialects.teable.access import LOGIN, Access, require_own_site, to_login
from licet.dialects.teable.protocol.authorize import AUTHORIZE, DECISION, Authorize, Pending
from licet.dialects.teable.protocol.device import PAGE as DEVICE, Device, Typed
from licet.dialects.teable.protocol.render import found
from licet.dialects.teable.session import Session
from licet.domain.text import text_fault
from licet.errors import MalformedRequest, WrongPassword
from licet.oauth.device import spelled
from licet.services.credentials import Caller
from licet.web.page import SOMEWHERE_SAFE, Pages as Templates
from licet.web.portrait import destination as place, lines, portrait
from licet.web.refused import on_page
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

page = Templates("licet.dialects.teable").page

SHOWN, REFUSED = 200, 400
LONGEST_EMAIL, LONGEST_CODE = 254, 20


class Ways(NamedTuple):
    """What the pages lead to."""

    authorize: Authorize
    device: Device


class Pages:
    """The handlers of the pages on the way of an authorization."""

    def __init__(self, setup: Setup, access: Access, session: Session, ways: Ways) -> None:
        self._access = access
        self._session = session
        self._authorize, self._device = ways
        self._catalogue = setup.services.catalogue

    @on_page
    async def ask_password(self, request: Request) -> Reply:
        """The form of a sign-in; straight on for who is signed in."""
        said = request.query_one()
        if await self._access.visitor(request) is not None:
            return found(destination(said.get("redirect", "")))
        return _login(said.get("redirect", ""))

    @on_page
    async def prove(self, request: Request) -> Reply:
        """An address and a password."""
        require_own_site(request)
        said = request.form()
        email, redirect = said.get("email", "").strip(), said.get("redirect", "")
        try:
            cookie = await self._session.proven(request, email, said.get("password", ""))
        except WrongPassword as refusal:
            return _login(redirect, REFUSED, fault=refusal.public, email=email[:LONGEST_EMAIL])
        return found(destination(redirect)).with_headers([cookie])

    @on_page
    async def show_decision(self, request: Request) -> Reply:
        """Who asks, for what, and where it goes."""
        caller = await self._access.visitor(request)
        if caller is None:
            return to_login(request)
        value = request.query_one().get("transaction_id", "")
        pending = await self._authorize.pending(value, caller)
        if not isinstance(pending, Pending):
            raise MalformedRequest(pending[1])
        uri = pending.asked.to.redirect_uri
        return page(
            "teable_decision.html",
            ends_at=(uri, SOMEWHERE_SAFE),
            application=portrait(pending.asked.client.application),
            destination=place(uri),
            lines=lines(pending.shown, await self._catalogue.scopes()),
            transaction_id=value,
            person=_name(caller),
        )

    @on_page
    async def ask_code(self, request: Request) -> Reply:
        """The form for a device's code; nothing is decided by following a link."""
        caller = await self._access.visitor(request)
        if caller is None:
            return to_login(request)
        return _code(caller, request.query_one().get("user_code", ""))

    @on_page
    async def enter_code(self, request: Request) -> Reply:
        """A code was typed, or what it stands for was decided."""
        caller = await self._access.visitor(request)
        if caller is None:
            return to_login(request)
        said = request.form()
        text = said.get("user_code", "")
        if "decision" in said:
            return await self._decided(request, caller, said)
        typed = await self._device.typed(request, text, caller)
        if not isinstance(typed, Typed):
            return _code(caller, text, typed)
        return page(
            "teable_device_confirm.html",
            application=portrait(typed.application),
            code=spelled(typed.device.user_code),
            lines=lines(typed.device.scope, await self._catalogue.scopes()),
            address=typed.device.address,
            person=_name(caller),
        )

    async def _decided(self, request: Request, caller: Caller, said: Mapping[str, str]) -> Reply:
        if said["decision"] not in {"allow", "deny"}:
            raise MalformedRequest("Say allow or deny.")
        allowed = said["decision"] == "allow"
        refused = await self._device.decided(request, said.get("user_code", ""), caller, approve=allowed)
        return _code(caller, "", refused) if refused else page("teable_device_done.html", allowed=allowed)

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("GET", LOGIN, self.ask_password),
            Route("POST", LOGIN, self.prove),
            Route("GET", DECISION, self.show_decision),
            Route("GET", DEVICE, self.ask_code),
            Route("POST", DEVICE, self.enter_code),
        )


def destination(path: str) -> str:
    """Where a sign-in leads: a path on this origin, as it was sent; the front page for anything else."""
    own = path.startswith("/") and path[1:2] not in {"/", "\\"} and path.isascii() and not text_fault(path)
    return path if own and " " not in path else "/"


def _name(caller: Caller) -> str:
    return caller.user.email or caller.user.username


def _login(redirect: str, status: int = SHOWN, *, fault: str | None = None, email: str = "") -> Reply:
    to = destination(redirect)
    # Whoever allowed an application before is sent on to it from here.
    ends_at = (SOMEWHERE_SAFE,) if to.startswith(AUTHORIZE) else ()
    return page("teable_login.html", status, ends_at=ends_at, redirect=to, fault=fault, email=email)


def _code(caller: Caller, text: str, refused: tuple[int, str] | None = None) -> Reply:
    status, fault = refused or (SHOWN, None)
    return page("teable_device.html", status, code=text[:LONGEST_CODE], fault=fault, person=_name(caller))
