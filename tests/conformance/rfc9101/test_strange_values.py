"""Request objects that an application signs well, with values in them that no form could hold."""

import json

import pytest

from tests.conformance.assertions import exactly
from tests.conformance.protocol import app
from tests.conformance.rfc9101.test_request_objects import KEY, PUSH, alone, claims


@pytest.fixture
async def web(house):
    """An application that has registered a key."""
    return await app(house, jwks={"keys": [KEY.as_dict(private=False)]})


HEADER = '{"alg":"ES256","kid":"key-1","typ":"oauth-authz-req+jwt"}'
STRANGE = [
    {"state": "\ud800"},
    {"nonce": "a\x00b\ud800"},
    {"max_age": 10**30},
    {"max_age": float("nan")},
    {"claims": {"id_token": {"sub": {"value": "\ud800"}}}},
    {"scope": ["openid"]},
    {"prompt": {}},
    {"resource": ["\ud800"]},
    {"exp": 10**400},
    {"login_hint": "\ud800"},
    {"authorization_details": [{"type": "payment", "amount": 10**30}]},
    {"ui_locales": "\ud800"},
    {"dpop_jkt": 1},
    {"resource": "https://api.example/\x00"},
    {"id_token_hint": "a\x00b"},
]


@pytest.mark.attack(77)
@pytest.mark.rfc(9101, "6.3")
@pytest.mark.parametrize("strange", STRANGE, ids=repr)
async def test_a_strange_value_is_refused_at_both_ends(someone, house, web, strange):
    token = exactly(KEY, json.dumps(claims(web, **strange)), HEADER)
    pushed = await web.post(PUSH, {"request": token})
    assert pushed.status_code == 400, pushed.text
    page = await someone.visit(alone(web, token))
    assert page.status_code < 500, page.text
