"""The front page, and account pages behind a one-time link: a first password (`setup`), an invitation (`join`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from licet.errors import Invalid, NameTaken, UnknownLink
from licet.login.page import page
from licet.services.passwords import digest_of
from licet.services.users import Person, Users
from licet.web.forms import read
from licet.web.limits import SIGN_IN_FAILURES_OF_ADDRESS, Limiter
from licet.web.page import ICON, STYLE
from licet.web.refused import worded
from licet.web.reply import Reply
from licet.web.request import Request

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1000
WEEK = "public, max-age=604800"


class Wrong(NamedTuple):
    """What is wrong with what a form says, and the fields it is wrong with."""

    said: str
    at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """The handlers of the account pages."""

    users: Users
    limiter: Limiter

    async def ask_password(self, request: Request) -> Reply:
        """The form for a first password, while the link is good."""
        await self._admit(request)
        if not await self.users.link_is_good(request.params["link"], "setup"):
            await self._refuse(request)
        return page("setup.html", fault=None)

    async def set_password(self, request: Request) -> Reply:
        """Take the password, and the link with it."""
        await self._admit(request)
        sent = read(request)
        fault = password_fault(sent)
        if fault is not None:
            return page("setup.html", 400, fault=fault)
        try:
            user = await self.users.set_first_password(request.params["link"], digest_of(sent["password"]))
        except UnknownLink:
            await self._refuse(request)
        return page("done.html", username=user.username)

    async def ask_person(self, request: Request) -> Reply:
        """The form of an invited person, while the link is good."""
        await self._admit(request)
        link = request.params["link"]
        self.users.require_open(link)
        if not await self.users.link_is_good(link, "invitation"):
            await self._refuse(request)
        return page("join.html", fault=None, sent={})

    async def join(self, request: Request) -> Reply:
        """Make the account of an invited person; the link is used up."""
        await self._admit(request)
        sent = read(request)
        fault = password_fault(sent)
        if fault is not None:
            return page("join.html", 400, fault=fault, sent=sent)
        person = Person(
            username=sent.get("username", ""),
            name=sent.get("name", ""),
            email=sent.get("email") or None,
            password_digest=digest_of(sent["password"]),
        )
        try:
            user = await self.users.join("account", person, invitation=request.params["link"])
        except UnknownLink:
            await self._refuse(request)
        except (Invalid, NameTaken) as refusal:
            return page("join.html", 400, fault=person_fault(refusal), sent=sent)
        return page("done.html", username=user.username)

    async def front(self, _request: Request) -> Reply:
        """Where a person can go who comes with nothing in hand."""
        return page("front.html")

    async def style(self, _request: Request) -> Reply:
        """The one style sheet."""
        return _file(STYLE, "text/css; charset=utf-8")

    async def icon(self, _request: Request) -> Reply:
        """The icon of a tab."""
        return _file(ICON, "image/svg+xml")

    async def _admit(self, request: Request) -> None:
        await self.limiter.admit(SIGN_IN_FAILURES_OF_ADDRESS, request.client)

    async def _refuse(self, request: Request) -> NoReturn:
        """A link that is not good counts like a failed sign-in: links are not guessed here either."""
        await self.limiter.count(SIGN_IN_FAILURES_OF_ADDRESS, request.client)
        raise UnknownLink


def _file(text: str, media_type: str) -> Reply:
    return Reply(200, text.encode(), [("content-type", media_type), ("cache-control", WEEK)])


def password_fault(sent: Mapping[str, str]) -> Wrong | None:
    """Why a form's new password is refused; None when it is fine."""
    password = sent.get("password", "")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return Wrong(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.", ("password",))
    return None if password == sent.get("repeated") else Wrong("The two passwords differ.", ("password", "repeated"))


def person_fault(refusal: Invalid | NameTaken) -> Wrong:
    """Why a form's new person is refused."""
    if isinstance(refusal, NameTaken):
        return Wrong(worded(refusal), (refusal.field,))
    return Wrong(worded(refusal), tuple(str(fault.path[0]) for fault in refusal.faults if fault.path) or ("username",))
