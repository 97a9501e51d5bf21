"""Where the operator asks for nonces, a proof without a fresh one is answered with one, and nothing is spent."""

import pytest

from tests.conformance.holding import Key, ask, redeem, refresh
from tests.conformance.protocol import CALLBACK, TOKEN, USERINFO, app, parts, post, said

pytestmark = pytest.mark.settings(dpop_nonce="required")

NEEDED = (400, "use_dpop_nonce")
MACHINE = {"grant_type": "client_credentials"}


async def nonce_of(client, key: Key) -> str:
    """A nonce as a client gets its first."""
    answer = await ask(client, key.proof(client.house), **MACHINE)
    assert said(answer) == NEEDED
    return answer.headers["dpop-nonce"]


@pytest.mark.rfc(9449, "8")
async def test_a_proof_without_a_nonce_is_answered_with_one_that_is_good(house):
    key, client = Key(), await app(house)
    nonce = await nonce_of(client, key)
    answer = await ask(client, key.proof(house, nonce=nonce), **MACHINE)
    assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP")
    # RFC 9449 §8.2: a success brings the next.
    assert answer.headers["dpop-nonce"] == nonce
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.rfc(9449, "8")
async def test_the_first_answer_costs_neither_proof_nor_code_nor_refresh_token(house):
    key, client = Key(), await app(house, public=True)
    code = await client.code(dpop_jkt=key.thumbprint)
    answer = await redeem(client, code, key.proof(house))
    assert said(answer) == NEEDED
    nonce = answer.headers["dpop-nonce"]
    tokens = (await redeem(client, code, key.proof(house, nonce=nonce))).json()
    assert said(await refresh(client, tokens["refresh_token"], key.proof(house))) == NEEDED
    assert (await refresh(client, tokens["refresh_token"], key.proof(house, nonce=nonce))).status_code == 200


@pytest.mark.attack(78)
@pytest.mark.rfc(9449, "8")
@pytest.mark.parametrize("nonce", ["", "x", 7, ["x"], "é", "0123456789abcdefghijkl"])
async def test_a_nonce_that_is_not_ours_is_none(house, nonce):
    assert said(await ask(await app(house), Key().proof(house, nonce=nonce), **MACHINE)) == NEEDED


@pytest.mark.attack(78)
@pytest.mark.rfc(9449, "8")
async def test_a_nonce_has_its_time(house):
    key, client = Key(), await app(house)
    nonce = await nonce_of(client, key)
    house.clock.pass_(seconds=120)
    answer = await ask(client, key.proof(house, nonce=nonce), **MACHINE)
    assert answer.status_code == 200
    later = answer.headers["dpop-nonce"]
    assert later != nonce
    house.clock.pass_(seconds=120)
    assert said(await ask(client, key.proof(house, nonce=nonce), **MACHINE)) == NEEDED
    assert (await ask(client, key.proof(house, nonce=later), **MACHINE)).status_code == 200


@pytest.mark.attack(78)
@pytest.mark.rfc(9449, "11.1")
async def test_a_proof_with_a_nonce_is_good_once_as_long_as_its_nonce_is(house):
    key, client = Key(), await app(house)
    proof = key.proof(house, nonce=await nonce_of(client, key))
    assert (await ask(client, proof, **MACHINE)).status_code == 200
    for seconds in (0, 119, 1, 100):
        house.clock.pass_(seconds=seconds)
        await house.store.upkeep.purge(house.clock.now, limit=100)
        assert (await ask(client, proof, **MACHINE)).status_code == 400


@pytest.mark.rfc(9449, "4.3")
async def test_a_nonce_stands_in_for_a_clock_that_nobody_has_set(house):
    key, client = Key(), await app(house)
    nonce = await nonce_of(client, key)
    for iat in (0, 1, house.clock.now):
        assert (await ask(client, key.proof(house, nonce=nonce, iat=iat), **MACHINE)).status_code == 200
    assert said(await ask(client, key.proof(house, nonce=nonce, iat="now"), **MACHINE)) == (400, "invalid_dpop_proof")


@pytest.mark.rfc(9449, "9")
async def test_a_resource_asks_for_a_nonce_by_its_challenge(house):
    key, client = Key(), await app(house)
    nonce = await nonce_of(client, key)
    answer = await redeem(client, await client.code(scope="openid"), key.proof(house, nonce=nonce))
    token = answer.json()["access_token"]
    assert parts(token)[1]["cnf"] == {"jkt": key.thumbprint}
    answer = await house.call("GET", USERINFO, headers=key.presented(house, token, USERINFO))
    assert said(answer) == (401, "use_dpop_nonce")
    assert answer.headers["www-authenticate"] == (
        'DPoP realm="userinfo", error="use_dpop_nonce", algs="ES256 PS256 EdDSA"'
    )
    headers = key.presented(house, token, USERINFO, nonce=answer.headers["dpop-nonce"])
    answer = await house.call("GET", USERINFO, headers=headers)
    assert (answer.status_code, answer.headers["dpop-nonce"]) == (200, nonce)


@pytest.mark.rfc(9449, "8")
async def test_who_brings_no_proof_is_told_of_no_nonce(house):
    answer = await (await app(house)).for_itself()
    assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")
    assert "dpop-nonce" not in answer.headers


@pytest.mark.rfc(9449, "10.1")
async def test_a_pushed_request_with_a_proof_needs_a_nonce_too(house):
    key, client = Key(), await app(house)
    form = {
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
    }
    answer = await post(house, "/oauth2/par", form, {**client.basic, **key.proof(house, "/oauth2/par")})
    assert said(answer) == NEEDED
    proof = key.proof(house, "/oauth2/par", nonce=answer.headers["dpop-nonce"])
    assert (await post(house, "/oauth2/par", form, {**client.basic, **proof})).status_code == 201


@pytest.mark.rfc(9449, "8.2")
async def test_a_page_of_the_application_may_read_the_nonce(house):
    origin = {"origin": "https://app.example"}
    client = await app(house, allowed_cors_origins=("https://app.example",))
    answer = await ask(client, {**Key().proof(house), **origin}, **MACHINE)
    assert said(answer) == NEEDED
    assert "DPoP-Nonce" in answer.headers["access-control-expose-headers"].split(", ")
    asked = {**origin, "access-control-request-method": "POST", "access-control-request-headers": "dpop"}
    answer = await house.call("OPTIONS", TOKEN, headers=asked)
    assert "DPoP" in answer.headers["access-control-allow-headers"].split(", ")
