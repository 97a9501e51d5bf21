"""POST /api/oauth/token/exchange: a code for tokens."""

import asyncio
import re
from itertools import product
from typing import Any

import pytest

from tests.conformance.person import Person
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.protocol import (
    BAD_CLIENT,
    BAD_CODE,
    CALLBACK,
    CHALLENGE,
    EXCHANGE,
    REFRESH,
    TOKEN,
    TOO_MANY,
    VERIFIER,
    Client,
    client,
)
from tests.contract.dialects.timbrix.scene import NOT_JSON, bad


async def test_a_code_gives_five_keys(payroll: Client):
    answer = await payroll.exchange(await payroll.code())
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == ["access_token", "refresh_token", "token_type", "expires_in", "scope"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", body["access_token"])
    assert re.fullmatch(r"rt_[A-Za-z0-9_-]{43}", body["refresh_token"])
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    assert body["scope"] == "read:organization read:members"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.attack(21)
async def test_a_code_seen_twice_ends_what_it_started(payroll: Client):
    code = await payroll.code()
    tokens = (await payroll.exchange(code)).json()
    assert await payroll.lives(tokens) == (True, True)
    answer = await payroll.exchange(code)
    assert (answer.status_code, answer.json()) == (400, BAD_CODE)
    assert await payroll.lives(tokens) == (False, False)


@pytest.mark.settings(limits=False)
@pytest.mark.attack(22)
async def test_of_twenty_exchanges_at_once_one_succeeds_and_nothing_lives(payroll: Client):
    code = await payroll.code()
    answers = await asyncio.gather(*(payroll.exchange(code) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200, *[400] * 19]
    won = next(answer.json() for answer in answers if answer.status_code == 200)
    assert await payroll.lives(won) == (False, False)


@pytest.mark.attack(23)
async def test_the_code_of_another_application_is_burnt(payroll: Client, house: House, someone: Person):
    thief = await client(house, someone)
    code = await payroll.code()
    answer = await thief.exchange(code)
    assert (answer.status_code, answer.json()) == (400, BAD_CODE)
    assert (await payroll.exchange(code)).json() == BAD_CODE


async def test_a_code_is_good_for_a_minute(payroll: Client):
    early, code = await payroll.code(), await payroll.code()
    payroll.house.clock.pass_(seconds=59)
    assert (await payroll.exchange(early)).status_code == 200
    payroll.house.clock.pass_(seconds=1)
    answer = await payroll.exchange(code)
    assert (answer.status_code, answer.json()) == (400, BAD_CODE)


@pytest.mark.attack(24)
async def test_another_redirect_uri_is_a_bad_code(payroll: Client):
    answer = await payroll.exchange(await payroll.code(), redirectUri="https://payroll.example/other")
    assert (answer.status_code, answer.json()) == (400, BAD_CODE)


@pytest.mark.attack(29)
async def test_what_is_no_code_is_a_bad_code(payroll: Client):
    tokens = await payroll.tokens()
    for value in ("x", "é", tokens["access_token"], tokens["refresh_token"], "0" * 4096):
        answer = await payroll.exchange(value)
        assert (answer.status_code, answer.json()) == (400, BAD_CODE)
    assert await payroll.lives(tokens) == (True, True)


S256 = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
PLAIN = {"code_challenge": VERIFIER, "code_challenge_method": "plain"}
IMPLIED = {"code_challenge": VERIFIER}


@pytest.mark.attack(27)
@pytest.mark.parametrize("challenge", [S256, PLAIN, IMPLIED])
async def test_a_challenge_needs_its_verifier_beside_the_secret(payroll: Client, challenge: dict[str, str]):
    code = await payroll.code(**challenge)
    answer = await payroll.exchange(code, codeVerifier=VERIFIER)
    assert answer.status_code == 200
    wrong_secret = await payroll.exchange(await payroll.code(**challenge), codeVerifier=VERIFIER, clientSecret="cs_x")
    assert (wrong_secret.status_code, wrong_secret.json()) == (401, BAD_CLIENT)


@pytest.mark.attack(25)
@pytest.mark.parametrize("challenge", [S256, PLAIN, IMPLIED])
@pytest.mark.parametrize("verifier", [None, "a" * 43, CHALLENGE])
async def test_a_verifier_that_is_missing_or_wrong_is_a_bad_code(payroll: Client, challenge, verifier):
    answer = await payroll.exchange(await payroll.code(**challenge), codeVerifier=verifier)
    assert (answer.status_code, answer.json()) == (400, BAD_CODE)


@pytest.mark.attack(26)
async def test_a_verifier_for_a_code_without_challenge_is_a_bad_code(payroll: Client):
    answer = await payroll.exchange(await payroll.code(), codeVerifier=VERIFIER)
    assert (answer.status_code, answer.json()) == (400, BAD_CODE)


@pytest.mark.attack(28)
async def test_a_malformed_verifier_is_a_fault_of_its_field_and_costs_no_code(payroll: Client):
    code = await payroll.code(**S256)
    cases = {
        "a" * 42: "codeVerifier must be 43 to 128 characters",
        "a" * 129: "codeVerifier must be 43 to 128 characters",
        "é" * 43: "codeVerifier must be 43 to 128 unreserved characters",
    }
    for verifier, fault in cases.items():
        answer = await payroll.exchange(code, codeVerifier=verifier)
        assert (answer.status_code, answer.json()) == (400, bad(fault))
    assert (await payroll.exchange(code, codeVerifier=VERIFIER)).status_code == 200


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"code": None}, "code is required"),
    ({"clientId": None}, "clientId is required"),
    ({"clientSecret": None}, "clientSecret is required"),
    ({"redirectUri": None}, "redirectUri is required"),
    ({"grantType": None}, "grantType is required"),
    ({"grantType": "refresh_token"}, 'grantType must be "authorization_code"'),
    ({"code": 5}, "code must be a string"),
    ({"code": ["x"]}, "code must be a string"),
    ({"clientSecret": True}, "clientSecret must be a string"),
    ({"codeVerifier": 5}, "codeVerifier must be a string"),
    ({"foo": "bar"}, "foo is not a known field"),
    ({"client_id": "x"}, "client_id is not a known field"),
]


