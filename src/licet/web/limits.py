"""The one limiter: a limit is a row, a counter stands in the shared store, and `limits = "off"` is one switch.

It counts failures, registrations and mail, per address and per subject, and whatever a dialect's own documents bound.
A call that succeeds at the token, introspection or userinfo endpoint is bounded only by a quota that an operator
gives.
"""

from collections.abc import Callable
from dataclasses import dataclass

from licet.errors import Throttled
from licet.services.ports import Counters, Tally

MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Limit:
    """So many hits in a window (ms) that begins with the first; a maximum of 0 or less is no limit."""

    name: str
    maximum: int
    window: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands after a counted call; `reset_at` in ms since the epoch."""

    limit: int
    remaining: int
    reset_at: int


SIGN_IN_FAILURES = Limit("sign-in failures of a user from an address", 10, 15 * MINUTE)
SIGN_IN_FAILURES_OF_ADDRESS = Limit("sign-in failures from an address", 100, 15 * MINUTE)
USER_CODE_FAILURES = Limit("wrong user codes of a person", 10, 15 * MINUTE)
USER_CODE_FAILURES_OF_ADDRESS = Limit("wrong user codes from an address", 50, 15 * MINUTE)
SIGN_UPS = Limit("sign-ups from an address", 100, 60 * MINUTE)
CREDENTIAL_FAILURES = Limit("bad credentials from an address", 300, 5 * MINUTE)


class Limiter:
    """Counts in the shared store, by the clock it is given."""

    def __init__(self, counters: Counters, clock: Callable[[], int], *, enabled: bool = True) -> None:
        self._counters = counters
        self._clock = clock
        self._enabled = enabled

    async def hit(self, limit: Limit, *subject: str) -> Standing | None:
        """Count a call and refuse the one too many (Throttled); None when there is no limit."""
        if not self._counts(limit):
            return None
        tally = await self._counters.hit(_key(limit, subject), now=self._clock(), window=limit.window)
        if tally.hits > limit.maximum:
            raise self._throttled(limit, tally)
        return Standing(limit.maximum, limit.maximum - tally.hits, tally.started_at + limit.window)

    async def admit(self, limit: Limit, *subject: str) -> None:
        """Refuse a subject that has used a limit up (Throttled), without counting: for what counts only failures."""
        if not self._counts(limit):
            return
        tally = await self._counters.seen(_key(limit, subject), now=self._clock())
        if tally.hits >= limit.maximum:
            raise self._throttled(limit, tally)

    async def count(self, limit: Limit, *subject: str) -> None:
        """Count a failure; it is the next call that `admit` refuses."""
        if self._counts(limit):
            await self._counters.hit(_key(limit, subject), now=self._clock(), window=limit.window)

    async def give_back(self, limit: Limit, *subject: str) -> None:
        """Uncount a call that turned out not to be of the kind that the limit is about."""
        if self._counts(limit):
            await self._counters.give_back(_key(limit, subject), now=self._clock())

    async def clear(self, limit: Limit, *subject: str) -> None:
        """Forget a subject's failures after a success."""
        if self._counts(limit):
            await self._counters.clear(_key(limit, subject))

    def _counts(self, limit: Limit) -> bool:
        return self._enabled and limit.maximum > 0

    def _throttled(self, limit: Limit, tally: Tally) -> Throttled:
        reset_at = tally.started_at + limit.window
        return Throttled(limit.name, max(1, -((self._clock() - reset_at) // 1000)), reset_at=reset_at)


@dataclass(frozen=True, slots=True)
class Guesses:
    """The user codes that a person types from an address: each counts as wrong until it is known to be right.

    Were they counted afterwards, as many as are sent at once would all pass before the first of them counts.
    """

    limiter: Limiter
    person: str
    address: str

    async def begin(self) -> None:
        """Before a code is looked at (Throttled)."""
        await self.limiter.hit(USER_CODE_FAILURES, self.person)
        await self.limiter.hit(USER_CODE_FAILURES_OF_ADDRESS, self.address)

    async def right(self) -> None:
        """It was no guess."""
        await self.limiter.give_back(USER_CODE_FAILURES, self.person)
        await self.limiter.give_back(USER_CODE_FAILURES_OF_ADDRESS, self.address)


def _key(limit: Limit, subject: tuple[str, ...]) -> str:
    return "\x1f".join((limit.name, *subject))
