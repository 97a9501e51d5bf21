"""Proving a password: one way for every surface, so that guesses are counted together wherever they are made."""

from dataclasses import dataclass

from licet.domain.user import User
from licet.errors import WrongPassword
from licet.services.sessions import Sessions
from licet.web.limits import SIGN_IN_FAILURES, SIGN_IN_FAILURES_OF_ADDRESS, Limiter


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says they are, by one of two names, and the digest of a password; what is missing proves nothing."""

    username: str | None = None
    email: str | None = None
    password_digest: str = ""


def named(name: str, password_digest: str) -> Claim:
    """A claim by whichever of the two names it is: an `@` makes it an address."""
    if "@" in name:
        return Claim(email=name, password_digest=password_digest)
    return Claim(username=name, password_digest=password_digest)


class SignIn:
    """Passwords, with failures counted for a name from an address and for the address alone."""

    def __init__(self, sessions: Sessions, limiter: Limiter) -> None:
        self._sessions = sessions
        self._limiter = limiter

    async def prove(self, claim: Claim, address: str) -> User:
        """The user whose password it is (WrongPassword, Throttled).

        The limit is asked again after the proof: guesses made at once must not all count as made before the first
        failure.
        """
        subject = (claim.username or claim.email or "").casefold(), address
        await self._admit(*subject)
        try:
            user = await self._sessions.prove(
                password_digest=claim.password_digest, username=claim.username, email=claim.email
            )
        except WrongPassword:
            await self._limiter.hit(SIGN_IN_FAILURES, *subject)
            await self._limiter.hit(SIGN_IN_FAILURES_OF_ADDRESS, address)
            raise
        await self._admit(*subject)
        await self._limiter.clear(SIGN_IN_FAILURES, *subject)
        return user

    async def _admit(self, name: str, address: str) -> None:
        await self._limiter.admit(SIGN_IN_FAILURES, name, address)
        await self._limiter.admit(SIGN_IN_FAILURES_OF_ADDRESS, address)
