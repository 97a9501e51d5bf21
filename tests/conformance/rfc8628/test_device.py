"""The device grant: a code for a person, polls of a device, and one answer."""

import asyncio
from collections import Counter

import pytest

from licet.domain.family import Consent
from licet.domain.secret import digest
from licet.oauth.device import typed
from tests.conformance.protocol import API, DEVICE, DEVICE_CODE, EPOCH, INVALID_GRANT, TOKEN, app, post, resources, said

LETTERS = set("BCDFGHJKLMNPQRSTVWXZ")


async def begun(tv, **more):
    answer = await tv.post(DEVICE, more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def poll(tv, device, **more):
    return await tv.post(TOKEN, {"grant_type": DEVICE_CODE, "device_code": device["device_code"], **more})


async def decide(house, device, *, approve=True, person="alice"):
    """What the page does for a person who typed the code."""
    user = await house.user(person)
    return await house.store.devices.decide(
        typed(device["user_code"]),
        user_id=user.id,
        session_id="0" * 24,
        auth_time=house.clock.now,
        now=house.clock.now,
        consent=(await agreed(house, device, user.id), None) if approve else None,
    )


async def agreed(house, device, user_id):
    """What a person says yes to."""
    asked = await house.store.devices.by_user_code(typed(device["user_code"]), 0)
    return Consent(
        user_id=user_id,
        application_id=asked.application_id,
        surface="native",
        resources=asked.resources,
        scope=asked.scope,
        created_at=house.clock.now,
        updated_at=house.clock.now,
    )


@pytest.mark.rfc(8628, "3.2")
async def test_a_device_is_told_what_to_show_and_how_to_poll(house):
    tv = await app(house, public=True)
    answer = await tv.post(DEVICE, {"scope": "openid read"})
    assert answer.headers["cache-control"] == "no-store"
    device = answer.json()
    assert device == {
        "device_code": device["device_code"],
        "user_code": device["user_code"],
        "verification_uri": "http://127.0.0.1:8000/device",
        "verification_uri_complete": f"http://127.0.0.1:8000/device?user_code={device['user_code']}",
        "expires_in": 600,
        "interval": 5,
    }


@pytest.mark.attack(102)
@pytest.mark.rfc(8628, "6.1")
@pytest.mark.rfc(8628, "5.1")
async def test_a_user_code_is_random_and_easy_to_type(house):
    tv = await app(house, public=True)
    devices = [await begun(tv) for _ in range(20)]
    codes = [device["user_code"] for device in devices]
    assert len(set(codes)) == 20
    assert all(len(code) == 9 and code[4] == "-" and set(code.replace("-", "")) <= LETTERS for code in codes)
    assert {len(device["device_code"]) for device in devices} == {43}
    one = codes[0].replace("-", "")
    for spelled in (codes[0], one, codes[0].lower(), f" {one[:3]} {one[3:]} ", f"{one[:2]}-{one[2:]}"):
        assert typed(spelled) == one
    for wrong in ("", one[:-1], one + "B", "AEIOUYAE", one[:-1] + "é", one[:-1] + "\x00"):
        assert typed(wrong) is None


@pytest.mark.attack(102)
async def test_a_device_code_is_kept_as_a_digest(house):
    tv = await app(house, public=True)
    device = await begun(tv)
    kept = await house.store.devices.by_user_code(typed(device["user_code"]), 0)
    assert kept.digest == digest(device["device_code"])
    assert (kept.expires_at, kept.address) == (EPOCH + 600_000, "127.0.0.1")


@pytest.mark.rfc(8628, "3.5")
async def test_a_device_waits_until_a_person_allows_it_and_then_gets_tokens_once(house):
    tv = await app(house, public=True)
    device = await begun(tv, scope="openid read offline_access")
    assert said(await poll(tv, device)) == (400, "authorization_pending")
    house.clock.pass_(seconds=5)
    assert said(await poll(tv, device)) == (400, "authorization_pending")
    assert await decide(house, device)
    house.clock.pass_(seconds=5)
    tokens = (await poll(tv, device)).json()
    assert tokens["scope"] == "openid read offline_access"
    assert {"access_token", "refresh_token", "id_token"} <= set(tokens)
    assert await tv.lives(tokens) == (True, True)
    house.clock.pass_(seconds=5)
    assert (await poll(tv, device)).json() == INVALID_GRANT
    assert (await tv.refresh(tokens["refresh_token"])).status_code == 200


@pytest.mark.attack(104)
@pytest.mark.rfc(8628, "5.4")
async def test_what_a_person_gives_a_device_ends_soon_unless_they_were_asked_for_more(house):
    tv = await app(house, public=True)
    device = await begun(tv, scope="openid read")
    await decide(house, device)
    tokens = (await poll(tv, device)).json()
    assert "refresh_token" not in tokens
    assert tokens["expires_in"] == 300


@pytest.mark.rfc(8628, "3.5")
async def test_a_refusal_is_said_to_the_device(house):
    tv = await app(house, public=True)
    device = await begun(tv)
    await decide(house, device, approve=False)
    assert said(await poll(tv, device)) == (400, "access_denied")


@pytest.mark.attack(105)
@pytest.mark.rfc(8628, "3.5")
async def test_who_polls_too_fast_has_to_wait_longer_each_time(house):
    tv = await app(house, public=True)
    device = await begun(tv)
    await poll(tv, device)
    house.clock.pass_(seconds=4.999)
    assert said(await poll(tv, device)) == (400, "slow_down")
    house.clock.pass_(seconds=9.999)
    assert said(await poll(tv, device)) == (400, "slow_down")
    house.clock.pass_(seconds=15)
    assert said(await poll(tv, device)) == (400, "authorization_pending")
    await decide(house, device)
    # A decision is never kept back.
    assert (await poll(tv, device)).status_code == 200


@pytest.mark.attack(103)
@pytest.mark.rfc(8628, "3.4")
async def test_a_device_code_is_no_use_to_another_application(house):
    tv, thief = await app(house, public=True), await app(house)
    device = await begun(tv)
    await decide(house, device)
    assert (await poll(thief, device)).json() == INVALID_GRANT
    house.clock.pass_(seconds=5)
    assert (await poll(tv, device)).status_code == 200


@pytest.mark.attack(103)
async def test_nobody_decides_after_somebody_has(house):
    tv = await app(house, public=True)
    device = await begun(tv)
    assert await decide(house, device, person="bob")
    assert not await decide(house, device, approve=False, person="alice")
    tokens = (await poll(tv, device)).json()
    assert (await tv.introspect(tokens["access_token"]))["username"] == "bob"


@pytest.mark.attack(102)
@pytest.mark.rfc(8628, "3.5")
async def test_a_device_code_ends_after_ten_minutes_whatever_was_decided(house):
    tv = await app(house, public=True)
    pending, allowed = await begun(tv), await begun(tv)
    await decide(house, allowed)
    house.clock.pass_(seconds=600)
    for device in (pending, allowed):
        assert said(await poll(tv, device)) == (400, "expired_token")
    assert not await decide(house, pending)


@pytest.mark.rfc(8628, "3.4")
async def test_of_a_hundred_polls_of_an_allowed_device_one_gets_tokens(house):
    tv = await app(house, public=True)
    device = await begun(tv)
    await decide(house, device)
    answers = await asyncio.gather(*(poll(tv, device) for _ in range(100)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: 99}
    assert all(answer.json() == INVALID_GRANT for answer in answers if answer.status_code == 400)
    assert len(await house.store.families.of_user((await house.user("alice")).id, house.clock.now)) == 1


@pytest.mark.rfc(8628, "3.1")
async def test_who_begins_is_an_application_with_that_grant(house):
    web, tv = await app(house, grant_types=("authorization_code",)), await app(house)
    assert said(await web.post(DEVICE)) == (400, "unauthorized_client")
    assert said(await post(house, DEVICE, {})) == (401, "invalid_client")
    assert said(await post(house, DEVICE, {"client_id": tv.client_id})) == (401, "invalid_client")
    assert said(await tv.post(DEVICE, scope="admin")) == (400, "invalid_scope")
    assert said(await tv.post(DEVICE, resource="https://nobody.example")) == (400, "invalid_target")
    assert said(await tv.post(DEVICE, request="a.b.c")) == (400, "request_not_supported")
    assert (await tv.post(DEVICE)).status_code == 200


@pytest.mark.rfc(8707, "2")
async def test_a_resource_that_a_device_asked_for_is_the_audience(house):
    await resources(house)
    tv = await app(house, public=True)
    device = await begun(tv, resource=API)
    await decide(house, device)
    tokens = (await poll(tv, device)).json()
    assert (await tv.introspect(tokens["access_token"]))["aud"] == API


@pytest.mark.attack(42)
async def test_a_person_who_was_deactivated_meanwhile_allows_nothing(house):
    tv = await app(house, public=True)
    device = await begun(tv)
    await decide(house, device, person="bob")
    await house.services.users.update(await house.actor("admin"), (await house.user("bob")).id, {"active": False})
    assert (await poll(tv, device)).json() == INVALID_GRANT


async def test_an_application_narrowed_meanwhile_gets_less(house):
    tv = await app(house, public=True)
    device = await begun(tv, scope="openid read write")
    await decide(house, device)
    await tv.change(scope=("read",))
    assert (await poll(tv, device)).json()["scope"] == "read"
