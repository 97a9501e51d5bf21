"""POST /api/oauth/token: a token for the application itself, or for a person within their consent."""

from typing import Any

import pytest

from tests.conformance.person import Person
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix import formats_by_hand
from tests.contract.dialects.timbrix.protocol import BAD_CLIENT, TOKEN, TOO_MANY, UNALLOWED, Client, client
from tests.contract.dialects.timbrix.scene import NOT_JSON, bad

pytestmark = pytest.mark.settings(limits=False)


async def test_an_application_gets_a_token_for_itself_without_a_refresh_token(payroll: Client):
    answer = await payroll.own(["read:members"])
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == ["access_token", "token_type", "expires_in", "scope"]
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, "read:members")
    assert answer.headers["cache-control"] == "no-store"
    claims = await payroll.introspect(body["access_token"])
    assert (claims["active"], claims["sub"]) == (True, f"client:{payroll.client_id}")


async def test_it_ends_after_an_hour(payroll: Client):
    token = (await payroll.own()).json()["access_token"]
    payroll.house.clock.pass_(seconds=3599)
    assert (await payroll.introspect(token))["active"] is True
    payroll.house.clock.pass_(seconds=1)
    assert await payroll.introspect(token) == {"active": False}


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"clientId": None}, "clientId is required"),
    ({"clientSecret": None}, "clientSecret is required"),
    ({"scopes": "read:members"}, "scopes must be an array of strings"),
    ({"scopes": []}, "scopes must not be empty"),
    ({"scopes": ["read:payslips"]}, "scopes[0] is not a known scope: read:payslips"),
    ({"scopes": ["read:webhooks", "read:members"]}, "scopes has what the application may not ask for: read:webhooks"),
    ({"userId": 5}, "userId must be a string"),
    ({"grantType": "client_credentials"}, "grantType is not a known field"),
]


@pytest.mark.attack(91)
@pytest.mark.parametrize(("said", "fault"), FAULTS)
async def test_a_fault_of_a_field_is_named(payroll: Client, said: dict[str, Any], fault: str):
    answer = await payroll.own(**said)
    assert (answer.status_code, answer.json()) == (400, bad(fault))


async def test_http_basic_takes_the_place_of_the_fields(payroll: Client):
    answer = await payroll.house.call("POST", TOKEN, json={"scopes": ["read:members"]}, headers=payroll.basic)
    assert (answer.status_code, answer.json()["scope"]) == (200, "read:members")


async def test_scopes_are_required(payroll: Client):
    answer = await payroll.house.call("POST", TOKEN, json=payroll.proof)
    assert (answer.status_code, answer.json()) == (400, bad("scopes is required"))


async def test_a_wrong_secret_an_unknown_and_an_inactive_application_are_bad_clients(payroll: Client):
    for said in ({"clientSecret": "cs_wrong"}, {"clientId": "app_0000000000000000"}):
        answer = await payroll.own(**said)
        assert (answer.status_code, answer.json()) == (401, BAD_CLIENT)
    await payroll.put(isActive=False)
    answer = await payroll.own()
    assert (answer.status_code, answer.json()) == (401, BAD_CLIENT)


async def test_another_media_type_is_refused(payroll: Client):
    answer = await payroll.house.call("POST", TOKEN, content=b"x", headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()) == (415, NOT_JSON)


@pytest.mark.settings(limits=True)
async def test_the_eleventh_call_of_a_minute_waits(payroll: Client):
    answers = [await payroll.own() for _ in range(10)]
    assert {answer.status_code for answer in answers} == {200}
    answer = await payroll.own()
    assert (answer.status_code, answer.json()) == (429, TOO_MANY)
    assert answer.headers["retry-after"] == "60"


async def user_id(house: House, name: str) -> str:
    return formats_by_hand.user((await house.user(name)).id)


@pytest.mark.attack(113)
async def test_a_token_for_a_person_stays_within_what_they_allowed(payroll: Client, house: House):
    alice = await user_id(house, "alice")
    await payroll.code(scope="read:members")
    answer = await payroll.own(["read:members"], userId=alice)
    assert answer.status_code == 200
    assert list(answer.json()) == ["access_token", "token_type", "expires_in", "scope"]
    claims = await payroll.introspect(answer.json()["access_token"])
    assert (claims["active"], claims["username"]) == (True, "alice")
    answer = await payroll.own(["read:members", "read:organization"], userId=alice)
    assert (answer.status_code, answer.json()) == (403, UNALLOWED)


async def test_who_allowed_nothing_and_who_is_not_there_get_one_answer(payroll: Client, house: House):
    for name in (await user_id(house, "bob"), "usr_000000000000000000000000", "usr_x", "bob", "nobody"):
        answer = await payroll.own(userId=name)
        assert (answer.status_code, answer.json()) == (403, UNALLOWED)


@pytest.mark.attack(101)
async def test_who_is_no_member_of_the_organization_is_not_spoken_for(payroll: Client, house: House):
    await payroll.code("mallory")
    answer = await payroll.own(userId=await user_id(house, "mallory"))
    assert (answer.status_code, answer.json()) == (403, UNALLOWED)


@pytest.mark.attack(42)
async def test_nobody_is_spoken_for_who_was_deactivated_or_removed(payroll: Client, house: House):
    for who in ("bob", "carol"):
        await payroll.code(who)
        payroll.person.client.cookies.clear()
        assert (await payroll.own(userId=await user_id(house, who))).status_code == 200
    bob, carol = await house.user("bob"), await house.user("carol")
    await house.services.users.update(await house.actor("admin"), bob.id, {"active": False})
    await house.services.organizations.remove_member(await house.actor("alice"), house.organizations["acme"], carol.id)
    for who in ("bob", "carol"):
        answer = await payroll.own(userId=await user_id(house, who))
        assert (answer.status_code, answer.json()) == (403, UNALLOWED)


@pytest.mark.attack(42)
async def test_a_withdrawn_consent_ends_the_token_and_gives_no_other(payroll: Client, house: House):
    alice = await house.user("alice")
    await payroll.code()
    token = (await payroll.own(userId=await user_id(house, "alice"))).json()["access_token"]
    application = await house.store.applications.by_client_id(payroll.client_id)
    assert await house.services.authorizations.withdraw(alice.id, application.id)
    assert await payroll.introspect(token) == {"active": False}
    answer = await payroll.own(userId=await user_id(house, "alice"))
    assert (answer.status_code, answer.json()) == (403, UNALLOWED)


@pytest.mark.attack(85)
async def test_another_application_learns_nothing_of_a_token(payroll: Client, house: House, someone: Person):
    other = await client(house, someone)
    token = (await payroll.own()).json()["access_token"]
    assert await other.introspect(token) == {"active": False}
