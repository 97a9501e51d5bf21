"""POST login: every form of a sign-in, one answer to every failure, and the block after too many."""

import re

import pytest

from licet.dialects.rocketchat.formats import SESSION
from licet.domain.ids import SUBJECT
from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.scene import NO_LOGIN, UNAUTHORIZED, digest, get, person

PASSWORD = {"digest": digest("password"), "algorithm": "sha-256"}
BLOCKED = {
    "success": False,
    "status": "error",
    "error": "error-login-blocked-for-user",
    "message": "Login has been temporarily blocked For User",
}
unlimited = pytest.mark.settings(rocketchat_rate_limit=0)


async def login(house: House, body: object, **kwargs):
    return await house.call("POST", "/api/v1/login", json=body, **kwargs)


async def test_a_sign_in_answers_the_user_and_a_token(house: House):
    answer = await login(house, {"user": "admin", "password": "password"})
    body = answer.json()
    admin = (await person(house, "admin"))["_id"]
    token = body["data"]["authToken"]
    assert (answer.status_code, list(body), list(body["data"])) == (
        200,
        ["status", "data", "success"],
        ["userId", "authToken", "me"],
    )
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert body == {
        "status": "success",
        "data": {
            "userId": admin,
            "authToken": token,
            "me": {
                "_id": admin,
                "name": "Admin",
                "username": "admin",
                "emails": [{"address": "admin@example.com", "verified": True}],
                "email": "admin@example.com",
                "status": "offline",
                "statusConnection": "offline",
                "utcOffset": 0,
                "active": True,
                "roles": ["admin", "user"],
                "settings": {"profile": {}, "preferences": {}},
                "avatarUrl": "http://127.0.0.1:8000/avatar/admin",
                "isOAuthUser": False,
            },
        },
        "success": True,
    }
    assert list(body["data"]["me"]) == [
        "_id",
        "name",
        "username",
        "emails",
        "email",
        "status",
        "statusConnection",
        "utcOffset",
        "active",
        "roles",
        "settings",
        "avatarUrl",
        "isOAuthUser",
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"user": "bob", "password": "password"},
        {"user": "BOB", "password": "password"},
        {"user": "bob@example.com", "password": "password"},
        {"user": {"username": "bob"}, "password": "password"},
        {"user": {"email": "bob@example.com"}, "password": "password"},
        {"username": "bob", "password": "password"},
        {"email": "bob@example.com", "password": "password"},
        {"user": "bob", "password": PASSWORD},
        {"user": "bob", "password": "password", "code": "123456"},
        {"user": "bob", "password": "password", "extra": [1]},
    ],
)
async def test_every_form_of_a_sign_in_opens_the_surface(house: House, body: dict[str, object]):
    answer = await login(house, body)
    data = answer.json()["data"]
    pair = {"x-auth-token": data["authToken"], "x-user-id": data["userId"]}
    assert (await house.call("GET", "/api/v1/me", headers=pair)).json()["username"] == "bob"


async def test_a_form_is_taken_and_a_second_factor_is_not_asked_for(house: House):
    answer = await house.call(
        "POST",
        "/api/v1/login",
        data={"user": "bob", "password": "password"},
        headers={"x-2fa-code": "1", "x-2fa-method": "totp"},
    )
    assert answer.status_code == 200


@unlimited
@pytest.mark.parametrize("said", ["user=alice&user=bob&password=password", "user=bob&password=x&password=password"])
async def test_a_form_that_says_who_or_how_twice_signs_nobody_in(house: House, said: str):
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await house.call("POST", "/api/v1/login", content=said, headers=headers)
    assert (answer.status_code, answer.json()["message"]) == (401, "Unauthorized")


@unlimited
@pytest.mark.parametrize(
    "body",
    [
        {"user": "bob", "password": "wrong"},
        {"user": "nobody", "password": "password"},
        {"user": "nobody@example.com", "password": "password"},
        {"username": "bob@example.com", "password": "password"},
        {"user": "system", "password": "password"},
        {"user": "", "password": "password"},
        {"user": "bob"},
        {"user": "bob", "password": ""},
        {"user": "bob", "password": None},
        {"user": "bob", "password": 5},
        {"user": "bob", "password": ["password"]},
        {"user": "bob", "password": {"digest": digest("password")}},
        {"user": "bob", "password": {"digest": digest("password").upper(), "algorithm": "sha-256"}},
        {"user": "bob", "password": {"digest": {"$ne": ""}, "algorithm": "sha-256"}},
        {"user": "bob", "password": digest("password")},
        {"user": {"$ne": ""}, "password": "password"},
        {"user": {"username": {"$ne": ""}}, "password": "password"},
        {"user": 5, "password": "password"},
        {"password": "password"},
        {"resume": "nonsense"},
        {"resume": {"$ne": ""}},
        {"resume": ""},
        {"serviceName": "google", "accessToken": "x", "expiresIn": 200},
        {},
        [],
        "text",
    ],
)
async def test_every_failure_has_the_same_answer(house: House, body: object):
    answer = await login(house, body)
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)
    assert list(answer.json()) == ["success", "status", "error", "message"]


