"""Assertions of trusted issuers: each good once, for the application and the server it names, and from nobody else."""

import asyncio

import pytest
from joserfc.jwk import ECKey

from tests.conformance.protocol import API, INVALID_GRANT, OTHER, SECONDS, USERINFO, app, bearer, parts, resources, said
from tests.conformance.rfc7523.issuer import FOREIGN, HERE, ISSUER, KEY, assertion, bring, bringer, keys, trust

REFUSED = (400, "invalid_grant")
JWKS_URI = "https://idp.example/jwks"


@pytest.fixture
async def client(house):
    return await bringer(house)


@pytest.mark.rfc(7523, "2.1")
async def test_a_trusted_issuers_word_about_a_person_gives_an_access_token_alone(house, client):
    await trust(house)
    answer = await bring(client, assertion(client, scope="openid read"))
    given = answer.json()
    assert {name: given[name] for name in given if name != "access_token"} == {
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "openid read",
    }
    claims = parts(given["access_token"])[1]
    own = parts((await client.tokens())["access_token"])[1]
    assert (claims["sub"], claims["client_id"], claims["aud"]) == (own["sub"], client.client_id, HERE)
    assert (await client.introspect(given["access_token"]))["username"] == "alice"
    told = await house.call("GET", USERINFO, headers=bearer(given["access_token"]))
    assert told.json() == {"sub": own["sub"]}


@pytest.mark.attack(90)
async def test_without_a_row_nobody_is_trusted(client):
    answer = await bring(client, assertion(client))
    assert (answer.status_code, answer.json()) == (400, INVALID_GRANT)


@pytest.mark.attack(90)
@pytest.mark.rfc(7523, "3")
@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"iss": [ISSUER]},
        {"aud": "https://other.example"},
        {"aud": f"{HERE}/"},
        {"aud": [HERE, "https://other.example"]},
        {"aud": None},
        {"client_id": "another"},
        {"client_id": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "nobody"},
        {"sub": 7},
        {"sub": "alice\0"},
        {"iss": f"{ISSUER}\0"},
        {"jti": "one\0"},
        {"jti": None},
        {"jti": ""},
        {"jti": "j" * 513},
        {"exp": SECONDS},
        {"exp": SECONDS + 3_601},
        {"exp": None},
        {"exp": "soon"},
        {"iat": SECONDS + 31},
        {"iat": None},
        {"nbf": SECONDS + 31},
    ],
)
async def test_an_assertion_that_does_not_fit_is_refused(house, client, wrong):
    await trust(house)
    answer = await bring(client, assertion(client, **wrong))
    assert (answer.status_code, answer.json()) == (400, INVALID_GRANT)


@pytest.mark.attack(84, 90)
@pytest.mark.rfc(8725, "3.11")
@pytest.mark.parametrize("typ", ["JWT", "at+jwt", "logout+jwt", "oauth-id-jag", None])
async def test_a_jwt_of_another_type_is_no_assertion(house, client, typ):
    await trust(house)
    assert said(await bring(client, assertion(client, header={"typ": typ}))) == REFUSED


@pytest.mark.attack(90)
@pytest.mark.parametrize("value", ["junk", "a.b.c", "e30.e30.", "." * 5, "a" * 20_000])
async def test_what_is_no_jwt_is_no_assertion(house, client, value):
    await trust(house)
    assert said(await bring(client, value)) == REFUSED


@pytest.mark.attack(90)
async def test_another_key_of_the_same_name_does_not_sign_for_the_issuer(house, client):
    await trust(house)
    assert said(await bring(client, assertion(client, key=FOREIGN))) == REFUSED
    inline = {"jwk": FOREIGN.as_dict(private=False)}
    assert said(await bring(client, assertion(client, key=FOREIGN, header=inline))) == REFUSED


@pytest.mark.attack(90)
async def test_our_own_tokens_are_no_assertions(house, client):
    await trust(house, issuer=HERE, jwks={"keys": []})
    tokens = await client.tokens(scope="openid")
    for name in ("id_token", "access_token"):
        assert said(await bring(client, tokens[name])) == REFUSED


@pytest.mark.attack(90)
@pytest.mark.rfc(7523, "3")
async def test_an_assertion_is_good_once(house, client):
    await trust(house)
    value = assertion(client)
    assert (await bring(client, value)).status_code == 200
    assert said(await bring(client, value)) == REFUSED
    assert (await bring(client, assertion(client, jti="two"))).status_code == 200


