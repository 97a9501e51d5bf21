"""Signing in, up and out: a password becomes the session cookie."""

import re
from dataclasses import replace

from licet.dialects.record import Option, Setup
from licet.dialects.teable.access import Access, require_own_site
from licet.dialects.teable.body import body_of
from licet.dialects.teable.fields import SIGN_IN, SIGN_UP, USER
from licet.dialects.teable.formats import LOWER, SESSION, SURFACE
from licet.dialects.teable.render import created, done, ok
from licet.domain.ids import random_text
from licet.domain.user import User
from licet.errors import NameTaken
from licet.services.passwords import digest_of
from licet.services.sessions import DAY, SessionKind
from licet.services.users import Person
from licet.web.limits import MINUTE, Limit
from licet.web.reply import Pair, Reply
from licet.web.request import Request
from licet.web.sign_in import Claim, SignIn

OPTIONS = {
    "teable_session_days": Option(7, "How long a session of Teable's surface lasts, in days.", range(1, 36_501)),
}
SIGN_UPS = Limit("sign-ups from an address", 100, 60 * MINUTE)

_UNFIT = re.compile(r"[^0-9A-Za-z._-]|^[._-]+")
_LONGEST = 48


class Session:
    """Handlers of `/api/auth/signin`, `signup` and `signout`."""

    def __init__(self, setup: Setup, access: Access) -> None:
        self._access = access
        self._services = setup.services
        self._limiter = setup.limiter
        self._sign_in = SignIn(setup.services.sessions, setup.limiter)
        self._kind = SessionKind(SURFACE, SESSION, lifetime=setup.options["teable_session_days"] * DAY)

    async def sign_in(self, request: Request) -> Reply:
        """Open a session for an e-mail address and its password."""
        require_own_site(request)
        said = SIGN_IN.decode(body_of(request))
        user = await self._prove(request, said["email"], said["password"])
        return ok(USER.encode(user), [await self._opened(request, user)])

    async def proven(self, request: Request, email: str, password: str) -> Pair:
        """The cookie of a new session (WrongPassword, Throttled)."""
        return await self._opened(request, await self._prove(request, email, password))

    async def sign_up(self, request: Request) -> Reply:
        """Make an account where the operator lets people, and open a session for it."""
        require_own_site(request)
        self._services.users.require_open()
        said = SIGN_UP.decode(body_of(request))
        await self._limiter.hit(SIGN_UPS, request.client)
        user = await self._joined(_person(said["email"], said["password"]))
        return created(USER.encode(user), [await self._opened(request, user)])

    async def sign_out(self, request: Request) -> Reply:
        """End the session that asks."""
        caller = await self._access.session(request)
        await self._services.sessions.end(caller.credential.id)
        return done([self._access.closed(request)])

    async def _prove(self, request: Request, email: str, password: str) -> User:
        return await self._sign_in.prove(Claim(email=email, password_digest=digest_of(password)), request.client)

    async def _opened(self, request: Request, user: User) -> Pair:
        opened = await self._services.sessions.open(user, self._kind)
        return self._access.opened(request, opened.token)

    async def _joined(self, person: Person) -> User:
        try:
            return await self._services.users.join(SURFACE, person)
        except NameTaken as taken:
            if taken.field != "username":
                raise
        suffix = random_text(LOWER, 8, self._services.ambient.entropy)
        return await self._services.users.join(SURFACE, replace(person, username=f"{person.username}-{suffix}"))


def _person(email: str, password: str) -> Person:
    """This surface knows no user names: one is made of what stands before the @."""
    username = _UNFIT.sub("", email.partition("@")[0])[:_LONGEST] or "user"
    return Person(username=username, name=username, email=email, password_digest=digest_of(password))
