"""Assertions in the place of a client secret: signed by the client, meant for us, and good once."""

import asyncio

import orjson
import pytest

from tests.conformance.assertions import (
    FORM,
    TYPE,
    authenticated,
    claims,
    keyed,
    new_key,
    public,
    send,
    signed,
    unsigned,
)
from tests.conformance.clients import ask, register
from tests.conformance.protocol import (
    CALLBACK,
    CHALLENGE,
    INTROSPECT,
    INVALID_CLIENT,
    REVOKE,
    TOKEN,
    app,
    basic,
    post,
    said,
)

KEY, OTHER = new_key(), new_key(kid="two")
ENDPOINT = "http://127.0.0.1:8000/oauth2/token"
PUSH = "http://127.0.0.1:8000/oauth2/par"
RSA = new_key("PS256")
KEYS = "https://app.example/keys"


async def refused(house, assertion, **more):
    answer = await send(house, assertion, **more)
    return (answer.status_code, answer.json()) == (401, INVALID_CLIENT)


@pytest.mark.rfc(7523, "2.2")
@pytest.mark.rfc("OpenID Connect Core", "9")
@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "RS256", "EdDSA"])
async def test_a_key_of_the_clients_proves_it(house, algorithm):
    key = new_key(algorithm)
    client = await keyed(house, key)
    assert (await send(house, signed(key, claims(client), algorithm=algorithm))).status_code == 200


@pytest.mark.attack(73)
async def test_a_key_without_a_name_that_took_the_place_of_another_is_looked_for_once(house):
    before, after, foreign = (new_key(kid=None) for _ in range(3))
    house.outside.serve(KEYS, public(before))
    client = await keyed(house, before, jwks=None, jwks_uri=KEYS)
    assert (await send(house, signed(before, claims(client, "a")))).status_code == 200
    house.outside.serve(KEYS, public(after))
    assert (await send(house, signed(after, claims(client, "b")))).status_code == 200
    for number in range(3):
        house.clock.pass_(seconds=20)
        assert await refused(house, signed(foreign, claims(client, str(number))))
    assert [url for url, _ in house.outside.asked] == [KEYS] * 2


@pytest.mark.rfc(7521, "4.2")
async def test_the_client_id_may_stand_beside_the_assertion_and_must_be_the_same(house):
    client = await keyed(house, KEY)
    assert (await send(house, signed(KEY, claims(client, "a")), client_id=client.client_id)).status_code == 200
    assert await refused(house, signed(KEY, claims(client, "b")), client_id="another")
    assert await refused(house, signed(KEY, claims(client, "c")), client_id=(await keyed(house, OTHER)).client_id)


@pytest.mark.rfc(7523, "2.2")
async def test_it_holds_where_clients_prove_themselves(house):
    client = await keyed(house, KEY)
    token = (await send(house, signed(KEY, claims(client, "a")))).json()["access_token"]
    told = await send(house, signed(KEY, claims(client, "b")), INTROSPECT, token=token)
    assert told.json()["active"] is True
    assert (await send(house, signed(KEY, claims(client, "c")), REVOKE, token=token)).status_code == 200
    told = await send(house, signed(KEY, claims(client, "d")), INTROSPECT, token=token)
    assert told.json() == {"active": False}


@pytest.mark.attack(51)
@pytest.mark.rfc(7523, "3")
@pytest.mark.parametrize("audience", ["http://127.0.0.1:8000", ENDPOINT])
async def test_it_is_meant_for_this_server(house, audience):
    client = await keyed(house, KEY)
    assert (await send(house, signed(KEY, claims(client, aud=audience)))).status_code == 200


