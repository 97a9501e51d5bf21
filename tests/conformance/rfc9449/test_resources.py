"""A bound token opens what a token opens only beside a proof of its key, made for this token and this request."""

import pytest

from tests.conformance.holding import Key, redeem
from tests.conformance.protocol import USERINFO, app, bearer, post, said

CHALLENGE = 'DPoP realm="userinfo", error="{0}", algs="ES256 PS256 EdDSA"'
BAD_PROOF, BAD_TOKEN = (401, "invalid_dpop_proof"), (401, "invalid_token")


async def bound(house, key: Key, form: str = "jwt") -> str:
    client = await app(house, access_token_format=form)
    return (await redeem(client, await client.code(scope="openid"), key.proof(house))).json()["access_token"]


@pytest.mark.rfc(9449, "7.1")
@pytest.mark.parametrize("form", ["jwt", "opaque"])
async def test_a_bound_token_opens_userinfo_beside_its_proof(house, form):
    key = Key()
    token = await bound(house, key, form)
    for method in ("GET", "POST"):
        answer = await house.call(method, USERINFO, headers=key.presented(house, token, USERINFO, method))
        assert answer.status_code == 200, answer.text
    headers = key.presented(house, token, USERINFO)
    answer = await house.call("GET", USERINFO, headers={**headers, "authorization": f"dpop {token}"})
    assert answer.status_code == 200


@pytest.mark.attack(79)
@pytest.mark.rfc(9449, "7.2")
@pytest.mark.parametrize("form", ["jwt", "opaque"])
async def test_a_bound_token_is_no_bearer_token_whatever_comes_beside_it(house, form):
    key = Key()
    token = await bound(house, key, form)
    proof = {**key.presented(house, token, USERINFO), **bearer(token)}
    for headers in (bearer(token), proof):
        answer = await house.call("GET", USERINFO, headers=headers)
        assert said(answer) == BAD_TOKEN
        assert answer.headers["www-authenticate"] == 'Bearer realm="userinfo", error="invalid_token"'
    assert said(await post(house, USERINFO, {"access_token": token})) == BAD_TOKEN


@pytest.mark.attack(79)
@pytest.mark.rfc(9449, "7.1")
async def test_a_bound_token_in_other_hands_opens_nothing(house):
    key, thief = Key(), Key()
    token = await bound(house, key)
    answer = await house.call("GET", USERINFO, headers=thief.presented(house, token, USERINFO))
    assert said(answer) == BAD_TOKEN
    assert answer.headers["www-authenticate"] == CHALLENGE.format("invalid_token")
    assert said(await house.call("GET", USERINFO, headers={"authorization": f"DPoP {token}"})) == BAD_PROOF


@pytest.mark.rfc(9449, "7.1")
async def test_a_bearer_token_is_not_made_a_bound_one_by_its_scheme(house):
    token = (await (await app(house)).tokens(scope="openid"))["access_token"]
    assert said(await house.call("GET", USERINFO, headers=Key().presented(house, token, USERINFO))) == BAD_TOKEN
    # A proof that nobody asked for beside a bearer token says nothing, and does no harm.
    answer = await house.call("GET", USERINFO, headers={**bearer(token), **Key().proof(house, USERINFO, "GET")})
    assert answer.status_code == 200


@pytest.mark.attack(78)
@pytest.mark.rfc(9449, "4.3")
@pytest.mark.parametrize(
    "wrong",
    [
        {"ath": None},
        {"ath": "x" * 43},
        {"ath": 7},
        {"ath": "é"},
        {"htm": "POST"},
        {"htu": "http://127.0.0.1:8000/elsewhere"},
    ],
    ids=str,
)
async def test_a_proof_of_another_token_or_request_is_refused(house, wrong):
    key = Key()
    token = await bound(house, key)
    answer = await house.call("GET", USERINFO, headers=key.presented(house, token, USERINFO, **wrong))
    assert said(answer) == BAD_PROOF
    assert answer.headers["www-authenticate"] == CHALLENGE.format("invalid_dpop_proof")


@pytest.mark.attack(78)
@pytest.mark.rfc(9449, "11.1")
async def test_a_proof_opens_once(house):
    key = Key()
    headers = key.presented(house, await bound(house, key), USERINFO)
    answers = [await house.call("GET", USERINFO, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 401]


@pytest.mark.attack(78)
async def test_two_proofs_beside_a_token_are_one_too_many(house):
    key = Key()
    token = await bound(house, key)
    headers = [*key.presented(house, token, USERINFO).items(), *key.proof(house, USERINFO, "GET").items()]
    assert said(await house.call("GET", USERINFO, headers=headers)) == BAD_PROOF


@pytest.mark.rfc(9449, "7.1")
async def test_a_token_that_has_ended_is_said_to_be_bad_and_not_its_proof(house):
    key = Key()
    token = await bound(house, key)
    house.clock.pass_(days=1)
    answer = await house.call("GET", USERINFO, headers=key.presented(house, token, USERINFO))
    assert said(answer) == BAD_TOKEN
    assert answer.headers["www-authenticate"] == CHALLENGE.format("invalid_token")
