"""The routes by which client tooling sets a scene: people and permissions."""

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.scene import FORBIDDEN, NO_LOGIN, coded, get, invalid, person, post

PAULA = {"name": "Paula Doe", "email": "paula@example.com", "username": "paula", "password": "s3cret pass"}
MANAGED = [
    ("permissions.update", {"permissions": []}),
    ("users.create", PAULA),
    ("users.delete", {"userId": "x"}),
    ("users.setActiveStatus", {"userId": "x", "activeStatus": True}),
    ("users.deactivateIdle", {"daysIdle": 1}),
]
UNKNOWN = {"success": False, "error": "User not found."}


async def signed_in(house: House, user: str, password: str):
    return await house.call("POST", "/api/v1/login", json={"user": user, "password": password})


async def test_a_new_person_is_shown_and_can_sign_in(house: House):
    answer = await post(house, "users.create", PAULA)
    user = answer.json()["user"]
    assert (answer.status_code, list(answer.json())) == (200, ["user", "success"])
    assert user == {
        "_id": (await person(house, "paula"))["_id"],
        "name": "Paula Doe",
        "username": "paula",
        "emails": [{"address": "paula@example.com", "verified": False}],
        "email": "paula@example.com",
        "status": "offline",
        "statusConnection": "offline",
        "utcOffset": 0,
        "active": True,
        "roles": ["user"],
        "settings": {"profile": {}, "preferences": {}},
        "avatarUrl": "http://127.0.0.1:8000/avatar/paula",
        "isOAuthUser": False,
    }
    assert (await signed_in(house, "paula", "s3cret pass")).status_code == 200


async def test_a_new_person_may_be_an_administrator(house: House):
    answer = await post(
        house, "users.create", {**PAULA, "roles": ["admin"], "verified": True, "joinDefaultChannels": 1}
    )
    assert answer.json()["user"]["roles"] == ["admin"]
    assert answer.json()["user"]["emails"][0]["verified"] is True
    assert (await get(house, "oauth-apps.list", who="paula")).status_code == 200


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"username": "al ice"}, coded("Invalid username", "error-invalid-username")),
        ({"email": "nowhere"}, coded("Invalid email", "error-invalid-email")),
        ({"roles": ["emperor"]}, coded("Invalid roles", "error-invalid-roles")),
        ({"name": ""}, coded("Invalid name", "error-invalid-name")),
        ({"password": ""}, coded("Invalid password", "error-invalid-password")),
        ({"username": "bob"}, coded("username is already in use", "error-field-unavailable", field="username")),
        ({"email": "BOB@example.com"}, coded("email is already in use", "error-field-unavailable", field="email")),
        ({"roles": "admin"}, invalid("must be array")),
        ({"password": {}}, invalid("must be string")),
    ],
)
async def test_a_person_that_cannot_be_is_refused(house: House, change: dict[str, object], refusal: dict[str, object]):
    answer = await post(house, "users.create", {**PAULA, **change})
    assert (answer.status_code, answer.json()) == (400, refusal)


@pytest.mark.parametrize("key", ["name", "email", "username", "password"])
async def test_a_person_has_all_four(house: House, key: str):
    body = {name: value for name, value in PAULA.items() if name != key}
    answer = await post(house, "users.create", body)
    assert (answer.status_code, answer.json()) == (400, invalid(f"must have required property '{key}'"))


async def test_a_deleted_person_is_gone(house: House):
    user_id = (await post(house, "users.create", PAULA)).json()["user"]["_id"]
    pair = await house.chat("paula")
    answer = await post(house, "users.delete", {"userId": user_id})
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert (await get(house, "users.info?username=paula")).json() == UNKNOWN
    assert (await house.call("GET", "/api/v1/me", headers=pair)).json() == NO_LOGIN
    assert (await post(house, "users.delete", {"userId": user_id})).json() == UNKNOWN


async def test_a_person_who_still_owns_something_stays(house: House):
    answer = await post(house, "users.delete", {"userId": (await person(house, "alice"))["_id"]})
    assert (answer.status_code, answer.json()) == (400, coded("It still owns something", "error-conflict"))
    assert (await get(house, "users.info?username=alice")).status_code == 200


@pytest.mark.parametrize(
    ("route", "body"),
    [("users.delete", {}), ("users.setActiveStatus", {"activeStatus": True})],
)
async def test_the_built_in_user_is_nobody_to_delete_or_wake(house: House, route: str, body: dict[str, object]):
    answer = await post(house, route, {"userId": "22222222222222222", **body})
    assert (answer.status_code, answer.json()) == (400, UNKNOWN)
    assert not (await house.user("system")).active


