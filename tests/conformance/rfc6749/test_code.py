"""Redeeming an authorization code: once, by its application, as it was asked for; any other try burns it."""

import asyncio
from collections import Counter

import httpx
import pytest

from licet import bootstrap
from tests.conformance.protocol import CALLBACK, INVALID_GRANT, SECONDS, VERIFIER, App, app, parts, said
from tests.contract.dialects.house import ORIGIN, House


@pytest.mark.rfc(6749, "4.1.4")
async def test_a_code_gives_what_the_person_allowed(house):
    web = await app(house)
    tokens = await web.tokens(scope="openid read")
    assert tokens == {
        "access_token": tokens["access_token"],
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "openid read",
        "refresh_token": tokens["refresh_token"],
        "id_token": tokens["id_token"],
    }
    assert await web.lives(tokens) == (True, True)


@pytest.mark.rfc(6749, "4.1.4")
async def test_without_the_refresh_grant_there_is_no_refresh_token(house):
    web = await app(house, grant_types=("authorization_code",))
    assert set(await web.tokens(scope="read")) == {"access_token", "token_type", "expires_in", "scope"}


@pytest.mark.attack(21)
@pytest.mark.rfc(6749, "4.1.2")
async def test_a_code_redeemed_twice_ends_what_it_started(house):
    web = await app(house)
    code = await web.code()
    tokens = (await web.redeem(code)).json()
    assert await web.lives(tokens) == (True, True)
    again = await web.redeem(code)
    assert (again.status_code, again.json()) == (400, INVALID_GRANT)
    assert await web.lives(tokens) == (False, False)


@pytest.mark.attack(22)
@pytest.mark.rfc(6749, "4.1.2")
async def test_of_a_hundred_redemptions_of_one_code_one_succeeds_and_then_all_of_it_ends(house):
    web = await app(house)
    code = await web.code()
    answers = await asyncio.gather(*(web.redeem(code) for _ in range(100)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: 99}
    assert {answer.text for answer in answers if answer.status_code == 400} == {
        '{"error":"invalid_grant","error_description":"The grant is invalid, expired or revoked."}'
    }
    (won,) = [answer.json() for answer in answers if answer.status_code == 200]
    assert await web.lives(won) == (False, False)


@pytest.mark.attack(23)
@pytest.mark.rfc(6749, "4.1.3")
async def test_a_code_of_another_application_is_refused_and_burnt(house):
    web, thief = await app(house), await app(house)
    code = await web.code()
    assert (await thief.redeem(code)).json() == INVALID_GRANT
    assert (await web.redeem(code)).json() == INVALID_GRANT


@pytest.mark.attack(24)
@pytest.mark.rfc(6749, "4.1.3")
@pytest.mark.parametrize("sent", [f"{CALLBACK}/", f"{CALLBACK}?a=b", "https://other.example/cb", CALLBACK.upper(), ""])
async def test_another_redirect_uri_than_that_of_the_request_burns_the_code(house, sent):
    web = await app(house, redirect_uris=(CALLBACK, "https://other.example/cb"))
    code = await web.code()
    assert (await web.redeem(code, redirect_uri=sent)).json() == INVALID_GRANT
    assert (await web.redeem(code)).json() == INVALID_GRANT


async def test_a_redirect_uri_that_was_removed_takes_its_codes_with_it(house):
    web = await app(house)
    code = await web.code()
    await web.change(redirect_uris=("https://other.example/cb",))
    assert (await web.redeem(code)).json() == INVALID_GRANT


@pytest.mark.attack(29)
@pytest.mark.rfc(6749, "5.2")
async def test_one_kind_of_thing_is_never_taken_for_another(house):
    web = await app(house)
    tokens = await web.tokens()
    device = (await web.post("/oauth2/device_authorization", {"scope": "read"})).json()
    code = await web.code()
    for value in (tokens["refresh_token"], tokens["access_token"], device["device_code"], device["user_code"], "x"):
        assert (await web.redeem(value)).json() == INVALID_GRANT
    for value in (code, tokens["access_token"], device["device_code"], tokens["id_token"], "x" * 64):
        assert (await web.refresh(value)).json() == INVALID_GRANT
    assert await web.lives(tokens) == (True, True)
    assert (await web.redeem(code)).status_code == 200


@pytest.mark.attack(16)
@pytest.mark.rfc(6749, "4.1.2")
async def test_a_code_lives_for_a_minute(house):
    web = await app(house)
    early, late = await web.code(), await web.code()
    house.clock.pass_(seconds=59.999)
    assert (await web.redeem(early)).status_code == 200
    house.clock.pass_(seconds=0.001)
    assert (await web.redeem(late)).json() == INVALID_GRANT


@pytest.mark.attack(30)
@pytest.mark.rfc(6749, "10.10")
async def test_a_code_has_256_random_bits_and_is_kept_as_a_digest(house):
    web = await app(house)
    codes = {await web.code() for _ in range(3)}
    assert len(codes) == 3
    assert {len(code) for code in codes} == {43}
    kept = str(await house.store.families.of_user((await house.user("alice")).id, house.clock.now))
    assert not any(code in kept for code in codes)


@pytest.mark.attack(30)
@pytest.mark.settings(limits=True)
async def test_guessing_codes_is_throttled(house):
    web = await app(house)
    statuses = [(await web.redeem(f"guess{number}")).status_code for number in range(501)]
    assert statuses == [400] * 500 + [429]
    assert (await web.redeem(await web.code())).status_code == 200


@pytest.mark.attack(31)
@pytest.mark.rfc(9700, "4.5")
async def test_a_stolen_code_is_no_use_without_its_verifier_even_with_the_secret(house):
    web = await app(house)
    code = await web.code()
    assert (await web.redeem(code, code_verifier="x" * 43)).json() == INVALID_GRANT
    assert (await web.redeem(code)).json() == INVALID_GRANT


@pytest.mark.attack(36)
async def test_what_was_spent_stays_spent_after_a_restart(house):
    web = await app(house)
    code = await web.code()
    tokens = (await web.redeem(code)).json()
    newer = (await web.refresh(tokens["refresh_token"])).json()
    instance = await bootstrap.start(house.instance.settings, clock=house.clock)
    try:
        transport = httpx.ASGITransport(app=instance.application, client=("127.0.0.1", 50_000))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            again = App(
                House(instance, house.clock, client, house.organizations, house.engine), web.client_id, web.secret
            )
            assert (await again.refresh(tokens["refresh_token"])).json() == INVALID_GRANT
            assert await again.lives(newer) == (False, False)
            assert (await again.redeem(code)).json() == INVALID_GRANT
    finally:
        await instance.close()


@pytest.mark.attack(42)
async def test_a_code_of_somebody_who_was_deactivated_since_is_no_good(house):
    web = await app(house)
    code = await web.code("bob")
    await house.services.users.update(await house.actor("admin"), (await house.user("bob")).id, {"active": False})
    assert said(await web.redeem(code)) == (400, "invalid_grant")


@pytest.mark.rfc(6749, "4.1.3")
async def test_narrowing_an_application_narrows_the_codes_that_are_out(house):
    web = await app(house)
    code = await web.code(scope="openid read write")
    await web.change(scope=("openid", "read"))
    tokens = (await web.redeem(code)).json()
    assert tokens["scope"] == "openid read"
    assert parts(tokens["access_token"])[1]["scope"] == "openid read"
    assert parts(tokens["access_token"])[1]["iat"] == SECONDS
    assert VERIFIER not in str(tokens)
