"""Which metadata is refused, with which word."""

import pytest

from tests.conformance.clients import CALLBACK, MACHINE, WEB, ask, register

KEY = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}
METADATA = "invalid_client_metadata"
REDIRECT = "invalid_redirect_uri"

GRANT_REFUSED = (
    "grant_types[1] 'password' must be one of authorization_code, refresh_token, "
    "urn:ietf:params:oauth:grant-type:device_code, client_credentials, "
    "urn:ietf:params:oauth:grant-type:token-exchange"
)
REFUSED = [
    ("redirect_uris", None, REDIRECT, "redirect_uris is required"),
    ("redirect_uris", [], REDIRECT, "redirect_uris is required"),
    ("redirect_uris", CALLBACK, REDIRECT, "redirect_uris must be of type array"),
    ("redirect_uris", [CALLBACK, 5], REDIRECT, "redirect_uris[1] must be of type string"),
    (
        "redirect_uris",
        ["http://app.example/cb"],
        REDIRECT,
        "redirect_uris[0] must be https, except on 127.0.0.1, [::1] and localhost",
    ),
    ("redirect_uris", [f"{CALLBACK}#"], REDIRECT, "redirect_uris[0] must not have a fragment"),
    ("redirect_uris", ["javascript:alert(1)"], REDIRECT, "redirect_uris[0] must not use this scheme"),
    (
        "grant_types",
        ["authorization_code", "password"],
        METADATA,
        GRANT_REFUSED,
    ),
    ("grant_types", "authorization_code", METADATA, "grant_types must be of type array"),
    (
        "response_types",
        [],
        METADATA,
        "response_types must be code with the grant type authorization_code, and empty without",
    ),
    ("response_types", ["token"], METADATA, "response_types[0] 'token' must be 'code'"),
    (
        "token_endpoint_auth_method",
        "tls_client_auth",
        METADATA,
        (
            "token_endpoint_auth_method 'tls_client_auth' must be one of "
            "client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt, none"
        ),
    ),
    ("client_name", "n" * 201, METADATA, "client_name must not be longer than 200"),
    ("client_name", "evil\u202eeman", METADATA, "client_name must not contain control characters"),
    ("client_name", 7, METADATA, "client_name must be of type string"),
    ("client_uri", "javascript:alert(1)", METADATA, "client_uri must be a URL: https or http"),
    ("logo_uri", "http://app.example/logo.png", METADATA, "logo_uri must be a URL: https"),
    ("logo_uri", "data:image/png;base64,AA==", METADATA, "logo_uri must be a URL: https"),
    ("tos_uri", "ftp://app.example/tos", METADATA, "tos_uri must be a URL: https or http"),
    ("policy_uri", "/privacy", METADATA, "policy_uri must be a URL: https or http"),
    ("jwks_uri", "http://app.example/jwks", METADATA, "jwks_uri must be a URL: https"),
    ("contacts", "ops@app.example", METADATA, "contacts must be of type array"),
    ("contacts", ["x"] * 21, METADATA, "contacts must not have more than 20 items"),
    ("scope", ["read"], METADATA, "scope must be of type string"),
    ("application_type", "desktop", METADATA, "application_type 'desktop' must be 'web'|'native'"),
    ("software_id", "s" * 201, METADATA, "software_id must not be longer than 200"),
    ("jwks", [KEY], METADATA, "jwks must be of type object"),
    ("jwks", {"keys": [{**KEY, "d": "AA"}]}, METADATA, "jwks must be a set of public keys"),
    (
        "software_statement",
        "e30.e30.AA",
        "unapproved_software_statement",
        "software_statement must be left out: no software statement is approved here",
    ),
]


@pytest.mark.attack(58)
@pytest.mark.rfc(7591, "3.2.2")
async def test_a_refusal_says_which_member_and_why_and_writes_nothing(house):
    before = await house.store.applications.count()
    for member, value, error, description in REFUSED:
        answer = await ask(house, {**WEB, member: value})
        assert answer.json() == {"error": error, "error_description": description}
        assert answer.status_code == 400
        assert answer.headers["cache-control"] == "no-store"
    assert await house.store.applications.count() == before


@pytest.mark.rfc(7591, "2")
async def test_jwks_and_jwks_uri_are_not_both_taken(house):
    answer = await ask(house, {**WEB, "jwks": {"keys": [KEY]}, "jwks_uri": "https://app.example/jwks"})
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "invalid_client_metadata",
        "error_description": "jwks must be either jwks or jwks_uri",
    }


@pytest.mark.rfc(7591, "2.1")
async def test_the_code_without_its_grant_type_is_refused(house):
    answer = await ask(house, {**MACHINE, "response_types": ["code"]})
    assert answer.json() == {
        "error": "invalid_client_metadata",
        "error_description": "response_types must be code with the grant type authorization_code, and empty without",
    }


@pytest.mark.rfc(7591, "2.3")
async def test_a_refused_statement_is_told_before_other_faults_of_the_metadata(house):
    answer = await ask(house, {**WEB, "software_statement": "e30.e30.AA", "client_name": 7})
    assert answer.json()["error"] == "unapproved_software_statement"
    assert "client_name must be of type string" in answer.json()["error_description"]


@pytest.mark.rfc(7591, "3.2.2")
async def test_at_most_five_faults_are_told(house):
    answer = await ask(house, {"redirect_uris": list(range(30))})
    described = answer.json()["error_description"]
    assert described.count("must be of type string") == 5
    assert described.endswith("redirect_uris[4] must be of type string; and more")


@pytest.mark.rfc(8252, "7.3")
@pytest.mark.parametrize("application_type", ["web", "native"])
@pytest.mark.parametrize("uri", ["http://127.0.0.1/cb", "http://[::1]:9/cb", "http://localhost:8199/cb"])
async def test_no_application_type_refuses_a_loopback_uri(house, application_type, uri):
    client = await register(house, redirect_uris=[uri], application_type=application_type)
    assert client.information["redirect_uris"] == [uri]
    assert client.information["application_type"] == application_type


@pytest.mark.rfc(7591, "3.1")
@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a": 1, "a": 2}', b'{"client_name": "\\ud800"}', b"[" * 99])
async def test_a_body_that_cannot_be_read_is_an_invalid_request(house, body):
    answer = await house.call("POST", "/oauth2/register", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"


@pytest.mark.rfc(7591, "3.1")
@pytest.mark.parametrize("body", [b"[]", b'"x"', b"5", b"null"])
async def test_a_body_that_is_no_object_is_refused(house, body):
    answer = await house.call("POST", "/oauth2/register", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "invalid_client_metadata",
        "error_description": "The metadata must be of type object",
    }


@pytest.mark.rfc(7591, "3.1")
@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "text/plain", ""])
async def test_only_json_is_read(house, media_type):
    answer = await house.call("POST", "/oauth2/register", content=b"{}", headers={"content-type": media_type})
    assert answer.status_code == 415
    assert answer.json() == {
        "error": "invalid_request",
        "error_description": "This media type is not read here.",
    }
