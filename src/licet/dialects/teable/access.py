"""Who calls: the session cookie, then the bearer token, and which kinds of them a route takes."""

from typing import NamedTuple
from urllib.parse import quote

from licet.dialects.record import Setup
from licet.dialects.teable.formats import BEARER, SURFACE
from licet.dialects.teable.protocol.render import found
from licet.domain.actor import Actor
from licet.domain.application import Application
from licet.domain.redirect_uri import Kind, classify
from licet.domain.user import PersonalToken, User
from licet.errors import CredentialNotAccepted, CrossSite, Unauthenticated
from licet.oauth.presented import Presented, presented
from licet.services.credentials import Caller
from licet.web.cookies import Cookie, clear_cookie, set_cookie, sign, unsign
from licet.web.csrf import same_site
from licet.web.limits import CREDENTIAL_FAILURES
from licet.web.reply import Pair, Reply
from licet.web.request import Request

COOKIE = "auth_session"
COOKIE_AGE = 365 * 86_400
"""How long browsers keep the cookie, in seconds; the session behind it ends earlier."""


LOGIN = "/auth/login"


class Holder(NamedTuple):
    """Whoever calls, by any credential.

    Attributes:
        scopes: what a token may do; None for a session, which may do what its user may.
        application: whose token it is; None for a session and a personal access token.
    """

    user: User
    actor: Actor
    scopes: frozenset[str] | None = None
    application: Application | None = None

    def may(self, scope: str) -> bool:
        """Whether it reaches that far."""
        return self.scopes is None or scope in self.scopes


class Access:
    """Turns a request into its caller, or refuses it; the reason is never told."""

    def __init__(self, setup: Setup) -> None:
        self._credentials = setup.services.credentials
        self._accepts = setup.accepts
        self._limiter = setup.limiter
        self._key = setup.cookie_key
        self._context = setup.context

    async def person(self, request: Request) -> Caller:
        """Whoever is signed in, or holds a personal access token (Unauthenticated, CrossSite)."""
        caller = await self._signed_in(request) or await self._bearer(request)
        if isinstance(caller, Presented):
            raise CredentialNotAccepted
        return caller

    async def visitor(self, request: Request) -> Caller | None:
        """Whoever is signed in; None for nobody, who is sent to sign in, and not for who brings a token."""
        try:
            return await self.session(request)
        except Unauthenticated:
            return None

    async def holder(self, request: Request) -> Holder:
        """Whoever calls, by any credential (Unauthenticated, CrossSite)."""
        caller = await self._signed_in(request) or await self._bearer(request)
        if isinstance(caller, Presented):
            return await self._of_application(request, caller)
        if isinstance(caller.credential, PersonalToken):
            scopes = dict(caller.credential.narrowed_to).get("scopes", ())
            return Holder(caller.user, caller.actor, frozenset(scopes))
        return Holder(caller.user, caller.actor)

    async def session(self, request: Request) -> Caller:
        """Whoever is signed in; a token that is valid elsewhere is not enough (CredentialNotAccepted)."""
        caller = await self._signed_in(request)
        if caller is None:
            await self._bearer(request)
            raise CredentialNotAccepted
        return caller

    def opened(self, request: Request, token: str) -> Pair:
        """The header that gives a browser its session."""
        return set_cookie(_cookie(request), sign(token, self._key), COOKIE_AGE)

    def closed(self, request: Request) -> Pair:
        """The header that takes it away."""
        return clear_cookie(_cookie(request))

    async def _signed_in(self, request: Request) -> Caller | None:
        token = unsign(request.cookies().get(COOKIE, ""), self._key)
        if token is None:
            return None
        try:
            caller = await self._credentials.session(token, SURFACE, self._accepts, request.request_id)
        except Unauthenticated:
            return None
        require_own_site(request)
        return caller

    async def _bearer(self, request: Request) -> Caller | Presented:
        try:
            return await self._token(request)
        except Unauthenticated:
            # Only bad tokens are counted, and only they are refused: a good one costs nothing more.
            if request.header("authorization") is not None:
                await self._limiter.hit(CREDENTIAL_FAILURES, request.client)
            raise

    async def _token(self, request: Request) -> Caller | Presented:
        """Both kinds look alike; which one it is, only the store can tell."""
        said = BEARER.fullmatch("\n".join(request.headers_all("authorization")))
        if said is None:
            raise Unauthenticated
        issued = await presented(self._context, said[1])
        if issued is not None:
            return issued
        return await self._credentials.personal_token(said[1], SURFACE, self._accepts, request.request_id)

    async def _of_application(self, request: Request, token: Presented) -> Holder:
        """The person of an application's token, who can see when it was used last."""
        if token.user is None:
            raise Unauthenticated
        context = self._context
        await context.ambient.store.consents.touch(token.user.id, token.application.id, context.now())
        actor = await self._credentials.person(token.user, SURFACE, request.request_id)
        return Holder(token.user, actor, frozenset(token.scope), token.application)


def to_login(request: Request) -> Reply:
    """A browser sent to sign in, from where it comes back."""
    query = f"?{request.raw_query.decode('latin-1')}" if request.raw_query else ""
    return found(f"{LOGIN}?redirect={quote(request.raw_path + query, safe='')}")


def require_own_site(request: Request) -> None:
    """Refuse what another site started (CrossSite)."""
    if not same_site(request):
        raise CrossSite


def _cookie(request: Request) -> Cookie:
    return Cookie(COOKIE, secure=classify(request.origin) is not Kind.LOOPBACK)
