"""A proof is believed only for the request that it was made for, lately, once, and by the key that it carries."""

import base64
import hashlib
import hmac

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.conformance.holding import Key, ask, edwards_key, encoded, number, redeem, rsa_key
from tests.conformance.protocol import SECONDS, app, parts, said

MACHINE = {"grant_type": "client_credentials"}
REFUSED = (400, "invalid_dpop_proof")
ORIGIN = "http://127.0.0.1:8000"
HEADER = {"typ": "dpop+jwt", "alg": "ES256"}


@pytest.mark.rfc(9449, "5")
@pytest.mark.rfc(9449, "6.1")
@pytest.mark.parametrize("key", [Key(), edwards_key(), rsa_key("PS256")], ids=lambda key: key.alg)
async def test_a_token_that_is_asked_for_with_a_proof_is_bound_to_its_key(house, key):
    answer = await ask(await app(house), key.proof(house), **MACHINE)
    assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP")
    _, claims = parts(answer.json()["access_token"])
    assert claims["cnf"] == {"jkt": key.thumbprint}


@pytest.mark.rfc(9449, "5")
async def test_a_token_that_is_asked_for_without_a_proof_is_a_bearers(house):
    answer = await (await app(house)).for_itself()
    assert answer.json()["token_type"] == "Bearer"
    assert "cnf" not in parts(answer.json()["access_token"])[1]
    assert "dpop-nonce" not in answer.headers


@pytest.mark.attack(78)
@pytest.mark.rfc(9449, "4.3")
@pytest.mark.parametrize(
    "wrong",
    [
        {"htm": "GET"},
        {"htm": "post"},
        {"htm": None},
        {"htm": ["POST"]},
        {"htu": f"{ORIGIN}/oauth2/introspect"},
        {"htu": f"{ORIGIN}/oauth2/token/"},
        {"htu": "http://127.0.0.1:8001/oauth2/token"},
        {"htu": "https://127.0.0.1:8000/oauth2/token"},
        {"htu": "http://evil@127.0.0.1:8000/oauth2/token"},
        {"htu": "/oauth2/token"},
        {"htu": "http://[/oauth2/token"},
        {"htu": "http://127.0.0.1:x/oauth2/token"},
        {"htu": 8000},
        {"htu": [f"{ORIGIN}/oauth2/token"]},
        {"htu": {"uri": f"{ORIGIN}/oauth2/token"}},
        {"htu": None},
        {"iat": SECONDS - 61},
        {"iat": SECONDS + 16},
        {"iat": str(SECONDS)},
        {"iat": True},
        {"iat": 1e300},
        {"iat": None},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "j" * 257},
    ],
    ids=str,
)
async def test_a_proof_with_a_wrong_claim_is_refused_and_the_code_stays_good(house, wrong):
    key, client = Key(), await app(house)
    code = await client.code()
    assert said(await redeem(client, code, key.proof(house, **wrong))) == REFUSED
    assert (await redeem(client, code, key.proof(house))).status_code == 200


@pytest.mark.rfc(9449, "4.3")
@pytest.mark.parametrize(
    "good",
    [
        {"htu": f"{ORIGIN}/oauth2/token?a=b#c"},
        {"htu": "HTTP://127.0.0.1:8000/oauth2/token"},
        {"iat": SECONDS - 60},
        {"iat": SECONDS + 15},
        {"iat": SECONDS + 0.5},
        {"jti": "j" * 256},
        {"nonce": "one that nobody asked for"},
        {"more": "than anybody reads"},
    ],
    ids=str,
)
async def test_a_proof_that_is_written_otherwise_but_says_the_same_is_good(house, good):
    assert (await ask(await app(house), Key().proof(house, **good), **MACHINE)).status_code == 200


def _private(key: Key) -> dict[str, str]:
    return {**key.jwk, "d": number(key.private.private_numbers().private_value, 32)}


def _hs256(house) -> str:
    secret = b"0" * 32
    header = {"typ": "dpop+jwt", "alg": "HS256", "jwk": {"kty": "oct", "k": encoded(secret)}}
    text = f"{encoded(orjson.dumps(header))}.{encoded(orjson.dumps(Key().claims(house)))}"
    return f"{text}.{encoded(hmac.digest(secret, text.encode(), 'sha256'))}"


