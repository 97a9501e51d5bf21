"""Signing in, up and out."""

import re

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import CLIENTS, UNAUTHORIZED, made, refused, said, signed_in, throttled

SIGN_IN, SIGN_UP, SIGN_OUT = "/api/auth/signin", "/api/auth/signup", "/api/auth/signout"
ALICE = {"email": "alice@example.com", "password": "password"}
COOKIE = re.compile(
    r"auth_session=[0-9A-Za-z]{43}\.[0-9A-Za-z_-]{43}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"
)


async def test_signing_in_sets_a_signed_cookie_that_opens_the_surface(house: House):
    answer = await house.call("POST", SIGN_IN, json=ALICE)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    shown = answer.json()
    assert re.fullmatch(r"usr[0-9A-Za-z]{17}", shown["id"])
    assert answer.text == f'{{"id":"{shown["id"]}","email":"alice@example.com","avatar":null,"name":"Alice"}}'
    assert COOKIE.fullmatch(answer.headers["set-cookie"])
    house.client.cookies.clear()
    headers = {"cookie": answer.headers["set-cookie"].partition(";")[0]}
    assert (await house.call("GET", CLIENTS, headers=headers)).status_code == 200


@pytest.mark.settings(issuer="https://id.example")
async def test_beyond_loopback_the_cookie_is_secure(house: House):
    answer = await house.call("POST", f"https://id.example{SIGN_IN}", json=ALICE)
    assert answer.status_code == 200
    assert answer.headers["set-cookie"].endswith("; Path=/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax")


async def test_a_form_signs_in_and_upper_case_does_not_matter_in_an_address(house: House):
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await house.call("POST", SIGN_IN, content="email=Alice%40EXAMPLE.com&password=password", headers=headers)
    assert answer.status_code == 200
    assert answer.json()["email"] == "alice@example.com"


async def test_a_wrong_password_and_an_unknown_person_are_answered_alike(house: House):
    admin, bob = await house.actor("admin"), await house.user("bob")
    await house.services.users.update(admin, bob.id, {"active": False})
    answers = [
        await house.call("POST", SIGN_IN, json={"email": email, "password": password})
        for email, password in (
            ("alice@example.com", "wrong"),
            ("nobody@example.com", "password"),
            ("alice", "password"),
            ("", ""),
            ("bob@example.com", "password"),
            ("alice@example.com", "PASSWORD"),
            ("alice@example.com", "password "),
        )
    ]
    for answer in answers:
        assert said(answer) == (401, UNAUTHORIZED)
        assert answer.headers.keys() == answers[0].headers.keys()
        assert "set-cookie" not in answer.headers


async def test_what_is_missing_or_mistyped_is_named(house: House):
    headers = {"content-type": "application/json"}
    for body, message in (
        (
            "{}",
            (
                'Invalid input: expected string, received undefined at "email"; '
                'Invalid input: expected string, received undefined at "password"'
            ),
        ),
        ("null", "Invalid input: expected object, received null"),
        ('{"email":1,"password":"long enough"}', 'Invalid input: expected string, received number at "email"'),
        ('{"email":"a","password":null}', 'Invalid input: expected string, received null at "password"'),
        ("{", "Invalid JSON body"),
    ):
        for path in (SIGN_IN, SIGN_UP):
            assert said(await house.call("POST", path, content=body, headers=headers)) == refused(message)


async def test_the_eleventh_wrong_password_has_to_wait_and_so_has_the_right_one(house: House):
    wrong = {**ALICE, "password": "wrong"}
    for _ in range(10):
        assert (await house.call("POST", SIGN_IN, json=wrong)).status_code == 401
    house.clock.pass_(seconds=600)
    for body in (wrong, ALICE, {**ALICE, "email": "ALICE@example.com"}):
        answer = await house.call("POST", SIGN_IN, json=body)
        assert said(answer) == throttled(300)
        assert answer.headers["retry-after"] == "300"
    assert (await house.call("POST", SIGN_IN, json={**ALICE, "email": "carol@example.com"})).status_code == 200
    house.clock.pass_(seconds=300)
    assert (await house.call("POST", SIGN_IN, json=ALICE)).status_code == 200


async def test_a_success_forgets_the_failures_before_it(house: House):
    for _ in range(3):
        for _ in range(9):
            await house.call("POST", SIGN_IN, json={**ALICE, "password": "wrong"})
        assert (await house.call("POST", SIGN_IN, json=ALICE)).status_code == 200


