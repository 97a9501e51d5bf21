"""The device grant at this surface: a code for a device, a person's decision, a poll that ends once."""

import asyncio
import re
from dataclasses import replace

import pytest

from licet.domain.family import OpaqueToken
from licet.errors import Broken
from licet.oauth.device import device
from licet.oauth.request import TokenRequest
from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import signed_in
from tests.contract.dialects.teable.flow import (
    ACCESS_TOKEN,
    DEVICE,
    DEVICE_GRANT,
    App,
    bearer,
    fault,
    register,
    switch,
)

GONE = (404, "This code has expired or does not exist")
USED = (400, "This code has already been used")
OPTED_OUT = (403, "This app has disabled the device authorization flow")


async def begun(app: App, **said):
    answer = await app.house.call("POST", f"{DEVICE}/code", data={"client_id": app.client_id, **said})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def decided(app: App, user_code: str, *, approve: bool = True, who: str = "bob"):
    body = {"userCode": user_code, "approve": approve}
    headers = await signed_in(app.house, who)
    return await app.house.call("POST", f"{DEVICE}/decision", json=body, headers=headers)


async def looked(app: App, user_code: str):
    return await app.house.call("GET", f"{DEVICE}/{user_code}", headers=await signed_in(app.house, "bob"))


async def polled(app: App, device_code: str | None, *, wait: int = 5, **said):
    app.house.clock.pass_(seconds=wait)
    body = {"grant_type": DEVICE_GRANT, "client_id": app.client_id, "client_secret": app.secret, **said}
    if device_code is not None:
        body["device_code"] = device_code
    return await app.house.call(
        "POST", ACCESS_TOKEN, data={name: value for name, value in body.items() if value is not None}
    )


def heard(answer):
    return answer.status_code, answer.json()


async def test_a_device_gets_a_code_and_polls_until_a_person_has_decided(house: House):
    app = await register(house)
    code = await begun(app, scope="table|read")
    assert re.fullmatch("[0-9A-Za-z]{32}", code.pop("device_code"))
    user_code = code.pop("user_code")
    assert re.fullmatch("[BCDFGHJKMNPQRSTVWXZ]{4}-[BCDFGHJKMNPQRSTVWXZ]{4}", user_code)
    assert code == {"verification_uri": "http://127.0.0.1:8000/oauth/device", "expires_in": 900, "interval": 5}


@pytest.mark.attack(104)
async def test_an_approval_brings_tokens_of_the_approver_once(house: House):
    app = await register(house)
    code = await begun(app)
    assert heard(await polled(app, code["device_code"])) == (400, {"error": "authorization_pending"})
    done = await decided(app, code["user_code"])
    assert (done.status_code, done.content) == (201, b"")
    answer = await polled(app, code["device_code"])
    assert answer.status_code == 200
    tokens = answer.json()
    assert set(tokens) == {
        "access_token", "refresh_token", "scopes", "expires_in", "refresh_expires_in", "token_type",
    }  # fmt: skip
    assert tokens["scopes"] == ["table|read", "record|read", "user|email_read"]
    user = (await house.call("GET", "/api/auth/user", headers=bearer(tokens))).json()
    assert user["email"] == "bob@example.com"
    assert heard(await polled(app, code["device_code"])) == (400, {"error": "expired_token"})
    assert (await app.refresh(tokens["refresh_token"])).status_code == 201
    assert not await app.asked_again()


async def test_a_denial_is_told_once(house: House):
    app = await register(house)
    code = await begun(app)
    await decided(app, code["user_code"], approve=False)
    assert heard(await polled(app, code["device_code"])) == (400, {"error": "access_denied"})
    assert heard(await polled(app, code["device_code"])) == (400, {"error": "expired_token"})
    listed = await house.call("GET", "/api/oauth/client/authorized/list", headers=await signed_in(house, "bob"))
    assert listed.json() == []


@pytest.mark.attack(105)
async def test_a_hasty_poll_is_told_to_wait_and_the_interval_stays(house: House):
    app = await register(house)
    code = await begun(app)
    assert heard(await polled(app, code["device_code"], wait=0))[1] == {"error": "authorization_pending"}
    assert heard(await polled(app, code["device_code"], wait=4))[1] == {"error": "slow_down"}
    assert heard(await polled(app, code["device_code"], wait=4))[1] == {"error": "slow_down"}
    assert heard(await polled(app, code["device_code"], wait=5))[1] == {"error": "authorization_pending"}


