"""Personal access tokens, behind a second factor."""

import re

import pytest

from tests.contract.dialects.house import DAY, House
from tests.contract.dialects.rocketchat.scene import NO_LOGIN, NOW, coded, digest, get, permit, post

GENERATE, REGENERATE, REMOVE = (f"users.{verb}PersonalAccessToken" for verb in ("generate", "regenerate", "remove"))
FACTOR = {"x_2fa_method": "password", "x_2fa_code": digest("password")}
REQUIRED = {
    "success": False,
    "error": "TOTP Required [totp-required]",
    "errorType": "totp-required",
    "details": {"method": "password", "codeGenerated": False, "availableMethods": []},
}
INVALID = coded("TOTP Invalid", "totp-invalid", method="password")
unlimited = pytest.mark.settings(rocketchat_rate_limit=0)
all_three = pytest.mark.parametrize("route", [GENERATE, REGENERATE, REMOVE])


async def generated(house: House, name: str = "deploy", who: str = "bob") -> str:
    answer = await post(house, GENERATE, {"tokenName": name}, who=who, **FACTOR)
    assert answer.status_code == 200, answer.text
    return answer.json()["token"]


async def works(house: House, token: str, who: str = "bob") -> bool:
    pair = {**await house.chat(who), "x-auth-token": token}
    return (await house.call("GET", "/api/v1/me", headers=pair)).status_code == 200


async def test_a_token_is_said_once_and_works_with_its_owners_id(house: House):
    answer = await post(house, GENERATE, {"tokenName": "deploy", "bypassTwoFactor": False}, who="bob", **FACTOR)
    token = answer.json()["token"]
    assert (answer.status_code, answer.json()) == (200, {"token": token, "success": True})
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert await works(house, token)
    assert not await works(house, token, who="alice")


async def test_a_token_never_expires(house: House):
    token = await generated(house)
    house.clock.now += 300 * DAY
    assert await works(house, token)


async def test_tokens_are_listed_by_their_last_six_characters(house: House):
    assert (await get(house, "users.getPersonalAccessTokens", who="bob")).json() == {"tokens": [], "success": True}
    token = await generated(house)
    answer = await get(house, "users.getPersonalAccessTokens", who="bob")
    assert answer.status_code == 200
    assert answer.json() == {
        "tokens": [{"name": "deploy", "createdAt": NOW, "lastTokenPart": token[-6:]}],
        "success": True,
    }
    assert (await get(house, "users.getPersonalAccessTokens", who="alice")).json()["tokens"] == []


async def test_a_renewed_token_is_new_and_the_old_one_is_dead(house: House):
    old = await generated(house)
    answer = await post(house, REGENERATE, {"tokenName": "deploy"}, who="bob", **FACTOR)
    new = answer.json()["token"]
    assert answer.json() == {"token": new, "success": True}
    assert not await works(house, old)
    assert await works(house, new)
    [listed] = (await get(house, "users.getPersonalAccessTokens", who="bob")).json()["tokens"]
    assert listed["lastTokenPart"] == new[-6:]


async def test_a_removed_token_is_dead(house: House):
    token = await generated(house)
    answer = await post(house, REMOVE, {"tokenName": "deploy"}, who="bob", **FACTOR)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert not await works(house, token)
    assert (await get(house, "users.getPersonalAccessTokens", who="bob")).json()["tokens"] == []


async def test_a_name_is_used_once_by_each_user(house: House):
    await generated(house)
    answer = await post(house, GENERATE, {"tokenName": "deploy"}, who="bob", **FACTOR)
    assert answer.status_code == 400
    assert answer.json() == coded(
        "A token with this name already exists",
        "error-token-already-exists",
        method="personalAccessTokens:generateToken",
    )
    assert await works(house, await generated(house, who="alice"), who="alice")


