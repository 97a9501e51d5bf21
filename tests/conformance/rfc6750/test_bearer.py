"""An access token is presented in the header or in a form, once, and never in a URL."""

import pytest

from tests.conformance.protocol import USERINFO, app, bearer, post, said

ONLY_ONE = {"error": "invalid_request", "error_description": "More than one access token was sent."}
NOT_THERE = {"error": "invalid_request", "error_description": "An access token must not stand in the query."}


@pytest.mark.rfc(6750, "2.1")
@pytest.mark.rfc(6750, "2.2")
async def test_a_token_comes_in_the_header_or_in_a_form(house):
    web = await app(house)
    token = (await web.tokens(scope="openid"))["access_token"]
    for method in ("GET", "POST"):
        assert (await house.call(method, USERINFO, headers=bearer(token))).status_code == 200
    assert (await house.call("GET", USERINFO, headers={"authorization": f"bearer  {token}"})).status_code == 200
    assert (await post(house, USERINFO, {"access_token": token})).status_code == 200


@pytest.mark.attack(114)
@pytest.mark.rfc(9700, "4.3.2")
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_token_in_the_query_is_refused_even_beside_the_header(house, method):
    web = await app(house)
    token = (await web.tokens(scope="openid"))["access_token"]
    for headers in ({}, bearer(token)):
        answer = await house.call(method, f"{USERINFO}?access_token={token}", headers=headers)
        assert (answer.status_code, answer.json()) == (400, NOT_THERE)


@pytest.mark.rfc(6750, "2")
async def test_two_tokens_are_one_too_many(house):
    web = await app(house)
    token = (await web.tokens(scope="openid"))["access_token"]
    answer = await post(house, USERINFO, {"access_token": token}, bearer(token))
    assert (answer.status_code, answer.json()) == (400, ONLY_ONE)
    twice = [("authorization", f"Bearer {token}")] * 2
    answer = await house.call("GET", USERINFO, headers=twice)
    assert (answer.status_code, answer.json()) == (400, ONLY_ONE)
    assert said(await post(house, USERINFO, [("access_token", token)] * 2)) == (400, "invalid_request")


@pytest.mark.rfc(6750, "3.1")
async def test_a_request_that_is_wrong_is_told_so_in_the_challenge_too(house):
    web = await app(house)
    token = (await web.tokens(scope="openid"))["access_token"]
    for wrong in (
        await post(house, USERINFO, {"access_token": token}, bearer(token)),
        await post(house, USERINFO, [("access_token", token)] * 2),
        await house.call("GET", f"{USERINFO}?access_token={token}"),
    ):
        assert wrong.status_code == 400
        assert wrong.headers["www-authenticate"] == 'Bearer realm="userinfo", error="invalid_request"'


@pytest.mark.rfc(6750, "3")
async def test_who_brings_no_token_is_told_what_to_bring_and_no_error(house):
    for headers in ({}, {"authorization": "Basic YTpi"}):
        answer = await house.call("GET", USERINFO, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith('Bearer realm="userinfo"')
    answer = await house.call("GET", USERINFO)
    assert answer.headers["www-authenticate"] == 'Bearer realm="userinfo"'


@pytest.mark.rfc(6750, "3.1")
async def test_a_bad_token_is_said_to_be_bad(house):
    for token in ("x", "", "a.b.c", "x" * 10_000, "é"):
        answer = await house.call("GET", USERINFO, headers={"authorization": f"Bearer {token}".encode()})
        assert said(answer) == (401, "invalid_token")
        assert answer.headers["www-authenticate"] == 'Bearer realm="userinfo", error="invalid_token"'


@pytest.mark.rfc(6750, "3.1")
async def test_a_token_without_openid_has_too_little_scope(house):
    web = await app(house)
    answer = await house.call("GET", USERINFO, headers=bearer((await web.tokens(scope="read"))["access_token"]))
    assert said(answer) == (403, "insufficient_scope")
    assert answer.headers["www-authenticate"] == ('Bearer realm="userinfo", error="insufficient_scope", scope="openid"')


@pytest.mark.rfc(6750, "3.1")
@pytest.mark.settings(limits=True)
async def test_guessing_tokens_is_throttled(house):
    statuses = [(await house.call("GET", USERINFO, headers=bearer(f"x{number}"))).status_code for number in range(301)]
    assert statuses == [401] * 300 + [429]