@pytest.mark.parametrize("who", ["admin", "bob"])
async def test_administrators_and_oneself_see_the_whole_person(house: House, who: str):
    bob = await person(house, "bob")
    for query in ("username=bob", f"userId={bob['_id']}"):
        user = (await get(house, f"users.info?{query}", who=who)).json()["user"]
        assert (user["_id"], user["username"], user["email"], user["roles"]) == (
            bob["_id"],
            "bob",
            "bob@example.com",
            ["user"],
        )


async def test_others_see_neither_address_nor_roles(house: House):
    answer = await get(house, "users.info?username=admin", who="mallory")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "user": {
                "_id": (await person(house, "admin"))["_id"],
                "name": "Admin",
                "username": "admin",
                "status": "offline",
                "statusConnection": "offline",
                "utcOffset": 0,
                "active": True,
            },
            "success": True,
        },
    )


@pytest.mark.parametrize("query", ["username=nobody", "userId=nonsense", "userId=22222222222222223"])
async def test_an_unknown_person_is_not_found(house: House, query: str):
    answer = await get(house, f"users.info?{query}", who="bob")
    assert (answer.status_code, answer.json()) == (400, UNKNOWN)


@pytest.mark.parametrize("query", ["", "?username=", "?name=bob"])
async def test_a_look_up_names_somebody(house: House, query: str):
    answer = await get(house, f"users.info{query}", who="bob")
    assert answer.status_code == 400
    assert answer.json() == coded(
        'The required "userId" or "username" param was not provided', "error-user-param-not-provided"
    )


async def test_a_look_up_by_an_object_is_refused(house: House):
    assert (await get(house, "users.info?username[$ne]=", who="bob")).json() == invalid("must be string")


async def test_a_deactivated_person_loses_every_token_for_good(house: House):
    pair = await house.chat("bob")
    for status in (False, True):
        answer = await post(house, "users.setActiveStatus", {"userId": pair["x-user-id"], "activeStatus": status})
        assert answer.json() == {"user": {"_id": pair["x-user-id"], "active": status}, "success": True}
        assert (await house.call("GET", "/api/v1/me", headers=pair)).status_code == 401
    assert (await signed_in(house, "bob", "password")).status_code == 200


async def test_the_idle_are_deactivated(house: House):
    for name in ("alice", "carol", "mallory"):
        await signed_in(house, name, "password")
    house.clock.pass_(days=10)
    await signed_in(house, "alice", "password")
    headers = await house.chat("admin")
    house.clock.pass_(days=1)
    answer = await house.call("POST", "/api/v1/users.deactivateIdle", json={"daysIdle": 5}, headers=headers)
    count = answer.json()["count"]
    assert (answer.status_code, answer.json()) == (200, {"count": count, "success": True})
    active = {name: (await house.user(name)).active for name in ("admin", "alice", "carol", "mallory")}
    assert active == {"admin": True, "alice": True, "carol": False, "mallory": False}
    again = await house.call("POST", "/api/v1/users.deactivateIdle", json={"daysIdle": "5"}, headers=headers)
    assert again.json() == {"count": 0, "success": True}


@pytest.mark.parametrize("days", [-1, 1.5, "x", None, [], 99_999_999])
async def test_days_are_a_number(house: House, days: object):
    answer = await post(house, "users.deactivateIdle", {"daysIdle": days})
    assert answer.status_code == 400
    assert answer.json() in (invalid("must be integer"), coded("Invalid daysIdle", "error-invalid-daysIdle"))
    assert (await house.user("bob")).active


async def test_permissions_are_given_and_shown(house: House):
    body = {"permissions": [{"_id": "manage-oauth-apps", "roles": ["user"]}, {"_id": "logout-other-user", "roles": []}]}
    answer = await post(house, "permissions.update", body)
    shown = {row["_id"]: row["roles"] for row in answer.json()["permissions"]}
    assert (answer.status_code, list(answer.json())) == (200, ["permissions", "success"])
    assert (shown["manage-oauth-apps"], shown["logout-other-user"]) == (["user"], [])
    assert shown["create-personal-access-tokens"] == ["admin", "user"]
    assert (await get(house, "oauth-apps.list", who="mallory")).status_code == 200


