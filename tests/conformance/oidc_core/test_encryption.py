"""What is encrypted for an application, and what is signed for it where others get plain JSON."""

import pytest
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from licet.errors import Invalid
from tests.conformance.protocol import INACTIVE, JWKS, TOKEN, USERINFO, app, bearer, parts, said
from tests.conformance.rfc8628.test_device import begun, decide, poll

EC = ECKey.generate_key("P-256", {"kid": "enc-1", "use": "enc"})
X25519 = OKPKey.generate_key("X25519", {"use": "enc"})
RSA = RSAKey.generate_key(2048, {"kid": "enc-2"})
SIGNS = ECKey.generate_key("P-256", {"kid": "sig-1", "use": "sig"})
JWKS_URI = "https://app.example/jwks"


def keys(*listed):
    return {"keys": [key.as_dict(private=False) for key in listed]}


async def encrypting(house, algorithm, encryption=None, **settings):
    return await app(
        house,
        **{
            "jwks": keys(SIGNS, EC, RSA, X25519),
            "id_token_encrypted_response_alg": algorithm,
            "id_token_encrypted_response_enc": encryption,
            **settings,
        },
    )


@pytest.mark.rfc("OpenID Connect Core", "2")
@pytest.mark.parametrize(
    ("algorithm", "encryption", "key"),
    [
        ("RSA-OAEP-256", None, RSA),
        ("RSA-OAEP-256", "A256GCM", RSA),
        ("ECDH-ES", "A128GCM", EC),
        ("ECDH-ES+A128KW", "A256CBC-HS512", EC),
        ("ECDH-ES+A256KW", "A128CBC-HS256", EC),
    ],
)
async def test_an_id_token_is_signed_and_then_encrypted_to_the_applications_key(house, algorithm, encryption, key):
    client = await encrypting(house, algorithm, encryption)
    token = (await client.tokens(scope="openid"))["id_token"]
    wanted = encryption or "A128CBC-HS256"
    opened = jwe.decrypt_compact(token, key, algorithms=[algorithm, wanted])
    header = opened.headers()
    assert {name: header[name] for name in ("alg", "enc", "cty", "kid")} == {
        "alg": algorithm,
        "enc": wanted,
        "cty": "JWT",
        "kid": key.kid,
    }
    published = KeySet.import_key_set((await house.call("GET", JWKS)).json())
    claims = jwt.decode((opened.plaintext or b"").decode(), published).claims
    assert claims["aud"] == client.client_id


async def test_a_key_at_an_address_is_as_good(house):
    house.outside.serve(JWKS_URI, keys(X25519))
    client = await encrypting(house, "ECDH-ES", jwks=None, jwks_uri=JWKS_URI)
    token = (await client.tokens(scope="openid"))["id_token"]
    assert jwe.decrypt_compact(token, X25519, algorithms=["ECDH-ES", "A128CBC-HS256"]).plaintext


@pytest.mark.parametrize("published", [keys(SIGNS), {"keys": []}, {"keys": [{"kty": "EC", "crv": "P-256"}]}])
async def test_without_a_fitting_key_nothing_is_said_in_the_clear(house, published):
    client = await encrypting(house, "ECDH-ES", jwks=published)
    answer = await client.redeem(await client.code(scope="openid"))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert "id_token" not in answer.json()


UNUSABLE = {
    "none": ("ECDH-ES", keys(SIGNS)),
    "off its curve": ("ECDH-ES", {"keys": [{**EC.as_dict(private=False), "y": "AAAA"}]}),
    "all zero": ("ECDH-ES", {"keys": [{"kty": "OKP", "crv": "X25519", "x": "A" * 43}]}),
    "of small order": ("ECDH-ES", {"keys": [{"kty": "OKP", "crv": "X25519", "x": "AQ" + "A" * 41}]}),
    "an even modulus": ("RSA-OAEP-256", {"keys": [{**RSA.as_dict(private=False), "n": f"{'_' * 341}A"}]}),
}


@pytest.mark.attack(57)
@pytest.mark.parametrize(("algorithm", "published"), UNUSABLE.values(), ids=UNUSABLE)
async def test_a_key_that_is_missing_or_unusable_costs_no_code_and_no_refresh_token(house, algorithm, published):
    client = await encrypting(house, algorithm, jwks=published)
    code = await client.code(scope="openid offline_access")
    assert said(await client.redeem(code)) == (400, "invalid_request")
    await client.change(jwks=keys(EC, RSA))
    tokens = (await client.redeem(code)).json()
    used = RSA if algorithm == "RSA-OAEP-256" else EC
    assert jwe.decrypt_compact(tokens["id_token"], used, algorithms=[algorithm, "A128CBC-HS256"]).plaintext
    await client.change(jwks=published)
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert said(await client.post(TOKEN, refresh)) == (400, "invalid_request")
    await client.change(jwks=keys(EC, RSA), refresh_grace_seconds=0)
    assert (await client.post(TOKEN, refresh)).status_code == 200


