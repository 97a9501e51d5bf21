"""Plain assertions (RFC 7523 section 2.1), of issuers whose row says that they may send them."""

import asyncio

import pytest

from tests.conformance.protocol import INVALID_GRANT, SECONDS, TOKEN, parts, said
from tests.conformance.rfc7523.issuer import FOREIGN, HERE, assertion, bring, bringer, plain, trust

REFUSED = (400, "invalid_grant")
BOTH = ("id-jag", "jwt")


@pytest.fixture
async def client(house):
    return await bringer(house)


@pytest.mark.rfc(7523, "3")
@pytest.mark.parametrize("typ", ["JWT", None])
@pytest.mark.parametrize("audience", [HERE, [HERE], f"{HERE}{TOKEN}", [f"{HERE}{TOKEN}"]])
async def test_a_plain_assertion_gives_an_access_token_alone(house, client, typ, audience):
    await trust(house, assertions=("jwt",))
    given = (await bring(client, plain(client, header={"typ": typ}, aud=audience), scope="read")).json()
    assert (sorted(given), given["scope"]) == (["access_token", "expires_in", "scope", "token_type"], "read")
    own = parts((await client.tokens())["access_token"])[1]
    assert parts(given["access_token"])[1]["sub"] == own["sub"]


@pytest.mark.attack(90)
async def test_a_row_says_what_its_issuer_may_send(house, client):
    await trust(house)
    assert said(await bring(client, plain(client))) == REFUSED
    await trust(house, assertions=("jwt",))
    assert said(await bring(client, assertion(client))) == REFUSED
    await trust(house, assertions=BOTH)
    assert (await bring(client, plain(client, jti="1"))).status_code == 200
    assert (await bring(client, assertion(client, jti="2"))).status_code == 200


@pytest.mark.attack(84, 90)
@pytest.mark.rfc(8725, "3.11")
@pytest.mark.parametrize("typ", ["at+jwt", "logout+jwt", "dpop+jwt", "jwt+", "", "None"])
async def test_a_jwt_of_another_type_is_no_plain_assertion(house, client, typ):
    await trust(house, assertions=BOTH)
    assert said(await bring(client, plain(client, header={"typ": typ}))) == REFUSED


@pytest.mark.attack(90)
@pytest.mark.rfc(7523, "3")
@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "https://other.example"},
        {"aud": [HERE, "https://other.example"]},
        {"aud": ""},
        {"aud": None},
        {"client_id": "another"},
        {"client_id": 7},
        {"sub": None},
        {"sub": "nobody"},
        {"jti": None},
        {"exp": SECONDS},
        {"exp": SECONDS + 3_601},
        {"exp": None},
        {"iat": SECONDS + 31},
        {"iat": "now"},
        {"nbf": SECONDS + 31},
        {"key": FOREIGN},
    ],
)
async def test_a_plain_assertion_that_does_not_fit_is_refused(house, client, wrong):
    await trust(house, assertions=BOTH)
    answer = await bring(client, plain(client, **wrong))
    assert (answer.status_code, answer.json()) == (400, INVALID_GRANT)


@pytest.mark.attack(90)
async def test_an_assertion_for_one_application_is_for_the_issuer_and_no_endpoint(house, client):
    await trust(house, assertions=BOTH)
    assert said(await bring(client, assertion(client, aud=f"{HERE}{TOKEN}"))) == REFUSED


@pytest.mark.attack(90)
async def test_a_plain_assertion_is_good_once_in_whosever_hands(house, client):
    await trust(house, assertions=("jwt",))
    value = plain(client)
    answers = await asyncio.gather(*(bring(one, value) for one in (client, await bringer(house)) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19


@pytest.mark.attack(90)
async def test_a_plain_assertion_is_for_the_applications_of_its_row(house, client):
    await trust(house, assertions=("jwt",), clients=("another",))
    assert said(await bring(client, plain(client))) == REFUSED


async def test_a_row_names_people_of_plain_assertions_too(house, client):
    await trust(house, assertions=("jwt",), subject="email")
    named = plain(client, sub="x", email="alice@example.com")
    assert (await bring(client, named)).status_code == 200
    assert said(await bring(client, plain(client, jti="2"))) == REFUSED
