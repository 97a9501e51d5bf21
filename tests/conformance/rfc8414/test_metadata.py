"""The metadata says what works here, and nothing else; keys are published beside it."""

import pytest

from licet.domain.scope import Scope
from tests.conformance.protocol import JWKS, app

WELL_KNOWN = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")
BASE = "http://127.0.0.1:8000"
METHODS = ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"]
ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"]
ASSERTIONS = ["ES256", "RS256", "PS256", "EdDSA", "HS256"]
DOCUMENT = {
    "issuer": BASE,
    "authorization_endpoint": f"{BASE}/oauth2/authorize",
    "token_endpoint": f"{BASE}/oauth2/token",
    "registration_endpoint": f"{BASE}/oauth2/register",
    "introspection_endpoint": f"{BASE}/oauth2/introspect",
    "revocation_endpoint": f"{BASE}/oauth2/revoke",
    "userinfo_endpoint": f"{BASE}/oauth2/userinfo",
    "device_authorization_endpoint": f"{BASE}/oauth2/device_authorization",
    "pushed_authorization_request_endpoint": f"{BASE}/oauth2/par",
    "require_pushed_authorization_requests": False,
    "end_session_endpoint": f"{BASE}/oauth2/logout",
    "backchannel_logout_supported": True,
    "backchannel_logout_session_supported": True,
    "frontchannel_logout_supported": True,
    "frontchannel_logout_session_supported": True,
    "jwks_uri": f"{BASE}/oauth2/jwks",
    "response_types_supported": ["code"],
    "response_modes_supported": ["query", "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt"],
    "grant_types_supported": [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
    ],
    "token_endpoint_auth_methods_supported": METHODS,
    "token_endpoint_auth_signing_alg_values_supported": ASSERTIONS,
    "introspection_endpoint_auth_methods_supported": METHODS,
    "introspection_endpoint_auth_signing_alg_values_supported": ASSERTIONS,
    "revocation_endpoint_auth_methods_supported": METHODS,
    "revocation_endpoint_auth_signing_alg_values_supported": ASSERTIONS,
    "code_challenge_methods_supported": ["S256"],
    "authorization_response_iss_parameter_supported": True,
    "dpop_signing_alg_values_supported": ["ES256", "PS256", "EdDSA"],
    "id_token_signing_alg_values_supported": ALGORITHMS,
    "id_token_encryption_alg_values_supported": ["RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"],
    "id_token_encryption_enc_values_supported": ["A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM"],
    "userinfo_signing_alg_values_supported": ALGORITHMS,
    "introspection_signing_alg_values_supported": ALGORITHMS,
    "authorization_signing_alg_values_supported": ALGORITHMS,
    "authorization_details_types_supported": [],
    "acr_values_supported": ["urn:licet:acr:password"],
    "subject_types_supported": ["public", "pairwise"],
    "claims_supported": [
        "sub",
        "iss",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "nonce",
        "acr",
        "amr",
        "sid",
        "at_hash",
        "name",
        "preferred_username",
        "updated_at",
        "email",
        "email_verified",
        "groups",
        "organizations",
    ],
    "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
    "claims_parameter_supported": True,
    "request_parameter_supported": True,
    "request_object_signing_alg_values_supported": ALGORITHMS,
    "request_uri_parameter_supported": False,
    "scopes_supported": [
        "openid",
        "profile",
        "email",
        "offline_access",
        "groups",
        "organization",
        "mcp",
        "read",
        "write",
    ],
}


@pytest.mark.rfc(8414, "3.2")
@pytest.mark.rfc(9207, "3")
@pytest.mark.parametrize("path", WELL_KNOWN)
async def test_the_metadata_is_the_same_at_both_places(house, path):
    answer = await house.call("GET", path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json() == DOCUMENT


@pytest.mark.attack(19)
@pytest.mark.rfc(8414, "2")
async def test_no_header_of_a_request_changes_the_issuer(house):
    headers = {"x-forwarded-host": "evil.test", "x-forwarded-proto": "https", "forwarded": "host=evil.test"}
    for host in ("localhost:8000", "127.0.0.1:8000"):
        answer = await house.call("GET", WELL_KNOWN[0], headers={"host": host, **headers})
        assert answer.json() == DOCUMENT
    answer = await house.call("GET", WELL_KNOWN[0], headers={"host": "evil.test"})
    assert answer.status_code == 421


@pytest.mark.rfc(8414, "2")
@pytest.mark.settings(registration="off", sign_up="off")
async def test_what_is_switched_off_is_not_named(house):
    document = (await house.call("GET", WELL_KNOWN[0])).json()
    assert "registration_endpoint" not in document
    assert document["prompt_values_supported"] == ["none", "login", "consent", "select_account"]


async def test_an_operators_new_scope_is_named_at_once(house):
    await house.services.catalogue.put_scope(await house.actor("admin"), Scope("archive", "Read the archive."))
    assert "archive" in (await house.call("GET", WELL_KNOWN[0])).json()["scopes_supported"]


@pytest.mark.rfc(8414, "3")
async def test_every_endpoint_that_is_named_answers(house):
    for name, place in DOCUMENT.items():
        if name.endswith("_endpoint") and name not in {"authorization_endpoint", "end_session_endpoint"}:
            answer = await house.call("OPTIONS", place)
            assert answer.status_code == 204, name
            assert (await house.call("POST", place)).status_code in {400, 401, 415}, name


@pytest.mark.rfc(7517, "5")
async def test_the_keys_are_public_and_each_is_for_one_algorithm(house):
    answer = await house.call("GET", JWKS)
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["access-control-allow-origin"] == "*"
    keys = answer.json()["keys"]
    assert {key["alg"]: key["kty"] for key in keys} == {"ES256": "EC", "RS256": "RSA", "PS256": "RSA", "EdDSA": "OKP"}
    assert {key["use"] for key in keys} == {"sig"}
    assert len({key["kid"] for key in keys}) == 4
    private = {"d", "p", "q", "dp", "dq", "qi", "k"}
    assert all(not private & key.keys() for key in keys)


@pytest.mark.attack(110)
async def test_what_is_public_may_be_fetched_by_every_page(house):
    for path in (*WELL_KNOWN, JWKS):
        answer = await house.call("OPTIONS", path, headers={"origin": "https://anything.example"})
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-allow-methods"] == "GET, HEAD"
        assert "access-control-allow-credentials" not in answer.headers


async def test_the_metadata_needs_no_application(house):
    await app(house)
    assert (await house.call("HEAD", WELL_KNOWN[1])).status_code == 200
