import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from tests.contract.stores.families import ENDS, MADE, consent, device, live
from tests.contract.stores.scene import ALICE, BOB, an_id

NOW = 2_000
CODE = device().user_code


@pytest.fixture
async def registered(scene):
    await scene.add(1)
    return scene.store


async def decide(registered, user_id=ALICE, *, approve=True, now=NOW):
    said = (consent(user_id=user_id), None) if approve else None
    return await registered.devices.decide(
        CODE, user_id=user_id, session_id="s", auth_time=1_500, now=now, consent=said
    )


async def test_a_device_comes_back_by_its_user_code_until_it_expires(registered):
    assert await registered.devices.insert(device())
    assert await registered.devices.by_user_code(CODE, NOW) == device()
    assert await registered.devices.by_user_code(CODE, ENDS) is None
    assert await registered.devices.by_user_code("ZZZZZZZZ", NOW) is None


async def test_a_user_code_is_one_open_devices_alone(registered):
    assert await registered.devices.insert(device(1))
    assert not await registered.devices.insert(device(2, user_code=CODE))
    assert await registered.devices.insert(device(2, user_code=CODE, created_at=ENDS, expires_at=2 * ENDS))


@pytest.mark.parametrize("approve", [True, False])
async def test_one_person_decides_once(registered, approve):
    await registered.devices.insert(device())
    assert await decide(registered, approve=approve)
    assert not await decide(registered, approve=not approve)
    assert not await decide(registered, BOB)
    found = await registered.devices.by_user_code(CODE, NOW)
    state = "approved" if approve else "denied"
    assert found == replace(device(), state=state, user_id=ALICE, session_id="s", auth_time=1_500)


async def test_nobody_decides_after_the_end(registered):
    await registered.devices.insert(device())
    assert not await decide(registered, now=ENDS)


async def test_of_a_hundred_decisions_one_stands(registered):
    await registered.devices.insert(device())
    decisions = await asyncio.gather(*(decide(registered, approve=bool(number % 2)) for number in range(100)))
    assert Counter(decisions) == {True: 1, False: 99}


async def test_a_poll_too_soon_makes_the_interval_longer_each_time(registered):
    await registered.devices.insert(device())
    poll = registered.devices.poll
    first, soon = await poll(device().digest, NOW, slower=5)
    assert (first.polled_at, first.interval, soon) == (NOW, 5, False)
    second, soon = await poll(device().digest, NOW + 4_999, slower=5)
    assert (second.interval, soon) == (10, True)
    third, soon = await poll(device().digest, NOW + 4_999 + 9_999, slower=5)
    assert (third.interval, soon) == (15, True)
    fourth, soon = await poll(device().digest, NOW + 4_999 + 9_999 + 15_000, slower=5)
    assert (fourth.interval, soon) == (15, False)
    assert await poll(device(2).digest, NOW, slower=5) is None


async def test_of_a_hundred_polls_at_once_one_came_in_time(registered):
    await registered.devices.insert(device())
    polls = await asyncio.gather(*(registered.devices.poll(device().digest, NOW, slower=5) for _ in range(100)))
    assert Counter(soon for _, soon in polls) == {False: 1, True: 99}


async def test_only_an_approved_device_is_claimed(registered):
    await registered.devices.insert(device())
    assert not await registered.devices.claim(device().digest, live(), NOW)
    await decide(registered)
    assert not await registered.devices.claim(device().digest, live(), ENDS)
    assert await registered.families.by_id(an_id(1)) is None
    assert await registered.devices.claim(device().digest, live(), NOW)
    assert await registered.families.by_id(an_id(1)) == live()
    assert (await registered.devices.poll(device().digest, NOW, slower=5))[0].state == "claimed"


async def test_of_a_hundred_claims_one_begins_a_family(registered):
    await registered.devices.insert(device())
    await decide(registered)
    claims = await asyncio.gather(
        *(registered.devices.claim(device().digest, live(number), NOW) for number in range(1, 101))
    )
    assert Counter(claims) == {True: 1, False: 99}
    assert len(await registered.families.of_user(ALICE, MADE)) == 1