async def test_the_last_administrator_stays_one(house: House):
    pair = await house.chat("admin")
    for route, body in (
        ("users.setActiveStatus", {"userId": pair["x-user-id"], "activeStatus": False}),
        ("users.delete", {"userId": pair["x-user-id"]}),
    ):
        answer = await post(house, route, body)
        assert (answer.status_code, answer.json()["errorType"]) == (400, "error-conflict")
    body = {"permissions": [{"_id": "view-audit", "roles": []}, {"_id": "manage-instance", "roles": []}]}
    assert (await post(house, "permissions.update", body)).json() == coded("Invalid roles", "error-invalid-roles")
    shown = {row["_id"]: row["roles"] for row in (await post(house, *MANAGED[0])).json()["permissions"]}
    assert (shown["view-audit"], shown["manage-instance"]) == (["admin"], ["admin"])
    assert (await house.call("GET", "/api/v1/me", headers=pair)).status_code == 200


async def test_the_last_administrator_is_not_idle(house: House):
    made = await post(house, "permissions.update", {"permissions": [{"_id": "manage-users", "roles": ["user"]}]})
    assert made.status_code == 200
    house.clock.pass_(days=10)
    answer = await post(house, "users.deactivateIdle", {"daysIdle": 5, "role": "admin"}, who="alice")
    assert answer.json() == {"count": 0, "success": True}
    assert (await house.user("admin")).active


async def test_an_unknown_permission_changes_none(house: House):
    body = {"permissions": [{"_id": "manage-oauth-apps", "roles": ["user"]}, {"_id": "fly", "roles": ["user"]}]}
    answer = await post(house, "permissions.update", body)
    assert (answer.status_code, answer.json()) == (400, coded("Invalid permission", "error-invalid-permission"))
    assert (await get(house, "oauth-apps.list", who="mallory")).status_code == 403


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "must have required property 'permissions'"),
        ({"permissions": {}}, "must be array"),
        ({"permissions": ["manage-oauth-apps"]}, "must be object"),
        ({"permissions": [{"roles": []}]}, "must have required property '_id'"),
        ({"permissions": [{"_id": "manage-oauth-apps"}]}, "must have required property 'roles'"),
        ({"permissions": [{"_id": 5, "roles": []}]}, "must be string"),
        ({"permissions": [{"_id": "manage-oauth-apps", "roles": "admin"}]}, "must be array"),
    ],
)
async def test_a_permission_is_an_id_and_roles(house: House, body: object, message: str):
    answer = await post(house, "permissions.update", body)
    assert (answer.status_code, answer.json()) == (400, invalid(message))


@pytest.mark.parametrize(
    ("route", "body", "message"),
    [
        ("users.delete", {}, "must have required property 'userId'"),
        ("users.delete", {"userId": {"$ne": ""}}, "must be string"),
        ("users.setActiveStatus", {"activeStatus": True}, "must have required property 'userId'"),
        ("users.setActiveStatus", {"userId": "x"}, "must have required property 'activeStatus'"),
        ("users.setActiveStatus", {"userId": "x", "activeStatus": "no"}, "must be boolean"),
        ("users.deactivateIdle", {}, "must have required property 'daysIdle'"),
        ("users.deactivateIdle", {"daysIdle": 5, "role": []}, "must be string"),
        ("users.logout", {"userId": {"$ne": ""}}, "must be string"),
        ("users.logout", [], "must be object"),
    ],
)
async def test_the_schema_tells_what_lacks_or_does_not_fit(house: House, route: str, body: object, message: str):
    answer = await post(house, route, body)
    assert (answer.status_code, answer.json()) == (400, invalid(message))


async def test_an_activity_may_be_written_as_a_word(house: House):
    bob = (await person(house, "bob"))["_id"]
    for word, active in (("false", False), ("true", True)):
        answer = await post(house, "users.setActiveStatus", {"userId": bob, "activeStatus": word})
        assert (answer.status_code, answer.json()["user"]) == (200, {"_id": bob, "active": active})


@pytest.mark.parametrize(("route", "body"), MANAGED)
async def test_all_but_the_look_up_are_for_administrators(house: House, route: str, body: dict[str, object]):
    answer = await post(house, route, body, who="alice")
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)
    nobody = await house.call("POST", f"/api/v1/{route}", json=body)
    assert (nobody.status_code, nobody.json()) == (401, NO_LOGIN)


async def test_only_the_idle_of_a_role_are_deactivated(house: House):
    house.clock.pass_(days=10)
    await post(house, "users.create", {**PAULA, "roles": ["admin"]})
    house.clock.pass_(days=10)
    headers = await house.chat("admin")
    body = {"daysIdle": 5, "role": "admin"}
    answer = await house.call("POST", "/api/v1/users.deactivateIdle", json=body, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"count": 1, "success": True})
    assert not (await house.user("paula")).active
    assert (await house.user("bob")).active
