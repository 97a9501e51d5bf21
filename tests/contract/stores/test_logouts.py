"""Who is in a session, and who is still to be told of its end."""

import asyncio

NOW, ENDS = 1_000, 100_000
SESSION, OTHER = "5" * 24, "6" * 24


async def joined(kept, session=SESSION, *applications):
    for application in applications:
        await kept.logouts.join(session, application, user_id="u", expires_at=ENDS)


async def test_who_is_in_a_session_is_told_once_it_ends(kept):
    await joined(kept, SESSION, "a", "b", "a")
    await joined(kept, OTHER, "c")
    assert await kept.logouts.claim(NOW, until=NOW + 10, size=10) == []
    assert sorted(await kept.logouts.end(SESSION, now=NOW, expires_at=ENDS)) == ["a", "b"]
    assert await kept.logouts.end(SESSION, now=NOW, expires_at=ENDS) == []
    due = await kept.logouts.claim(NOW, until=NOW + 10, size=10)
    assert sorted((one.application_id, one.user_id, one.attempts) for one in due) == [("a", "u", 1), ("b", "u", 1)]


async def test_a_claimed_notice_comes_due_again_when_its_lease_ends(kept):
    await joined(kept, SESSION, "a")
    await kept.logouts.end(SESSION, now=NOW, expires_at=ENDS)
    assert len(await kept.logouts.claim(NOW, until=NOW + 10, size=10)) == 1
    assert await kept.logouts.claim(NOW + 9, until=NOW + 20, size=10) == []
    again = await kept.logouts.claim(NOW + 10, until=NOW + 20, size=10)
    assert [one.attempts for one in again] == [2]


async def test_a_settled_notice_comes_again_when_it_should_or_never(kept):
    await joined(kept, SESSION, "a", "b")
    await kept.logouts.end(SESSION, now=NOW, expires_at=ENDS)
    first, second = sorted(
        await kept.logouts.claim(NOW, until=NOW + 10, size=10), key=lambda notice: notice.application_id
    )
    await kept.logouts.settle(first, again_at=NOW + 50)
    await kept.logouts.settle(second, again_at=None)
    assert await kept.logouts.claim(NOW + 49, until=NOW + 60, size=10) == []
    assert [one.application_id for one in await kept.logouts.claim(NOW + 50, until=NOW + 60, size=10)] == ["a"]


async def test_of_many_workers_each_notice_is_one_workers(kept):
    await joined(kept, SESSION, *map(str, range(20)))
    await kept.logouts.end(SESSION, now=NOW, expires_at=ENDS)
    taken = await asyncio.gather(*(kept.logouts.claim(NOW, until=NOW + 10, size=5) for _ in range(10)))
    claimed = [one.application_id for some in taken for one in some]
    assert len(claimed) == len(set(claimed))
    while more := await kept.logouts.claim(NOW, until=NOW + 10, size=5):
        claimed += [one.application_id for one in more]
    assert sorted(claimed) == sorted(map(str, range(20)))


async def test_what_has_expired_is_purged_told_or_not(kept):
    await joined(kept, SESSION, "a", "b")
    assert await kept.upkeep.purge(ENDS - 1, limit=10) == 0
    assert await kept.upkeep.purge(ENDS, limit=10) == 2