@pytest.mark.parametrize(("said", "fault"), FAULTS)
async def test_a_fault_of_a_field_is_named_and_costs_no_code(payroll: Client, said: dict[str, Any], fault: str):
    code = await payroll.code()
    answer = await payroll.exchange(**{"code": code, **said})
    assert (answer.status_code, answer.json()) == (400, bad(fault))
    assert (await payroll.exchange(code)).status_code == 200


@pytest.mark.attack(49, 50)
async def test_an_unknown_client_and_a_wrong_secret_get_one_answer(payroll: Client):
    code = await payroll.code()
    cases = ({"clientId": "app_0000000000000000"}, {"clientSecret": "cs_wrong"}, {"clientSecret": "x" * 4000})
    for said in cases:
        answer = await payroll.exchange(code, **said)
        assert (answer.status_code, answer.json()) == (401, BAD_CLIENT)
        assert answer.headers["www-authenticate"].startswith("Basic")
    assert (await payroll.exchange(code)).status_code == 200


async def test_an_inactive_application_is_a_bad_client_until_it_is_active_again(payroll: Client):
    code = await payroll.code()
    await payroll.put(isActive=False)
    answer = await payroll.exchange(code)
    assert (answer.status_code, answer.json()) == (401, BAD_CLIENT)
    await payroll.put(isActive=True)
    assert (await payroll.exchange(code)).status_code == 200


async def test_http_basic_takes_the_place_of_the_fields(payroll: Client):
    said = {"grantType": "authorization_code", "code": await payroll.code(), "redirectUri": CALLBACK}
    answer = await payroll.house.call("POST", EXCHANGE, json=said, headers=payroll.basic)
    assert answer.status_code == 200


@pytest.mark.attack(46)
async def test_two_ways_of_proof_at_once_are_a_400(payroll: Client):
    said = {"grantType": "authorization_code", "code": await payroll.code(), "redirectUri": CALLBACK, **payroll.proof}
    answer = await payroll.house.call("POST", EXCHANGE, json=said, headers=payroll.basic)
    assert answer.status_code == 400


@pytest.mark.attack(47)
async def test_basic_that_cannot_be_read_is_a_bad_client(payroll: Client):
    for value in ("Basic !!!", "Basic YQ==", "Bearer x", "Basic"):
        answer = await payroll.house.call("POST", EXCHANGE, json={}, headers={"authorization": value})
        assert (answer.status_code, answer.json()) == (401, BAD_CLIENT)


@pytest.mark.attack(48)
async def test_credentials_in_the_query_are_refused(payroll: Client):
    said = {"grantType": "authorization_code", "code": await payroll.code(), "redirectUri": CALLBACK}
    answer = await payroll.house.call("POST", EXCHANGE, json=said, params=payroll.proof)
    assert answer.status_code == 400
    assert payroll.secret not in answer.text


@pytest.mark.attack(109)
async def test_a_body_of_another_kind_or_none_is_refused(payroll: Client):
    answer = await payroll.house.call("POST", EXCHANGE, content=b"{}", headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()) == (415, NOT_JSON)
    for body in (b"{", b"[]", b"\xff", b'{"code":"a","code":"b"}'):
        answer = await payroll.house.call("POST", EXCHANGE, content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400
        assert answer.json()["error"] == "Bad Request"


@pytest.mark.settings(limits=False)
async def test_no_answer_of_a_token_route_is_kept(payroll: Client):
    json = {"content-type": "application/json"}
    for path, body in product((EXCHANGE, TOKEN, REFRESH), (b"{", b"{}", b'{"foo":1}', b'{"refreshToken":"rt_x"}')):
        answer = await payroll.house.call("POST", path, content=body, headers=json)
        assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
        assert answer.headers["content-type"] == "application/json"
        assert list(answer.json()) == ["statusCode", "message", "error"]


async def test_the_sixteenth_call_of_a_minute_waits(payroll: Client):
    answers = [await payroll.exchange("x") for _ in range(15)]
    assert {answer.status_code for answer in answers} == {400}
    answer = await payroll.exchange("x")
    assert (answer.status_code, answer.json()) == (429, TOO_MANY)
    assert answer.headers["retry-after"] == "60"
    payroll.house.clock.pass_(seconds=60)
    assert (await payroll.exchange("x")).status_code == 400