@pytest.mark.attack(51)
@pytest.mark.rfc(7523, "3")
@pytest.mark.parametrize(
    "audience",
    [
        None,
        "",
        "https://other.example",
        "https://other.example/oauth2/token",
        "http://127.0.0.1:8000/",
        "http://127.0.0.1:8000/oauth2/token/",
        "http://127.0.0.1:8000/oauth2/introspect",
        "http://127.0.0.1:8000/oauth2/par",
        "HTTP://127.0.0.1:8000",
        ["http://127.0.0.1:8000"],
        [ENDPOINT],
        ["http://127.0.0.1:8000", "https://other.example"],
        {"http://127.0.0.1:8000": True},
        1,
    ],
)
async def test_one_for_anybody_else_or_for_several_is_refused(house, audience):
    client = await keyed(house, KEY)
    assert await refused(house, signed(KEY, claims(client, aud=audience)))


@pytest.mark.attack(51)
@pytest.mark.rfc(9126, "2")
async def test_where_requests_are_pushed_it_may_be_for_that_endpoint(house):
    client = await keyed(house, KEY)
    asked = {
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    for jti, audience in (("a", PUSH), ("b", ENDPOINT), ("c", "http://127.0.0.1:8000")):
        answer = await send(house, signed(KEY, claims(client, jti, aud=audience)), "/oauth2/par", **asked)
        assert answer.status_code == 201, answer.text
    await client.change(strict_assertion_audience=True)
    for jti, audience, status in (("d", PUSH, 401), ("e", ENDPOINT, 401), ("f", "http://127.0.0.1:8000", 201)):
        answer = await send(house, signed(KEY, claims(client, jti, aud=audience)), "/oauth2/par", **asked)
        assert answer.status_code == status, audience


@pytest.mark.attack(51)
async def test_a_strict_application_means_the_issuer_alone(house):
    client = await keyed(house, KEY, strict_assertion_audience=True)
    assert await refused(house, signed(KEY, claims(client, aud=ENDPOINT)))
    assert (await send(house, signed(KEY, claims(client)))).status_code == 200


@pytest.mark.attack(51)
@pytest.mark.rfc(7523, "3")
@pytest.mark.parametrize(
    "more",
    [
        {"exp": None},
        {"exp": 1_795_000_000},
        {"exp": 1_794_999_999},
        {"exp": 1_795_003_631},
        {"exp": 1e300},
        {"exp": "1795000060"},
        {"exp": True},
        {"iat": 1_795_000_031},
        {"iat": "1795000000"},
        {"nbf": 1_795_000_031},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 257},
        {"iss": None},
        {"iss": "another"},
        {"iss": ["another"]},
        {"sub": None},
        {"sub": "another"},
    ],
)
async def test_what_it_says_must_be_the_clients_own_and_of_now(house, more):
    client = await keyed(house, KEY)
    assert await refused(house, signed(KEY, claims(client, **more)), client_id=client.client_id)


@pytest.mark.rfc(7523, "3")
@pytest.mark.parametrize("more", [{"iat": None}, {"exp": 1_795_003_630}, {"exp": 1_795_000_000.5}, {"nbf": 0}])
async def test_what_need_not_be_said_may_be_left_out(house, more):
    client = await keyed(house, KEY)
    assert (await send(house, signed(KEY, claims(client, **more)))).status_code == 200


