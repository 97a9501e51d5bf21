"""Signed authorization requests: what is signed counts, and nothing that stands beside it."""

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from licet.domain.ids import base64url
from tests.conformance.person import asking, told
from tests.conformance.protocol import CALLBACK, CHALLENGE, OTHER, SECONDS, app, parts, resources, said

PUSH = "/oauth2/par"
ISSUER = "http://127.0.0.1:8000"
KEY = ECKey.generate_key("P-256", {"kid": "key-1", "use": "sig", "alg": "ES256"})
STRANGER = ECKey.generate_key("P-256", {"kid": "key-1"})


@pytest.fixture
async def web(house):
    """An application that has registered a key."""
    return await app(house, jwks={"keys": [KEY.as_dict(private=False)]})


def claims(one, **more):
    usual = {
        "iss": one.client_id,
        "aud": ISSUER,
        "exp": SECONDS + 60,
        "client_id": one.client_id,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": "openid",
        "state": "signed",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in {**usual, **more}.items() if value is not None}


def signed(one, *, key=KEY, header=None, **more):
    head = {"alg": "ES256", "kid": "key-1", "typ": "oauth-authz-req+jwt", **(header or {})}
    return jwt.encode(head, claims(one, **more), key)


def alone(one, token):
    """The address of a browser that brings the signed request, and what is needed beside it."""
    return asking(
        one,
        **dict.fromkeys(("redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")),
        request=token,
    )


def refused(answer):
    assert (answer.status_code, "location" in answer.headers) == (400, False), answer.text


async def allowed(someone, url):
    page = await someone.visit(url)
    if page.url.path == "/login":
        page = await someone.sign_in(page)
    if page.url.path == "/consent":
        page = await someone.send(page, decision="allow")
    return told(page)


@pytest.mark.rfc(9101, "6.3")
async def test_a_signed_request_is_answered(someone, web):
    answered = await allowed(someone, alone(web, signed(web)))
    assert answered["state"] == "signed"
    assert (await web.redeem(answered["code"])).json()["scope"] == "openid"


@pytest.mark.rfc(9101, "6.3")
@pytest.mark.attack(76)
async def test_what_stands_outside_is_ignored(someone, web):
    url = asking(web, request=signed(web), scope="openid email", state="outside", redirect_uri="https://evil.example")
    answered = await allowed(someone, url)
    assert answered["state"] == "signed"
    assert (await web.redeem(answered["code"])).json()["scope"] == "openid"


@pytest.mark.rfc(9101, "6.3")
@pytest.mark.attack(76)
async def test_what_the_object_leaves_out_is_not_taken_from_outside(someone, web):
    answered = told(await someone.get(asking(web, request=signed(web, code_challenge=None))))
    assert (answered["error"], answered["state"]) == ("invalid_request", "signed")
    refused(await someone.get(asking(web, request=signed(web, redirect_uri=None))))
    assert told(await someone.get(asking(web, prompt="none", request=signed(web, state=None, scope="mcp")))) == {
        "error": "invalid_scope",
        "error_description": "The scope is more than is allowed.",
        "iss": ISSUER,
    }


@pytest.mark.rfc(9101, "10.2")
@pytest.mark.attack(77)
@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "https://other.example"},
        {"aud": None},
        {"aud": 1},
        {"iss": "another"},
        {"iss": None},
        {"client_id": "another"},
        {"exp": SECONDS},
        {"exp": "soon"},
        {"exp": True},
        {"nbf": SECONDS + 120},
        {"request": "a.b.c"},
        {"request_uri": "https://evil.example"},
        {"request_uri": "urn:ietf:params:oauth:request_uri:x"},
        {"resource": 1},
    ],
)
async def test_an_object_for_others_of_another_time_or_that_holds_one_is_refused(someone, web, wrong):
    refused(await someone.get(asking(web, request=signed(web, **wrong))))
    assert said(await web.post(PUSH, request=signed(web, **wrong))) == (400, "invalid_request_object")


