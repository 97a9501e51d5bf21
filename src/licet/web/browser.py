"""The browser in front of us: a name of its own, and the session of whoever signed in there.

Both are cookies of this host alone, readable by no script. The name is random and proves nothing but that it is the
same browser as before: what was begun in one browser is never finished in another.
"""

from dataclasses import dataclass

from licet.domain.ids import Entropy
from licet.domain.secret import Form
from licet.domain.user import User
from licet.oauth.decide import SignedIn
from licet.services.sessions import DAY, Opened, SessionKind, Sessions
from licet.web.cookies import Cookie, clear_cookie, set_cookie
from licet.web.reply import Pair
from licet.web.request import Request

_URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
TOKEN = Form("", _URL_SAFE, 43)
SESSION = SessionKind("login", TOKEN, lifetime=30 * DAY, idle=8 * 3_600_000, keep=100)
NAME_COOKIE, SESSION_COOKIE = "licet_browser", "licet_session"


@dataclass(frozen=True, slots=True)
class Browsers:
    """Browsers and their sessions."""

    sessions: Sessions
    entropy: Entropy

    def name(self, request: Request) -> str:
        """The browser's name; empty for one that has none (or sends what cannot be one)."""
        value = request.cookies().get(_cookie(request, NAME_COOKIE).wire_name, "")
        return value if len(value) == TOKEN.length and set(value) <= set(_URL_SAFE) else ""

    def named(self, request: Request) -> tuple[str, list[Pair]]:
        """The browser's name, and the cookie that gives it one if it has none."""
        name = self.name(request)
        if name:
            return name, []
        name = TOKEN.make(self.entropy)
        return name, [set_cookie(_cookie(request, NAME_COOKIE), name)]

    async def person(self, request: Request) -> SignedIn | None:
        """Who is signed in."""
        found = await self.sessions.live(self._token(request), SESSION)
        return None if found is None else SignedIn(found[1], found[0].id, found[0].created_at)

    async def sign_in(self, request: Request, user: User) -> tuple[Opened, Pair]:
        """A new session in the place of the present one, under a new token: a planted one is worth nothing."""
        present = await self.sessions.live(self._token(request), SESSION)
        opened = await self.sessions.open(user, SESSION, instead_of=present[0] if present else None)
        return opened, set_cookie(_cookie(request, SESSION_COOKIE), opened.token, SESSION.lifetime // 1000)

    def forgotten(self, request: Request) -> Pair:
        """The header that makes the browser forget its session."""
        return clear_cookie(_cookie(request, SESSION_COOKIE))

    def _token(self, request: Request) -> str:
        return request.cookies().get(_cookie(request, SESSION_COOKIE).wire_name, "")


def _cookie(request: Request, name: str) -> Cookie:
    return Cookie(name, secure=request.origin.startswith("https:"), host_only=True)
