"""JWT access tokens: what they say, what verifies them, and what never passes for one."""

import base64
import hmac

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from tests.conformance.protocol import INACTIVE, JWKS, SECONDS, USERINFO, app, bearer, opened, parts, said

ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA")


async def published(house):
    return (await house.call("GET", JWKS)).json()


def encoded(value):
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


@pytest.mark.rfc(9068, "2.1")
@pytest.mark.rfc(9068, "2.2")
async def test_a_persons_access_token_has_the_claims_of_its_profile(house):
    web = await app(house)
    tokens = await web.tokens(scope="openid read")
    header, claims = parts(tokens["access_token"])
    keys = {key["alg"]: key["kid"] for key in (await published(house))["keys"]}
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": keys["ES256"]}
    assert claims == {
        "iss": "http://127.0.0.1:8000",
        "sub": claims["sub"],
        "aud": "http://127.0.0.1:8000",
        "client_id": web.client_id,
        "scope": "openid read",
        "iat": SECONDS,
        "exp": SECONDS + 300,
        "jti": claims["jti"],
        "fid": claims["fid"],
        "auth_time": SECONDS,
        "acr": "urn:licet:acr:password",
        "amr": ["pwd"],
    }
    assert len(claims["sub"]) == 17


@pytest.mark.rfc(9068, "2.2")
async def test_every_token_has_an_id_of_its_own(house):
    machine = await app(house)
    tokens = [(await machine.for_itself()).json()["access_token"] for _ in range(5)]
    assert len({parts(token)[1]["jti"] for token in tokens}) == 5


@pytest.mark.rfc(9068, "4")
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_the_published_keys_verify_tokens_of_every_algorithm(house, algorithm):
    web = await app(house, access_token_signed_response_alg=algorithm, id_token_signed_response_alg=algorithm)
    tokens = await web.tokens()
    keys = KeySet.import_key_set(await published(house))
    for name in ("access_token", "id_token"):
        read = jwt.decode(tokens[name], keys, algorithms=[algorithm])
        assert read.header["alg"] == algorithm
        assert read.claims["iss"] == "http://127.0.0.1:8000"
    assert (await web.introspect(tokens["access_token"]))["active"]


@pytest.mark.attack(84)
@pytest.mark.rfc(9068, "5")
@pytest.mark.rfc(8725, "3.11")
async def test_an_id_token_is_no_access_token(house):
    web = await app(house)
    tokens = await web.tokens()
    assert said(await house.call("GET", USERINFO, headers=bearer(tokens["id_token"]))) == (401, "invalid_token")
    assert await web.introspect(tokens["id_token"]) == INACTIVE


@pytest.mark.attack(92)
@pytest.mark.rfc(8725, "3.1")
async def test_a_token_of_another_key_or_algorithm_is_nobodys(house):
    web = await app(house)
    genuine = (await web.tokens())["access_token"]
    header, claims = parts(genuine)
    keys = (await published(house))["keys"]
    own = next(key for key in keys if key["alg"] == "ES256")
    forged = []
    # With no signature, and with the public key as if it were a shared secret.
    text = f"{encoded({**header, 'alg': 'none'})}.{encoded(claims)}"
    forged.append(f"{text}.")
    text = f"{encoded({**header, 'alg': 'HS256'})}.{encoded(claims)}"
    for shared in (orjson.dumps(own), base64.urlsafe_b64decode(own["x"] + "="), web.secret.encode(), b""):
        signature = base64.urlsafe_b64encode(hmac.digest(shared, text.encode(), "sha256")).rstrip(b"=").decode()
        forged.append(f"{text}.{signature}")
    # With a key that the token brings itself, under a kid of ours and under none.
    stranger = ECKey.generate_key("P-256")
    for more in ({"kid": own["kid"]}, {"jwk": stranger.as_dict(private=False)}, {"kid": "../../dev/null"}, {"kid": 5}):
        text = encoded({"alg": "ES256", "typ": "at+jwt", **more}) + "." + encoded(claims)
        signed = jwt.encode({"alg": "ES256", "typ": "at+jwt"}, claims, stranger).rpartition(".")[2]
        forged.append(f"{text}.{signed}")
    # With a genuine signature under other words.
    head, body, signature = genuine.split(".")
    forged.append(f"{head}.{encoded({**opened(body), 'scope': 'openid write'})}.{signature}")
    others = ("RS256", "PS256", "EdDSA", "ES384")
    forged += [f"{encoded({**header, 'alg': other})}.{body}.{signature}" for other in others]
    for token in forged:
        assert await web.introspect(token) == INACTIVE, token
        assert said(await house.call("GET", USERINFO, headers=bearer(token))) == (401, "invalid_token")
    assert (await web.introspect(genuine))["active"]


@pytest.mark.attack(92)
async def test_a_key_signs_for_the_one_algorithm_it_is_for(house):
    web = await app(house)
    _, claims = parts((await web.tokens())["access_token"])
    ring = {key.algorithm: key for key in await house.services.keys.ring()}
    for algorithm, of in (("RS256", "PS256"), ("PS256", "RS256")):
        key = type(ring[of].key).import_key(
            {name: value for name, value in ring[of].key.as_dict(private=True).items() if name != "alg"}
        )
        header = {"alg": algorithm, "typ": "at+jwt", "kid": ring[of].kid}
        confused = jwt.encode(header, claims, key, algorithms=[algorithm])
        assert await web.introspect(confused) == INACTIVE, algorithm


@pytest.mark.rfc(9068, "2.2")
async def test_an_applications_own_lifetime_and_form_count(house):
    short = await app(house, access_token_lifetime=30)
    token = (await short.for_itself()).json()
    assert token["expires_in"] == 30
    assert parts(token["access_token"])[1]["exp"] == SECONDS + 30
    opaque = await app(house, access_token_format="opaque", access_token_lifetime=40)
    token = (await opaque.for_itself()).json()
    assert (token["expires_in"], "." in token["access_token"], len(token["access_token"])) == (40, False, 43)
    house.clock.pass_(seconds=39)
    assert (await opaque.introspect(token["access_token"]))["active"]
    house.clock.pass_(seconds=1)
    assert await opaque.introspect(token["access_token"]) == INACTIVE
