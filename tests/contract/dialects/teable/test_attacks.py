"""Attacks at this surface that no other file sends, among them all whose outcome its contract settles for itself."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from licet.domain.secret import digest
from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import CLIENTS, UNAUTHORIZED, made, personal, said, signed_in, throttled
from tests.contract.dialects.teable.flow import (
    ACCESS_TOKEN,
    AUTHORIZE,
    CALLBACK,
    DEVICE,
    DEVICE_GRANT,
    PKCE,
    bearer,
    fault,
    register,
    returned,
)

SETTLED_HERE = {14, 16, 18, 20, 21, 22, 23, 30, 31, 32, 33, 34, 46, 102, 104, 105, 109}
"""Rows that hold here as this product's clients expect it: they are sent nevertheless."""
LEFT_TO_OTHERS = {12, 27, 39, 47, 48, 60, 99, 110, 114}
"""Rows that another surface settles for itself; here they hold as they are written."""


def sent() -> Iterator[int]:
    for file in Path(__file__).parent.glob("test_*.py"):
        for rows in re.findall(r"mark\.attack\(([\d, ]+)\)", file.read_text(encoding="utf-8")):
            yield from map(int, rows.split(","))


def test_every_attack_whose_outcome_a_contract_settles_is_sent_here():
    assert set(sent()) >= SETTLED_HERE | LEFT_TO_OTHERS


@pytest.mark.attack(14, 18)
async def test_browsers_are_sent_on_by_302_and_hear_no_issuer(house: House):
    app = await register(house)
    for more in ({}, {"cancel": "Deny"}):
        answer = await app.decide(await app.transaction(state="s"), **more)
        assert answer.status_code == 302
        assert "iss" not in returned(answer)


@pytest.mark.attack(3, 4, 5, 6, 10)
@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1.evil.example/cb",
        "http://127.0.0.1@evil.example/cb",
        "http://127.1/cb",
        "http://0x7f000001/cb",
        "http://[::ffff:127.0.0.1]/cb",
        "http://localhost.evil.example/cb",
        "http://127.0.0.1:1/cb/../x",
        "http://127.0.0.1:1/%2e%2e/cb",
        "http://127.0.0.1:1\\cb",
        "http://127.0.0.1:1/cb#",
        "http://127.0.0.1:1/c\tb",
        "javascript:alert(1)",
    ],
)
async def test_what_only_resembles_a_loopback_redirect_uri_is_refused(house: House, uri):
    app = await register(house, redirectUris=["http://127.0.0.1/cb"])
    assert fault(await app.authorize(redirect_uri=uri, **PKCE)) == (401, "Invalid redirectUri")


@pytest.mark.attack(29)
async def test_one_kind_of_thing_is_never_taken_for_another(house: House):
    app = await register(house)
    tokens, transaction = await app.tokens(), await app.transaction("alice")
    begun = (await house.call("POST", f"{DEVICE}/code", data={"client_id": app.client_id})).json()
    for code in (tokens["refresh_token"], tokens["access_token"], begun["device_code"], transaction):
        assert fault(await app.redeem(code)) == (401, "Invalid code")
        assert (await house.call("GET", CLIENTS, headers={"authorization": f"Bearer {code}"})).status_code in {401, 403}
    for token in (tokens["access_token"], begun["device_code"], await app.code()):
        assert fault(await app.refresh(token)) == (401, "Invalid refresh token")
    polled = await app.redeem("x", grant_type=DEVICE_GRANT, device_code=await app.code())
    assert polled.json() == {"error": "expired_token"}


@pytest.mark.attack(30)
async def test_codes_and_tokens_are_kept_as_digests(house: House):
    app = await register(house)
    code = await app.code()
    tokens = (await app.redeem(code)).json()
    row = await house.store.access_tokens.by_digest(digest(tokens["access_token"]))
    assert row.client_id == app.client_id
    kept = await house.store.families.by_id(row.family_id)
    for secret in (code, tokens["access_token"], tokens["refresh_token"]):
        assert secret not in repr((row, kept))


