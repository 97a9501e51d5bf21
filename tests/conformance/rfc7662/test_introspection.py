"""Introspection: what a live token is good for, to whom it was issued or for whom it is; nothing to anybody else."""

import pytest

from tests.conformance.protocol import (
    API,
    INACTIVE,
    INTROSPECT,
    INVALID_CLIENT,
    OTHER,
    SECONDS,
    app,
    parts,
    post,
    resources,
    said,
)


@pytest.mark.rfc(7662, "2.2")
async def test_a_persons_access_token_is_told_in_full_to_its_application(house):
    web = await app(house)
    tokens = await web.tokens(scope="openid read")
    claims = parts(tokens["access_token"])[1]
    answer = await web.post(INTROSPECT, {"token": tokens["access_token"]})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "active": True,
        "iss": "http://127.0.0.1:8000",
        "client_id": web.client_id,
        "sub": claims["sub"],
        "aud": "http://127.0.0.1:8000",
        "scope": "openid read",
        "token_type": "Bearer",
        "iat": SECONDS,
        "exp": SECONDS + 300,
        "auth_time": SECONDS,
        "acr": "urn:licet:acr:password",
        "amr": ["pwd"],
        "jti": claims["jti"],
        "username": "alice",
    }


@pytest.mark.rfc(7662, "2.2")
async def test_what_was_issued_before_all_tokens_ended_is_dead_and_what_came_after_lives_within_one_second(house):
    machine = await app(house)
    before = (await machine.for_itself()).json()["access_token"]
    house.clock.now += 300
    await house.services.tokens.end_all(await house.actor("alice"), machine.client_id)
    assert await machine.introspect(before) == INACTIVE
    house.clock.now += 1
    after = (await machine.for_itself()).json()["access_token"]
    assert parts(after)[1]["iat"] == parts(before)[1]["iat"] == SECONDS
    assert (await machine.introspect(after))["active"]
    assert await machine.introspect(before) == INACTIVE


@pytest.mark.rfc(7662, "2.2")
async def test_a_refresh_token_is_told_to_its_application_alone(house):
    web, other = await app(house), await app(house)
    tokens = await web.tokens(scope="openid read")
    assert await web.introspect(tokens["refresh_token"]) == {
        "active": True,
        "iss": "http://127.0.0.1:8000",
        "client_id": web.client_id,
        "sub": parts(tokens["access_token"])[1]["sub"],
        "scope": "openid read",
        "exp": SECONDS + 14 * 86_400,
        "username": "alice",
    }
    assert await other.introspect(tokens["refresh_token"]) == INACTIVE


@pytest.mark.attack(85)
@pytest.mark.rfc(7662, "4")
async def test_a_token_is_nothing_to_an_application_it_is_not_for(house):
    await resources(house)
    web, stranger = await app(house), await app(house, default_resource=OTHER)
    own = await app(house, default_resource=API)
    token = (await web.tokens(resources=(API,)))["access_token"]
    assert (await web.introspect(token))["aud"] == API
    assert (await own.introspect(token))["client_id"] == web.client_id
    assert await stranger.introspect(token) == INACTIVE


@pytest.mark.attack(85)
async def test_an_application_without_secret_learns_of_its_own_tokens_alone(house):
    await resources(house)
    public, web = await app(house, public=True, default_resource=API), await app(house)
    assert (await public.introspect((await public.tokens())["access_token"]))["active"]
    assert await public.introspect((await web.tokens(resources=(API,)))["access_token"]) == INACTIVE


@pytest.mark.attack(86)
@pytest.mark.rfc(7662, "2.2")
async def test_unknown_expired_ended_and_foreign_tokens_are_answered_alike(house):
    web, other = await app(house), await app(house)
    foreign = (await other.tokens())["access_token"]
    expired = (await web.tokens())["access_token"]
    house.clock.pass_(seconds=300)
    ended = (await web.tokens())["access_token"]
    await web.post("/oauth2/revoke", {"token": ended})
    forged = ended[:-4] + "AAAA"
    for token in ("x", "a.b.c", "." * 10_000, "x" * 20_000, "é", foreign, expired, ended, forged, web.secret):
        answer = await web.post(INTROSPECT, {"token": token})
        assert (answer.status_code, answer.json()) == (200, INACTIVE), token


@pytest.mark.attack(87)
@pytest.mark.rfc(7662, "2.1")
@pytest.mark.parametrize("hint", ["refresh_token", "access_token", "nonsense", ""])
async def test_a_wrong_hint_does_no_harm(house, hint):
    web = await app(house)
    tokens = await web.tokens()
    for name in ("access_token", "refresh_token"):
        answer = await web.post(INTROSPECT, {"token": tokens[name], "token_type_hint": hint})
        assert answer.json()["active"], name


@pytest.mark.rfc(7662, "2.1")
async def test_who_asks_must_say_and_prove_who_it_is(house):
    web = await app(house)
    token = (await web.tokens())["access_token"]
    assert said(await post(house, INTROSPECT, {"token": token})) == (401, "invalid_client")
    answer = await post(house, INTROSPECT, {"token": token, "client_id": web.client_id, "client_secret": "x"})
    assert (answer.status_code, answer.json()) == (401, INVALID_CLIENT)
    assert said(await web.post(INTROSPECT, {})) == (400, "invalid_request")
    assert said(await web.post(f"{INTROSPECT}?token={token}", {"token": token})) == (400, "invalid_request")


async def test_an_opaque_token_is_told_like_a_jwt(house):
    web = await app(house, access_token_format="opaque")
    token = (await web.tokens(scope="read"))["access_token"]
    assert len(token) == 43
    found = await web.introspect(token)
    assert found == {
        "active": True,
        "iss": "http://127.0.0.1:8000",
        "client_id": web.client_id,
        "sub": found["sub"],
        "aud": "http://127.0.0.1:8000",
        "scope": "read",
        "token_type": "Bearer",
        "iat": SECONDS,
        "exp": SECONDS + 300,
        "auth_time": SECONDS,
        "acr": "urn:licet:acr:password",
        "amr": ["pwd"],
        "username": "alice",
    }
    machine = (await web.for_itself(scope="read")).json()["access_token"]
    assert (await web.introspect(machine))["sub"] == f"client:{web.client_id}"
    house.clock.pass_(seconds=300)
    assert await web.introspect(token) == INACTIVE
    assert await web.introspect(machine) == INACTIVE


async def test_what_an_application_lost_its_tokens_lose(house):
    web = await app(house)
    token = (await web.tokens(scope="openid read write"))["access_token"]
    await web.change(scope=("openid", "read"))
    assert (await web.introspect(token))["scope"] == "openid read"
