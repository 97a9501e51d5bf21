"""Who calls: the bearer token of a request (RFC 6750 section 2.1), and the proof of a password at sign-in."""

from licet.dialects.native.formats import PERSONAL_TOKEN
from licet.dialects.native.scopes import RESOURCE
from licet.dialects.record import Setup
from licet.domain.actor import MANAGEMENT_SCOPES, Actor
from licet.domain.user import User
from licet.errors import MalformedRequest, Unauthenticated
from licet.oauth.presented import opened
from licet.oauth.request import Brought
from licet.services.credentials import Allowance, Caller
from licet.services.passwords import digest_of
from licet.web.limits import CREDENTIAL_FAILURES
from licet.web.request import Request
from licet.web.sign_in import SignIn, named

NAME = "native"


class Authentication:
    """The one door of this surface."""

    def __init__(self, setup: Setup) -> None:
        self._credentials = setup.services.credentials
        self._context = setup.context
        self._resource = setup.origin + RESOURCE
        self._sign_in = SignIn(setup.services.sessions, setup.limiter)
        self._accepts = setup.accepts
        self._limiter = setup.limiter

    async def caller(self, request: Request) -> Caller:
        """The person behind the request's token (Unauthenticated; Throttled after too many bad ones)."""
        value = _bearer(request)
        try:
            return await self._look_up(value, request.request_id)
        except Unauthenticated:
            await self._limiter.hit(CREDENTIAL_FAILURES, request.client)
            raise

    async def actor(self, request: Request) -> Actor:
        """The same, for calls that need no more."""
        return (await self.caller(request)).actor

    async def prove(self, request: Request, name: str, password: str) -> User:
        """The user of a name or e-mail address and a password (WrongPassword, Throttled)."""
        return await self._sign_in.prove(named(name, digest_of(password)), request.client)

    async def _look_up(self, value: str, request_id: str) -> Caller:
        if value.startswith(PERSONAL_TOKEN.prefix):
            return await self._credentials.personal_token(value, NAME, self._accepts, request_id)
        try:
            return await self._credentials.session(value, NAME, self._accepts, request_id)
        except Unauthenticated:
            return await self._allowed(value, request_id)

    async def _allowed(self, value: str, request_id: str) -> Caller:
        """The person who allowed an application to call this API for them: within that, and no other resource's."""
        token = await opened(self._context, Brought(value))
        scopes = MANAGEMENT_SCOPES.keys() & token.scope
        if token.user is None or self._resource not in token.audience or not scopes:
            raise Unauthenticated
        allowance = Allowance(token.digest.hex(), token.issued_at, token.expires_at)
        return await self._credentials.allowed(
            token.user, allowance, scopes=frozenset(scopes), surface=NAME, request_id=request_id
        )


def _bearer(request: Request) -> str:
    headers = request.headers_all("authorization")
    if len(headers) > 1:
        raise MalformedRequest("A request has one Authorization header.")
    scheme, _, value = "".join(headers).strip().partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated
    return value.strip()
