"""Signing keys follow one another: published before they sign, and as long as anything is good that they signed."""

import asyncio
from collections import Counter

import pytest

from licet.oauth.ring import Ring
from licet.services.ports import AuditQuery
from tests.conformance.protocol import JWKS, app, parts

PERIOD = 90 * 86_400_000


def states(keys, algorithm="ES256"):
    return {key.kid: key.state for key in keys if key.algorithm == algorithm}


async def look(house):
    """What the instance does once an hour."""
    await house.services.keys.keep(PERIOD)
    house.clock.pass_(seconds=11)
    return await house.services.keys.all()


async def signing(web):
    return parts((await web.for_itself()).json()["access_token"])[0]["kid"]


async def published(house):
    return {key["kid"] for key in (await house.call("GET", JWKS)).json()["keys"]}


@pytest.mark.attack(92)
async def test_a_key_lives_through_its_states(house):
    web = await app(house)
    first = await signing(web)
    house.clock.pass_(days=88.9)
    assert states(await look(house)) == {first: "active"}
    house.clock.pass_(days=0.1)
    following = await look(house)
    assert sorted(states(following).values()) == ["active", "next"]
    (second,) = [kid for kid, state in states(following).items() if state == "next"]
    assert {first, second} <= await published(house)
    assert await signing(web) == first
    token = (await web.for_itself()).json()["access_token"]
    house.clock.pass_(days=1)
    assert states(await look(house)) == {first: "retiring", second: "active"}
    assert {first, second} <= await published(house)
    assert await signing(web) == second
    assert parts(token)[0]["kid"] == first
    house.clock.pass_(days=2)
    assert states(await look(house)) == {second: "active"}
    assert first not in await published(house)


async def test_the_schedule_is_kept_for_every_algorithm(house):
    house.clock.pass_(days=89)
    await look(house)
    assert Counter(key.state for key in await house.services.keys.all()) == {"active": 4, "next": 4}
    house.clock.pass_(days=1)
    await look(house)
    house.clock.pass_(days=2)
    assert Counter(key.state for key in await look(house)) == {"active": 4}


@pytest.mark.attack(92)
async def test_a_late_look_still_publishes_a_key_a_day_before_it_signs(house):
    web = await app(house)
    first = await signing(web)
    house.clock.pass_(days=400)
    assert sorted(states(await look(house)).values()) == ["active", "next"]
    assert await signing(web) == first
    house.clock.pass_(days=0.9)
    assert sorted(states(await look(house)).values()) == ["active", "next"]
    house.clock.pass_(days=0.1)
    assert sorted(states(await look(house)).values()) == ["active", "retiring"]


async def test_without_a_period_no_key_follows_and_an_old_one_still_goes(house):
    await house.services.keys.rotate(await house.actor("admin"), "ES256")
    house.clock.pass_(days=400)
    await house.services.keys.keep(0)
    assert Counter(key.state for key in await house.services.keys.all()) == {"active": 4}


@pytest.mark.attack(92)
async def test_an_operator_turns_the_ring_at_once_and_what_was_signed_stays_good(house):
    web = await app(house)
    first, token = await signing(web), (await web.for_itself()).json()["access_token"]
    (turned,) = await house.services.keys.rotate(await house.actor("admin"), "ES256")
    assert (turned.algorithm, turned.state) == ("ES256", "active")
    house.clock.pass_(seconds=10)
    assert await signing(web) == turned.kid
    assert (await web.introspect(token))["active"]
    assert {first, turned.kid} <= await published(house)
    retired = [key for key in await house.services.keys.all() if key.state == "retiring"]
    assert [key.kid for key in retired] == [first]


async def test_rotating_takes_the_published_key_where_there_is_one(house):
    house.clock.pass_(days=89)
    following = {kid for kid, state in states(await look(house)).items() if state == "next"}
    (turned,) = await house.services.keys.rotate(await house.actor("admin"), "ES256")
    assert {turned.kid} == following


async def test_all_algorithms_are_turned_when_none_is_named_and_the_log_says_by_whom(house):
    turned = await house.services.keys.rotate(await house.actor("admin"))
    assert sorted(key.algorithm for key in turned) == ["ES256", "EdDSA", "PS256", "RS256"]
    assert Counter(key.state for key in await house.services.keys.all()) == {"active": 4, "retiring": 4}
    changes = await house.store.audit.page(AuditQuery(action="key.rotated"))
    assert {change.target for change in changes} == {key.kid for key in turned}
    assert {change.actor_name for change in changes} == {"admin"}


async def test_of_ten_who_turn_the_ring_at_once_each_turns_it_and_one_key_signs(house):
    admin = await house.actor("admin")
    await asyncio.gather(*(house.services.keys.rotate(admin, "ES256") for _ in range(10)))
    found = states(await house.services.keys.all())
    assert Counter(found.values()) == {"active": 1, "retiring": 10}


async def test_of_ten_workers_that_look_at_once_one_makes_the_next_key(house):
    house.clock.pass_(days=89)
    await asyncio.gather(*(house.services.keys.keep(PERIOD) for _ in range(10)))
    assert Counter(key.state for key in await house.services.keys.all()) == {"active": 4, "next": 4}


async def test_another_worker_meets_a_new_key_within_a_second(house):
    web = await app(house)
    other = Ring(house.services.keys, house.clock)
    await other.verifying()
    (turned,) = await house.services.keys.rotate(await house.actor("admin"), "ES256")
    house.clock.pass_(seconds=1)
    assert turned.kid in {key.kid for key in await other.verifying(turned.kid)}
    assert web.client_id


@pytest.mark.attack(92)
async def test_a_key_id_is_the_thumbprint_of_the_key(house):
    for key in await house.services.keys.ring():
        assert key.kid == key.key.thumbprint()
