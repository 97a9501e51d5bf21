"""Who is in a session, and who is still to be told of its end."""

import asyncio
from dataclasses import replace

import pytest

from tests.contract.stores.scene import ALICE, BOB, an_id, user
from tests.contract.stores.test_credentials import session

NOW, ENDS = 1_000, 100_000
BOBS = user(BOB, "bob")

ENDINGS = {
    "it is left": lambda store, _: store.sessions.end(an_id(1), NOW),
    "all of a person end": lambda store, _: store.sessions.end_all(BOB, None, NOW),
    "all of a person end on its surface": lambda store, _: store.sessions.end_all(BOB, "native", NOW),
    "somebody else takes its place": lambda store, _: store.sessions.insert(
        session(3, user_id=ALICE), keep=None, instead_of=an_id(1)
    ),
    "too many follow": lambda store, _: store.sessions.insert(session(3), keep=1),
    "a person's credentials end": lambda store, change: store.users.replace(BOBS, BOBS, change, end_credentials=True),
    "a person is deleted": lambda store, change: store.users.remove(BOBS, change, pseudonym="deleted"),
}
STAYINGS = {
    "another one is left": lambda store, _: store.sessions.end(an_id(3), NOW),
    "all end on another surface": lambda store, _: store.sessions.end_all(BOB, "teable", NOW),
    "it goes on under a new token": lambda store, _: store.sessions.insert(
        replace(session(1), digest=b"n" * 32), keep=1, instead_of=an_id(1)
    ),
    "a person is written": lambda store, change: store.users.replace(BOBS, BOBS, change, end_credentials=False),
    "its time is up": lambda store, _: store.upkeep.purge(NOW, limit=10),
}


async def joined(scene, number, *applications, user_id=BOB):
    """A session with applications in it."""
    await scene.store.sessions.insert(session(number, user_id=user_id), keep=None)
    for application in applications:
        await join(scene, number, application, user_id=user_id)


async def join(scene, number, application, user_id=BOB):
    await scene.store.logouts.join(an_id(number), application, user_id=user_id, now=NOW, expires_at=ENDS)


async def told(scene):
    """Who is told now."""
    due = await scene.store.logouts.claim(NOW, until=NOW + 10, size=10)
    return sorted((one.session_id, one.application_id, one.user_id, one.attempts) for one in due)


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
async def test_who_is_in_a_session_is_told_once_whatever_ends_it(scene, ending):
    await joined(scene, 1, "a", "b", "a")
    await joined(scene, 2, "c", user_id=ALICE)
    assert await told(scene) == []
    await ending(scene.store, scene.change(BOB))
    assert await scene.store.sessions.by_digest(session(1).digest) is None
    assert await told(scene) == [(an_id(1), "a", BOB, 1), (an_id(1), "b", BOB, 1)]
    assert await told(scene) == []


@pytest.mark.parametrize("staying", STAYINGS.values(), ids=STAYINGS)
async def test_nobody_is_told_of_a_session_that_nobody_has_ended(scene, staying):
    await joined(scene, 1, "a")
    await staying(scene.store, scene.change(BOB))
    assert await told(scene) == []


async def test_whoever_ends_a_session_hears_who_is_told(scene):
    await joined(scene, 1, "a", "b")
    await joined(scene, 2, "c")
    assert sorted(await scene.store.sessions.end(an_id(1), NOW)) == ["a", "b"]
    assert await scene.store.sessions.end(an_id(1), NOW) is None


async def test_who_comes_into_a_session_that_has_ended_is_told(scene):
    await joined(scene, 1)
    await scene.store.sessions.end(an_id(1), NOW)
    await join(scene, 1, "late")
    assert await told(scene) == [(an_id(1), "late", BOB, 1)]


async def test_who_comes_into_a_session_while_it_ends_is_told(scene):
    for number in range(1, 21):
        await joined(scene, number)
    comes = [join(scene, number, "late") for number in range(1, 21)]
    ends = [scene.store.sessions.end(an_id(number), NOW) for number in range(1, 21)]
    await asyncio.gather(*(each for pair in zip(comes, ends, strict=True) for each in pair))
    claimed = await scene.store.logouts.claim(NOW, until=NOW + 10, size=100)
    assert sorted(one.session_id for one in claimed) == [an_id(number) for number in range(1, 21)]


async def test_who_comes_into_a_session_while_it_is_given_a_new_token_is_told_nothing(scene):
    for number in range(1, 21):
        await joined(scene, number)
    renewed = [replace(session(number), digest=bytes([100 + number]) * 32) for number in range(1, 21)]
    goes_on = [scene.store.sessions.insert(each, keep=None, instead_of=each.id) for each in renewed]
    comes = [join(scene, number, "a") for number in range(1, 21)]
    await asyncio.gather(*(each for pair in zip(goes_on, comes, strict=True) for each in pair))
    assert await told(scene) == []
    assert await scene.store.sessions.by_digest(session(1).digest) is None
    assert await scene.store.sessions.by_digest(renewed[0].digest) is not None


async def test_a_claimed_notice_comes_due_again_when_its_lease_ends(scene):
    await joined(scene, 1, "a")
    await scene.store.sessions.end(an_id(1), NOW)
    assert len(await scene.store.logouts.claim(NOW, until=NOW + 10, size=10)) == 1
    assert await scene.store.logouts.claim(NOW + 9, until=NOW + 20, size=10) == []
    again = await scene.store.logouts.claim(NOW + 10, until=NOW + 20, size=10)
    assert [one.attempts for one in again] == [2]


async def test_a_settled_notice_comes_again_when_it_should_or_never(scene):
    await joined(scene, 1, "a", "b")
    await scene.store.sessions.end(an_id(1), NOW)
    first, second = sorted(
        await scene.store.logouts.claim(NOW, until=NOW + 10, size=10), key=lambda notice: notice.application_id
    )
    await scene.store.logouts.settle(first, again_at=NOW + 50)
    await scene.store.logouts.settle(second, again_at=None)
    assert await scene.store.logouts.claim(NOW + 49, until=NOW + 60, size=10) == []
    assert [one.application_id for one in await scene.store.logouts.claim(NOW + 50, until=NOW + 60, size=10)] == ["a"]


async def test_of_many_workers_each_notice_is_one_workers(scene):
    await joined(scene, 1, *map(str, range(20)))
    await scene.store.sessions.end(an_id(1), NOW)
    taken = await asyncio.gather(*(scene.store.logouts.claim(NOW, until=NOW + 10, size=5) for _ in range(10)))
    claimed = [one.application_id for some in taken for one in some]
    assert len(claimed) == len(set(claimed))
    while more := await scene.store.logouts.claim(NOW, until=NOW + 10, size=5):
        claimed += [one.application_id for one in more]
    assert sorted(claimed) == sorted(map(str, range(20)))


async def test_what_has_expired_is_purged_due_or_not(scene):
    await joined(scene, 1, "told", "told too")
    await scene.store.sessions.end(an_id(1), NOW)
    await scene.store.sessions.insert(session(2, expires_at=ENDS + 1), keep=None)
    await join(scene, 2, "in")
    purged = [await scene.store.upkeep.purge(now, limit=10) for now in (ENDS - 1, ENDS, ENDS + 1, 86_401_000)]
    assert purged == [0, 1, 1, 2]
