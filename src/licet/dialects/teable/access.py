"""Who calls: the session cookie, then the bearer token, and which of the two a route takes."""

from licet.dialects.record import Setup
from licet.dialects.teable.formats import BEARER, SURFACE
from licet.domain.redirect_uri import Kind, classify
from licet.errors import CredentialNotAccepted, CrossSite, Unauthenticated
from licet.services.credentials import Caller
from licet.web.cookies import Cookie, clear_cookie, set_cookie, sign, unsign
from licet.web.csrf import same_site
from licet.web.limits import CREDENTIAL_FAILURES
from licet.web.reply import Pair
from licet.web.request import Request

COOKIE = "auth_session"
COOKIE_AGE = 365 * 86_400
"""How long browsers keep the cookie, in seconds; the session behind it ends earlier."""


class Access:
    """Turns a request into its caller, or refuses it; the reason is never told."""

    def __init__(self, setup: Setup) -> None:
        self._credentials = setup.services.credentials
        self._accepts = setup.accepts
        self._limiter = setup.limiter
        self._key = setup.cookie_key

    async def person(self, request: Request) -> Caller:
        """Whoever is signed in, or holds a personal access token (Unauthenticated, CrossSite)."""
        return await self._signed_in(request) or await self._bearer(request)

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

    async def _bearer(self, request: Request) -> Caller:
        try:
            return await self._holder(request)
        except Unauthenticated:
            # Only bad tokens are counted, and only they are refused: a good one costs nothing more.
            if request.header("authorization") is not None:
                await self._limiter.hit(CREDENTIAL_FAILURES, request.client)
            raise

    async def _holder(self, request: Request) -> Caller:
        found = BEARER.fullmatch("\n".join(request.headers_all("authorization")))
        if found is None:
            raise Unauthenticated
        return await self._credentials.personal_token(found[1], SURFACE, self._accepts, request.request_id)


def require_own_site(request: Request) -> None:
    """Refuse what another site started (CrossSite)."""
    if not same_site(request):
        raise CrossSite


def _cookie(request: Request) -> Cookie:
    return Cookie(COOKIE, secure=classify(request.origin) is not Kind.LOOPBACK)
