"""ID Tokens and the claims about a person."""

import base64
import hashlib

import orjson
import pytest

from tests.conformance.protocol import SECONDS, USERINFO, app, bearer, parts, said


async def told(house, tokens):
    answer = await house.call("GET", USERINFO, headers=bearer(tokens["access_token"]))
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


@pytest.mark.rfc("OpenID Connect Core", "2")
@pytest.mark.rfc("OpenID Connect Core", "3.1.3.6")
async def test_an_id_token_says_who_signed_in_when_and_for_whom(house):
    web = await app(house)
    tokens = await web.tokens(scope="openid profile", nonce="n-0S6_WzA2Mj")
    header, claims = parts(tokens["id_token"])
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert (header["alg"], header["typ"]) == ("ES256", "JWT")
    assert claims == {
        "iss": "http://127.0.0.1:8000",
        "sub": parts(tokens["access_token"])[1]["sub"],
        "aud": web.client_id,
        "iat": SECONDS,
        "exp": SECONDS + 300,
        "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
        "auth_time": SECONDS,
        "nonce": "n-0S6_WzA2Mj",
        "acr": "urn:licet:acr:password",
        "amr": ["pwd"],
        "sid": "0" * 24,
    }


@pytest.mark.rfc("OpenID Connect Core", "3.1.3.6")
async def test_the_hash_of_the_access_token_is_that_of_the_algorithm(house):
    for algorithm, named, half in (("EdDSA", "sha512", 32), ("PS256", "sha256", 16)):
        web = await app(house, id_token_signed_response_alg=algorithm)
        tokens = await web.tokens(scope="openid")
        whole = hashlib.new(named, tokens["access_token"].encode()).digest()
        wanted = base64.urlsafe_b64encode(whole[:half]).rstrip(b"=").decode()
        assert parts(tokens["id_token"])[1]["at_hash"] == wanted


@pytest.mark.rfc("OpenID Connect Core", "3.1.2.1")
async def test_without_openid_there_is_no_id_token(house):
    web = await app(house)
    assert "id_token" not in await web.tokens(scope="profile read")


@pytest.mark.rfc("OpenID Connect Core", "12.2")
async def test_a_refreshed_id_token_is_about_the_same_sign_in(house):
    web = await app(house)
    first = await web.tokens(nonce="n")
    house.clock.pass_(seconds=100)
    second = (await web.refresh(first["refresh_token"])).json()
    before, after = parts(first["id_token"])[1], parts(second["id_token"])[1]
    for name in ("iss", "sub", "aud", "auth_time", "sid"):
        assert after[name] == before[name]
    assert (after["iat"], after["exp"]) == (SECONDS + 100, SECONDS + 400)


@pytest.mark.rfc("OpenID Connect Core", "5.4")
@pytest.mark.rfc("OpenID Connect Core", "5.3.2")
async def test_userinfo_says_what_the_scope_allows_and_no_more(house):
    web = await app(house, scope=("openid", "profile", "email", "groups", "organization"))
    alice = await house.user("alice")
    sub = {"sub": parts((await web.tokens(scope="openid"))["access_token"])[1]["sub"]}
    assert await told(house, await web.tokens(scope="openid")) == sub
    assert await told(house, await web.tokens(scope="openid email")) == {
        **sub,
        "email": "alice@example.com",
        "email_verified": alice.email_verified,
    }
    assert await told(house, await web.tokens(scope="openid profile")) == {
        **sub,
        "name": alice.name,
        "preferred_username": "alice",
        "updated_at": alice.updated_at // 1000,
    }
    assert await told(house, await web.tokens(scope="openid groups")) == {**sub, "groups": ["user"]}
    organizations = (await told(house, await web.tokens(scope="openid organization")))["organizations"]
    assert {"id": house.organizations["acme"], "role": "owner"} in organizations


@pytest.mark.rfc("OpenID Connect Core", "5.5")
async def test_single_claims_are_told_where_they_were_asked_for_and_the_scope_allows_them(house):
    web = await app(house)
    asked = {"id_token": {"email": None, "groups": None}, "userinfo": {"name": {"essential": True}}}
    tokens = await web.tokens(scope="openid email", claims=orjson.dumps(asked).decode())
    claims = parts(tokens["id_token"])[1]
    assert claims["email"] == "alice@example.com"
    assert "groups" not in claims
    assert set(await told(house, tokens)) == {"sub", "email", "email_verified"}
    tokens = await web.tokens(scope="openid profile", claims=orjson.dumps(asked).decode())
    assert "email" not in parts(tokens["id_token"])[1]


@pytest.mark.attack(42)
async def test_userinfo_ends_with_the_consent(house):
    web = await app(house)
    tokens = await web.tokens("bob")
    assert (await told(house, tokens))["preferred_username"] == "bob"
    application = await house.store.applications.by_client_id(web.client_id)
    await house.store.consents.withdraw((await house.user("bob")).id, application.id, house.clock.now)
    answer = await house.call("GET", USERINFO, headers=bearer(tokens["access_token"]))
    assert said(answer) == (401, "invalid_token")


@pytest.mark.rfc("OpenID Connect Core", "5.3")
async def test_an_opaque_token_opens_userinfo_too(house):
    web = await app(house, access_token_format="opaque")
    assert (await told(house, await web.tokens()))["preferred_username"] == "alice"


@pytest.mark.rfc("OpenID Connect Core", "2")
async def test_an_applications_own_algorithm_and_lifetime_count(house):
    web = await app(house, id_token_signed_response_alg="RS256", id_token_lifetime=60)
    header, claims = parts((await web.tokens())["id_token"])
    assert (header["alg"], claims["exp"]) == ("RS256", SECONDS + 60)