async def test_a_deactivated_user_cannot_sign_in(house: House):
    await house.services.users.update(await house.actor("admin"), (await house.user("bob")).id, {"active": False})
    assert (await login(house, {"user": "bob", "password": "password"})).json() == UNAUTHORIZED


async def test_a_token_is_gone_on_with_and_stays_the_same(house: House):
    pair = await house.chat("bob")
    answer = await login(house, {"resume": pair["x-auth-token"]})
    data = answer.json()["data"]
    assert (answer.status_code, data["authToken"], data["userId"]) == (200, pair["x-auth-token"], pair["x-user-id"])


async def test_an_ended_token_is_not_gone_on_with(house: House):
    pair = await house.chat("bob")
    await house.call("POST", "/api/v1/logout", headers=pair)
    assert (await login(house, {"resume": pair["x-auth-token"]})).json() == UNAUTHORIZED


async def test_a_user_has_at_most_fifty_logins(house: House):
    bob = await house.user("bob")
    opened = []
    for _ in range(50):
        house.clock.pass_(seconds=1)
        opened.append((await house.services.sessions.open(bob, SESSION)).token)
    pairs = [{"x-auth-token": token, "x-user-id": SUBJECT.spell(bob.id)} for token in opened[:2]]
    assert (await house.call("GET", "/api/v1/me", headers=pairs[0])).status_code == 200
    assert (await login(house, {"user": "bob", "password": "password"})).status_code == 200
    assert (await house.call("GET", "/api/v1/me", headers=pairs[0])).status_code == 401
    assert (await house.call("GET", "/api/v1/me", headers=pairs[1])).status_code == 200


@unlimited
async def test_after_ten_failures_even_the_right_password_is_blocked_until_the_window_ends(house: House):
    for _ in range(10):
        assert (await login(house, {"user": "bob", "password": "wrong"})).json() == UNAUTHORIZED
    for name in ("bob", "BOB"):
        answer = await login(house, {"user": name, "password": "password"})
        assert (answer.status_code, answer.json()) == (401, BLOCKED)
    assert (await login(house, {"user": "alice", "password": "password"})).status_code == 200
    house.clock.pass_(seconds=15 * 60)
    assert (await login(house, {"user": "bob", "password": "password"})).status_code == 200


@unlimited
async def test_a_name_that_nobody_has_is_blocked_alike(house: House):
    for _ in range(10):
        await login(house, {"user": "nobody", "password": "wrong"})
    assert (await login(house, {"user": "nobody", "password": "wrong"})).json() == BLOCKED


@unlimited
async def test_a_success_forgets_the_failures(house: House):
    for _ in range(2):
        for _ in range(9):
            await login(house, {"user": "bob", "password": "wrong"})
        assert (await login(house, {"user": "bob", "password": "password"})).status_code == 200


@unlimited
async def test_an_address_that_fails_for_many_names_is_blocked_for_all(house: House):
    for number in range(100):
        await login(house, {"user": f"nobody{number}", "password": "wrong"})
    assert (await login(house, {"user": "alice", "password": "password"})).json() == {
        "success": False,
        "status": "error",
        "error": "error-login-blocked-for-ip",
        "message": "Login has been temporarily blocked For IP",
    }


async def test_a_sign_in_needs_no_credential_and_looks_at_none(house: House):
    answer = await login(
        house, {"user": "bob", "password": "password"}, headers={"x-auth-token": "nonsense", "x-user-id": "nonsense"}
    )
    assert answer.status_code == 200


async def test_a_failed_sign_in_opens_nothing(house: House):
    assert (await house.call("GET", "/api/v1/me")).json() == NO_LOGIN
    assert (await get(house, "me", who="bob")).status_code == 200
