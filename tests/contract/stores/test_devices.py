import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from tests.contract.stores.families import ENDS, MADE, device, live
from tests.contract.stores.scene import ALICE, BOB, an_id

NOW = 2_000
CODE = device().user_code


async def decide(kept, user_id=ALICE, *, approve=True, now=NOW):
    return await kept.devices.decide(CODE, user_id=user_id, approve=approve, session_id="s", auth_time=1_500, now=now)


async def test_a_device_comes_back_by_its_user_code_until_it_expires(kept):
    assert await kept.devices.insert(device())
    assert await kept.devices.by_user_code(CODE, NOW) == device()
    assert await kept.devices.by_user_code(CODE, ENDS) is None
    assert await kept.devices.by_user_code("ZZZZZZZZ", NOW) is None


async def test_a_user_code_is_one_open_devices_alone(kept):
    assert await kept.devices.insert(device(1))
    assert not await kept.devices.insert(device(2, user_code=CODE))
    assert await kept.devices.insert(device(2, user_code=CODE, created_at=ENDS, expires_at=2 * ENDS))


@pytest.mark.parametrize("approve", [True, False])
async def test_one_person_decides_once(kept, approve):
    await kept.devices.insert(device())
    assert await decide(kept, approve=approve)
    assert not await decide(kept, approve=not approve)
    assert not await decide(kept, BOB)
    found = await kept.devices.by_user_code(CODE, NOW)
    state = "approved" if approve else "denied"
    assert found == replace(device(), state=state, user_id=ALICE, session_id="s", auth_time=1_500)


async def test_nobody_decides_after_the_end(kept):
    await kept.devices.insert(device())
    assert not await decide(kept, now=ENDS)


async def test_of_a_hundred_decisions_one_stands(kept):
    await kept.devices.insert(device())
    decisions = await asyncio.gather(*(decide(kept, approve=bool(number % 2)) for number in range(100)))
    assert Counter(decisions) == {True: 1, False: 99}


async def test_a_poll_too_soon_makes_the_interval_longer_each_time(kept):
    await kept.devices.insert(device())
    poll = kept.devices.poll
    first, soon = await poll(device().digest, NOW, slower=5)
    assert (first.polled_at, first.interval, soon) == (NOW, 5, False)
    second, soon = await poll(device().digest, NOW + 4_999, slower=5)
    assert (second.interval, soon) == (10, True)
    third, soon = await poll(device().digest, NOW + 4_999 + 9_999, slower=5)
    assert (third.interval, soon) == (15, True)
    fourth, soon = await poll(device().digest, NOW + 4_999 + 9_999 + 15_000, slower=5)
    assert (fourth.interval, soon) == (15, False)
    assert await poll(device(2).digest, NOW, slower=5) is None


async def test_of_a_hundred_polls_at_once_one_came_in_time(kept):
    await kept.devices.insert(device())
    polls = await asyncio.gather(*(kept.devices.poll(device().digest, NOW, slower=5) for _ in range(100)))
    assert Counter(soon for _, soon in polls) == {False: 1, True: 99}


async def test_only_an_approved_device_is_claimed(kept):
    await kept.devices.insert(device())
    assert not await kept.devices.claim(device().digest, live(), NOW)
    await decide(kept)
    assert not await kept.devices.claim(device().digest, live(), ENDS)
    assert await kept.families.by_id(an_id(1)) is None
    assert await kept.devices.claim(device().digest, live(), NOW)
    assert await kept.families.by_id(an_id(1)) == live()
    assert (await kept.devices.poll(device().digest, NOW, slower=5))[0].state == "claimed"


async def test_of_a_hundred_claims_one_begins_a_family(kept):
    await kept.devices.insert(device())
    await decide(kept)
    claims = await asyncio.gather(*(kept.devices.claim(device().digest, live(number), NOW) for number in range(1, 101)))
    assert Counter(claims) == {True: 1, False: 99}
    assert len(await kept.families.of_user(ALICE, MADE)) == 1
