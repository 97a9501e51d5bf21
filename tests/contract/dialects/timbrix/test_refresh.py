"""POST /api/oauth/token/refresh: the token alone suffices, and is good once."""

import asyncio
from typing import Any

import pytest

from tests.conformance.person import Person
from tests.conformance.protocol import basic
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.protocol import BAD_CLIENT, BAD_REFRESH, REFRESH, TOO_MANY, Client, client
from tests.contract.dialects.timbrix.scene import NOT_JSON, bad


@pytest.mark.attack(39)
async def test_a_refresh_token_alone_gives_a_new_pair(payroll: Client):
    first = await payroll.tokens()
    answer = await payroll.refresh(first["refresh_token"])
    assert answer.status_code == 200
    second = answer.json()
    assert list(second) == ["access_token", "refresh_token", "token_type", "expires_in", "scope"]
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert (second["expires_in"], second["scope"]) == (3600, "read:organization read:members")
    assert answer.headers["cache-control"] == "no-store"
    assert await payroll.lives(second) == (True, True)


@pytest.mark.attack(33, 34)
async def test_a_replay_revokes_the_family(payroll: Client):
    first = await payroll.tokens()
    second = (await payroll.refresh(first["refresh_token"])).json()
    third = (await payroll.refresh(second["refresh_token"])).json()
    answer = await payroll.refresh(first["refresh_token"])
    assert (answer.status_code, answer.json()) == (401, BAD_REFRESH)
    assert await payroll.lives(third) == (False, False)
    answer = await payroll.refresh(third["refresh_token"])
    assert (answer.status_code, answer.json()) == (401, BAD_REFRESH)


@pytest.mark.settings(limits=False)
@pytest.mark.attack(32)
async def test_of_twenty_uses_at_once_one_succeeds_and_nothing_lives(payroll: Client):
    token = (await payroll.tokens())["refresh_token"]
    answers = await asyncio.gather(*(payroll.refresh(token) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200, *[401] * 19]
    won = next(answer.json() for answer in answers if answer.status_code == 200)
    assert await payroll.lives(won) == (False, False)


async def test_credentials_that_come_along_must_be_right(payroll: Client):
    first = await payroll.tokens()
    for said in (
        {**payroll.proof, "clientSecret": "cs_wrong"},
        {"clientId": payroll.client_id},
        {"clientSecret": payroll.secret},
        {"clientId": "app_0000000000000000", "clientSecret": payroll.secret},
    ):
        answer = await payroll.refresh(first["refresh_token"], **said)
        assert (answer.status_code, answer.json()) == (401, BAD_CLIENT)
    second = await payroll.refresh(first["refresh_token"], **payroll.proof)
    assert second.status_code == 200
    said = {"refreshToken": second.json()["refresh_token"]}
    wrong = basic(payroll.client_id, "cs_wrong")
    answer = await payroll.house.call("POST", REFRESH, json=said, headers=wrong)
    assert (answer.status_code, answer.json()) == (401, BAD_CLIENT)
    assert (await payroll.house.call("POST", REFRESH, json=said, headers=payroll.basic)).status_code == 200


@pytest.mark.attack(40)
async def test_the_token_in_another_application_s_hands_ends_its_family(payroll: Client, house: House, someone: Person):
    thief, tokens = await client(house, someone), await payroll.tokens()
    answer = await payroll.refresh(tokens["refresh_token"], **thief.proof)
    assert (answer.status_code, answer.json()) == (401, BAD_REFRESH)
    assert await payroll.lives(tokens) == (False, False)


@pytest.mark.attack(29)
async def test_what_is_no_refresh_token_of_this_surface_is_refused(payroll: Client):
    tokens = await payroll.tokens()
    right = tokens["refresh_token"]
    flipped = right[:-1] + ("A" if right[-1] != "A" else "B")
    for value in ("x", "é", tokens["access_token"], right[3:], right + "=", right.upper(), flipped, "rt_" + "A" * 43):
        answer = await payroll.refresh(value)
        assert (answer.status_code, answer.json()) == (401, BAD_REFRESH)
    assert await payroll.lives(tokens) == (True, True)


@pytest.mark.attack(43)
async def test_it_ends_after_a_fortnight_unused(payroll: Client):
    token = (await payroll.tokens())["refresh_token"]
    payroll.house.clock.pass_(days=14)
    answer = await payroll.refresh(token)
    assert (answer.status_code, answer.json()) == (401, BAD_REFRESH)


@pytest.mark.attack(42)
async def test_a_deactivated_person_gets_nothing_more(payroll: Client, house: House):
    tokens = await payroll.tokens("bob")
    bob = await house.user("bob")
    await house.services.users.update(await house.actor("admin"), bob.id, {"active": False})
    answer = await payroll.refresh(tokens["refresh_token"])
    assert (answer.status_code, answer.json()) == (401, BAD_REFRESH)


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({}, "refreshToken is required"),
    ({"refreshToken": 5}, "refreshToken must be a string"),
    ({"refreshToken": None}, "refreshToken cannot be null"),
    ({"refreshToken": "rt_x", "scope": "read:members"}, "scope is not a known field"),
    ({"refresh_token": "rt_x", "refreshToken": "rt_x"}, "refresh_token is not a known field"),
]


@pytest.mark.parametrize(("said", "fault"), FAULTS)
async def test_a_fault_of_a_field_is_named(payroll: Client, said: dict[str, Any], fault: str):
    answer = await payroll.house.call("POST", REFRESH, json=said)
    assert (answer.status_code, answer.json()) == (400, bad(fault))


async def test_another_media_type_is_refused(payroll: Client):
    answer = await payroll.house.call("POST", REFRESH, content=b"x", headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()) == (415, NOT_JSON)


async def test_the_twenty_first_call_of_a_minute_waits(payroll: Client):
    answers = [await payroll.refresh("rt_x") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {401}
    answer = await payroll.refresh("rt_x")
    assert (answer.status_code, answer.json()) == (429, TOO_MANY)
    assert answer.headers["retry-after"] == "60"
    payroll.house.clock.pass_(seconds=60)
    assert (await payroll.refresh("rt_x")).status_code == 401