@pytest.mark.rfc(9101, "10.1")
@pytest.mark.attack(77)
@pytest.mark.parametrize(
    "how", ["none", "stranger", "tampered", "public key as secret", "no jwt", "assertion", "own key"]
)
async def test_an_object_that_the_application_has_not_signed_is_refused(someone, web, how):
    _, body, tail = signed(web).split(".")
    head = base64url(b'{"alg":"none"}').decode()
    other = signed(web, scope="openid email").split(".")[1]
    public = OctKey.import_key(orjson.dumps(KEY.as_dict(private=False)))
    token = {
        "none": f"{head}.{body}.",
        "stranger": signed(web, key=STRANGER),
        "tampered": f"{signed(web).split('.')[0]}.{other}.{tail}",
        "public key as secret": jwt.encode({"alg": "HS256"}, claims(web), public),
        "no jwt": "x.y.z",
        "assertion": signed(web, header={"typ": "client-authentication+jwt"}),
        "own key": signed(web, key=STRANGER, header={"jwk": STRANGER.as_dict(private=False)}),
    }[how]
    refused(await someone.get(asking(web, request=token)))
    assert said(await web.post(PUSH, request=token)) == (400, "invalid_request_object")


@pytest.mark.rfc(9101, "10.1")
@pytest.mark.attack(77)
async def test_an_application_without_keys_signs_nothing(someone, house, web):
    bare = await app(house)
    refused(await someone.get(asking(bare, request=signed(bare))))


@pytest.mark.rfc(9101, "10.1")
async def test_the_registered_algorithm_is_the_only_one(someone, house, web):
    await web.change(request_object_signing_alg="PS256")
    refused(await someone.get(asking(web, request=signed(web))))
    await web.change(request_object_signing_alg="ES256")
    assert (await someone.visit(asking(web, request=signed(web)))).url.path == "/login"


@pytest.mark.rfc(9101, "4")
async def test_numbers_objects_and_lists_stand_in_it_as_what_they_are(someone, web, house):
    await resources(house)
    await someone.signed_in()
    house.clock.pass_(seconds=20)
    asked = {"max_age": 10, "claims": {"id_token": {"email": None}}, "resource": [OTHER], "exp": SECONDS + 90}
    page = await someone.visit(alone(web, signed(web, scope="openid email", **asked)))
    assert page.url.path == "/login"
    answered = told(await someone.send(await someone.sign_in(page), decision="allow"))
    made = (await web.redeem(answered["code"])).json()
    assert parts(made["access_token"])[1]["aud"] == OTHER
    assert parts(made["id_token"])[1]["email"] == "alice@example.com"


@pytest.mark.rfc(9126, "3")
async def test_a_signed_request_may_be_pushed(someone, web):
    answer = await web.post(PUSH, request=signed(web), scope="openid email", state="outside")
    assert answer.status_code == 201
    none = dict.fromkeys(("redirect_uri", "scope", "state", "response_type", "code_challenge", "code_challenge_method"))
    answered = await allowed(someone, asking(web, **none, request_uri=answer.json()["request_uri"]))
    assert answered["state"] == "signed"


@pytest.mark.rfc(9101, "5")
async def test_an_object_and_a_name_exclude_one_another(someone, web):
    refused(await someone.get(asking(web, request=signed(web), request_uri="https://app.example/request")))


@pytest.mark.rfc(9101, "10.5")
async def test_an_application_may_be_held_to_signing(someone, web):
    await web.change(require_signed_request_object=True)
    answered = told(await someone.get(asking(web)))
    assert (answered["error"], answered["state"]) == ("invalid_request", "a state")
    plain = {"response_type": "code", "redirect_uri": CALLBACK, "code_challenge": CHALLENGE}
    assert said(await web.post(PUSH, {**plain, "code_challenge_method": "S256"})) == (400, "invalid_request")
    assert "code" in await allowed(someone, alone(web, signed(web)))


@pytest.mark.rfc(9101, "10.3")
async def test_a_request_that_began_in_time_may_take_its_time(someone, web, house):
    page = await someone.visit(alone(web, signed(web)))
    house.clock.pass_(seconds=600)
    page = await someone.sign_in(page)
    assert "code" in told(await someone.send(page, decision="allow"))


async def test_too_long_a_request_is_refused(someone, web):
    refused(await someone.get(asking(web, request=signed(web, state="s" * 4097))))
    refused(await someone.get(asking(web, request="x" * 16_385)))


@pytest.mark.rfc(9101, "10.5")
async def test_the_metadata_say_what_is_taken(house):
    metadata = (await house.call("GET", "/.well-known/openid-configuration")).json()
    assert metadata["request_parameter_supported"] is True
    assert metadata["request_uri_parameter_supported"] is False
    assert metadata["request_object_signing_alg_values_supported"] == ["ES256", "RS256", "PS256", "EdDSA"]