def _public_as_secret(house) -> str:
    key = Key()
    header = {**HEADER, "alg": "HS256", "jwk": key.jwk}
    text = f"{encoded(orjson.dumps(header))}.{encoded(orjson.dumps(key.claims(house)))}"
    return f"{text}.{encoded(hmac.digest(orjson.dumps(key.jwk), text.encode(), 'sha256'))}"


def _unsigned(house) -> str:
    key = Key()
    header = {**HEADER, "alg": "none", "jwk": key.jwk}
    return key.sign(header, key.claims(house)).rpartition(".")[0] + "."


def _of_another(house) -> str:
    return Key().sign({**HEADER, "jwk": Key().jwk}, Key().claims(house))


def _changed(house) -> str:
    head, _, signature = Key().proof(house)["dpop"].split(".")
    return f"{head}.{encoded(orjson.dumps(Key().claims(house)))}.{signature}"


def _headed(**header):
    def made(house) -> str:
        key = Key()
        whole = {name: value for name, value in {**HEADER, "jwk": key.jwk, **header}.items() if value is not None}
        return key.sign(whole, key.claims(house))

    return made


def _keyed(change):
    def made(house) -> str:
        key = Key()
        return key.sign({**HEADER, "jwk": change(key)}, key.claims(house))

    return made


def _signed(key: Key):
    return lambda house: key.sign({**HEADER, "alg": key.alg, "jwk": key.jwk}, key.claims(house))


def _huge(house) -> str:
    return Key().sign(
        {**HEADER, "alg": "PS256", "jwk": {"kty": "RSA", "e": "AQAB", "n": "x" * 2000}}, Key().claims(house)
    )


def _halved(name: str):
    def made(house) -> str:
        # Half of a surrogate pair, which JSON can say and UTF-8 cannot.
        key = Key()
        claims = orjson.dumps(key.claims(house, **{name: "HALF"})).replace(b"HALF", b"\\ud800")
        return key.sign({**HEADER, "jwk": key.jwk}, orjson.Fragment(claims))

    return made


def _claimed(claims):
    return lambda _: (key := Key()).sign({**HEADER, "jwk": key.jwk}, claims)


NONSENSE = {
    "symmetric": _hs256,
    "a public key as a secret": _public_as_secret,
    "not signed": _unsigned,
    "signed by another key": _of_another,
    "claims of another": _changed,
    "another type": _headed(typ="JWT"),
    "no type": _headed(typ=None),
    "no algorithm": _headed(alg=None),
    "an algorithm for another key": _headed(alg="EdDSA"),
    "an unknown algorithm": _headed(alg="ES256K"),
    "an algorithm that is a list": _headed(alg=["ES256"]),
    "no key": _headed(jwk=None),
    "a key that is a text": _headed(jwk="key"),
    "a critical header": _headed(crit=["b64"], b64=True),
    "a private key": _keyed(_private),
    "a private member": _keyed(lambda key: {**key.jwk, "k": "AA"}),
    "half a key": _keyed(lambda key: {"kty": "EC", "crv": "P-256", "x": key.jwk["x"]}),
    "a point off the curve": _keyed(lambda key: {**key.jwk, "y": key.jwk["x"]}),
    "another curve": _keyed(lambda key: {**key.jwk, "crv": "P-999"}),
    "a curve that is a number": _keyed(lambda key: {**key.jwk, "crv": 256}),
    "an unknown kind of key": _keyed(lambda key: {**key.jwk, "kty": "XX"}),
    "a coordinate that is a list": _keyed(lambda key: {**key.jwk, "x": [key.jwk["x"]]}),
    "an algorithm that is ours alone": _signed(rsa_key("RS256")),
    "a small RSA key": _signed(rsa_key("PS256", 1024)),
    "a huge RSA key": _huge,
    "half a character in its name": _halved("jti"),
    "half a character in its place": _halved("htu"),
    "claims that are a list": _claimed([]),
    "claims that are a number": _claimed(7),
    "too long": lambda _: "a" * 5000,
    "nothing": lambda _: "",
    "no JWT": lambda _: "a proof",
    "five parts": lambda _: "a.b.c.d.e",
    "nested deeply": lambda _: encoded(b'{"alg":' + b"[" * 2900) + ".e30.e30",
    "beyond ASCII": lambda _: "é.é.é",
}


