"""A transaction is shown, decided once by its own person, and a consent is remembered as far as tokens went."""

import asyncio

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import signed_in
from tests.contract.dialects.teable.flow import CALLBACK, DECISION, PKCE, VERIFIER, fault, register, returned

INVALID = (400, "Invalid transaction ID")


async def test_a_transaction_says_what_it_asks_for_and_reading_it_uses_nothing_up(house: House):
    app = await register(house, description="Nightly sync", logo="https://acme.example/logo.png")
    transaction = await app.transaction(scope="record|read table|read")
    for _ in range(2):
        answer = await house.call("GET", f"{DECISION}/{transaction}", headers=await signed_in(house, "bob"))
        assert answer.status_code == 200
        assert answer.json() == {
            "name": "Acme Sync",
            "homepage": "https://acme.example",
            "scopes": ["record|read", "table|read"],
            "description": "Nightly sync",
            "logo": "https://acme.example/logo.png",
        }
    assert returned(await app.decide(transaction)).keys() == {"code"}


@pytest.mark.attack(94, 97)
async def test_a_transaction_is_its_own_persons(house: House):
    app = await register(house)
    transaction = await app.transaction()
    path = f"{DECISION}/{transaction}"
    assert fault(await house.call("GET", path, headers=await signed_in(house, "alice"))) == (400, "Invalid user")
    assert fault(await app.decide(transaction, "alice")) == (400, "Invalid user")
    assert fault(await house.call("GET", path)) == (401, "Unauthorized")
    anonymous = await house.call("POST", f"{DECISION}?x=1", data={"transaction_id": transaction})
    assert anonymous.status_code == 302
    assert anonymous.headers["location"] == "/auth/login?redirect=%2Fapi%2Foauth%2Fdecision%3Fx%3D1"
    assert returned(await app.decide(transaction)).keys() == {"code"}


async def test_a_decision_needs_a_transaction_that_waits(house: House):
    app = await register(house)
    headers = await signed_in(house, "bob")
    assert fault(await house.call("POST", DECISION, data={}, headers=headers)) == (400, "transaction_id is required")
    assert fault(await house.call("POST", DECISION, json={}, headers=headers)) == (400, "transaction_id is required")
    assert fault(await app.decide("0123456789abcdef")) == INVALID
    assert fault(await house.call("GET", f"{DECISION}/0123456789abcdef", headers=headers)) == INVALID
    transaction = await app.transaction()
    house.clock.pass_(seconds=600)
    assert fault(await app.decide(transaction)) == INVALID
    spent = await app.transaction()
    assert returned(await app.decide(spent)).keys() == {"code"}
    assert fault(await app.decide(spent)) == INVALID
    assert fault(await house.call("GET", f"{DECISION}/{spent}", headers=headers)) == INVALID


@pytest.mark.parametrize("cancel", ["Deny", "1", "false"])
async def test_any_cancel_denies_and_nothing_is_remembered(house: House, cancel):
    app = await register(house)
    transaction = await app.transaction(state="s")
    answer = await app.decide(transaction, cancel=cancel)
    assert answer.headers["location"] == f"{CALLBACK}?error=access_denied&state=s"
    assert answer.status_code == 302
    assert fault(await app.decide(transaction)) == INVALID
    listed = await house.call("GET", "/api/oauth/client/authorized/list", headers=await signed_in(house, "bob"))
    assert listed.json() == []


async def test_an_empty_cancel_allows_and_json_is_read_too(house: House):
    app = await register(house)
    assert "code" in returned(await app.decide(await app.transaction(), cancel=""))
    body = {"transaction_id": await app.transaction(), "cancel": "yes"}
    answer = await house.call("POST", DECISION, json=body, headers=await signed_in(house, "bob"))
    assert answer.headers["location"] == f"{CALLBACK}?error=access_denied"


