"""The challenge of an authorization request: S256 and nothing else, and only who has a secret may be let off."""

import pytest

from tests.conformance.person import asking, told
from tests.conformance.protocol import CHALLENGE, VERIFIER, app


@pytest.mark.attack(27)
@pytest.mark.rfc(7636, "4.3")
@pytest.mark.parametrize(
    "challenge",
    [
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge_method": "s256"},
        {"code_challenge": VERIFIER + "=" * 2},
        {"code_challenge": "too-short"},
        {"code_challenge": None},
        {"code_challenge": None, "code_challenge_method": None},
    ],
)
async def test_only_a_challenge_by_s256_is_taken(someone, web, challenge):
    answered = told(await someone.get(asking(web, **challenge)))
    assert (answered["error"], answered["state"]) == ("invalid_request", "a state")
    assert "code_challenge" in answered["error_description"]


@pytest.mark.attack(31)
@pytest.mark.rfc(9700, "2.1.1")
async def test_who_has_a_secret_needs_a_challenge_too(someone, web):
    code = (await someone.allowed(web))["code"]
    assert (await web.redeem(code, code_verifier="x" * 43)).json()["error"] == "invalid_grant"


@pytest.mark.rfc(7636, "4.4.1")
async def test_an_application_that_was_let_off_may_still_send_one(someone, house):
    one = await app(house, require_pkce=False)
    bare = await someone.allowed(one, code_challenge=None, code_challenge_method=None)
    assert (await one.post("/oauth2/token", _redeem(bare["code"]))).status_code == 200
    bound = await someone.allowed(one, code_challenge=CHALLENGE)
    assert (await one.post("/oauth2/token", _redeem(bound["code"]))).json()["error"] == "invalid_grant"
    half = told(await someone.get(asking(one, code_challenge=None)))
    assert half["error"] == "invalid_request"


def _redeem(code):
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": "https://app.example/cb"}