@pytest.mark.attack(90)
async def test_of_many_uses_at_once_one_is_the_first(house, client):
    await trust(house)
    value = assertion(client)
    answers = await asyncio.gather(*(bring(client, value) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19


async def test_a_refused_scope_costs_no_assertion(house, client):
    await trust(house)
    value = assertion(client, scope="read")
    assert said(await bring(client, value, scope="write")) == (400, "invalid_scope")
    assert (await bring(client, value)).json()["scope"] == "read"


@pytest.mark.attack(90)
async def test_an_assertion_for_one_application_is_nothing_in_anothers_hands(house, client):
    await trust(house)
    value = assertion(client)
    assert said(await bring(await bringer(house), value)) == REFUSED
    assert (await bring(client, value)).status_code == 200


async def test_a_row_says_which_applications_may_bring(house, client):
    await trust(house, clients=("another",))
    assert said(await bring(client, assertion(client))) == REFUSED
    await trust(house, clients=(client.client_id,))
    assert (await bring(client, assertion(client))).status_code == 200


async def test_an_application_needs_the_grant_and_a_secret(house):
    await trust(house)
    plain, public = await app(house), await bringer(house, public=True)
    for one in (plain, public):
        assert said(await bring(one, assertion(one))) == (400, "unauthorized_client")
    assert said(await bring(await bringer(house), None)) == (400, "invalid_request")


@pytest.mark.attack(90)
async def test_a_deactivated_person_is_nobody(house, client):
    await trust(house)
    given = (await bring(client, assertion(client))).json()["access_token"]
    person = await house.user("alice")
    await house.services.users.update(await house.actor("admin"), person.id, {"active": False})
    assert said(await bring(client, assertion(client, jti="two"))) == REFUSED
    assert await client.introspect(given) == {"active": False}


async def test_a_row_says_how_people_are_named(house, client):
    own = parts((await client.tokens())["access_token"])[1]["sub"]
    await trust(house, subject="sub")
    assert said(await bring(client, assertion(client, jti="0"))) == REFUSED
    assert (await bring(client, assertion(client, jti="1", sub=own))).status_code == 200
    await trust(house, subject="email")
    assert said(await bring(client, assertion(client, jti="2"))) == REFUSED
    for email in (None, 7, "", "alice@example.com\0", "nobody@example.com"):
        assert said(await bring(client, assertion(client, jti="5", sub=own, email=email))) == REFUSED
    email = "alice@example.com"
    assert (await bring(client, assertion(client, jti="3", sub="x", email=email))).status_code == 200
    unproven = assertion(client, jti="4", sub="x", email=email, email_verified=False)
    assert said(await bring(client, unproven)) == REFUSED


async def test_an_address_that_nobody_has_proven_here_is_nobodys(house, client):
    await trust(house, subject="email")
    person = await house.user("alice")
    await house.services.users.update(await house.actor("admin"), person.id, {"email_verified": False})
    value = assertion(client, sub="x", email="alice@example.com")
    assert said(await bring(client, value)) == REFUSED


async def test_scope_is_what_assertion_row_application_and_request_all_allow(house, client):
    await trust(house, scope=("openid", "read", "write"))
    await client.change(scope=("openid", "read", "email"))
    assert (await bring(client, assertion(client, jti="1"))).json()["scope"] == "openid read"
    narrow = assertion(client, jti="2", scope="read write")
    assert (await bring(client, narrow)).json()["scope"] == "read"
    assert said(await bring(client, assertion(client, jti="3"), scope="write")) == (400, "invalid_scope")


async def test_a_named_resource_is_the_audience_and_no_other(house, client):
    await resources(house)
    await trust(house)
    given = await bring(client, assertion(client, jti="1", resource=API))
    assert parts(given.json()["access_token"])[1]["aud"] == API
    other = assertion(client, jti="2", resource=API)
    assert said(await bring(client, other, resource=OTHER)) == (400, "invalid_target")
    unknown = assertion(client, jti="3", resource="https://unknown.example")
    assert said(await bring(client, unknown)) == (400, "invalid_target")


@pytest.mark.attack(90)
async def test_keys_at_an_address_are_fetched_and_remembered(house, client):
    house.outside.serve(JWKS_URI, keys(KEY))
    await trust(house, jwks=None, jwks_uri=JWKS_URI)
    for jti in ("1", "2"):
        assert (await bring(client, assertion(client, jti=jti))).status_code == 200
    assert house.outside.asked == [(JWKS_URI, None)]
    assert said(await bring(client, assertion(client, jti="3", key=FOREIGN))) == REFUSED


@pytest.mark.attack(90)
async def test_an_issuer_whose_keys_cannot_be_had_is_not_believed(house, client):
    await trust(house, jwks=None, jwks_uri=JWKS_URI)
    assert said(await bring(client, assertion(client))) == REFUSED


async def test_a_turned_key_is_looked_for_anew(house, client):
    following = ECKey.generate_key("P-256", {"kid": "next", "use": "sig"})
    house.outside.serve(JWKS_URI, keys(KEY))
    await trust(house, jwks=None, jwks_uri=JWKS_URI)
    assert (await bring(client, assertion(client, jti="1"))).status_code == 200
    house.outside.serve(JWKS_URI, keys(KEY, following))
    house.clock.pass_(seconds=60)
    value = assertion(client, jti="2", key=following, header={"kid": "next"})
    assert (await bring(client, value)).status_code == 200
