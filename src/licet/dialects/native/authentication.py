"""Who calls: the bearer token of a request (RFC 6750 section 2.1), and the proof of a password at sign-in."""

from licet.dialects.native.formats import PERSONAL_TOKEN
from licet.dialects.record import Setup
from licet.domain.actor import Actor
from licet.domain.user import User
from licet.errors import MalformedRequest, Unauthenticated, WrongPassword
from licet.services.credentials import Caller
from licet.services.passwords import digest_of
from licet.web.limits import CREDENTIAL_FAILURES, SIGN_IN_FAILURES, SIGN_IN_FAILURES_OF_ADDRESS
from licet.web.request import Request

NAME = "native"


class Authentication:
    """The one door of this surface."""

    def __init__(self, setup: Setup) -> None:
        self._credentials = setup.services.credentials
        self._sessions = setup.services.sessions
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
        """The user of a name or e-mail address and a password (WrongPassword, Throttled).

        The limit is asked again after the proof: guesses made all at once must not pass before the first has failed.
        """
        subject = name.casefold(), request.client
        named = {"email": name} if "@" in name else {"username": name}
        await self._admit(*subject)
        try:
            user = await self._sessions.prove(password_digest=digest_of(password), **named)
        except WrongPassword:
            await self._limiter.hit(SIGN_IN_FAILURES, *subject)
            await self._limiter.hit(SIGN_IN_FAILURES_OF_ADDRESS, request.client)
            raise
        await self._admit(*subject)
        await self._limiter.clear(SIGN_IN_FAILURES, *subject)
        return user

    async def _admit(self, name: str, address: str) -> None:
        await self._limiter.admit(SIGN_IN_FAILURES, name, address)
        await self._limiter.admit(SIGN_IN_FAILURES_OF_ADDRESS, address)

    async def _look_up(self, value: str, request_id: str) -> Caller:
        if value.startswith(PERSONAL_TOKEN.prefix):
            return await self._credentials.personal_token(value, NAME, self._accepts, request_id)
        return await self._credentials.session(value, NAME, self._accepts, request_id)


def _bearer(request: Request) -> str:
    headers = request.headers_all("authorization")
    if len(headers) > 1:
        raise MalformedRequest("A request has one Authorization header.")
    scheme, _, value = "".join(headers).strip().partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated
    return value.strip()
