"""POST /api/oauth/access_token with a code: who asks, what for, and every way it can fail."""

import asyncio
import re
from base64 import b64encode

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import signed_in
from tests.contract.dialects.teable.flow import (
    ACCESS_TOKEN,
    CALLBACK,
    PKCE,
    VERIFIER,
    bearer,
    fault,
    register,
    switch,
)

TOO_MANY = "Token request rate limit exceeded, please try again later"


async def test_a_code_brings_six_keys_and_nothing_is_kept(house: House):
    app = await register(house)
    answer = await app.redeem(await app.code(scope="table|read"))
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    body = answer.json()
    access, refresh = body.pop("access_token"), body.pop("refresh_token")
    assert body == {
        "scopes": ["table|read"],
        "expires_in": 600,
        "refresh_expires_in": 2592000,
        "token_type": "Bearer",
    }
    assert len(access) == 71
    assert re.fullmatch(r"teable_acc[0-9A-Za-z]{16}_[A-Za-z0-9+/]{43}=", access)
    assert refresh
    again = await app.refresh(refresh)
    assert again.json().keys() == answer.json().keys()
    for name in ("content-type", "cache-control", "pragma"):
        assert again.headers[name] == answer.headers[name]


async def test_an_application_without_scopes_gets_a_token_without_any(house: House):
    app = await register(house, scopes=[])
    assert (await app.tokens())["scopes"] == []


@pytest.mark.attack(109)
async def test_json_is_read_and_nothing_is_coerced(house: House):
    app = await register(house)
    body = {
        "grant_type": "authorization_code",
        "code": await app.code(),
        "redirect_uri": CALLBACK,
        "client_id": app.client_id,
        "client_secret": app.secret,
        "unknown": {"dropped": True},
    }
    wrong = await house.call("POST", ACCESS_TOKEN, json={**body, "code": 7})
    assert fault(wrong) == (400, 'Validation error: Invalid input: expected string, received number at "code"')
    assert (await house.call("POST", ACCESS_TOKEN, json=body)).status_code == 201
    broken = await house.call("POST", ACCESS_TOKEN, content=b"{", headers={"content-type": "application/json"})
    assert fault(broken) == (400, "Validation error: Invalid JSON body")


AUTHENTICATION = (
    ({"client_id": None, "client_secret": None}, "Unauthorized"),
    ({"client_id": None}, "Unauthorized"),
    ({"client_id": "nobody"}, "Client not found"),
    ({"client_secret": "wrong"}, "Client secret invalid"),
)


@pytest.mark.attack(50)
@pytest.mark.parametrize(("wrong", "message"), AUTHENTICATION)
async def test_the_client_is_proven_before_anything_else(house: House, wrong, message):
    app = await register(house)
    code = await app.code()
    answer = await app.redeem(code, grant_type="nonsense", **wrong)
    assert fault(answer) == (401, message)
    assert "www-authenticate" not in answer.headers
    assert (await app.redeem(code)).status_code == 201


async def test_a_secret_for_an_application_that_has_none_left(house: House):
    app = await register(house)
    alice = await signed_in(house, "alice")
    shown = (await house.call("GET", app.path, headers=alice)).json()
    await house.call("DELETE", f"{app.path}/secret/{shown['secrets'][0]['id']}", headers=alice)
    assert fault(await app.redeem("x")) == (401, "No secrets found for the given clientId")


async def test_every_secret_proves_and_is_stamped_even_if_the_grant_fails(house: House):
    app = await register(house)
    alice = await signed_in(house, "alice")
    second = (await house.call("POST", f"{app.path}/secret", headers=alice)).json()
    assert fault(await app.redeem("unknown", client_secret=second["secret"])) == (401, "Invalid code")
    shown = (await house.call("GET", app.path, headers=alice)).json()["secrets"]
    used = {each["id"]: each.get("lastUsedTime") for each in shown}
    assert used.pop(second["id"]) == "2026-11-18T11:06:40.000Z"
    assert list(used.values()) == [None]


async def test_a_switched_off_application_gets_no_tokens(house: House):
    app = await register(house)
    code = await app.code()
    await switch(house, app, enabled=False)
    assert fault(await app.redeem(code)) == (401, "Client is inactive")
    await switch(house, app, enabled=True)
    assert (await app.redeem(code)).status_code == 201


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