@pytest.mark.attack(78)
@pytest.mark.rfc(9449, "4.3")
@pytest.mark.rfc(9449, "11.6")
@pytest.mark.parametrize("what", NONSENSE)
async def test_a_proof_that_cannot_be_believed_is_refused_in_one_way(house, what):
    proof = NONSENSE[what](house).encode("latin-1")
    assert said(await ask(await app(house), {"dpop": proof}, **MACHINE)) == REFUSED


@pytest.mark.attack(78)
@pytest.mark.rfc(9449, "4.3")
async def test_two_proofs_are_one_too_many(house):
    key, client = Key(), await app(house)
    twice = [*client.basic.items(), *key.proof(house).items(), *key.proof(house).items()]
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = await house.call(
        "POST", "/oauth2/token", content=b"grant_type=client_credentials", headers=[*twice, *form.items()]
    )
    assert said(answer) == REFUSED


@pytest.mark.attack(78)
@pytest.mark.rfc(9449, "11.1")
async def test_a_proof_is_good_once_wherever_it_comes_again(house):
    key, client, other = Key(), await app(house), await app(house)
    proof = key.proof(house, jti="once")
    assert (await ask(client, proof, **MACHINE)).status_code == 200
    for each in (client, other):
        assert said(await ask(each, proof, **MACHINE)) == REFUSED
    house.clock.pass_(seconds=59)
    assert said(await ask(client, proof, **MACHINE)) == REFUSED
    assert said(await ask(client, key.proof(house, jti="once"), **MACHINE)) == REFUSED
    # What another key has signed is another proof: nobody uses up the names of others.
    assert (await ask(client, Key().proof(house, jti="once"), **MACHINE)).status_code == 200


@pytest.mark.attack(78)
async def test_a_proof_from_a_time_to_come_is_remembered_as_long_as_it_is_good(house):
    key, client = Key(), await app(house)
    proof = key.proof(house, iat=SECONDS + 15)
    assert (await ask(client, proof, **MACHINE)).status_code == 200
    house.clock.pass_(seconds=75)
    await house.store.upkeep.purge(house.clock.now, limit=100)
    assert said(await ask(client, proof, **MACHINE)) == REFUSED


@pytest.mark.rfc(9449, "5.1")
async def test_the_metadata_says_which_signatures_are_believed(house):
    document = (await house.call("GET", "/.well-known/openid-configuration")).json()
    assert document["dpop_signing_alg_values_supported"] == ["ES256", "PS256", "EdDSA"]


@pytest.mark.rfc(9449, "5.2")
async def test_an_application_may_be_registered_to_get_bound_tokens_alone(house):
    machine = await app(house, dpop_bound_access_tokens=True)
    assert said(await machine.for_itself()) == REFUSED
    assert (await ask(machine, Key().proof(house), **MACHINE)).status_code == 200


async def test_a_key_is_one_key_however_much_else_it_says_of_itself(house):
    key = Key()
    header = {
        **HEADER,
        "jwk": {**key.jwk, "use": "enc", "key_ops": ["wrapKey"], "alg": "RS256", "kid": ["x"]},
        "kid": "y",
    }
    answer = await ask(await app(house), {"dpop": key.sign(header, key.claims(house))}, **MACHINE)
    assert parts(answer.json()["access_token"])[1]["cnf"] == {"jkt": key.thumbprint}


def test_the_thumbprint_of_these_tests_is_that_of_the_rfc():
    # RFC 7638 §3.1.
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3ok"
        "njhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6"
        "qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awap"
        "JzKnqDKgw"
    )
    text = orjson.dumps({"e": "AQAB", "kty": "RSA", "n": modulus})
    assert encoded(hashlib.sha256(text).digest()) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    assert len(base64.urlsafe_b64decode(modulus + "==")) == 256
    assert ec.SECP256R1().key_size == 256
