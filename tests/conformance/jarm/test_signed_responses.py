"""Answers of the authorization endpoint as one signed JWT."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from licet.oauth.algorithms import Registry
from tests.conformance.person import Document, asking, told
from tests.conformance.protocol import JWKS, SECONDS, app, parts

ISSUER = "http://127.0.0.1:8000"


async def opened(house, token, algorithm):
    keys = KeySet.import_key_set((await house.call("GET", JWKS)).json())
    assert parts(token)[0]["alg"] == algorithm
    return jwt.decode(token, keys, registry=Registry())


@pytest.mark.rfc("JARM", "2.1")
@pytest.mark.rfc("JARM", "2.3.1")
async def test_a_success_is_one_jwt_in_the_query(someone, web, house):
    answered = await someone.allowed(web, response_mode="query.jwt")
    assert answered.keys() == {"response"}
    token = await opened(house, answered["response"], "RS256")
    assert token.claims.pop("code")
    assert token.claims == {"iss": ISSUER, "aud": web.client_id, "exp": SECONDS + 600, "state": "a state"}


@pytest.mark.rfc("JARM", "2.3.4")
async def test_the_code_of_a_signed_answer_is_good(someone, web):
    answered = await someone.allowed(web, response_mode="jwt")
    code = parts(answered["response"])[1]["code"]
    assert (await web.redeem(code)).status_code == 200


@pytest.mark.rfc("JARM", "2.1")
@pytest.mark.parametrize("wrong", [{"response_type": "token"}, {"scope": "mcp"}, {"prompt": "none"}])
async def test_an_error_is_one_jwt_too(someone, web, house, wrong):
    answered = told(await someone.get(asking(web, response_mode="jwt", **wrong)))
    assert answered.keys() == {"response"}
    claims = (await opened(house, answered["response"], "RS256")).claims
    assert claims["error"] in {"unsupported_response_type", "invalid_scope", "login_required"}
    assert (claims["iss"], claims["aud"], claims["state"]) == (ISSUER, web.client_id, "a state")


@pytest.mark.rfc("JARM", "2.1")
async def test_a_no_is_one_jwt_too(someone, web):
    page = await someone.sign_in(await someone.visit(asking(web, response_mode="jwt")))
    answered = told(await someone.send(page, decision="deny"))
    assert parts(answered["response"])[1]["error"] == "access_denied"


@pytest.mark.rfc("JARM", "2.3.2")
async def test_a_signed_answer_travels_in_the_fragment(someone, web):
    answer = await someone.get(asking(web, response_mode="fragment.jwt", prompt="none"))
    location = urlsplit(answer.headers["location"])
    (name, token), *more = parse_qsl(location.fragment)
    assert (location.query, name, more) == ("", "response", [])
    assert parts(token)[1]["error"] == "login_required"


@pytest.mark.rfc("JARM", "2.3.3")
async def test_a_signed_answer_is_posted(someone, web):
    answer = await someone.get(asking(web, response_mode="form_post.jwt", prompt="none"))
    (form,) = Document(answer.text).forms
    assert form.action == "https://app.example/cb"
    assert form.fields.keys() == {"response"}
    assert parts(form.fields["response"])[1]["error"] == "login_required"


@pytest.mark.rfc("JARM", "3")
@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "EdDSA"])
async def test_an_application_says_how_its_answers_are_signed(someone, house, algorithm):
    one = await app(house, authorization_signed_response_alg=algorithm)
    answered = told(await someone.get(asking(one, response_mode="jwt", prompt="none")))
    assert parts(answered["response"])[0]["alg"] == algorithm
    assert (await opened(house, answered["response"], algorithm)).claims["aud"] == one.client_id


@pytest.mark.rfc("JARM", "2.3")
async def test_an_unknown_response_mode_is_told_in_the_query(someone, web):
    assert told(await someone.get(asking(web, response_mode="web_message.jwt")))["error"] == "invalid_request"


@pytest.mark.rfc("JARM", "2.1")
async def test_a_signed_answer_is_no_hint_about_a_person(someone, web):
    answered = await someone.allowed(web, response_mode="jwt")
    again = told(await someone.get(asking(web, id_token_hint=answered["response"])))
    assert again["error"] == "invalid_request"


@pytest.mark.rfc("JARM", "4")
async def test_the_metadata_name_modes_and_algorithms(house):
    metadata = (await house.call("GET", "/.well-known/openid-configuration")).json()
    assert metadata["response_modes_supported"] == [
        "query",
        "fragment",
        "form_post",
        "jwt",
        "query.jwt",
        "fragment.jwt",
        "form_post.jwt",
    ]
    assert metadata["authorization_signing_alg_values_supported"] == ["ES256", "RS256", "PS256", "EdDSA"]
