"""Login tokens by other ways than a password: the instance's secret, a code that is used once."""

import asyncio
import re

import pytest

from licet.domain.ids import SUBJECT
from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.scene import NO_LOGIN, UNAUTHORIZED, coded, permit, post

SECRET = "a secret of the instance, long enough"
NOT_AUTHORIZED = coded("Not authorized", "error-not-authorized")
secret = pytest.mark.settings(rocketchat_create_token_secret=SECRET, rocketchat_rate_limit=0)
unlimited = pytest.mark.settings(rocketchat_rate_limit=0)


async def works(house: House, user_id: str, token: str) -> bool:
    pair = {"x-auth-token": token, "x-user-id": user_id}
    return (await house.call("GET", "/api/v1/me", headers=pair)).status_code == 200


@secret
async def test_who_knows_the_secret_makes_login_tokens(house: House):
    bob = SUBJECT.spell((await house.user("bob")).id)
    for who, said in (("bob", {"userId": bob}), ("admin", {"userId": bob}), ("admin", {"username": "bob"})):
        answer = await post(house, "users.createToken", {**said, "secret": SECRET}, who=who)
        data = answer.json()["data"]
        assert (answer.status_code, answer.json()) == (
            200,
            {"data": {"userId": bob, "authToken": data["authToken"]}, "success": True},
        )
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", data["authToken"])
        assert await works(house, bob, data["authToken"])


@secret
async def test_of_another_only_with_the_permission(house: House):
    alice = SUBJECT.spell((await house.user("alice")).id)
    answer = await post(house, "users.createToken", {"userId": alice, "secret": SECRET}, who="bob")
    assert (answer.status_code, answer.json()) == (400, NOT_AUTHORIZED)
    await permit(house, "user-generate-access-token", "admin", "user")
    answer = await post(house, "users.createToken", {"userId": alice, "secret": SECRET}, who="bob")
    assert answer.status_code == 200


@secret
@pytest.mark.parametrize("given", [None, "", "wrong", SECRET.upper(), "é"])
async def test_a_wrong_secret_makes_none(house: House, given: str | None):
    bob = SUBJECT.spell((await house.user("bob")).id)
    answer = await post(house, "users.createToken", {"userId": bob, "secret": given})
    assert (answer.status_code, answer.json()) == (400, NOT_AUTHORIZED)


@secret
async def test_it_is_said_whose(house: House):
    answer = await post(house, "users.createToken", {"secret": SECRET})
    assert (answer.status_code, answer.json()) == (
        400,
        coded('The required "userId" or "username" param was not provided', "error-user-param-not-provided"),
    )


@pytest.mark.parametrize("configured", ["", "short"])
async def test_without_a_long_secret_nobody_makes_any(house: House, configured: str):
    bob = SUBJECT.spell((await house.user("bob")).id)
    for body in ({"userId": bob, "secret": configured}, {"secret": configured}, {}):
        answer = await post(house, "users.createToken", body)
        assert (answer.status_code, answer.json()) == (400, NOT_AUTHORIZED)


@pytest.mark.settings(rocketchat_create_token_secret="thirty-one characters it is now")
async def test_thirty_one_characters_are_not_enough(house: House):
    bob = SUBJECT.spell((await house.user("bob")).id)
    answer = await post(house, "users.createToken", {"userId": bob, "secret": "thirty-one characters it is now"})
    assert (answer.status_code, answer.json()) == (400, NOT_AUTHORIZED)


async def login_code(house: House, who: str = "bob") -> str:
    answer = await post(house, "loginCode.create", {}, who=who)
    assert re.fullmatch(r"[A-Za-z0-9]{64}", answer.json()["code"])
    return answer.json()["code"]


async def redeemed(house: House, code: object):
    return await house.call("POST", "/api/v1/loginCode.redeem", json={"code": code})


async def test_a_code_is_a_login_once(house: House):
    bob = SUBJECT.spell((await house.user("bob")).id)
    code = await login_code(house)
    answer = await redeemed(house, code)
    token = answer.json()["loginToken"]
    assert (answer.status_code, answer.json()) == (200, {"loginToken": token, "userId": bob, "success": True})
    assert await works(house, bob, token)
    answer = await redeemed(house, code)
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


async def test_a_code_lives_a_minute(house: House):
    code, late = await login_code(house), await login_code(house)
    house.clock.pass_(seconds=59.999)
    assert (await redeemed(house, code)).status_code == 200
    house.clock.pass_(seconds=0.001)
    answer = await redeemed(house, late)
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


@pytest.mark.settings(limits=False)
async def test_of_a_hundred_who_redeem_a_code_at_once_one_signs_in(house: House):
    code = await login_code(house)
    answers = await asyncio.gather(*(redeemed(house, code) for _ in range(100)))
    taken = [answer.json() for answer in answers if answer.status_code == 200]
    assert [answer.json() for answer in answers if answer.status_code != 200] == [UNAUTHORIZED] * 99
    assert len(taken) == 1
    assert await works(house, taken[0]["userId"], taken[0]["loginToken"])


async def test_a_deactivated_person_redeems_nothing(house: House):
    code = await login_code(house)
    body = {"userId": SUBJECT.spell((await house.user("bob")).id), "activeStatus": False}
    await post(house, "users.setActiveStatus", body)
    assert (await redeemed(house, code)).status_code == 401


@unlimited
@pytest.mark.parametrize("code", ["x", "0" * 64])
async def test_an_unknown_code_is_refused(house: House, code: str):
    answer = await redeemed(house, code)
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


@pytest.mark.parametrize(
    ("body", "text"),
    [({}, "must have required property 'code'"), ({"code": 5}, "must be string"), ([], "must be object")],
)
async def test_a_code_is_a_string(house: House, body: object, text: str):
    answer = await house.call("POST", "/api/v1/loginCode.redeem", json=body)
    assert (answer.status_code, answer.json()) == (400, coded(text, "invalid-params"))


async def test_a_link_of_another_purpose_is_no_code(house: House):
    actor = await house.actor("admin")
    link = await house.services.users.setup_link(actor, await house.user("bob"))
    assert (await redeemed(house, link)).status_code == 401


@pytest.mark.parametrize("route", ["users.createToken", "loginCode.create"])
async def test_nobody_gets_either(house: House, route: str):
    answer = await house.call("POST", f"/api/v1/{route}", json={"secret": SECRET})
    assert (answer.status_code, answer.json()) == (401, NO_LOGIN)