@pytest.mark.attack(46)
async def test_basic_proves_and_the_body_may_say_the_same(house: House):
    app = await register(house)
    for more in ({}, {"client_id": app.client_id}, {"client_id": app.client_id, "client_secret": app.secret}):
        body = {"grant_type": "authorization_code", "code": await app.code(), "redirect_uri": CALLBACK, **more}
        answer = await house.call("POST", ACCESS_TOKEN, data=body, headers=basic(app.client_id, app.secret))
        assert answer.status_code == 201, answer.text


@pytest.mark.attack(46)
async def test_basic_and_a_body_that_disagree_prove_nothing(house: House):
    app = await register(house)
    for more in ({"client_id": "other"}, {"client_id": app.client_id, "client_secret": "other"}):
        body = {"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK, **more}
        answer = await house.call("POST", ACCESS_TOKEN, data=body, headers=basic(app.client_id, app.secret))
        assert fault(answer) == (401, "Unauthorized")
        assert answer.headers["www-authenticate"] == "Basic"


@pytest.mark.attack(47)
async def test_a_wrong_basic_is_challenged(house: House):
    app = await register(house)
    body = {"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK}
    for headers in (basic(app.client_id, "wrong"), {"authorization": "Basic !"}):
        answer = await house.call("POST", ACCESS_TOKEN, data=body, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Basic"
    answer = await house.call("POST", ACCESS_TOKEN, data=body, headers=basic(app.client_id, app.secret))
    assert fault(answer) == (401, "Invalid code")
    assert answer.headers["www-authenticate"] == "Basic"


GRANTS = (
    ({"grant_type": None}, "Missing required parameter: grant_type"),
    ({"grant_type": "password"}, "Unsupported grant type: password"),
    ({"grant_type": "client_credentials"}, "Unsupported grant type: client_credentials"),
    ({"code": None}, "Missing required parameter: code"),
)


@pytest.mark.parametrize(("wrong", "message"), GRANTS)
async def test_a_request_that_is_not_whole_costs_no_code(house: House, wrong, message):
    app = await register(house)
    code = await app.code()
    assert fault(await app.redeem(**{"code": code, **wrong})) == (400, message)
    assert (await app.redeem(code)).status_code == 201


BURNT = (
    ({"redirect_uri": None}, 401, "redirect_uri is required"),
    ({"redirect_uri": "https://acme.example/other"}, 401, "Invalid redirectUri"),
    ({"redirect_uri": f"{CALLBACK}?a=1", "code_verifier": "short"}, 401, "Invalid redirectUri"),
    ({"code_verifier": "short"}, 400, "Invalid code_verifier format"),
    ({"code_verifier": VERIFIER}, 400, "code_challenge is required"),
    ({"client_secret": None, "code_verifier": VERIFIER}, 400, "code_challenge is required"),
    (
        {"redirect_uri": "http://acme.example/cb", "client_secret": None, "code_verifier": VERIFIER},
        401,
        "Invalid redirectUri",
    ),
)


@pytest.mark.attack(24, 26)
@pytest.mark.parametrize(("wrong", "status", "message"), BURNT)
async def test_a_failed_exchange_burns_the_code(house: House, wrong, status, message):
    app = await register(house)
    code = await app.code()
    assert fault(await app.redeem(code, **wrong)) == (status, message)
    assert fault(await app.redeem(code)) == (401, "Invalid code")


PROOFS = (
    ({}, 400, "code_verifier is required for PKCE flow"),
    ({"code_verifier": "a" * 43}, 401, "Invalid code_verifier"),
    ({"client_secret": None, "code_verifier": "a" * 129}, 400, "Invalid code_verifier format"),
    ({"client_secret": None, "code_verifier": "a" * 42 + "+"}, 400, "Invalid code_verifier format"),
    ({"client_secret": None, "code_verifier": "a" * 43}, 401, "Invalid code_verifier"),
)


@pytest.mark.attack(25, 28)
@pytest.mark.parametrize(("said", "status", "message"), PROOFS)
async def test_a_code_with_a_challenge_needs_its_verifier(house: House, said, status, message):
    app = await register(house)
    code = await app.code(**PKCE)
    assert fault(await app.redeem(code, **said)) == (status, message)
    assert fault(await app.redeem(code, code_verifier=VERIFIER)) == (401, "Invalid code")


@pytest.mark.attack(31)
@pytest.mark.parametrize("code", ["real", "nonsense"])
async def test_neither_secret_nor_verifier_is_refused_whatever_the_code(house: House, code):
    app = await register(house)
    sent = await app.code() if code == "real" else code
    assert fault(await app.redeem(sent, client_secret=None)) == (400, "code_verifier is required")


async def test_secret_and_verifier_are_checked_both(house: House):
    app = await register(house)
    assert (await app.redeem(await app.code(**PKCE), code_verifier=VERIFIER)).status_code == 201
    assert (await app.redeem(await app.code(**PKCE), client_secret=None, code_verifier=VERIFIER)).status_code == 201


@pytest.mark.attack(23)
async def test_a_code_of_another_client_is_burnt(house: House):
    app, other = await register(house), await register(house)
    code = await app.code()
    assert fault(await other.redeem(code)) == (401, "Invalid client")
    assert fault(await app.redeem(code)) == (401, "Invalid code")


@pytest.mark.attack(16, 30)
async def test_a_code_lives_five_minutes(house: House):
    app = await register(house)
    late, good = await app.code(), None
    house.clock.pass_(seconds=299)
    good = await app.code()
    house.clock.pass_(seconds=1)
    assert fault(await app.redeem(late)) == (401, "Invalid code")
    assert (await app.redeem(good)).status_code == 201


@pytest.mark.attack(21)
async def test_a_code_seen_twice_ends_what_it_started(house: House):
    app = await register(house)
    code = await app.code()
    tokens = (await app.redeem(code)).json()
    assert (await house.call("GET", "/api/auth/user", headers=bearer(tokens))).status_code == 200
    assert fault(await app.redeem(code)) == (401, "Invalid code")
    assert (await house.call("GET", "/api/auth/user", headers=bearer(tokens))).status_code == 401
    assert fault(await app.refresh(tokens["refresh_token"])) == (401, "Invalid access token")


@pytest.mark.attack(22)
async def test_of_ten_exchanges_at_once_one_succeeds(house: House):
    app = await register(house)
    code = await app.code()
    answers = await asyncio.gather(*(app.redeem(code) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201, *[401] * 9]


async def test_a_code_dies_with_its_redirect_uri(house: House):
    app = await register(house, redirectUris=[CALLBACK, "https://acme.example/other"])
    code = await app.code()
    await app.update(redirectUris=["https://acme.example/other"])
    assert fault(await app.redeem(code)) == (401, "Invalid code")


async def test_the_code_of_the_default_redirect_uri_needs_it_too(house: House):
    app = await register(house)
    assert fault(await app.redeem(await app.code(), redirect_uri=None)) == (401, "redirect_uri is required")


async def test_the_thirtieth_passes_and_the_next_must_wait_for_each_person_apart(house: House):
    app = await register(house)
    tokens = await app.tokens()
    for _ in range(29):
        answer = await app.refresh(tokens["refresh_token"])
        assert answer.status_code == 201
        tokens = answer.json()
    late = await app.redeem(await app.code())
    assert (late.status_code, late.json()["message"], late.json()["code"]) == (429, TOO_MANY, "too_many_requests")
    assert late.json()["data"] == {"retryAfter": 900}
    assert late.headers["retry-after"] == "900"
    assert (await app.refresh(tokens["refresh_token"])).status_code == 429
    assert (await app.redeem(await app.code("alice"))).status_code == 201
    house.clock.pass_(seconds=900)
    assert (await app.refresh(tokens["refresh_token"])).status_code == 201


@pytest.mark.settings(teable_token_limit=0)
async def test_a_limit_of_nothing_is_none(house: House):
    app = await register(house)
    tokens = await app.tokens()
    for _ in range(31):
        tokens = (await app.refresh(tokens["refresh_token"])).json()
    assert tokens["scopes"]
