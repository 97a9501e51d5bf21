"""The code verifier at the token endpoint."""

import pytest

from tests.conformance.protocol import INVALID_GRANT, TOKEN, VERIFIER, app, said


@pytest.mark.rfc(7636, "4.6")
async def test_the_verifier_of_the_challenge_redeems_the_code(house):
    for web in (await app(house), await app(house, public=True)):
        assert (await web.redeem(await web.code())).status_code == 200


@pytest.mark.attack(25)
@pytest.mark.rfc(7636, "4.6")
@pytest.mark.rfc(9700, "4.8")
async def test_a_challenge_without_its_verifier_is_refused(house):
    web = await app(house)
    form = {"grant_type": "authorization_code", "redirect_uri": "https://app.example/cb"}
    for verifier in ({}, {"code_verifier": ""}):
        answer = await web.post(TOKEN, {**form, "code": await web.code(), **verifier})
        assert (answer.status_code, answer.json()) == (400, INVALID_GRANT)


@pytest.mark.attack(26)
@pytest.mark.rfc(9700, "4.8.2")
async def test_a_verifier_for_a_code_without_challenge_is_a_downgrade(house):
    web = await app(house, require_pkce=False)
    code = await web.code(verified=False)
    assert (await web.redeem(code)).json() == INVALID_GRANT
    form = {"grant_type": "authorization_code", "redirect_uri": "https://app.example/cb"}
    assert (await web.post(TOKEN, {**form, "code": code})).json() == INVALID_GRANT
    assert (await web.post(TOKEN, {**form, "code": await web.code(verified=False)})).status_code == 200


@pytest.mark.attack(28)
@pytest.mark.rfc(7636, "4.1")
@pytest.mark.parametrize(
    "verifier", ["v" * 42, "v" * 129, "v" * 42 + "!", "v" * 42 + "é", "v" * 42 + " ", "v" * 42 + "=", "v" * 10_000]
)
async def test_what_is_no_verifier_is_refused_before_the_code_is_looked_at(house, verifier):
    web = await app(house)
    code = await web.code()
    assert said(await web.redeem(code, code_verifier=verifier)) == (400, "invalid_request")
    assert (await web.redeem(code)).status_code == 200


@pytest.mark.attack(28)
@pytest.mark.rfc(7636, "4.6")
@pytest.mark.parametrize(
    "verifier", [VERIFIER[:-1] + "K", VERIFIER.lower(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"]
)
async def test_another_verifier_is_refused_and_the_code_burnt(house, verifier):
    web = await app(house)
    code = await web.code()
    assert (await web.redeem(code, code_verifier=verifier)).json() == INVALID_GRANT
    assert (await web.redeem(code)).json() == INVALID_GRANT
