"""Revocation: an application gives back what it holds, and learns nothing of what others hold."""

import pytest

from tests.conformance.protocol import INVALID_GRANT, REVOKE, app, post, said


@pytest.mark.attack(88)
@pytest.mark.rfc(7009, "2.1")
async def test_a_refresh_token_goes_with_all_that_came_from_the_consent(house):
    web = await app(house)
    first, bystander = await web.tokens(), await web.tokens()
    second = (await web.refresh(first["refresh_token"])).json()
    answer = await web.post(REVOKE, {"token": second["refresh_token"]})
    assert (answer.status_code, answer.content, answer.headers["cache-control"]) == (200, b"", "no-store")
    for tokens in (first, second):
        assert await web.lives(tokens) == (False, False)
    assert (await web.refresh(second["refresh_token"])).json() == INVALID_GRANT
    assert await web.lives(bystander) == (True, True)


@pytest.mark.attack(88)
@pytest.mark.rfc(7009, "2.1")
@pytest.mark.parametrize("form", ["jwt", "opaque"])
async def test_an_access_token_goes_alone(house, form):
    web = await app(house, access_token_format=form)
    tokens, machine = await web.tokens(), (await web.for_itself()).json()
    for token in (tokens["access_token"], machine["access_token"]):
        assert (await web.post(REVOKE, {"token": token})).status_code == 200
        assert await web.introspect(token) == {"active": False}
    assert (await web.refresh(tokens["refresh_token"])).status_code == 200


@pytest.mark.rfc(7009, "2.1")
async def test_a_spent_refresh_token_still_ends_its_family(house):
    web = await app(house)
    first = await web.tokens()
    second = (await web.refresh(first["refresh_token"])).json()
    await web.post(REVOKE, {"token": first["refresh_token"]})
    assert await web.lives(second) == (False, False)


@pytest.mark.attack(86)
@pytest.mark.rfc(7009, "2.2")
async def test_foreign_and_unknown_tokens_are_answered_alike_and_left_alone(house):
    web, stranger, public = await app(house), await app(house), await app(house, public=True)
    tokens, opaque = await web.tokens(), await app(house, access_token_format="opaque")
    row = await opaque.tokens()
    foreign = (tokens["access_token"], tokens["refresh_token"], row["access_token"], row["refresh_token"])
    for token in (*foreign, "x", "a.b.c", "x" * 20_000):
        for who in (stranger, public):
            answer = await who.post(REVOKE, {"token": token})
            assert (answer.status_code, answer.content) == (200, b""), token
    assert await web.lives(tokens) == (True, True)
    assert await opaque.lives(row) == (True, True)


@pytest.mark.rfc(7009, "2.2")
async def test_giving_back_twice_is_no_error(house):
    web = await app(house)
    tokens = await web.tokens()
    for token in (tokens["access_token"], tokens["refresh_token"]) * 2:
        assert (await web.post(REVOKE, {"token": token})).status_code == 200


@pytest.mark.attack(87)
@pytest.mark.rfc(7009, "2.1")
@pytest.mark.parametrize(("name", "hint"), [("access_token", "refresh_token"), ("refresh_token", "access_token")])
async def test_a_wrong_hint_does_no_harm(house, name, hint):
    web = await app(house)
    tokens = await web.tokens()
    await web.post(REVOKE, {"token": tokens[name], "token_type_hint": hint})
    assert await web.introspect(tokens[name]) == {"active": False}


@pytest.mark.rfc(7009, "2.1")
async def test_who_gives_back_must_prove_who_it_is(house):
    web, public = await app(house), await app(house, public=True)
    tokens, own = await web.tokens(), await public.tokens()
    for form in ({}, {"client_id": web.client_id}, {"client_id": web.client_id, "client_secret": "x"}):
        assert said(await post(house, REVOKE, {"token": tokens["refresh_token"], **form})) == (401, "invalid_client")
    assert said(await web.post(REVOKE, {})) == (400, "invalid_request")
    assert await web.lives(tokens) == (True, True)
    await public.post(REVOKE, {"token": own["refresh_token"]})
    assert await public.lives(own) == (False, False)
