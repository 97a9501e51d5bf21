"""Tokens that others sign well, with values that no decent program writes: refused, and never an error of ours."""

import json

import pytest

from tests.conformance.assertions import exactly, keyed, new_key, send
from tests.conformance.protocol import SECONDS, said
from tests.conformance.rfc7523.issuer import HERE, ISSUER, KEY as THEIRS, bring, bringer, trust

KEY = new_key()
ENDLESS = "1" + "0" * 400


def whole(client, jti='"a"', exp=str(SECONDS + 60), more=""):
    who = client.client_id
    return f'{{"iss":"{who}","sub":"{who}","aud":"http://127.0.0.1:8000","jti":{jti},"exp":{exp}{more}}}'


@pytest.mark.attack(51)
@pytest.mark.rfc(7523, "3")
@pytest.mark.parametrize(
    "strange",
    [
        {"jti": r'"\ud800"'},
        {"jti": r'"\u0000"', "exp": "null"},
        {"jti": "[]"},
        {"exp": ENDLESS},
        {"exp": "1e999"},
        {"exp": "-1e999"},
        {"exp": "NaN"},
        {"more": f',"iat":{ENDLESS}'},
        {"more": ',"nbf":NaN'},
        {"more": ',"nbf":{}'},
    ],
    ids=repr,
)
async def test_an_assertion_with_a_strange_value_proves_nobody(house, strange):
    client = await keyed(house, KEY)
    assert (await send(house, exactly(KEY, whole(client)))).status_code == 200
    answer = await send(house, exactly(KEY, whole(client, **{"jti": '"b"', **strange})))
    assert said(answer) == (401, "invalid_client")


@pytest.mark.attack(51)
@pytest.mark.rfc(7523, "3")
@pytest.mark.parametrize(
    "member", ['"alg":[]', '"alg":{}', '"alg":1e999', '"alg":"ES256","kid":[]', '"alg":"ES256","typ":{}']
)
@pytest.mark.parametrize("wanted", [None, "ES256"])
async def test_a_strange_header_proves_nobody(house, member, wanted):
    client = await keyed(house, KEY, token_endpoint_auth_signing_alg=wanted)
    answer = await send(house, exactly(KEY, whole(client), f"{{{member}}}"))
    assert said(answer) == (401, "invalid_client")


@pytest.mark.attack(90)
@pytest.mark.rfc("ID-JAG", "4.4")
@pytest.mark.parametrize(
    ("strange", "word"),
    [
        ({"resource": [{}]}, "invalid_target"),
        ({"resource": [["https://api.example"]]}, "invalid_target"),
        ({"resource": [1]}, "invalid_target"),
        ({"resource": {}}, "invalid_target"),
        ({"exp": 10**400}, "invalid_grant"),
        ({"exp": SECONDS + 60.5}, "invalid_grant"),
        ({"sub": "\ud800"}, "invalid_grant"),
        ({"jti": "\ud800"}, "invalid_grant"),
        ({"aud": [["http://127.0.0.1:8000"]]}, "invalid_grant"),
    ],
    ids=repr,
)
async def test_an_issuer_that_writes_strange_values_is_not_believed(house, strange, word):
    client = await bringer(house)
    await trust(house)
    usual = {"iss": ISSUER, "sub": "alice", "aud": HERE, "client_id": client.client_id, "jti": "one"}
    text = json.dumps({**usual, "iat": SECONDS, "exp": SECONDS + 300, **strange})
    header = '{"alg":"ES256","kid":"theirs","typ":"oauth-id-jag+jwt"}'
    assert said(await bring(client, exactly(THEIRS, text, header))) == (400, word)


@pytest.mark.attack(109)
async def test_a_name_that_no_store_could_keep_is_nobodys(house):
    await keyed(house, KEY)
    for name in (r"a\u0000b", r"\ud800", "x" * 9000):
        assert said(await send(house, exactly(KEY, f'{{"iss":"{name}","sub":"{name}"}}'))) == (401, "invalid_client")
