"""What began with a key stays with that key: codes, tokens, and the refresh tokens of public clients."""

import pytest

from tests.conformance.holding import Key, ask, redeem, refresh
from tests.conformance.person import asking, told
from tests.conformance.protocol import (
    CALLBACK,
    CHALLENGE,
    DEVICE,
    DEVICE_CODE,
    INVALID_GRANT,
    TOKEN,
    app,
    parts,
    post,
    said,
)
from tests.conformance.rfc8628.test_device import decide

PROOF = (400, "invalid_dpop_proof")
GRANT = (400, "invalid_grant")
PUSH = "/oauth2/par"


@pytest.mark.attack(80)
@pytest.mark.rfc(9449, "10")
async def test_a_code_for_a_key_is_redeemed_with_that_key_alone(house):
    key, client = Key(), await app(house, public=True)
    answer = await redeem(client, await client.code(dpop_jkt=key.thumbprint), key.proof(house))
    assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP")
    for headers in (Key().proof(house), {}):
        code = await client.code(dpop_jkt=key.thumbprint)
        answer = await redeem(client, code, headers)
        assert (answer.status_code, answer.json()) == (400, INVALID_GRANT)
        # A failed try has burnt it.
        assert said(await redeem(client, code, key.proof(house))) == GRANT


@pytest.mark.rfc(9449, "10")
async def test_a_person_allows_a_code_for_a_key(house, someone):
    key, client = Key(), await app(house)
    code = (await someone.allowed(client, dpop_jkt=key.thumbprint))["code"]
    assert said(await redeem(client, code, Key().proof(house))) == GRANT
    code = (await someone.allowed(client, dpop_jkt=key.thumbprint))["code"]
    assert (await redeem(client, code, key.proof(house))).json()["token_type"] == "DPoP"


@pytest.mark.rfc(9449, "10")
@pytest.mark.parametrize("named", ["x", "x" * 44, "=" * 43, "é" * 43])
async def test_a_key_that_cannot_be_is_no_key(house, someone, named):
    answer = told(await someone.visit(asking(await app(house), dpop_jkt=named)))
    assert (answer["error"], answer["error_description"]) == ("invalid_request", "The parameter dpop_jkt is malformed.")


@pytest.mark.attack(79)
@pytest.mark.rfc(9449, "5")
async def test_the_refresh_token_of_a_public_client_is_its_keys(house):
    key, client = Key(), await app(house, public=True)
    tokens = (await redeem(client, await client.code(), key.proof(house))).json()
    for headers in (Key().proof(house), {}):
        answer = await refresh(client, tokens["refresh_token"], headers)
        assert (answer.status_code, answer.json()) == (400, INVALID_GRANT)
    # Nobody else's try has cost it anything.
    for _ in range(2):
        answer = await refresh(client, tokens["refresh_token"], key.proof(house))
        tokens = answer.json()
        assert (answer.status_code, tokens["token_type"]) == (200, "DPoP")
        assert parts(tokens["access_token"])[1]["cnf"] == {"jkt": key.thumbprint}


@pytest.mark.rfc(9449, "5")
async def test_a_client_with_a_secret_may_refresh_with_a_new_key_but_not_without_any(house):
    first, next_ = Key(), Key()
    client = await app(house)
    tokens = (await redeem(client, await client.code(), first.proof(house))).json()
    assert said(await refresh(client, tokens["refresh_token"], {})) == GRANT
    tokens = (await refresh(client, tokens["refresh_token"], next_.proof(house))).json()
    assert parts(tokens["access_token"])[1]["cnf"] == {"jkt": next_.thumbprint}


async def test_what_began_with_bearers_may_go_on_with_a_key(house):
    key, client = Key(), await app(house, public=True)
    tokens = await client.tokens()
    tokens = (await refresh(client, tokens["refresh_token"], key.proof(house))).json()
    assert tokens["token_type"] == "DPoP"
    assert (await refresh(client, tokens["refresh_token"], {})).json()["token_type"] == "Bearer"