@pytest.mark.settings(teable_token_limit=0)
@pytest.mark.attack(30, 49)
@pytest.mark.parametrize(
    ("guess", "elsewhere_too"),
    # What an application fails at that has proven itself is no guess at who it is.
    [({"code": "0123456789abcdef"}, 401), ({"client_secret": "0" * 40}, 429)],
    ids=["code", "secret"],
)
async def test_guessing_ends_in_a_pause_and_who_is_right_never_waits(house: House, guess, elsewhere_too):
    app = await register(house)
    good = await app.code()
    body = {"code": "x", **guess}
    statuses = {(await app.redeem(**body)).status_code for _ in range(500)}
    assert statuses == {401}
    late = await app.redeem(**body)
    assert said(late) == throttled(300)
    elsewhere = httpx.ASGITransport(app=house.instance.application, client=("198.51.100.7", 40_000))
    async with httpx.AsyncClient(transport=elsewhere, base_url=house.origin) as client:
        sent_there = {"grant_type": "authorization_code", "client_id": app.client_id, "client_secret": "1"}
        assert (await client.post(ACCESS_TOKEN, data=sent_there)).status_code == elsewhere_too
        other = {**sent_there, "client_id": (await made(house, "alice"))["clientId"]}
        assert (await client.post(ACCESS_TOKEN, data=other)).status_code == 401
    assert (await app.redeem(good)).status_code == 201
    house.clock.pass_(seconds=300)
    assert (await app.redeem(**body)).status_code == 401


@pytest.mark.attack(48)
async def test_credentials_in_the_query_prove_nothing(house: House):
    app = await register(house)
    body = {"grant_type": "authorization_code", "code": await app.code(), "redirect_uri": CALLBACK}
    query = urlencode({"client_id": app.client_id, "client_secret": app.secret})
    answer = await house.call("POST", f"{ACCESS_TOKEN}?{query}", data=body)
    assert fault(answer) == (401, "Unauthorized")
    half = await house.call("POST", f"{ACCESS_TOKEN}?{query}", data={**body, "client_id": app.client_id})
    assert fault(half) == (400, "code_verifier is required")


@pytest.mark.attack(114)
async def test_a_token_in_the_query_or_body_opens_nothing(house: House):
    app = await register(house)
    value = (await app.tokens())["access_token"]
    own = (await personal(house, "bob"))["authorization"].removeprefix("Bearer ")
    for token in (value, own):
        query = urlencode({"access_token": token})
        assert said(await house.call("GET", f"/api/auth/user?{query}")) == (401, UNAUTHORIZED)
        answer = await house.call("POST", f"{app.path}/revoke-token?{query}", data={"access_token": token})
        assert said(answer) == (401, UNAUTHORIZED)


@pytest.mark.attack(99)
async def test_who_guesses_a_password_locks_nobody_out_elsewhere(house: House):
    body = {"email": "bob@example.com", "password": "guess"}
    for _ in range(11):
        answer = await house.call("POST", "/api/auth/signin", json=body)
    assert answer.status_code == 429
    elsewhere = httpx.ASGITransport(app=house.instance.application, client=("198.51.100.7", 40_000))
    async with httpx.AsyncClient(transport=elsewhere, base_url=house.origin) as client:
        signed = await client.post("/api/auth/signin", json={**body, "password": "password"})
        assert signed.status_code == 200


@pytest.mark.attack(110)
@pytest.mark.parametrize("origin", ["null", "https://evil.example"])
async def test_no_page_of_another_origin_reads_an_answer(house: House, origin):
    app = await register(house)
    tokens = await app.tokens()
    for method, path, headers in (
        ("POST", ACCESS_TOKEN, {}),
        ("OPTIONS", ACCESS_TOKEN, {"access-control-request-method": "POST"}),
        ("GET", "/api/auth/user", bearer(tokens)),
        ("GET", CLIENTS, await signed_in(house, "bob")),
        ("GET", AUTHORIZE, await signed_in(house, "bob")),
    ):
        answer = await house.call(method, path, headers={"origin": origin, **headers})
        assert "access-control-allow-origin" not in answer.headers
        assert "access-control-allow-credentials" not in answer.headers
