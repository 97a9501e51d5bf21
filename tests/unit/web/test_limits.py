import pytest

from licet.errors import Throttled
from licet.services.ports import Tally
from licet.web.limits import Limit, Limiter, Standing

THREE = Limit("three a minute", 3, 60_000)


class Counted:
    """Counters in a dictionary: windows begin with their first hit."""

    def __init__(self) -> None:
        self.tallies: dict[str, Tally] = {}
        self.ends: dict[str, int] = {}

    async def hit(self, key: str, *, now: int, window: int) -> Tally:
        seen = await self.seen(key, now=now)
        self.tallies[key] = Tally(seen.hits + 1, seen.started_at)
        self.ends[key] = seen.started_at + window
        return self.tallies[key]

    async def seen(self, key: str, *, now: int) -> Tally:
        return self.tallies[key] if now < self.ends.get(key, 0) else Tally(0, now)

    async def give_back(self, key: str, *, now: int) -> None:
        seen = await self.seen(key, now=now)
        self.tallies[key] = Tally(seen.hits - 1, seen.started_at)

    async def clear(self, key: str) -> None:
        self.tallies.pop(key, None)
        self.ends.pop(key, None)


class Clock:
    now = 1_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter(clock: Clock) -> Limiter:
    return Limiter(Counted(), clock)


async def test_the_last_hit_of_a_limit_passes_and_the_next_says_when_to_come_back(
    limiter: Limiter, clock: Clock
) -> None:
    assert [await limiter.hit(THREE, "a") for _ in range(3)] == [
        Standing(3, 2, 1_060_000),
        Standing(3, 1, 1_060_000),
        Standing(3, 0, 1_060_000),
    ]
    clock.now += 17_500
    with pytest.raises(Throttled) as refused:
        await limiter.hit(THREE, "a")
    assert (refused.value.retry_after, refused.value.what) == (43, "three a minute")


async def test_a_window_begins_with_its_first_hit_and_ends_on_the_millisecond(limiter: Limiter, clock: Clock) -> None:
    for _ in range(3):
        await limiter.hit(THREE, "a")
    clock.now += 59_999
    with pytest.raises(Throttled):
        await limiter.hit(THREE, "a")
    clock.now += 1
    assert await limiter.hit(THREE, "a") == Standing(3, 2, 1_120_000)


async def test_subjects_do_not_influence_each_other_and_cannot_be_glued_into_one_another(limiter: Limiter) -> None:
    for _ in range(3):
        await limiter.hit(THREE, "a", "b")
    assert await limiter.hit(THREE, "ab") is not None
    assert await limiter.hit(THREE, "a") is not None


async def test_failures_are_counted_apart_from_being_admitted(limiter: Limiter) -> None:
    for _ in range(3):
        await limiter.admit(THREE, "a")
        await limiter.count(THREE, "a")
    with pytest.raises(Throttled):
        await limiter.admit(THREE, "a")
    await limiter.clear(THREE, "a")
    await limiter.admit(THREE, "a")


@pytest.mark.parametrize("maximum", [0, -1])
async def test_a_maximum_of_zero_or_less_is_no_limit(limiter: Limiter, maximum: int) -> None:
    unlimited = Limit("none", maximum, 60_000)
    assert [await limiter.hit(unlimited, "a") for _ in range(5)] == [None] * 5


async def test_switched_off_nothing_is_counted(clock: Clock) -> None:
    counters = Counted()
    limiter = Limiter(counters, clock, enabled=False)
    for _ in range(5):
        await limiter.hit(THREE, "a")
        await limiter.admit(THREE, "a")
        await limiter.count(THREE, "a")
    assert counters.tallies == {}
