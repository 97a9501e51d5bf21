import asyncio
from dataclasses import replace

from licet import store
from tests.contract.stores.scene import ACME, an_id, secret


async def test_secrets_come_back_newest_first_expired_ones_too(scene):
    await scene.add(1)
    await scene.add(2)
    kept = [
        secret(1, an_id(1), expires_at=5, label="old"),
        secret(2, an_id(1), sealed=b"\x00sealed", created_by=None),
        secret(3, an_id(2)),
    ]
    for each in kept:
        assert await scene.store.secrets.add(each, scene.change(each.application_id), limit=None, now=100)
    assert await scene.store.secrets.of(an_id(1)) == [kept[1], kept[0]]
    found = await scene.store.secrets.of_many([an_id(1), an_id(2), an_id(3)])
    assert {key: list(value) for key, value in found.items()} == {an_id(1): [kept[1], kept[0]], an_id(2): [kept[2]]}
    assert await scene.store.secrets.of_many([]) == {}


async def test_a_limit_counts_live_secrets_only(scene):
    await scene.add(1)
    for number, ends in enumerate((50, 150, None)):
        made = secret(number, an_id(1), expires_at=ends)
        assert await scene.store.secrets.add(made, scene.change(an_id(1)), limit=None, now=0)
    assert not await scene.store.secrets.add(secret(7, an_id(1)), scene.change(an_id(1)), limit=2, now=149)
    assert await scene.store.secrets.add(secret(7, an_id(1)), scene.change(an_id(1)), limit=2, now=150)


async def test_of_a_hundred_added_at_once_no_more_than_the_limit_are_kept(scene):
    await scene.add(1)
    changes = [scene.change(an_id(1)) for _ in range(100)]
    adds = [
        scene.store.secrets.add(secret(number, an_id(1)), change, limit=3, now=1)
        for number, change in enumerate(changes)
    ]
    assert sorted(await asyncio.gather(*adds)) == [False] * 97 + [True] * 3
    assert len(await scene.store.secrets.of(an_id(1))) == 3
    assert len(await scene.store.applications.revisions(an_id(1), before=None, limit=200)) == 4


async def test_a_gone_application_gets_no_secret(scene):
    first = await scene.add(1)
    await scene.store.applications.remove(1, first, scene.change(first.id), purge_at=99)
    assert not await scene.store.secrets.add(secret(1, first.id), scene.change(first.id), limit=None, now=1)
    assert await scene.store.secrets.remove(first.id, an_id(1), scene.change(), keep_last=False, now=1) == "unknown"


async def test_the_last_live_secret_stays_where_it_must(scene):
    await scene.add(1)
    for number, ends in ((1, 50), (2, None), (3, None)):
        made = secret(number, an_id(1), expires_at=ends)
        assert await scene.store.secrets.add(made, scene.change(an_id(1)), limit=None, now=0)

    async def remove(number: int, *, keep_last: bool = True) -> str:
        change = scene.change(an_id(1))
        return await scene.store.secrets.remove(an_id(1), an_id(number), change, keep_last=keep_last, now=60)

    assert [await remove(number) for number in (9, 2, 3, 1)] == ["unknown", "removed", "last", "removed"]
    assert await remove(3, keep_last=False) == "removed"
    assert await scene.store.secrets.of(an_id(1)) == []


async def test_of_two_last_secrets_removed_at_once_one_stays(scene):
    await scene.add(1)
    for number in (1, 2):
        assert await scene.store.secrets.add(secret(number, an_id(1)), scene.change(an_id(1)), limit=None, now=0)
    changes = [scene.change(an_id(1)) for _ in range(2)]
    removals = [
        scene.store.secrets.remove(an_id(1), an_id(number), changes[number - 1], keep_last=True, now=1)
        for number in (1, 2)
    ]
    assert sorted(await asyncio.gather(*removals)) == ["last", "removed"]


async def test_a_secret_of_another_application_is_unknown(scene):
    await scene.add(1)
    await scene.add(2)
    assert await scene.store.secrets.add(secret(1, an_id(1)), scene.change(an_id(1)), limit=None, now=0)
    assert await scene.store.secrets.remove(an_id(2), an_id(1), scene.change(), keep_last=False, now=1) == "unknown"
    assert len(await scene.store.secrets.of(an_id(1))) == 1


async def test_uses_are_written_by_the_time_the_store_is_closed(scene, store_url):
    made, kept = await scene.add(1), secret(1, an_id(1))
    assert await scene.store.secrets.add(kept, scene.change(made.id), limit=None, now=0)
    for now in (300, 500, 400):
        scene.store.secrets.touch(kept.id, now=now, address=f"10.0.0.{now}")
    scene.store.secrets.touch("unknown", now=1, address="")
    await scene.store.upkeep.close()
    again = await store.open(store_url)
    assert await again.secrets.of(made.id) == [replace(kept, last_used_at=400, last_used_from="10.0.0.400")]
    assert await again.applications.by_id(made.id) == replace(made, last_used_at=400, organization_id=ACME)
    await again.upkeep.close()
