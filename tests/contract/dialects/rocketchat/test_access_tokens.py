"""What an access token opens: userinfo, and every REST route as its person; and what ends it."""

import pytest

from licet.domain.ids import SUBJECT
from tests.contract.dialects.house import DAY, House
from tests.contract.dialects.rocketchat.authorizing import (
    CALLBACK,
    USERINFO,
    app,
    asked,
    code,
    error,
    exchanged,
    refreshed,
    tokens,
    userinfo,
    works,
)
from tests.contract.dialects.rocketchat.scene import FORBIDDEN, NO_LOGIN, WIKI, get, post

ME = "/api/v1/me"


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def status(house: House, user: str, *, active: bool) -> None:
    body = {"userId": SUBJECT.spell((await house.user(user)).id), "activeStatus": active}
    assert (await post(house, "users.setActiveStatus", body)).status_code == 200


async def test_userinfo_says_who_signed_in(house: House):
    taken = await tokens(house, await app(house), "bob")
    bob = await house.user("bob")
    answer = await userinfo(house, taken["access_token"])
    assert answer.status_code == 200
    assert answer.headers.get_list("content-type") == ["application/json; charset=utf-8"]
    assert list(answer.json().items()) == [
        ("sub", SUBJECT.spell(bob.id)),
        ("name", bob.name),
        ("email", bob.email),
        ("email_verified", bob.email_verified),
        ("department", ""),
        ("birthdate", ""),
        ("preffered_username", "bob"),
        ("updated_at", "2026-11-18T11:06:40.000Z"),
        ("picture", "http://127.0.0.1:8000/avatar/bob"),
    ]


async def test_who_has_no_address_is_shown_without_one(house: House):
    actor = await house.actor("admin", "rocketchat")
    await house.services.users.update(actor, (await house.user("bob")).id, {"email": None})
    taken = await tokens(house, await app(house), "bob")
    answer = await userinfo(house, taken["access_token"])
    assert {"email", "email_verified"}.isdisjoint(answer.json())


async def test_the_bare_token_is_taken_and_the_query_is_not_read(house: House):
    token = (await tokens(house, await app(house)))["access_token"]
    assert (await house.call("GET", USERINFO, headers={"authorization": token})).status_code == 200
    answer = await house.call("GET", f"{USERINFO}?access_token={token}")
    assert (answer.status_code, answer.text) == (401, "No token")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("value", ["Bearer x", "x", "bearer", "Basic eA=="])
async def test_an_unknown_token_opens_no_userinfo(house: House, value: str):
    answer = await house.call("GET", USERINFO, headers={"authorization": value})
    assert (answer.status_code, answer.text) == (401, "Invalid Token")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


async def test_the_prefix_is_exact(house: House):
    token = (await tokens(house, await app(house)))["access_token"]
    for value in (f"bearer {token}", f"BEARER {token}", f"Token {token}"):
        for path, body in ((USERINFO, None), (ME, NO_LOGIN)):
            answer = await house.call("GET", path, headers={"authorization": value})
            assert answer.status_code == 401
            assert body is None or answer.json() == body


@pytest.mark.attack(114)
async def test_a_token_is_its_person_on_every_rest_route(house: House):
    made = await app(house)
    admin, bob = await tokens(house, made, "admin"), await tokens(house, made, "bob")
    answer = await house.call("POST", "/api/v1/oauth-apps.create", json=WIKI, headers=bearer(admin["access_token"]))
    assert (answer.status_code, answer.json()["application"]["_createdBy"]["username"]) == (200, "admin")
    answer = await house.call("POST", "/api/v1/oauth-apps.create", json=WIKI, headers=bearer(bob["access_token"]))
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)
    for headers, query in (
        (bearer(bob["access_token"]), ""),
        ({"authorization": bob["access_token"]}, ""),
        ({}, f"?access_token={bob['access_token']}"),
    ):
        answer = await house.call("GET", f"{ME}{query}", headers=headers)
        assert (answer.status_code, answer.json()["username"]) == (200, "bob")


async def test_a_wrong_pair_is_refused_beside_a_good_token(house: House):
    token = (await tokens(house, await app(house)))["access_token"]
    pair = {"x-auth-token": "wrong", "x-user-id": (await house.chat("bob"))["x-user-id"]}
    answer = await house.call("GET", f"{ME}?access_token={token}", headers={**pair, **bearer(token)})
    assert (answer.status_code, answer.json()) == (401, NO_LOGIN)
    half = {"x-auth-token": "wrong"}
    assert (await house.call("GET", ME, headers={**half, **bearer(token)})).status_code == 200


