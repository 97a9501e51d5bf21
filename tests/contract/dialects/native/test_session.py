"""Signing in with a password, and everything that must not sign anybody in."""

import asyncio
import re

from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import faults, problem, token

PATH = "/api/manage/session"


async def sign_in(house: House, username: str = "alice", password: str = "password"):
    return await house.call("POST", PATH, json={"username": username, "password": password})


async def test_a_right_password_opens_a_session(house: House):
    alice = await house.user("alice")
    answer = await sign_in(house)
    assert answer.status_code == 201
    document = answer.json()
    assert re.fullmatch(r"licet_ses_[A-Za-z0-9_-]{43}", document["token"])
    assert document == {
        "token": document["token"],
        "expires_at": "2026-12-18T11:06:40.000Z",
        "user": {
            "id": alice.id,
            "username": "alice",
            "name": "Alice",
            "email": "alice@example.com",
            "email_verified": True,
            "active": True,
            "roles": ["user"],
            "organization_id": alice.organization_id,
            "created_at": document["user"]["created_at"],
            "updated_at": document["user"]["updated_at"],
            "last_login_at": document["user"]["last_login_at"],
        },
    }
    headers = {"authorization": f"Bearer {document['token']}"}
    who = await house.call("GET", PATH, headers=headers)
    assert (who.status_code, who.json()["user"]["username"]) == (200, "alice")


async def test_an_address_does_for_a_name_and_case_does_not_count(house: House):
    for name in ("alice@example.com", "ALICE@example.com", "Alice"):
        answer = await house.call("POST", PATH, json={"username": name, "password": "password", "code": None})
        assert answer.status_code == 201


async def test_who_one_is_and_what_one_may(house: House):
    carol = await house.user("carol")
    answer = await house.call("GET", PATH, headers=await house.bearer("carol"))
    document = answer.json()
    assert document["kind"] == "session"
    assert document["scopes"] is None
    assert document["permissions"] == ["create-personal-access-tokens"]
    roles = {row["organization_id"]: row["role"] for row in document["roles"]}
    assert roles == {house.organizations["acme"]: "admin", carol.organization_id: "owner"}
    headers = await token(house, "carol", "secrets:write", "applications:read")
    document = (await house.call("GET", PATH, headers=headers)).json()
    assert (document["kind"], document["scopes"]) == ("personal_token", ["applications:read", "secrets:write"])


async def test_signing_out_ends_the_session_and_no_other(house: House):
    ended, other = (await sign_in(house)).json()["token"], (await sign_in(house)).json()["token"]
    headers = {"authorization": f"Bearer {ended}"}
    assert (await house.call("DELETE", PATH, headers=headers)).status_code == 204
    problem(await house.call("GET", PATH, headers=headers), 401, "unauthenticated")
    assert (await house.call("GET", PATH, headers={"authorization": f"Bearer {other}"})).status_code == 200


async def test_a_personal_access_token_has_no_session_to_end(house: House):
    headers = await token(house, "alice", "users:write")
    problem(await house.call("DELETE", PATH, headers=headers), 403, "credential-not-accepted")


async def test_a_session_ends_after_thirty_days(house: House):
    headers = {"authorization": f"Bearer {(await sign_in(house)).json()['token']}"}
    house.clock.pass_(days=30, seconds=-0.001)
    assert (await house.call("GET", PATH, headers=headers)).status_code == 200
    house.clock.pass_(seconds=0.001)
    problem(await house.call("GET", PATH, headers=headers), 401, "unauthenticated")


async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(house: House):
    wrong, unknown = await sign_in(house, password="passw0rd"), await sign_in(house, "nobody")
    assert problem(wrong, 401, "wrong-password") == problem(unknown, 401, "wrong-password")
    assert wrong.headers["www-authenticate"] == unknown.headers["www-authenticate"] == "Bearer"
    for name in ("", "alice\u0000", "a" * 255):
        assert (await sign_in(house, name)).status_code == 400
    for name in ("@", "alice@", "system", "a'--", "%"):
        problem(await sign_in(house, name), 401, "wrong-password")


async def test_a_sign_in_says_exactly_what_it_needs(house: House):
    for sent, told in (
        ({}, [("/username", "absent"), ("/password", "absent")]),
        ({"username": "alice", "password": 7}, [("/password", "type")]),
        ({"username": "alice", "password": "x" * 1001}, [("/password", "too_long")]),
        ({"username": "alice", "password": "password", "remember": True}, [("/remember", "unknown")]),
    ):
        answer = await house.call("POST", PATH, json=sent)
        assert faults(answer) == told
        assert "x" * 1001 not in answer.text


async def test_ten_wrong_passwords_of_a_user_are_enough_for_a_while(house: House):
    for _ in range(10):
        problem(await sign_in(house, password="wrong"), 401, "wrong-password")
    answer = await sign_in(house)
    assert problem(answer, 429, "throttled")["retry_after"] == 900
    assert answer.headers["retry-after"] == "900"
    problem(await sign_in(house, "ALICE"), 429, "throttled")
    assert (await sign_in(house, "bob")).status_code == 201
    house.clock.pass_(seconds=900)
    assert (await sign_in(house)).status_code == 201


async def test_guesses_made_all_at_once_count_too(house: House):
    answers = await asyncio.gather(*(sign_in(house, password="wrong") for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 10
    problem(await sign_in(house), 429, "throttled")


async def test_a_right_password_forgives_the_wrong_ones_before(house: House):
    for _ in range(3):
        for _ in range(9):
            problem(await sign_in(house, password="wrong"), 401, "wrong-password")
        assert (await sign_in(house)).status_code == 201


async def test_an_address_that_tries_many_names_is_slowed_down(house: House):
    statuses = [(await sign_in(house, f"nobody{number}")).status_code for number in range(101)]
    assert statuses == [401] * 100 + [429]


async def test_a_deactivated_user_has_no_way_in(house: House):
    alice = await house.user("alice")
    headers = await house.bearer("alice")
    answer = await house.call(
        "PATCH", f"/api/manage/users/{alice.id}", headers=await house.bearer("admin"), json={"active": False}
    )
    assert answer.json()["active"] is False
    problem(await house.call("GET", PATH, headers=headers), 401, "unauthenticated")
    problem(await sign_in(house), 401, "wrong-password")