@pytest.mark.settings(limits=False)
async def test_without_limits_nobody_waits(house: House):
    for _ in range(12):
        assert (await house.call("POST", SIGN_IN, json={**ALICE, "password": "wrong"})).status_code == 401


async def test_signing_up_makes_a_person_and_signs_them_in(house: House):
    body = {"email": "dora.l@example.com", "password": "long enough"}
    answer = await house.call("POST", SIGN_UP, json=body)
    assert answer.status_code == 201
    shown = answer.json()
    assert re.fullmatch(r"usr[0-9A-Za-z]{17}", shown["id"])
    assert answer.text == f'{{"id":"{shown["id"]}","email":"dora.l@example.com","avatar":null,"name":"dora.l"}}'
    assert COOKIE.fullmatch(answer.headers["set-cookie"])
    assert (await house.call("GET", CLIENTS)).text == "[]"
    assert (await house.call("POST", SIGN_IN, json=body)).json() == shown
    kept = await house.user("dora.l")
    assert (kept.roles, kept.email_verified) == (("user",), False)


async def test_a_new_person_can_register_applications(house: House):
    await house.call("POST", SIGN_UP, json={"email": "dora@example.com", "password": "long enough"})
    shown = await made(house, "dora")
    assert (await house.store.applications.by_client_id(shown["clientId"])).organization_id == (
        await house.user("dora")
    ).organization_id


async def test_a_user_name_that_is_taken_gets_a_suffix(house: House):
    body = {"email": "alice@elsewhere.example", "password": "long enough"}
    answer = await house.call("POST", SIGN_UP, json=body)
    assert answer.status_code == 201
    kept = await house.store.users.by_email("alice@elsewhere.example")
    assert re.fullmatch(r"alice-[0-9a-z]{8}", kept.username)
    assert (await house.user("alice")).email == "alice@example.com"


async def test_any_address_becomes_a_user_name(house: House):
    for email, username in (
        ("..dora+tag@example.com", "doratag"),
        ("дора@example.com", "user"),
        (f"{'x' * 60}@example.com", "x" * 48),
    ):
        answer = await house.call("POST", SIGN_UP, json={"email": email, "password": "long enough"})
        assert answer.status_code == 201
        assert (await house.store.users.by_email(email)).username == username


async def test_an_address_that_is_registered_cannot_sign_up_again(house: House):
    for email in ("alice@example.com", "ALICE@example.com"):
        answer = await house.call("POST", SIGN_UP, json={"email": email, "password": "long enough"})
        assert said(answer) == (
            409,
            '{"message":"This e-mail address is already registered","status":409,"code":"conflict"}',
        )
        assert "set-cookie" not in answer.headers


async def test_a_sign_up_with_faults_makes_nobody(house: House):
    for email, password, message in (
        ("dora@example.com", "short", 'Too small: expected string to have >=8 characters at "password"'),
        ("dora", "long enough", 'Invalid input: expected an e-mail address at "email"'),
    ):
        answer = await house.call("POST", SIGN_UP, json={"email": email, "password": password})
        assert said(answer) == refused(message)
        assert await house.store.users.by_email(email) is None


@pytest.mark.settings(sign_up="off")
async def test_where_sign_up_is_off_nobody_signs_up_whatever_they_say(house: House):
    for body in ({}, {"email": "dora@example.com", "password": "long enough"}):
        assert said(await house.call("POST", SIGN_UP, json=body)) == (
            403,
            '{"message":"Sign up is not open here","status":403,"code":"restricted_resource"}',
        )
    assert await house.store.users.by_email("dora@example.com") is None


@pytest.mark.settings(sign_up="invited")
async def test_an_invitation_cannot_be_shown_here(house: House):
    answer = await house.call("POST", SIGN_UP, json={"email": "dora@example.com", "password": "long enough"})
    assert answer.status_code == 403


async def test_signing_out_ends_the_session_and_takes_the_cookie(house: House):
    headers = await signed_in(house, "alice")
    answer = await house.call("POST", SIGN_OUT, headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["set-cookie"] == "auth_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
    assert said(await house.call("GET", CLIENTS, headers=headers)) == (401, UNAUTHORIZED)
    assert said(await house.call("POST", SIGN_OUT, headers=headers)) == (401, UNAUTHORIZED)
