import asyncio

import pytest

from licet import store
from tests.contract.stores.families import MADE, consent, live
from tests.contract.stores.scene import ALICE, BOB, an_id

NOW = 2_000


@pytest.fixture
async def registered(scene):
    await scene.add(1)
    await scene.add(2)
    return scene.store


async def test_scopes_join_those_of_an_earlier_consent_for_the_same_resources(registered):
    await registered.consents.put(consent())
    await registered.consents.put(consent(scope=("read", "openid"), created_at=NOW, updated_at=NOW, last_used_at=NOW))
    assert await registered.consents.of(ALICE, an_id(1)) == [
        consent(scope=("openid", "read"), updated_at=NOW, last_used_at=NOW)
    ]


async def test_authorization_details_take_the_place_of_earlier_ones(registered):
    first, second = ({"type": "payment", "amount": "1"},), ({"type": "payment", "amount": "2"},)
    await registered.consents.put(consent(authorization_details=first))
    await registered.consents.put(consent(authorization_details=second))
    await registered.consents.put(consent(scope=("read",)))
    (one,) = await registered.consents.of(ALICE, an_id(1))
    assert (one.scope, one.authorization_details) == (("openid", "read"), second)
    assert [one.covers(("read",), details) for details in ((), first, second)] == [True, False, True]


async def test_other_resources_are_another_consent_in_whatever_order_they_are_named(registered):
    resources = ("https://b.example", "https://a.example")
    await registered.consents.put(consent())
    await registered.consents.put(consent(resources=resources, scope=("read",)))
    await registered.consents.put(consent(resources=resources[::-1], scope=("write",)))
    found = {each.resources: each.scope for each in await registered.consents.of(ALICE, an_id(1))}
    assert found == {(): ("openid",), ("https://a.example", "https://b.example"): ("read", "write")}


async def test_what_was_allowed_at_one_surface_was_not_at_another(registered):
    await registered.consents.put(consent())
    await registered.consents.put(consent(surface="teable", scope=("read",)))
    found = {each.surface: each.scope for each in await registered.consents.of(ALICE, an_id(1))}
    assert found == {"native": ("openid",), "teable": ("read",)}


async def test_a_person_sees_their_own_newest_first(registered):
    await registered.consents.put(consent())
    await registered.consents.put(consent(application_id=an_id(2), created_at=MADE + 1))
    await registered.consents.put(consent(user_id=BOB))
    assert [each.application_id for each in await registered.consents.of_user(ALICE)] == [an_id(2), an_id(1)]
    assert await registered.consents.of(BOB, an_id(2)) == []


async def test_silent_uses_are_written_by_the_time_the_store_is_closed(registered, store_url):
    await registered.consents.put(consent())
    for now in (NOW, NOW + 2, NOW + 1):
        await registered.consents.touch(ALICE, an_id(1), now)
    await registered.upkeep.close()
    again = await store.open(store_url)
    assert await again.consents.of(ALICE, an_id(1)) == [consent(last_used_at=NOW + 1)]
    await again.upkeep.close()


async def test_withdrawing_ends_the_families_with_the_consents(registered):
    await registered.consents.put(consent())
    await registered.consents.put(consent(resources=("https://a.example",)))
    await registered.consents.put(consent(application_id=an_id(2)))
    await registered.families.insert(live(1), None)
    await registered.families.insert(live(2, application_id=an_id(2)), None)
    assert await registered.consents.withdraw(ALICE, an_id(1), NOW)
    assert not await registered.consents.withdraw(ALICE, an_id(1), NOW)
    assert await registered.consents.of_user(ALICE) == [consent(application_id=an_id(2))]
    assert (await registered.families.by_id(an_id(1))).revoked_at == NOW
    assert (await registered.families.by_id(an_id(2))).revoked_at is None


async def test_a_hundred_consents_at_once_lose_no_scope(registered):
    scopes = [f"scope-{number}" for number in range(100)]
    await asyncio.gather(*(registered.consents.put(consent(scope=(name,))) for name in scopes))
    (found,) = await registered.consents.of(ALICE, an_id(1))
    assert sorted(found.scope) == sorted(scopes)


async def test_a_withdrawal_that_races_a_refresh_leaves_nothing_alive(registered):
    await registered.consents.put(consent())
    await registered.families.insert(live(), None)
    turn, withdrawn, _ = await asyncio.gather(
        registered.families.turn(an_id(1), 1, now=NOW, grace=0),
        registered.consents.withdraw(ALICE, an_id(1), NOW),
        registered.families.turn(an_id(1), 1, now=NOW, grace=0),
    )
    assert withdrawn
    assert turn.outcome in {"rotated", "replayed", "over"}
    assert (await registered.families.turn(an_id(1), 2, now=NOW, grace=1_000)).outcome == "over"