@pytest.mark.parametrize(
    ("route", "method"),
    [(REGENERATE, "personalAccessTokens:regenerateToken"), (REMOVE, "personalAccessTokens:removeToken")],
)
async def test_a_name_that_nobody_gave_is_unknown(house: House, route: str, method: str):
    await generated(house, who="alice")
    answer = await post(house, route, {"tokenName": "deploy"}, who="bob", **FACTOR)
    assert answer.status_code == 400
    assert answer.json() == coded("Token does not exist", "error-token-does-not-exists", method=method)


@all_three
@pytest.mark.parametrize(
    "body", [{}, {"tokenName": ""}, {"tokenName": "  "}, {"tokenName": None}, {"tokenName": []}, []]
)
async def test_a_name_is_required(house: House, route: str, body: object):
    for factor in ({}, FACTOR):
        answer = await post(house, route, body, who="bob", **factor)
        assert answer.status_code == 400
        assert answer.json() == {"success": False, "error": "The 'tokenName' param is required"}


@all_three
async def test_without_the_second_factor_nothing_is_done(house: House, route: str):
    token = await generated(house)
    answer = await post(house, route, {"tokenName": "deploy"}, who="bob")
    assert (answer.status_code, answer.json()) == (400, REQUIRED)
    assert list(answer.json()) == ["success", "error", "errorType", "details"]
    assert await works(house, token)


@all_three
@pytest.mark.parametrize("code", ["wrong", "password", digest("Password"), digest("password").upper(), "é"])
async def test_a_wrong_second_factor_is_refused(house: House, route: str, code: str):
    token = await generated(house)
    headers = [*(await house.chat("bob")).items(), ("x-2fa-method", "password"), ("x-2fa-code", code.encode("latin-1"))]
    answer = await house.client.post(f"/api/v1/{route}", json={"tokenName": "deploy"}, headers=headers)
    assert (answer.status_code, answer.json()) == (400, INVALID)
    assert await works(house, token)


@unlimited
async def test_guessing_the_second_factor_is_stopped_and_shared_with_signing_in(house: House):
    guess = {**FACTOR, "x_2fa_code": digest("guess")}
    for _ in range(10):
        assert (await post(house, GENERATE, {"tokenName": "t"}, who="bob", **guess)).json() == INVALID
    assert (await post(house, GENERATE, {"tokenName": "t"}, who="bob", **FACTOR)).status_code == 429
    answer = await house.call("POST", "/api/v1/login", json={"user": "bob", "password": "password"})
    assert answer.json()["error"] == "error-login-blocked-for-user"


@pytest.mark.parametrize(
    ("method", "route"),
    [("POST", GENERATE), ("POST", REGENERATE), ("POST", REMOVE), ("GET", "users.getPersonalAccessTokens")],
)
async def test_tokens_are_for_who_may_have_them(house: House, method: str, route: str):
    await permit(house, "create-personal-access-tokens", "admin")
    body = {"json": {"tokenName": "deploy"}} if method == "POST" else {}
    answer = await house.call(method, f"/api/v1/{route}", headers=await house.chat("bob"), **body)
    assert answer.status_code == 400
    assert answer.json() == coded("Not Authorized", "not-authorized", method="personalAccessTokens:generateToken")
    nobody = await house.call(method, f"/api/v1/{route}", **body)
    assert (nobody.status_code, nobody.json()) == (401, NO_LOGIN)


async def test_a_token_that_signs_out_is_ended(house: House):
    token = await generated(house)
    pair = {**await house.chat("bob"), "x-auth-token": token}
    assert (await house.call("POST", "/api/v1/logout", headers=pair)).status_code == 200
    assert not await works(house, token)


async def test_a_token_manages_applications_as_its_owner(house: House):
    pair = {**await house.chat("admin"), "x-auth-token": await generated(house, who="admin")}
    body = {"name": "n", "active": True, "redirectUri": "https://a.example/cb"}
    answer = await house.call("POST", "/api/v1/oauth-apps.create", json=body, headers=pair)
    assert (answer.status_code, answer.json()["application"]["_createdBy"]["username"]) == (200, "admin")
