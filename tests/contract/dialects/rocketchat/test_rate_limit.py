"""Ten calls a minute of an address to a route and method."""

import httpx
import pytest

from tests.contract.dialects.house import EPOCH, House
from tests.contract.dialects.rocketchat.scene import FORBIDDEN, get, permit, post

MINUTE = 60_000


def standing(answer) -> tuple[str | None, ...]:
    return tuple(answer.headers.get(f"x-ratelimit-{name}") for name in ("limit", "remaining", "reset"))


async def test_the_eleventh_call_in_a_minute_is_one_too_many(house: House):
    reset = str(EPOCH + MINUTE)
    for left in range(9, -1, -1):
        answer = await get(house, "me", who="bob")
        assert (answer.status_code, standing(answer)) == (200, ("10", str(left), reset))
    house.clock.pass_(seconds=17.5)
    answer = await get(house, "me", who="bob")
    assert answer.status_code == 429
    assert answer.json() == {
        "success": False,
        "error": "Error, too many requests. Please slow down. "
        "You must wait 43 seconds before trying this endpoint again. [error-too-many-requests]",
    }
    assert standing(answer) == ("10", "0", reset)
    assert "retry-after" not in answer.headers
    house.clock.pass_(seconds=42.5)
    assert (await get(house, "me", who="bob")).status_code == 200


async def test_the_whole_window_is_told_at_its_begin(house: House):
    for _ in range(10):
        await get(house, "me", who="bob")
    assert "You must wait 60 seconds" in (await get(house, "me", who="bob")).json()["error"]


async def test_users_of_one_address_share_a_limit_and_routes_do_not(house: House):
    for who in ["bob", "alice"] * 5:
        await get(house, "me", who=who)
    assert (await get(house, "me", who="carol")).status_code == 429
    assert standing(await get(house, "users.info?username=bob", who="bob"))[1] == "9"


async def test_methods_do_not_share_a_limit(house: House):
    headers = await house.chat("bob")
    for _ in range(11):
        last = await house.call("HEAD", "/api/v1/me", headers=headers)
    assert last.status_code == 429
    assert (await get(house, "me", who="bob")).status_code == 200


async def test_refusals_before_the_action_do_not_count(house: House):
    for _ in range(12):
        assert (await house.call("GET", "/api/v1/oauth-apps.get?_id=x")).status_code == 401
        assert (await get(house, "oauth-apps.get", who="bob")).status_code == 400
        forbidden = await get(house, "oauth-apps.list", who="bob")
        assert (forbidden.json(), standing(forbidden)) == (FORBIDDEN, (None, None, None))
        assert (await post(house, "users.logout", {"userId": "x"}, who="bob")).status_code == 403
        assert (await post(house, "users.generatePersonalAccessToken", {}, who="bob")).status_code == 400
    assert standing(await get(house, "oauth-apps.get?_id=x", who="bob"))[1] == "9"


async def test_a_refused_action_counts_and_says_so(house: House):
    await permit(house, "manage-oauth-apps", "admin", "user")
    body = {"name": "", "active": True, "redirectUri": "a:/cb"}
    answer = await post(house, "oauth-apps.create", body, who="bob")
    assert (answer.status_code, standing(answer)[1]) == (400, "9")


async def test_signing_in_is_limited_too(house: House):
    for _ in range(10):
        answer = await house.call("POST", "/api/v1/login", json={"user": "nobody", "password": "x"})
        assert answer.status_code == 401
    answer = await house.call("POST", "/api/v1/login", json={"user": "alice", "password": "password"})
    assert answer.status_code == 429


async def test_a_caller_with_the_permission_is_exempt_and_gets_no_headers(house: House):
    for _ in range(12):
        answer = await get(house, "me")
        assert (answer.status_code, standing(answer)) == (200, (None, None, None))


async def test_an_administrator_without_the_permission_is_not_exempt(house: House):
    await permit(house, "api-bypass-rate-limit")
    assert standing(await get(house, "me"))[1] == "9"


@pytest.mark.settings(rocketchat_rate_limit=2, rocketchat_rate_window_ms=1000)
async def test_the_operator_sets_number_and_window(house: House):
    answers = [await get(house, "me", who="bob") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "You must wait 1 seconds" in answers[2].json()["error"]
    house.clock.pass_(seconds=1)
    assert (await get(house, "me", who="bob")).status_code == 200


@pytest.mark.settings(rocketchat_rate_limit=0)
async def test_the_operator_switches_it_off(house: House):
    answers = [await get(house, "me", who="bob") for _ in range(12)]
    assert {(answer.status_code, standing(answer)) for answer in answers} == {(200, (None, None, None))}


@pytest.mark.settings(limits=False)
async def test_without_limits_there_is_none(house: House):
    answers = [await get(house, "me", who="bob") for _ in range(12)]
    assert {(answer.status_code, standing(answer)) for answer in answers} == {(200, (None, None, None))}


async def test_the_probe_is_never_limited(house: House):
    for _ in range(12):
        answer = await house.call("GET", "/api/info", headers=await house.chat("bob"))
        assert (answer.status_code, standing(answer)) == (200, (None, None, None))


async def test_another_address_has_a_limit_of_its_own(house: House):
    headers = await house.chat("bob")
    for _ in range(11):
        last = await get(house, "me", who="bob")
    assert last.status_code == 429
    elsewhere = httpx.ASGITransport(app=house.instance.application, client=("192.0.2.7", 50_000))
    async with httpx.AsyncClient(transport=elsewhere, base_url=house.origin) as client:
        answer = await client.get("/api/v1/me", headers=headers)
    assert (answer.status_code, standing(answer)[1]) == (200, "9")


async def test_the_provider_is_never_limited_so(house: House):
    for _ in range(12):
        answer = await house.call("POST", "/oauth/token", data={})
        assert (answer.status_code, standing(answer)) == (400, (None, None, None))