@pytest.mark.attack(79)
async def test_a_bad_proof_costs_neither_code_nor_refresh_token(house):
    key, client = Key(), await app(house, public=True)
    code = await client.code(dpop_jkt=key.thumbprint)
    assert said(await redeem(client, code, key.proof(house, htm="GET"))) == PROOF
    tokens = (await redeem(client, code, key.proof(house))).json()
    assert said(await refresh(client, tokens["refresh_token"], key.proof(house, htm="GET"))) == PROOF
    assert (await refresh(client, tokens["refresh_token"], key.proof(house))).status_code == 200


async def test_the_client_is_asked_who_it_is_before_its_proof_is_looked_at(house):
    key, client = Key(), await app(house)
    proof = key.proof(house)
    wrong = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": "wrong"}
    assert said(await post(house, TOKEN, wrong, proof)) == (401, "invalid_client")
    assert (await ask(client, proof, grant_type="client_credentials")).status_code == 200


@pytest.mark.rfc(9449, "5")
async def test_a_device_gets_tokens_for_its_key(house):
    key, client = Key(), await app(house, public=True)
    begun = (await client.post(DEVICE, {"scope": "openid offline_access"})).json()
    assert await decide(house, begun)
    poll = {"grant_type": DEVICE_CODE, "device_code": begun["device_code"]}
    assert said(await ask(client, key.proof(house, htu="http://other.example/"), **poll)) == PROOF
    tokens = (await ask(client, key.proof(house), **poll)).json()
    assert tokens["token_type"] == "DPoP"
    assert said(await refresh(client, tokens["refresh_token"], Key().proof(house))) == GRANT


@pytest.mark.rfc(9449, "6.2")
@pytest.mark.parametrize("form", ["jwt", "opaque"])
async def test_introspection_tells_the_key_of_a_token(house, form):
    key, client = Key(), await app(house, access_token_format=form)
    tokens = (await redeem(client, await client.code(), key.proof(house))).json()
    told = await client.introspect(tokens["access_token"])
    assert (told["token_type"], told["cnf"]) == ("DPoP", {"jkt": key.thumbprint})
    plain = await client.introspect((await client.tokens())["access_token"])
    assert plain["token_type"] == "Bearer"
    assert "cnf" not in plain


def pushed(**more: str) -> dict[str, str]:
    challenge = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    return {"response_type": "code", "redirect_uri": CALLBACK, "scope": "openid", **challenge, **more}


@pytest.mark.attack(80)
@pytest.mark.rfc(9449, "10.1")
@pytest.mark.parametrize("how", ["parameter", "proof", "both"])
async def test_a_pushed_request_is_bound_by_its_parameter_or_by_a_proof(house, someone, how):
    key, client = Key(), await app(house)
    named = {"dpop_jkt": key.thumbprint} if how != "proof" else {}
    proof = key.proof(house, PUSH) if how != "parameter" else {}
    outcomes = []
    for holder in (Key(), key):
        answer = await post(house, PUSH, pushed(**named), {**client.basic, **proof})
        assert answer.status_code == 201, answer.text
        whole = asking(client).partition("?")[0]
        await someone.signed_in()
        page = await someone.visit(f"{whole}?client_id={client.client_id}&request_uri={answer.json()['request_uri']}")
        page = await someone.send(page, decision="allow") if page.url.path == "/consent" else page
        outcomes.append((await redeem(client, told(page)["code"], holder.proof(house))).status_code)
        proof = key.proof(house, PUSH) if how != "parameter" else {}
    assert outcomes == [400, 200]


@pytest.mark.attack(80)
@pytest.mark.rfc(9449, "10.1")
async def test_a_pushed_request_cannot_name_one_key_and_prove_another(house):
    key, client = Key(), await app(house)
    for headers, named in (
        (key.proof(house, PUSH), {"dpop_jkt": Key().thumbprint}),
        (key.proof(house, TOKEN), {}),
    ):
        assert said(await post(house, PUSH, pushed(**named), {**client.basic, **headers})) == PROOF
