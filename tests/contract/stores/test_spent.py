"""Names that may be used once."""

import asyncio

from licet.domain.secret import digest

NOW, ENDS = 1_000, 5_000
NAME = digest("a jti")


async def test_a_name_is_used_once_until_it_has_expired(kept):
    assert await kept.spent.spend(NAME, ENDS, NOW)
    assert not await kept.spent.spend(NAME, ENDS, NOW + 1)
    assert await kept.spent.spend(digest("another"), ENDS, NOW)
    assert not await kept.spent.spend(NAME, 2 * ENDS, ENDS - 1)
    assert await kept.spent.spend(NAME, 2 * ENDS, ENDS)
    assert not await kept.spent.spend(NAME, 2 * ENDS, ENDS)


async def test_of_a_hundred_callers_one_uses_a_name(kept):
    won = await asyncio.gather(*(kept.spent.spend(NAME, ENDS, NOW) for _ in range(100)))
    assert sum(won) == 1


async def test_names_used_together_are_each_used_once(kept):
    names = [digest(str(number)) for number in range(100)] * 2
    won = await asyncio.gather(*(kept.spent.spend(name, ENDS, NOW) for name in names))
    assert sum(won) == 100


async def test_a_used_name_is_purged_when_it_has_expired(kept):
    await kept.spent.spend(NAME, ENDS, NOW)
    assert await kept.upkeep.purge(ENDS - 1, limit=10) == 0
    assert await kept.upkeep.purge(ENDS, limit=10) == 1
