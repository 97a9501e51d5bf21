"""Who calls: the header pair first, then an OAuth access token in a header, then one in the query."""

import pytest

from licet.domain.ids import SUBJECT
from tests.contract.dialects.house import DAY, House
from tests.contract.dialects.rocketchat.scene import NO_LOGIN, post

ME = "/api/v1/me"


async def me(house: House, headers: dict[str, str], query: str = ""):
    return await house.call("GET", ME + query, headers=headers)


async def refused(house: House, headers: dict[str, str], query: str = "") -> bool:
    answer = await me(house, headers, query)
    return (answer.status_code, answer.json()) == (401, NO_LOGIN)


async def test_the_pair_of_one_user_is_taken_whatever_the_case_of_the_names(house: House):
    pair = await house.chat("bob")
    answer = await me(house, {"X-AUTH-TOKEN": pair["x-auth-token"], "X-User-ID": pair["x-user-id"]})
    assert (answer.status_code, answer.json()["username"]) == (200, "bob")


async def test_the_pair_wins_over_every_other_credential(house: House):
    pair = await house.chat("bob")
    answer = await me(house, {**pair, "authorization": "Bearer nonsense"}, "?access_token=nonsense")
    assert answer.json()["username"] == "bob"


async def test_a_pair_of_two_users_is_refused(house: House):
    bob, alice = await house.chat("bob"), await house.chat("alice")
    assert await refused(house, {**bob, "x-user-id": alice["x-user-id"]})
    assert await refused(house, {**bob, "x-auth-token": "nonsense"})
    assert await refused(house, {**bob, "x-user-id": "nonsense"})
    assert await refused(house, {**bob, "x-user-id": (await house.user("bob")).id})


@pytest.mark.parametrize("missing", ["x-auth-token", "x-user-id"])
async def test_half_a_pair_is_no_credential(house: House, missing: str):
    pair = await house.chat("bob")
    assert await refused(house, {name: value for name, value in pair.items() if name != missing})
    assert await refused(house, {**pair, missing: ""})


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Bearer x", "bearer x", "x", "Basic eA==", "\xff", "x" * 2000]
)
async def test_an_unknown_access_token_in_the_header_is_refused(house: House, value: str):
    answer = await house.client.get(ME, headers=[("authorization", value.encode("latin-1"))])
    assert (answer.status_code, answer.json()) == (401, NO_LOGIN)


async def test_a_login_token_is_no_bearer_token(house: House):
    assert await refused(house, {"authorization": f"Bearer {await house.token('bob', 'rocketchat')}"})


@pytest.mark.parametrize(
    "query",
    [
        "access_token=x",
        "access_token[$ne]=",
        "access_token[$exists]=true",
        "access_token[$gt]=",
        "access_token[$regex]=.*",
    ],
)
async def test_an_unknown_access_token_in_the_query_is_refused(house: House, query: str):
    assert await refused(house, {}, f"?{query}")


async def test_the_access_token_is_taken_out_before_the_schema_sees_the_query(house: House):
    answer = await house.call("GET", "/api/v1/oauth-apps.list?access_token=x", headers=await house.chat("admin"))
    assert answer.status_code == 200


@pytest.mark.parametrize("surface", ["native", "teable"])
async def test_a_credential_of_another_surface_is_garbage_here(house: House, surface: str):
    user = await house.user("admin")
    pair = {"x-auth-token": await house.token("admin", surface), "x-user-id": SUBJECT.spell(user.id)}
    assert await refused(house, pair)


async def test_a_deactivated_user_is_refused_and_stays_so_when_active_again(house: House):
    pair = await house.chat("bob")
    for status in (False, True):
        await post(house, "users.setActiveStatus", {"userId": pair["x-user-id"], "activeStatus": status})
        assert await refused(house, pair)


async def test_a_login_token_ends_after_ninety_days(house: House):
    body = {"user": "bob", "password": "password"}
    data = (await house.call("POST", "/api/v1/login", json=body)).json()["data"]
    pair = {"x-auth-token": data["authToken"], "x-user-id": data["userId"]}
    house.clock.now += 90 * DAY - 1
    assert (await me(house, pair)).status_code == 200
    house.clock.now += 1
    assert await refused(house, pair)
