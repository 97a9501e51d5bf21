"""Passwords at this surface: a sign-in, and the second factor that guards personal access tokens."""

from licet.dialects.record import Setup
from licet.domain.user import User
from licet.errors import SecondFactorInvalid, SecondFactorRequired, WrongPassword
from licet.services.passwords import digest_of
from licet.web.request import Request
from licet.web.sign_in import Claim, SignIn

SECOND_FACTOR = {"x-2fa-code": "The SHA-256 of the caller's password, 64 hex digits."}


class Proof:
    """Proves passwords, at a sign-in and as a second factor."""

    def __init__(self, setup: Setup) -> None:
        self._sign_in = SignIn(setup.services.sessions, setup.limiter)

    async def prove(self, request: Request, claim: Claim) -> User:
        """The user whose password it is (WrongPassword, Throttled)."""
        return await self._sign_in.prove(claim, request.client)

    async def second_factor(self, request: Request, user: User) -> None:
        """Ask for the caller's own password once more (SecondFactorRequired, SecondFactorInvalid, Throttled)."""
        code = request.header("x-2fa-code")
        if not code:
            raise SecondFactorRequired
        try:
            await self.prove(request, Claim(username=user.username, password_digest=code))
        except WrongPassword:
            raise SecondFactorInvalid from None


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