async def test_what_is_no_code_of_the_asking_application_has_expired(house: House):
    app, other = await register(house), await register(house)
    code = await begun(app)
    assert heard(await polled(app, "x" * 32)) == (400, {"error": "expired_token"})
    assert heard(await polled(other, code["device_code"])) == (400, {"error": "expired_token"})
    missing = {"error": "invalid_request", "error_description": "device_code is required"}
    assert heard(await polled(app, None)) == (400, missing)
    house.clock.pass_(seconds=900)
    assert heard(await polled(app, code["device_code"])) == (400, {"error": "expired_token"})
    assert fault(await looked(app, code["user_code"])) == GONE
    assert fault(await decided(app, code["user_code"])) == GONE


async def test_a_poll_that_proves_nothing_is_answered_in_the_envelope(house: House):
    app = await register(house)
    code = await begun(app)
    assert fault(await polled(app, code["device_code"], client_secret="x")) == (401, "Client secret invalid")
    assert fault(await polled(app, code["device_code"], client_id="nobody")) == (401, "Client not found")
    assert fault(await polled(app, code["device_code"], client_id=None, client_secret=None)) == (401, "Unauthorized")


async def test_a_public_client_polls_without_a_secret(house: House):
    app = await register(house)
    code = await begun(app)
    await decided(app, code["user_code"])
    tokens = (await polled(app, code["device_code"], client_secret=None)).json()
    assert (await app.refresh(tokens["refresh_token"], client_secret=None)).status_code == 201


