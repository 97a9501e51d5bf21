"""Assertions that we issue: through a token exchange of an ID Token, where a row of the operator's allows it."""

import pytest

from tests.conformance.protocol import ALL_GRANTS, JWKS, SECONDS, app, parts, said
from tests.conformance.rfc7523.issuer import HERE, JWT_BEARER, bring, trust
from tests.conformance.rfc8693.exchange import ACCESS, ID, JAG, TOKEN_EXCHANGE, allow, exchange

THERE = "https://resource-as.example"


@pytest.fixture
async def client(house):
    return await app(house, grant_types=(*ALL_GRANTS, TOKEN_EXCHANGE, JWT_BEARER))


def wanted(**more):
    return {"requested_token_type": JAG, "subject_token_type": ID, "audience": THERE, **more}


@pytest.mark.rfc("ID-JAG", "4.3")
async def test_an_id_token_of_its_own_gives_an_application_an_assertion_for_another_server(house, client):
    await allow(house, audiences=(THERE,), token_types=(JAG,), known_as="our-name-there")
    identity = (await client.tokens(scope="openid"))["id_token"]
    answer = await exchange(client, identity, **wanted(scope="chat.read", resource="https://api.there.example"))
    given = answer.json()
    assert {name: given[name] for name in given if name != "access_token"} == {
        "issued_token_type": JAG,
        "token_type": "N_A",
        "expires_in": 300,
        "scope": "chat.read",
    }
    header, claims = parts(given["access_token"])
    assert header["typ"] == "oauth-id-jag+jwt"
    before = parts(identity)[1]
    assert claims == {
        "iss": HERE,
        "sub": before["sub"],
        "aud": THERE,
        "client_id": "our-name-there",
        "jti": claims["jti"],
        "iat": SECONDS,
        "exp": SECONDS + 300,
        "scope": "chat.read",
        "resource": "https://api.there.example",
        **{name: before[name] for name in ("auth_time", "acr", "amr") if name in before},
    }
    assert len(claims["jti"]) == 22


@pytest.mark.attack(89, 90)
@pytest.mark.rfc("ID-JAG", "4.3")
@pytest.mark.parametrize(
    ("row", "word"),
    [
        (None, "invalid_request"),
        ({"audiences": (THERE,), "token_types": (ACCESS,)}, "invalid_request"),
        ({"audiences": (THERE,), "token_types": (JAG,), "clients": ("another",)}, "invalid_request"),
        ({"audiences": ("https://elsewhere.example",), "token_types": (JAG,)}, "invalid_target"),
        ({"audiences": ("same",), "token_types": (JAG,)}, "invalid_target"),
    ],
)
async def test_nothing_is_said_where_no_row_allows_it(house, client, row, word):
    if row is not None:
        await allow(house, **row)
    identity = (await client.tokens(scope="openid"))["id_token"]
    assert said(await exchange(client, identity, **wanted())) == (400, word)


@pytest.mark.attack(84, 90)
async def test_only_an_id_token_of_the_applications_own_is_taken(house, client):
    await allow(house, audiences=(THERE,), token_types=(ACCESS, JAG))
    web = await app(house)
    foreign, own = (await web.tokens(scope="openid"))["id_token"], await client.tokens(scope="openid")
    assert said(await exchange(client, foreign, **wanted())) == (400, "invalid_request")
    assert said(await exchange(client, own["access_token"], **wanted())) == (400, "invalid_request")
    as_access = wanted(subject_token_type=ACCESS)
    assert said(await exchange(client, own["access_token"], **as_access)) == (400, "invalid_request")
    assert said(await exchange(client, own["id_token"], **wanted(audience=None))) == (400, "invalid_request")
    house.clock.pass_(seconds=300)
    assert said(await exchange(client, own["id_token"], **wanted())) == (400, "invalid_request")


@pytest.mark.attack(89, 90)
async def test_an_id_token_says_nothing_any_more_once_the_person_took_everything_back(house, client):
    await allow(house, audiences=(THERE,), token_types=(JAG,))
    identity = (await client.tokens(scope="openid"))["id_token"]
    assert (await exchange(client, identity, **wanted())).status_code == 200
    application = await house.store.applications.by_client_id(client.client_id)
    assert await house.services.authorizations.withdraw((await house.user("alice")).id, application.id)
    assert said(await exchange(client, identity, **wanted())) == (400, "invalid_request")


async def test_a_malformed_scope_is_not_passed_on(house, client):
    await allow(house, audiences=(THERE,), token_types=(JAG,))
    identity = (await client.tokens(scope="openid"))["id_token"]
    for wrong in ('say "hello"', "ä", "a" * 201):
        assert said(await exchange(client, identity, **wanted(scope=wrong))) == (400, "invalid_scope")


async def test_a_row_bounds_what_is_asked_for_there(house, client):
    await allow(house, audiences=(THERE,), token_types=(JAG,), scope=("chat.read",))
    identity = (await client.tokens(scope="openid"))["id_token"]
    assert said(await exchange(client, identity, **wanted(scope="chat.write"))) == (400, "invalid_scope")
    assert (await exchange(client, identity, **wanted())).json()["scope"] == "chat.read"


@pytest.mark.rfc("ID-JAG", "4.4")
async def test_what_one_side_issues_the_other_takes(house, client):
    published = (await house.call("GET", JWKS)).json()
    await allow(house, audiences=(HERE,), token_types=(JAG,))
    await trust(house, issuer=HERE, jwks=published, subject="sub")
    identity = (await client.tokens(scope="openid"))["id_token"]
    value = (await exchange(client, identity, **wanted(audience=HERE, scope="read"))).json()["access_token"]
    given = await bring(client, value)
    assert (given.status_code, given.json()["scope"]) == (200, "read")
    assert said(await bring(client, value)) == (400, "invalid_grant")


@pytest.mark.rfc("ID-JAG", "4.4")
async def test_people_of_two_servers_are_known_by_the_address_that_they_let_the_application_know(house, client):
    await allow(house, audiences=(HERE,), token_types=(JAG,))
    await trust(house, issuer=HERE, jwks=(await house.call("GET", JWKS)).json(), subject="email")
    silent = (await client.tokens(scope="openid read"))["id_token"]
    asked = wanted(audience=HERE, scope="read")
    nameless = (await exchange(client, silent, **asked)).json()["access_token"]
    assert "email" not in parts(nameless)[1]
    assert said(await bring(client, nameless)) == (400, "invalid_grant")
    told = (await client.tokens(scope="openid email read"))["id_token"]
    assert "email" not in parts(told)[1]  # a code flow leaves it to userinfo
    value = (await exchange(client, told, **asked)).json()["access_token"]
    claims = parts(value)[1]
    assert (claims["email"], claims["email_verified"]) == ("alice@example.com", True)
    given = (await bring(client, value)).json()["access_token"]
    assert parts(given)[1]["sub"] == parts(told)[1]["sub"]