@pytest.mark.parametrize("form", ["access_token[$ne]", "access_token[$exists]", "access_token[$gt]"])
async def test_object_forms_of_the_query_open_nothing(house: House, form: str):
    token = (await tokens(house, await app(house)))["access_token"]
    answer = await house.call("GET", f"{ME}?{form}={token}")
    assert (answer.status_code, answer.json()) == (401, NO_LOGIN)


async def test_signing_out_ends_the_presented_token_alone(house: House):
    made = await app(house)
    one, other = await tokens(house, made), await tokens(house, made)
    answer = await house.call("POST", "/api/v1/logout", headers=bearer(one["access_token"]))
    assert answer.status_code == 200
    assert not await works(house, one["access_token"])
    assert await works(house, other["access_token"])


@pytest.mark.attack(42)
async def test_switching_the_application_off_stops_everything_until_it_is_on_again(house: House):
    made = await app(house)
    taken, waiting = await tokens(house, made), await code(house, made)
    body = {"appId": made["_id"], "name": made["name"], "redirectUri": CALLBACK}
    await post(house, "oauth-apps.update", {**body, "active": False})
    assert not await works(house, taken["access_token"])
    for answer in (await exchanged(house, made, waiting), await refreshed(house, made, taken["refresh_token"])):
        assert (answer.status_code, answer.json()) == (401, error("invalid_client", "Invalid clientId"))
    assert (await asked(house, made)).status_code == 400
    await post(house, "oauth-apps.update", {**body, "active": True})
    assert await works(house, taken["access_token"])
    assert (await refreshed(house, made, taken["refresh_token"])).status_code == 200


async def test_a_removed_redirect_uri_takes_its_codes_along(house: House):
    made = await app(house, redirectUri=f"{CALLBACK},https://other.example/cb")
    waiting, other = await code(house, made), await code(house, made, redirect_uri="https://other.example/cb")
    body = {"appId": made["_id"], "name": made["name"], "active": True, "redirectUri": "https://other.example/cb"}
    await post(house, "oauth-apps.update", body)
    answer = await exchanged(house, made, waiting)
    assert (answer.status_code, answer.json()) == (400, error("invalid_grant", "Invalid authCode"))
    assert (await exchanged(house, made, other, redirect_uri="https://other.example/cb")).status_code == 200


async def test_another_name_changes_nothing_else(house: House):
    made = await app(house)
    taken, waiting = await tokens(house, made), await code(house, made)
    body = {"appId": made["_id"], "name": "Another", "active": True, "redirectUri": CALLBACK}
    await post(house, "oauth-apps.update", body)
    assert await works(house, taken["access_token"])
    assert (await exchanged(house, made, waiting)).status_code == 200
    assert (await refreshed(house, made, taken["refresh_token"])).status_code == 200
    assert (await get(house, "me", "bob")).json()["oauth"] == {"authorizedClients": [made["clientId"]]}


async def test_deleting_the_application_ends_everything(house: House):
    made = await app(house)
    taken, waiting = await tokens(house, made), await code(house, made)
    await post(house, "oauth-apps.delete", {"appId": made["_id"]})
    assert not await works(house, taken["access_token"])
    for answer in (await exchanged(house, made, waiting), await refreshed(house, made, taken["refresh_token"])):
        assert (answer.status_code, answer.json()) == (401, error("invalid_client", "Invalid clientId"))
    assert "oauth" not in (await get(house, "me", "bob")).json()


@pytest.mark.attack(42)
@pytest.mark.parametrize("idle", [False, True])
async def test_a_deactivated_persons_tokens_are_gone_for_good(house: House, idle: bool):
    made = await app(house)
    taken, waiting = await tokens(house, made), await code(house, made)
    if idle:
        house.clock.pass_(seconds=60)
        answer = await post(house, "users.deactivateIdle", {"daysIdle": 0})
        assert answer.json()["success"]
    else:
        await status(house, "bob", active=False)
    for active in (False, True):
        if active:
            await status(house, "bob", active=True)
        assert not await works(house, taken["access_token"])
        for answer in (await exchanged(house, made, waiting), await refreshed(house, made, taken["refresh_token"])):
            assert answer.status_code == 400
            assert answer.json()["error"] == "invalid_grant"
    body = {"user": "bob", "password": "password"}
    login = (await house.call("POST", "/api/v1/login", json=body)).json()["data"]["authToken"]
    answer = await asked(house, made, token=login)
    assert answer.status_code == 302


async def test_a_token_ends_with_its_hour_on_rest_too(house: House):
    taken = await tokens(house, await app(house))
    house.clock.now += DAY
    answer = await house.call("GET", ME, headers=bearer(taken["access_token"]))
    assert (answer.status_code, answer.json()) == (401, NO_LOGIN)