async def test_who_can_have_no_id_tokens_needs_no_key_for_them(house):
    client = await encrypting(house, "ECDH-ES", jwks=keys(SIGNS), scope=("read",))
    assert (await client.redeem(await client.code(scope="read"))).status_code == 200


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"id_token_encrypted_response_alg": "ECDH-ES"}, "id_token_encrypted_response_alg"),
        ({"id_token_encrypted_response_enc": "A128GCM"}, "id_token_encrypted_response_enc"),
        ({"id_token_encrypted_response_alg": "RSA1_5", "jwks": keys(RSA)}, "id_token_encrypted_response_alg"),
        ({"id_token_encrypted_response_alg": "dir", "jwks": keys(RSA)}, "id_token_encrypted_response_alg"),
    ],
)
async def test_settings_that_could_not_work_are_refused(house, settings, path):
    with pytest.raises(Invalid) as refused:
        await app(house, **settings)
    assert [fault.path for fault in refused.value.faults] == [(path,)]


@pytest.mark.rfc("OpenID Connect Core", "5.3.2")
async def test_userinfo_is_signed_for_an_application_that_asked_for_it(house):
    client = await app(house, userinfo_signed_response_alg="RS256")
    tokens = await client.tokens(scope="openid email")
    answer = await house.call("GET", USERINFO, headers=bearer(tokens["access_token"]))
    assert answer.headers["content-type"] == "application/jwt"
    published = KeySet.import_key_set((await house.call("GET", JWKS)).json())
    assert jwt.decode(answer.text, published, algorithms=["RS256"]).claims == {
        "sub": parts(tokens["id_token"])[1]["sub"],
        "email": "alice@example.com",
        "email_verified": True,
        "iss": "http://127.0.0.1:8000",
        "aud": client.client_id,
    }


@pytest.mark.attack(84)
async def test_a_signed_userinfo_answer_is_no_token(house):
    client = await app(house, userinfo_signed_response_alg="ES256")
    answer = await house.call("GET", USERINFO, headers=bearer((await client.tokens(scope="openid"))["access_token"]))
    assert await client.introspect(answer.text) == INACTIVE
    assert (await house.call("GET", USERINFO, headers=bearer(answer.text))).status_code == 401


@pytest.mark.attack(57)
@pytest.mark.parametrize(
    "strange", [{"crv": []}, {"crv": {}}, {"crv": "P-256", "x": 1}, {"x": []}, {"use": []}, {"alg": {}}], ids=repr
)
async def test_a_strange_key_among_an_applications_own_is_passed_over(house, strange):
    client = await encrypting(house, "ECDH-ES", jwks={"keys": [{"kty": "EC", **strange}, *keys(EC)["keys"]]})
    token = (await client.tokens(scope="openid"))["id_token"]
    assert jwe.decrypt_compact(token, EC, algorithms=["ECDH-ES", "A128CBC-HS256"]).headers()["kid"] == "enc-1"


@pytest.mark.attack(57)
async def test_a_key_that_no_secret_can_be_shared_with_is_passed_over(house):
    zero = {"kty": "OKP", "crv": "X25519", "x": "A" * 43}
    client = await encrypting(house, "ECDH-ES", jwks={"keys": [zero, *keys(EC)["keys"]]})
    token = (await client.tokens(scope="openid"))["id_token"]
    assert jwe.decrypt_compact(token, EC, algorithms=["ECDH-ES", "A128CBC-HS256"]).headers()["kid"] == "enc-1"


@pytest.mark.rfc(8628, "3.5")
async def test_a_key_that_is_missing_costs_no_device_code(house):
    tv = await encrypting(house, "ECDH-ES", jwks=keys(SIGNS))
    device = await begun(tv, scope="openid")
    assert await decide(house, device)
    assert said(await poll(tv, device)) == (400, "invalid_request")
    await tv.change(jwks=keys(EC))
    token = (await poll(tv, device)).json()["id_token"]
    assert jwe.decrypt_compact(token, EC, algorithms=["ECDH-ES", "A128CBC-HS256"]).plaintext