@pytest.mark.attack(51)
@pytest.mark.rfc(7523, "3")
async def test_it_is_good_once_of_any_number_at_once(house):
    client = await keyed(house, KEY)
    assertion = signed(KEY, claims(client))
    answers = await asyncio.gather(*(send(house, assertion) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200, *[401] * 9]
    again = signed(KEY, claims(client, exp=1_795_000_500))
    house.clock.pass_(seconds=59)
    assert await refused(house, again)


async def test_a_jti_is_its_clients_own(house):
    one, other = await keyed(house, KEY), await keyed(house, KEY)
    assert (await send(house, signed(KEY, claims(one)))).status_code == 200
    assert (await send(house, signed(KEY, claims(other)))).status_code == 200


async def test_a_refused_assertion_spends_nothing(house):
    client = await keyed(house, KEY)
    assert await refused(house, signed(OTHER, claims(client), {"kid": "one"}))
    assert await refused(house, signed(KEY, claims(client, aud="https://other.example")))
    assert (await send(house, signed(KEY, claims(client)))).status_code == 200


@pytest.mark.attack(51)
@pytest.mark.rfc(8725, "3.1")
async def test_algorithms_that_prove_nothing_are_refused(house):
    client = await keyed(house, RSA)
    good = claims(client)
    jwk = public(RSA)["keys"][0]
    for none in ("none", "None", "NONE", "", None):
        assert await refused(house, unsigned(good, {"alg": none, "kid": "one"}), client_id=client.client_id), none
    pem = RSA.as_pem(private=False)
    for secret in (pem, pem.strip(), orjson.dumps(jwk), jwk["n"].encode()):
        assert await refused(house, authenticated(secret, good, {"kid": "one"}))
    assert (await send(house, signed(RSA, good, algorithm="PS256"))).status_code == 200


@pytest.mark.attack(51)
@pytest.mark.rfc(8725, "3.1")
async def test_an_application_may_have_one_algorithm_alone(house):
    client = await keyed(house, KEY, jwks=public(KEY, RSA), token_endpoint_auth_signing_alg="PS256")
    assert await refused(house, signed(KEY, claims(client)))
    assert (await send(house, signed(RSA, claims(client), algorithm="PS256"))).status_code == 200


@pytest.mark.attack(51)
@pytest.mark.rfc(8725, "3.10")
@pytest.mark.parametrize(
    "header",
    [
        {"jwk": public(OTHER)["keys"][0]},
        {"jwk": public(OTHER)["keys"][0], "kid": None},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/cert"},
        {"x5c": ["MIIB"]},
        {"crit": ["exp"]},
        {"b64": False, "crit": ["b64"]},
        {"kid": "two"},
        {"kid": "https://evil.example/keys"},
        {"kid": "../../../../dev/null"},
        {"kid": "' OR 1=1 --"},
        {"kid": 1},
        {"kid": ["one"]},
        {"kid": "x" * 5_000},
        {"typ": "at+jwt"},
        {"typ": "oauth-authz-req+jwt"},
        {"typ": "dpop+jwt"},
        {"typ": "logout+jwt"},
    ],
)
async def test_no_header_brings_a_key_or_another_meaning(house, header):
    client = await keyed(house, KEY)
    for key in (KEY, OTHER):
        assertion = signed(key, claims(client), {"kid": "one", **header})
        assert await refused(house, assertion, client_id=client.client_id)


@pytest.mark.rfc(7523, "3")
@pytest.mark.parametrize("typ", ["JWT", "jwt", "client-authentication+jwt"])
async def test_its_own_types_are_taken(house, typ):
    client = await keyed(house, KEY)
    assert (await send(house, signed(KEY, claims(client), {"typ": typ}))).status_code == 200


@pytest.mark.rfc(7517, "4")
async def test_only_a_key_for_signatures_of_that_algorithm_is_tried(house):
    for members in ({"use": "enc"}, {"alg": "RS256"}, {"alg": "ES384"}, {"kty": "RSA"}, {"crv": "P-384"}):
        client = await keyed(house, KEY, jwks=public(KEY, **members))
        assert await refused(house, signed(KEY, claims(client))), members
    unnamed = new_key(kid=None)
    client = await keyed(house, unnamed, jwks=public(OTHER, RSA, unnamed, use="sig"))
    assert (await send(house, signed(unnamed, claims(client)))).status_code == 200


@pytest.mark.attack(51)
@pytest.mark.parametrize(
    "assertion",
    ["garbage", "a.b.c", "..", "", "é.é.é", "e30.e30.", "e30.W10.e30", "x" * 20_000, "[" * 9_000 + ".e30.e30"],
)
async def test_what_is_no_jwt_is_refused(house, assertion):
    client = await keyed(house, KEY)
    answer = await post(house, TOKEN, {**FORM, "client_id": client.client_id, "client_assertion": assertion})
    assert said(answer) == (401, "invalid_client")


@pytest.mark.rfc(7521, "4.2")
@pytest.mark.parametrize("kind", ["", "jwt-bearer", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"])
async def test_there_is_one_type_of_assertions(house, kind):
    client = await keyed(house, KEY)
    assert await refused(house, signed(KEY, claims(client)), client_assertion_type=kind)


@pytest.mark.attack(46)
@pytest.mark.rfc(7521, "4.2")
async def test_an_assertion_beside_a_secret_is_two_ways(house):
    client, machine = await keyed(house, KEY), await app(house)
    form = {**FORM, "client_assertion": signed(KEY, claims(client))}
    assert said(await post(house, TOKEN, form, basic(client.client_id, "x"))) == (400, "invalid_request")
    assert said(await post(house, TOKEN, form, machine.basic)) == (400, "invalid_request")
    form |= {"client_id": client.client_id, "client_secret": "x"}
    assert said(await post(house, TOKEN, form)) == (400, "invalid_request")


async def test_nothing_but_its_own_method_proves_a_client(house):
    client, machine, open_ = await keyed(house, KEY), await app(house), await app(house, public=True)
    assert said(await post(house, TOKEN, {**FORM, "client_id": client.client_id})) == (401, "invalid_client")
    for other in (machine, open_):
        assert await refused(house, signed(KEY, claims(other)))
        assert await refused(house, authenticated("x" * 43, claims(other)))
    assert await refused(house, authenticated(machine.secret, claims(machine)))


async def test_an_unknown_client_is_answered_like_a_wrong_key(house):
    client = await keyed(house, KEY)
    off = await keyed(house, KEY, enabled=False)
    client.client_id, known = "nobody", client.client_id
    assert await refused(house, signed(KEY, claims(client)))
    assert await refused(house, signed(KEY, claims(off)))
    client.client_id = known
    assert await refused(house, signed(OTHER, claims(client)))


@pytest.mark.rfc("OpenID Connect Core", "9")
async def test_a_secret_may_be_proven_instead_of_sent(house):
    client = await app(house, token_endpoint_auth_method="client_secret_jwt")
    key = client.secret
    assert (await send(house, authenticated(key, claims(client)))).status_code == 200
    assert await refused(house, authenticated(key, claims(client)))
    assert await refused(house, authenticated(key, claims(client, "b", aud="https://other.example")))
    assert await refused(house, authenticated("x" * 43, claims(client, "c")))
    assert await refused(house, signed(KEY, claims(client, "d")))
    for form, headers in (({"client_id": client.client_id, "client_secret": client.secret}, {}), ({}, client.basic)):
        answer = await post(house, TOKEN, {"grant_type": "client_credentials", **form}, headers)
        assert said(answer) == (401, "invalid_client")


async def test_a_revoked_secret_proves_nothing(house):
    client = await app(house, token_endpoint_auth_method="client_secret_jwt")
    key = client.secret
    assert (await send(house, authenticated(key, claims(client)))).status_code == 200
    stored = await house.store.applications.by_client_id(client.client_id)
    (secret,) = await house.store.secrets.of(stored.id)
    await house.services.secrets.revoke(await house.actor("alice"), client.client_id, secret.id)
    assert await refused(house, authenticated(key, claims(client, "b")))


@pytest.mark.attack(60)
async def test_a_sealed_copy_is_there_as_long_as_the_method_needs_it(house):
    client = await app(house)
    stored = await house.store.applications.by_client_id(client.client_id)

    async def sealed():
        return sorted(one.sealed is not None for one in await house.store.secrets.of(stored.id))

    assert await sealed() == [False]
    await client.change(token_endpoint_auth_method="client_secret_jwt")
    assert await refused(house, authenticated(client.secret, claims(client)))
    headers = await house.bearer("alice")
    path = f"/api/applications/{client.client_id}/secrets"
    made = await house.call("POST", path, json={}, headers=headers)
    assert made.status_code == 201, made.text
    key = made.json()["client_secret"]
    assert (await send(house, authenticated(key, claims(client)))).status_code == 200
    assert await sealed() == [False, True]
    shown = await house.services.secrets.shown([await house.store.applications.by_client_id(client.client_id)])
    assert shown == {}
    await client.change(token_endpoint_auth_method="client_secret_basic")
    assert await sealed() == [False, False]


async def test_the_native_surface_makes_no_secret_for_who_signs(house):
    said = {"client_name": "x", "organization_id": house.organizations["acme"], "grant_types": ["client_credentials"]}
    keys = {"token_endpoint_auth_method": "private_key_jwt", "jwks": public(KEY), "strict_assertion_audience": True}
    headers = await house.bearer("alice")
    made = await house.call("POST", "/api/applications", json={**said, **keys}, headers=headers)
    assert made.status_code == 201, made.text
    assert {name: made.json()[name] for name in keys} == keys
    assert "client_secret" not in made.json()
    path = f"/api/applications/{made.json()['client_id']}"
    gone = await house.call("PATCH", path, json={"jwks": None}, headers=headers)
    assert (gone.status_code, [fault["pointer"] for fault in gone.json()["errors"]]) == (400, ["/jwks"])


@pytest.mark.rfc(7591, "2")
async def test_a_client_registers_its_keys_and_is_given_no_secret(house):
    client = await register(
        house,
        grant_types=["client_credentials"],
        redirect_uris=[],
        token_endpoint_auth_method="private_key_jwt",
        token_endpoint_auth_signing_alg="ES256",
        jwks=public(KEY),
    )
    assert client.information["token_endpoint_auth_method"] == "private_key_jwt"
    assert client.information["token_endpoint_auth_signing_alg"] == "ES256"
    assert "client_secret" not in client.information
    assert "client_secret_expires_at" not in client.information
    assert (await send(house, signed(KEY, claims(client)))).status_code == 200


@pytest.mark.rfc(7591, "2")
@pytest.mark.parametrize(
    "metadata",
    [
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "http://keys.example/"},
        {
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": public(KEY),
            "token_endpoint_auth_signing_alg": "HS256",
        },
        {
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": public(KEY),
            "token_endpoint_auth_signing_alg": "none",
        },
        {"token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "ES256"},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [KEY.as_dict(private=True)]}},
    ],
)
async def test_a_registration_that_could_never_prove_itself_is_refused(house, metadata):
    answer = await ask(house, {"client_name": "x", "redirect_uris": ["https://app.example/cb"], **metadata})
    assert said(answer) == (400, "invalid_client_metadata")


@pytest.mark.rfc(7592, "2.2")
async def test_changing_to_proven_secrets_gives_a_new_one(house):
    client = await register(house, grant_types=["client_credentials"], redirect_uris=[])
    method = {"grant_types": ["client_credentials"], "token_endpoint_auth_method": "client_secret_jwt"}
    changed = await client.put(**method)
    assert changed.status_code == 200, changed.text
    secret = changed.json()["client_secret"]
    assert secret != client.information["client_secret"]
    assert (await send(house, authenticated(secret, claims(client)))).status_code == 200
    assert await refused(house, authenticated(client.information["client_secret"], claims(client, "b")))
    assert "client_secret" not in (await client.put(**method)).json()


@pytest.mark.rfc(8414, "2")
async def test_metadata_names_the_methods_and_their_algorithms(house):
    told = (await house.call("GET", "/.well-known/oauth-authorization-server")).json()
    for endpoint in ("token", "introspection", "revocation"):
        assert {"client_secret_jwt", "private_key_jwt"} <= set(told[f"{endpoint}_endpoint_auth_methods_supported"])
        algorithms = told[f"{endpoint}_endpoint_auth_signing_alg_values_supported"]
        assert algorithms == ["ES256", "RS256", "PS256", "EdDSA", "HS256"]


def test_the_type_is_the_registered_one():
    assert TYPE == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
