"""Introspection as a JWT: the same claims, signed for whoever asked."""

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.conformance.protocol import INACTIVE, INTROSPECT, JWKS, SECONDS, app, parts, post, raw, said

MEDIA_TYPE = "application/token-introspection+jwt"


async def signed(client, token):
    return await post(client.house, INTROSPECT, {"token": token}, headers={**client.basic, "accept": MEDIA_TYPE})


@pytest.mark.rfc(9701, "5")
async def test_who_accepts_a_jwt_gets_one_made_for_them(house, web):
    token = (await web.tokens())["access_token"]
    answer = await signed(web, token)
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["cache-control"] == "no-store"
    keys = KeySet.import_key_set((await house.call("GET", JWKS)).json())
    read = jwt.decode(answer.text, keys, algorithms=["RS256"])
    assert (read.header["typ"], read.header["alg"]) == ("token-introspection+jwt", "RS256")
    assert read.claims == {
        "iss": "http://127.0.0.1:8000",
        "aud": web.client_id,
        "iat": SECONDS,
        "token_introspection": await web.introspect(token),
    }


@pytest.mark.rfc(9701, "4")
@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("Application/Token-Introspection+JWT", MEDIA_TYPE),
        (f"application/json;q=0.1, {MEDIA_TYPE} ; q=0.9", MEDIA_TYPE),
        (f"application/json, {MEDIA_TYPE};q=0", "application/json"),
        (f"{MEDIA_TYPE}; q=0.000", "application/json"),
        (f"{MEDIA_TYPE}-of-mine", "application/json"),
        ("*/*", "application/json"),
    ],
)
async def test_a_jwt_is_for_who_names_it_however_that_is_written(web, accept, given):
    answer = await post(web.house, INTROSPECT, {"token": "junk"}, headers={**web.basic, "accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, given)


@pytest.mark.rfc(9701, "5")
async def test_an_ended_token_is_inactive_inside_the_jwt(web):
    answer = await signed(web, "junk")
    assert parts(answer.text)[1]["token_introspection"] == INACTIVE


@pytest.mark.rfc(9701, "6")
async def test_an_application_chooses_the_algorithm(house):
    client = await app(house, introspection_signed_response_alg="EdDSA")
    assert parts((await signed(client, "junk")).text)[0]["alg"] == "EdDSA"


@pytest.mark.rfc(9701, "5")
async def test_who_does_not_prove_themself_gets_no_jwt(house, web):
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": MEDIA_TYPE}
    answer = await raw(house, INTROSPECT, f"client_id={web.client_id}&token=x".encode(), headers)
    assert said(answer) == (401, "invalid_client")


@pytest.mark.attack(84)
async def test_a_signed_introspection_is_no_token(web):
    answer = await signed(web, (await web.tokens())["access_token"])
    assert await web.introspect(answer.text) == INACTIVE
