"""Signing out, the caller, and the probe."""

import pytest

from licet.domain.ids import SUBJECT
from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.scene import FORBIDDEN, NO_LOGIN, NOW, get, permit, person, post

BYE = {"status": "success", "data": {"message": "You've been logged out!"}, "success": True}


async def signed_in(house: House, name: str) -> dict[str, str]:
    answer = await house.call("POST", "/api/v1/login", json={"user": name, "password": "password"})
    data = answer.json()["data"]
    return {"x-auth-token": data["authToken"], "x-user-id": data["userId"]}


async def alive(house: House, pair: dict[str, str]) -> bool:
    return (await house.call("GET", "/api/v1/me", headers=pair)).status_code == 200


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_signing_out_ends_the_presented_token_alone(house: House, method: str):
    first, second = await signed_in(house, "bob"), await signed_in(house, "bob")
    answer = await house.call(method, "/api/v1/logout", headers=first)
    assert (answer.status_code, answer.json()) == (200, BYE)
    assert not await alive(house, first)
    assert await alive(house, second)
    again = await house.call(method, "/api/v1/logout", headers=first)
    assert (again.status_code, again.json()) == (401, NO_LOGIN)


async def test_the_caller_sees_themself(house: House):
    answer = await get(house, "me", who="bob")
    assert (answer.status_code, list(answer.json().items())) == (
        200,
        [
            ("_id", SUBJECT.spell((await house.user("bob")).id)),
            ("name", "Bob"),
            ("username", "bob"),
            ("emails", [{"address": "bob@example.com", "verified": True}]),
            ("email", "bob@example.com"),
            ("status", "offline"),
            ("statusConnection", "offline"),
            ("utcOffset", 0),
            ("active", True),
            ("roles", ["user"]),
            ("settings", {"profile": {}, "preferences": {}}),
            ("avatarUrl", "http://127.0.0.1:8000/avatar/bob"),
            ("isOAuthUser", False),
            ("_updatedAt", NOW),
            ("services", {"password": {"exists": True}}),
            ("success", True),
        ],
    )


async def test_a_caller_without_an_address_has_none(house: House):
    bob = await house.user("bob")
    await house.services.users.update(await house.actor("admin"), bob.id, {"email": None})
    body = (await get(house, "me", who="bob")).json()
    assert body["emails"] == []
    assert "email" not in body


async def test_a_user_ends_all_logins_of_their_own(house: House):
    one, other = await signed_in(house, "bob"), await signed_in(house, "bob")
    bob = (await person(house, "bob"))["_id"]
    answer = await house.call("POST", "/api/v1/users.logout", json={}, headers=one)
    assert (answer.status_code, answer.json()) == (
        200,
        {"message": f"User {bob} has been logged out!", "success": True},
    )
    assert not await alive(house, one)
    assert not await alive(house, other)


async def test_an_administrator_ends_all_logins_of_another(house: House):
    bob = await signed_in(house, "bob")
    answer = await post(house, "users.logout", {"userId": bob["x-user-id"]})
    assert answer.json() == {"message": f"User {bob['x-user-id']} has been logged out!", "success": True}
    assert not await alive(house, bob)


async def test_another_is_logged_out_by_permission_only(house: House):
    bob = await signed_in(house, "bob")
    refused = await post(house, "users.logout", {"userId": bob["x-user-id"]}, who="alice")
    assert (refused.status_code, refused.json()) == (403, FORBIDDEN)
    assert await alive(house, bob)
    await permit(house, "logout-other-user", "user")
    assert (await post(house, "users.logout", {"userId": bob["x-user-id"]}, who="alice")).status_code == 200
    assert not await alive(house, bob)


@pytest.mark.parametrize("user_id", ["nonsense", "22222222222222223", 5])
async def test_an_unknown_user_cannot_be_logged_out(house: House, user_id: object):
    answer = await post(house, "users.logout", {"userId": user_id})
    assert (answer.status_code, answer.json()) == (400, {"success": False, "error": "User not found."})


async def test_the_probe_tells_the_version_to_everybody(house: House):
    for headers in ({}, {"x-auth-token": "nonsense", "x-user-id": "nonsense"}):
        answer = await house.call("GET", "/api/info", headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"version": "7.10", "success": True})


async def test_the_probe_tells_more_to_whoever_is_signed_in(house: House):
    answer = await house.call("GET", "/api/info", headers=await house.chat("bob"))
    assert answer.json() == {
        "version": "7.10",
        "info": {"version": "7.10.0", "build": {}, "commit": {}, "marketplaceApiVersion": "1.0.0"},
        "success": True,
    }
