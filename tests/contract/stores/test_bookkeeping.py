import asyncio

import pytest

from licet.domain.scope import Resource, Scope
from licet.services.ports import AuditQuery, Remembered, SealedKey, Tally
from tests.contract.stores.scene import ACME, ALICE, an_id


async def test_an_idempotency_key_is_begun_by_one_of_a_hundred(kept):
    begin = kept.idempotency.begin
    answers = await asyncio.gather(*(begin(b"k" * 32, b"b" * 32, now=1, expires_at=100) for _ in range(100)))
    assert answers.count(None) == 1
    assert set(answers) == {None, Remembered(b"b" * 32, None)}


async def test_an_idempotency_key_is_answered_dropped_and_begun_anew_when_it_expired(kept):
    key, body = b"k" * 32, b"b" * 32
    assert await kept.idempotency.begin(key, body, now=1, expires_at=100) is None
    await kept.idempotency.finish(key, b"\x00answer")
    assert await kept.idempotency.begin(key, b"other", now=99, expires_at=500) == Remembered(body, b"\x00answer")
    assert await kept.idempotency.begin(key, b"other", now=100, expires_at=200) is None
    assert await kept.idempotency.begin(key, body, now=101, expires_at=200) == Remembered(b"other", None)
    await kept.idempotency.forget(key)
    assert await kept.idempotency.begin(key, body, now=102, expires_at=200) is None
    assert await kept.upkeep.purge(200, limit=10) == 1


async def test_a_hundred_hits_of_a_counter_get_a_hundred_tallies(kept):
    tallies = await asyncio.gather(*(kept.counters.hit("k", now=1_000, window=60) for _ in range(100)))
    assert sorted(tally.hits for tally in tallies) == list(range(1, 101))
    assert {tally.started_at for tally in tallies} == {1_000}


async def test_a_counter_begins_its_window_with_its_first_hit(kept):
    assert await kept.counters.seen("k", now=5) == Tally(0, 5)
    assert await kept.counters.hit("k", now=1_000, window=60) == Tally(1, 1_000)
    assert await kept.counters.hit("k", now=1_059, window=60) == Tally(2, 1_000)
    assert await kept.counters.seen("k", now=1_059) == Tally(2, 1_000)
    assert await kept.counters.seen("k", now=1_060) == Tally(0, 1_060)
    assert await kept.counters.hit("k", now=1_060, window=60) == Tally(1, 1_060)
    assert await kept.counters.hit("other", now=1_060, window=60) == Tally(1, 1_060)
    await kept.counters.give_back("other", now=1_119)
    await kept.counters.give_back("other", now=1_119)  # there is none left
    assert await kept.counters.hit("other", now=1_119, window=60) == Tally(1, 1_060)
    await kept.counters.give_back("k", now=1_120)  # its window is over
    assert await kept.counters.seen("k", now=1_119) == Tally(1, 1_060)
    await kept.counters.clear("k")
    assert await kept.counters.seen("k", now=1_060) == Tally(0, 1_060)
    assert await kept.upkeep.purge(1_120, limit=10) == 1


@pytest.mark.parametrize("key", ["", "a\x00b", "\ud800", "x" * 100_000])
async def test_a_counter_takes_any_text_for_a_key(kept, key):
    assert await kept.counters.hit(key, now=1, window=9) == Tally(1, 1)
    assert await kept.counters.hit(key, now=2, window=9) == Tally(2, 1)


async def test_scopes_are_put_listed_and_removed_unless_asked_for(scene):
    catalogue = scene.store.catalogue
    fly = Scope("fly", "Fly a plane.", "high", "owner")
    assert await catalogue.put_scope(Scope("swim", "Swim."), scene.change("swim"))
    assert await catalogue.put_scope(Scope("fly", "Fly."), scene.change("fly"))
    assert not await catalogue.put_scope(fly, scene.change("fly"))
    assert await catalogue.scopes() == [fly, Scope("swim", "Swim.")]
    await scene.add(1, scope=("swim",))
    assert await catalogue.remove_scope("swim", scene.change("swim")) == "in_use"
    assert await catalogue.remove_scope("fly", scene.change("fly")) == "removed"
    assert await catalogue.remove_scope("fly", scene.change("fly")) == "unknown"
    assert await catalogue.scopes() == [Scope("swim", "Swim.")]
    assert len(await scene.store.audit.page(AuditQuery(target="fly"))) == 3


async def test_resources_are_put_listed_and_removed(scene):
    catalogue = scene.store.catalogue
    wiki = Resource("https://wiki.example", ("read",), 5)
    assert await catalogue.put_resource(wiki, scene.change())
    assert not await catalogue.put_resource(Resource("https://wiki.example", ("read", "write"), 9), scene.change())
    assert await catalogue.put_resource(Resource("https://a.example", (), 7), scene.change())
    assert await catalogue.resources() == [
        Resource("https://a.example", (), 7),
        Resource("https://wiki.example", ("read", "write"), 5),
    ]
    assert [await catalogue.remove_resource("https://a.example", scene.change()) for _ in range(2)] == [True, False]


async def test_of_many_first_starts_one_writes_the_keys(kept):
    sets = [
        [SealedKey(f"{start}-{kid}", "ES256", b"\x00sealed", kid, "active", 5) for kid in range(2)]
        for start in range(20)
    ]
    await asyncio.gather(*map(kept.keys.insert_first, sets))
    assert await kept.keys.all() in sets


async def test_the_audit_log_pages_newest_first_by_whatever_is_asked(scene):
    page = scene.store.audit.page
    everything = await page(AuditQuery(limit=500))
    for number in range(30):
        change = scene.change(
            f"t{number % 3}",
            action=f"a.{number % 2}",
            actor_id=ALICE if number % 5 else None,
            organization_id=ACME if number % 4 else None,
            request_id=str(number),
            before={"x": [1, None, "\x00"]},
            after={"y": {"z": "é"}},
        )
        everything = [change, *everything]
        await scene.store.audit.write(change)
    assert await page(AuditQuery(limit=500)) == everything
    assert await page(AuditQuery(limit=10, before=everything[9].id)) == everything[10:20]
    asked = AuditQuery(organization_id=ACME, actor_id=ALICE, target="t1", action="a.1", before=everything[2].id)
    assert [row.request_id for row in await page(asked)] == ["19", "13", "7", "1"]
    assert await page(AuditQuery(target="nothing")) == []
    assert an_id(1) == everything[-1].id