async def test_of_ten_polls_at_once_one_gets_tokens(house: House):
    app = await register(house)
    code = await begun(app)
    await decided(app, code["user_code"])
    answers = await asyncio.gather(*(polled(app, code["device_code"], wait=0) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200, *[400] * 9]
    assert {answer.json()["error"] for answer in answers if answer.status_code == 400} == {"expired_token"}


@pytest.mark.parametrize("scope", ["table|read,record|read", "table|read record|read", " table|read ,  record|read "])
async def test_scopes_stand_between_blanks_or_commas(house: House, scope):
    app = await register(house)
    code = await begun(app, scope=scope)
    assert (await looked(app, code["user_code"])).json()["scopes"] == ["table|read", "record|read"]


NO_CODE = (
    ({}, "invalid_request", "client_id is required"),
    ({"client_id": ""}, "invalid_request", "client_id is required"),
    ({"client_id": "nobody"}, "invalid_client", "Unknown client"),
    ({"scope": "table|read x,y"}, "invalid_scope", "Invalid scopes: x,y"),
)


@pytest.mark.parametrize("sent", [{"client_id": 5}, {"client_id": "x", "scope": ["table|read"]}, []])
async def test_what_is_no_text_is_said_in_the_words_of_the_standard_too(house: House, sent):
    answer = await house.call("POST", f"{DEVICE}/code", json=sent)
    described = "A parameter is missing or cannot be read."
    assert heard(answer) == (400, {"error": "invalid_request", "error_description": described})


@pytest.mark.parametrize(("sent", "error", "description"), NO_CODE)
async def test_a_device_that_gets_no_code_hears_why(house: House, sent, error, description):
    app = await register(house)
    body = {"client_id": app.client_id, **sent} if sent else {}
    answer = await house.call("POST", f"{DEVICE}/code", json=body)
    assert heard(answer) == (400, {"error": error, "error_description": description})


@pytest.mark.attack(95)
async def test_an_application_that_has_not_opted_in_or_is_off_gets_no_code(house: House):
    app = await register(house, allowDeviceFlow=False)
    body = {"client_id": app.client_id}
    assert heard(await house.call("POST", f"{DEVICE}/code", data=body)) == (
        400,
        {
            "error": "unauthorized_client",
            "error_description": "This app has not enabled the device authorization flow",
        },
    )
    await app.update(allowDeviceFlow=True)
    await switch(house, app, enabled=False)
    assert heard(await house.call("POST", f"{DEVICE}/code", data=body)) == (
        400,
        {"error": "unauthorized_client", "error_description": "This app is inactive"},
    )


async def test_a_person_sees_what_a_device_asks_for_however_they_type_its_code(house: House):
    app = await register(house)
    code = (await begun(app, scope="table|read"))["user_code"]
    shown = {"name": "Acme Sync", "homepage": "https://acme.example", "scopes": ["table|read"]}
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", "%20"), f"0{code}.1"):
        answer = await looked(app, typed)
        assert (answer.status_code, answer.json()) == (200, shown)
    await app.update(description="Nightly", logo="logo.png")
    assert (await looked(app, code)).json() == {**shown, "description": "Nightly", "logo": "logo.png"}


async def test_nobody_decides_without_signing_in(house: House):
    app = await register(house)
    code = (await begun(app))["user_code"]
    answer = await house.call("GET", f"{DEVICE}/{code}")
    assert answer.headers["location"] == f"/auth/login?redirect=%2Fapi%2Foauth%2Fdevice%2F{code}"
    answer = await house.call("POST", f"{DEVICE}/decision", json={"userCode": code, "approve": True})
    assert answer.status_code == 302
    assert answer.headers["location"] == "/auth/login?redirect=%2Fapi%2Foauth%2Fdevice%2Fdecision"


async def test_a_decision_is_made_once(house: House):
    app = await register(house)
    code = (await begun(app))["user_code"]
    answers = await asyncio.gather(*(decided(app, code, approve=index % 2 == 0) for index in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, *[400] * 5]
    assert fault(await decided(app, code)) == USED
    assert fault(await looked(app, code)) == USED
    assert fault(await decided(app, "BBBB-BBBB")) == GONE


async def test_a_decision_must_be_whole(house: House):
    headers = await signed_in(house, "bob")
    answer = await house.call("POST", f"{DEVICE}/decision", json={"userCode": "BBBB-BBBB"}, headers=headers)
    assert fault(answer) == (
        400,
        'Validation error: Invalid input: expected boolean, received undefined at "approve"',
    )
    answer = await house.call("POST", f"{DEVICE}/decision", json={"userCode": 1, "approve": "yes"}, headers=headers)
    assert answer.status_code == 400


async def test_opting_out_while_a_code_is_open(house: House):
    app = await register(house)
    open_, approved = await begun(app), await begun(app)
    await decided(app, approved["user_code"])
    await app.update(allowDeviceFlow=False)
    assert fault(await looked(app, open_["user_code"])) == OPTED_OUT
    assert fault(await decided(app, open_["user_code"])) == OPTED_OUT
    assert heard(await polled(app, approved["device_code"])) == (400, {"error": "access_denied"})
    await app.update(allowDeviceFlow=True)
    assert heard(await polled(app, approved["device_code"])) == (400, {"error": "expired_token"})


@pytest.mark.attack(102)
async def test_guessing_user_codes_is_slowed_down(house: House):
    app = await register(house)
    for _ in range(10):
        assert fault(await looked(app, "BBBB-BBBB")) == GONE
    assert (await looked(app, "BBBB-BBBB")).status_code == 429


@pytest.mark.attack(102)
async def test_of_many_guesses_at_once_ten_are_looked_at_and_right_codes_cost_none(house: House):
    app = await register(house)
    device = await begun(app)
    assert {(await looked(app, device["user_code"])).status_code for _ in range(12)} == {200}
    guesses = await asyncio.gather(*(looked(app, "BBBB-BBBB") for _ in range(40)))
    assert sorted(answer.status_code for answer in guesses) == [*[404] * 10, *[429] * 30]


async def test_device_codes_are_bounded_by_address(house: House):
    app = await register(house)
    for _ in range(30):
        await begun(app)
    answer = await house.call("POST", f"{DEVICE}/code", data={"client_id": app.client_id})
    assert answer.status_code == 429
    message = "Device code request rate limit exceeded, please try again later"
    assert (answer.json()["message"], answer.headers["retry-after"]) == (message, "900")


async def test_a_device_of_this_surface_is_not_let_in_through_another(house: House):
    app = await register(house)
    code = await begun(app)
    polls = {"grant_type": DEVICE_GRANT, "device_code": code["device_code"], "client_id": app.client_id}
    assert (await house.call("POST", "/oauth2/token", data=polls)).status_code == 401


async def test_the_standard_page_does_not_know_a_device_of_this_surface(house: House):
    app = await register(house)
    code = (await begun(app))["user_code"]
    home = await house.call("GET", "/login?to=device")
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', home.text))
    body = {**form, "username": "bob", "password": "password"}
    assert (await house.call("POST", "/login", data=body)).is_redirect
    page = await house.call("GET", "/device")
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    answer = await house.call("POST", "/device", data={**form, "user_code": code})
    assert answer.status_code == 400
    assert "This code is not known" in answer.text


@pytest.mark.attack(103)
async def test_a_code_is_theirs_who_typed_it_first(house: House):
    app = await register(house)
    code = await begun(app)
    assert (await looked(app, code["user_code"])).status_code == 200
    assert fault(await decided(app, code["user_code"], who="mallory")) == GONE
    assert heard(await polled(app, code["device_code"]))[1] == {"error": "authorization_pending"}
    assert (await decided(app, code["user_code"])).status_code == 201


async def test_an_approval_whose_tokens_could_not_be_made_is_good_for_a_later_poll(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    app = await register(house)
    code = await begun(app)
    assert (await decided(app, code["user_code"])).status_code == 201

    async def failing(_token: OpaqueToken) -> None:
        raise Broken("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(house.store.access_tokens, "insert", failing)
        assert (await polled(app, code["device_code"])).status_code == 500
    answer = await polled(app, code["device_code"])
    assert answer.status_code == 200, answer.text
    headers = {"authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await house.call("GET", "/api/auth/user", headers=headers)).json()["name"] == "Bob"
    assert heard(await polled(app, code["device_code"])) == (400, {"error": "expired_token"})


async def test_a_switched_off_application_lets_no_device_in(house: House):
    app = await register(house)
    code = await begun(app)
    await switch(house, app, enabled=False)
    assert fault(await looked(app, code["user_code"])) == OPTED_OUT
    assert fault(await decided(app, code["user_code"])) == OPTED_OUT
    assert fault(await polled(app, code["device_code"])) == (401, "Client is inactive")
    await switch(house, app, enabled=True)
    assert (await decided(app, code["user_code"])).status_code == 201
    assert (await polled(app, code["device_code"])).status_code == 200


async def test_a_deleted_application_takes_its_devices_and_consents_with_it(house: House):
    app = await register(house)
    open_, approved = await begun(app), await begun(app)
    await decided(app, approved["user_code"])
    assert (await house.call("DELETE", app.path, headers=await signed_in(house, "alice"))).status_code == 200
    assert fault(await looked(app, open_["user_code"])) == GONE
    assert fault(await decided(app, open_["user_code"])) == GONE
    assert fault(await polled(app, approved["device_code"])) == (401, "Client not found")
    listed = await house.call("GET", "/api/oauth/client/authorized/list", headers=await signed_in(house, "bob"))
    assert listed.json() == []


async def test_a_device_polls_in_json_and_its_answer_is_not_kept(house: House):
    app = await register(house)
    code = await begun(app)
    body = {"grant_type": DEVICE_GRANT, "client_id": app.client_id, "device_code": code["device_code"]}
    pending = await house.call("POST", ACCESS_TOKEN, json=body)
    assert heard(pending) == (400, {"error": "authorization_pending"})
    assert pending.headers["content-type"] == "application/json"
    await decided(app, code["user_code"])
    house.clock.pass_(seconds=5)
    answer = await house.call("POST", ACCESS_TOKEN, json=body)
    assert answer.status_code == 200
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")


@pytest.mark.attack(19)
@pytest.mark.settings(origins=("http://second.example",))
async def test_a_device_is_sent_to_the_configured_host_that_it_asked(house: House):
    app = await register(house)
    forged = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    for host, uri in (
        ("second.example", "http://second.example/oauth/device"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000/oauth/device"),
    ):
        body = {"client_id": app.client_id}
        answer = await house.call("POST", f"{DEVICE}/code", data=body, headers={"host": host, **forged})
        assert answer.json()["verification_uri"] == uri
    answer = await house.call("POST", f"{DEVICE}/code", data=body, headers={"host": "evil.example"})
    assert answer.status_code == 421


async def test_a_user_code_that_is_open_is_drawn_again_and_never_given_twice(house: House):
    app = await register(house)
    first = await begun(app)
    kept = first["user_code"].replace("-", "")
    context = house.instance.setups["teable"].context
    drawn = iter([kept, kept, "BCDFGHJK"])
    forms = replace(context.provider.forms, user_code=lambda _entropy: next(drawn))
    again = await device(
        replace(context, provider=replace(context.provider, forms=forms)),
        TokenRequest(parameters={"client_id": app.client_id}),
    )
    assert again.user_code == "BCDF-GHJK"
    assert (await looked(app, first["user_code"])).status_code == 200