@pytest.mark.attack(96)
async def test_of_ten_decisions_at_once_one_counts(house: House):
    app = await register(house)
    transaction = await app.transaction()
    answers = await asyncio.gather(*(app.decide(transaction) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [302, *[400] * 9]


@pytest.mark.attack(93, 117)
async def test_a_decision_that_another_site_sends_is_refused(house: House):
    app = await register(house)
    headers = {**await signed_in(house, "bob"), "origin": "https://evil.example"}
    answer = await house.call("POST", DECISION, data={"transaction_id": await app.transaction()}, headers=headers)
    assert fault(answer) == (403, "Forbidden resource")


async def test_a_transaction_dies_with_its_application_or_redirect_uri(house: House):
    app = await register(house, redirectUris=[CALLBACK, "https://acme.example/other"])
    first, second = await app.transaction(), await app.transaction(redirect_uri="https://acme.example/other")
    await app.update(redirectUris=[CALLBACK])
    assert fault(await app.decide(second)) == INVALID
    await house.call("DELETE", app.path, headers=await signed_in(house, "alice"))
    assert fault(await app.decide(first)) == INVALID


async def test_a_transaction_that_named_no_redirect_uri_stays_bound_to_the_one_that_was_first(house: House):
    other = "https://acme.example/other"
    app = await register(house, redirectUris=[CALLBACK, other])
    kept, void = await app.transaction(), await app.transaction()
    await app.update(redirectUris=[other, CALLBACK])
    assert (await app.decide(kept)).headers["location"].startswith(f"{CALLBACK}?code=")
    await app.update(redirectUris=[other])
    assert fault(await app.decide(void)) == INVALID


@pytest.mark.attack(93)
async def test_what_an_application_was_given_since_is_not_part_of_a_yes(house: House):
    app = await register(house, scopes=["table|read"])
    transaction = await app.transaction()
    await app.update(scopes=["table|read", "table|delete"])
    code = returned(await app.decide(transaction))["code"]
    assert (await app.redeem(code)).json()["scopes"] == ["table|read"]


async def test_what_an_application_lost_since_is_not_given(house: House):
    app = await register(house)
    transaction = await app.transaction()
    await app.update(scopes=["table|read"])
    code = returned(await app.decide(transaction))["code"]
    assert (await app.redeem(code)).json()["scopes"] == ["table|read"]


async def test_a_yes_that_brought_no_token_is_asked_for_again(house: House):
    app = await register(house)
    code = await app.code()
    assert await app.asked_again()
    assert (await app.redeem(code)).status_code == 201
    assert not await app.asked_again()


async def test_with_a_challenge_it_is_remembered_likewise(house: House):
    app = await register(house)
    code = await app.code(**PKCE)
    assert await app.asked_again(**PKCE)
    await app.redeem(code, client_secret=None, code_verifier=VERIFIER)
    assert not await app.asked_again(**PKCE)


async def test_more_than_was_granted_is_asked_for_whole_and_less_is_not(house: House):
    app = await register(house)
    await app.tokens(scope="table|read")
    assert not await app.asked_again(scope="table|read")
    transaction = await app.transaction(scope="table|read record|read")
    shown = await house.call("GET", f"{DECISION}/{transaction}", headers=await signed_in(house, "bob"))
    assert shown.json()["scopes"] == ["table|read", "record|read"]


async def test_rounds_add_up(house: House):
    app = await register(house)
    await app.tokens(scope="table|read")
    await app.tokens(scope="record|read")
    for scope in ("table|read", "record|read", "record|read table|read"):
        assert not await app.asked_again(scope=scope)
    assert await app.asked_again()


async def test_a_consent_is_remembered_seven_days_and_every_silent_answer_renews_it(house: House):
    app = await register(house)
    await app.tokens()
    house.clock.pass_(days=6)
    assert not await app.asked_again()
    house.clock.pass_(days=6.9)
    assert not await app.asked_again()
    house.clock.pass_(days=7)
    assert await app.asked_again()


async def test_tokens_older_than_a_refresh_token_lives_do_not_count(house: House):
    app = await register(house)
    await app.tokens()
    for _ in range(5):
        house.clock.pass_(days=5.9)
        assert not await app.asked_again()
    house.clock.pass_(days=1)
    assert await app.asked_again()


@pytest.mark.attack(11)
async def test_a_private_scheme_is_always_asked_about(house: House):
    app = await register(house, redirectUris=["com.acme.app:/cb"])
    answer = await app.decide(await app.transaction())
    code = returned(answer, "com.acme.app:/cb")["code"]
    assert (await app.redeem(code, redirect_uri="com.acme.app:/cb")).status_code == 201
    assert await app.asked_again()


async def test_decisions_stand_in_the_audit_log(house: House):
    app = await register(house)
    await app.decide(await app.transaction())
    house.clock.pass_(seconds=1)
    await app.decide(await app.transaction(), cancel="Deny")
    for approve in (True, False):
        house.clock.pass_(seconds=1)
        begun = (await house.call("POST", "/api/oauth/device/code", json={"client_id": app.client_id})).json()
        decision = {"userCode": begun["user_code"], "approve": approve}
        await house.call("POST", "/api/oauth/device/decision", json=decision, headers=await signed_in(house, "bob"))
    found = await house.call("GET", "/api/manage/audit", headers=await house.bearer("admin"))
    rows = [
        (row["action"], row["after"]) for row in found.json()["items"] if row["action"].startswith("oauth-app.auth")
    ]
    assert rows == [
        ("oauth-app.authorize-denied", {"flow": "device"}),
        ("oauth-app.authorize", {"flow": "device"}),
        ("oauth-app.authorize-denied", {"flow": "authorization-code"}),
        ("oauth-app.authorize", {"flow": "authorization-code"}),
    ]


async def test_a_consent_stays_when_its_application_changes(house: House):
    app = await register(house)
    await app.tokens()
    await app.update(name="Renamed", scopes=["table|read"])
    assert not await app.asked_again()
    assert not await app.asked_again(scope="table|read")
    await app.update(scopes=["table|read", "table|delete"])
    assert await app.asked_again()
