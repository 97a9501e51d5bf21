"""Passwords at this surface: a sign-in, and the second factor that guards personal access tokens."""

from dataclasses import dataclass

from licet.dialects.record import Setup
from licet.domain.user import User
from licet.errors import SecondFactorInvalid, SecondFactorRequired, WrongPassword
from licet.services.passwords import digest_of
from licet.web.limits import SIGN_IN_FAILURES, SIGN_IN_FAILURES_OF_ADDRESS
from licet.web.request import Request

SECOND_FACTOR = {"x-2fa-code": "The SHA-256 of the caller's password, 64 hex digits."}


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says they are, by one of two names, and the digest of a password; what is missing proves nothing."""

    username: str | None = None
    email: str | None = None
    password_digest: str = ""


class Proof:
    """Proves passwords, counting failures of a name from an address."""

    def __init__(self, setup: Setup) -> None:
        self._sessions = setup.services.sessions
        self._limiter = setup.limiter

    async def prove(self, request: Request, claim: Claim) -> User:
        """The user whose password it is (WrongPassword, Throttled).

        The limit is asked again after the proof: guesses made at once must not all count as made before the first
        failure.
        """
        subject = (claim.username or claim.email or "").casefold(), request.client
        await self._admit(*subject)
        try:
            user = await self._sessions.prove(
                password_digest=claim.password_digest, username=claim.username, email=claim.email
            )
        except WrongPassword:
            await self._limiter.count(SIGN_IN_FAILURES, *subject)
            await self._limiter.count(SIGN_IN_FAILURES_OF_ADDRESS, request.client)
            raise
        await self._admit(*subject)
        await self._limiter.clear(SIGN_IN_FAILURES, *subject)
        return user

    async def second_factor(self, request: Request, user: User) -> None:
        """Ask for the caller's own password once more (SecondFactorRequired, SecondFactorInvalid, Throttled)."""
        code = request.header("x-2fa-code")
        if not code:
            raise SecondFactorRequired
        try:
            await self.prove(request, Claim(username=user.username, password_digest=code))
        except WrongPassword:
            raise SecondFactorInvalid from None

    async def _admit(self, name: str, address: str) -> None:
        await self._limiter.admit(SIGN_IN_FAILURES, name, address)
        await self._limiter.admit(SIGN_IN_FAILURES_OF_ADDRESS, address)


def claimed(body: object) -> Claim:
    """The claim of a sign-in body, in any of its forms; what is of another type is as good as missing."""
    said = body if isinstance(body, dict) else {}
    who = said.get("user", said)
    named = {_kind_of(who): who} if isinstance(who, str) else who if isinstance(who, dict) else {}
    username, email = _word(named.get("username")), _word(named.get("email"))
    return Claim(username, None if username else email, _digest(said.get("password")))


def _kind_of(name: str) -> str:
    return "email" if "@" in name else "username"


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _digest(password: object) -> str:
    if isinstance(password, dict):
        given = password.get("digest")
        return given if isinstance(given, str) and password.get("algorithm") == "sha-256" else ""
    return digest_of(password) if isinstance(password, str) else ""
