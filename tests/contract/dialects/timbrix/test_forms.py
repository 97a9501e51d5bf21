"""The standard's form at the token routes, introspection, revocation and the metadata: for clients of RFC 6749."""

import pytest

from tests.conformance.person import Person
from tests.conformance.protocol import basic
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix import formats_by_hand
from tests.contract.dialects.timbrix.protocol import (
    CALLBACK,
    CHALLENGE,
    EXCHANGE,
    INTROSPECT,
    REFRESH,
    REVOKE,
    TOKEN,
    VERIFIER,
    Client,
    client,
)

BAD_CLIENT = {"error": "invalid_client", "error_description": "Client authentication failed."}
BAD_GRANT = {"error": "invalid_grant", "error_description": "The grant is invalid, expired or revoked."}
KEYS = ["access_token", "refresh_token", "token_type", "expires_in", "scope"]


def code_form(code: str, **more: str) -> dict[str, str]:
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **more}


@pytest.mark.parametrize("path", [TOKEN, EXCHANGE])
@pytest.mark.parametrize("by_basic", [True, False])
async def test_a_code_is_exchanged_by_form(payroll: Client, path: str, by_basic: bool):
    proof = {} if by_basic else {"client_id": payroll.client_id, "client_secret": payroll.secret}
    headers = payroll.basic if by_basic else {}
    answer = await payroll.form(path, headers, **code_form(await payroll.code(), **proof))
    assert (answer.status_code, list(answer.json())) == (200, KEYS)
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")


async def test_a_verifier_goes_by_its_standard_name(payroll: Client):
    code = await payroll.code(code_challenge=CHALLENGE, code_challenge_method="S256")
    answer = await payroll.form(TOKEN, **code_form(code, code_verifier=VERIFIER))
    assert answer.status_code == 200


@pytest.mark.parametrize("path", [TOKEN, REFRESH])
async def test_a_refresh_token_is_turned_by_form(payroll: Client, path: str):
    token = (await payroll.tokens())["refresh_token"]
    answer = await payroll.form(path, grant_type="refresh_token", refresh_token=token)
    assert (answer.status_code, list(answer.json())) == (200, KEYS)
    answer = await payroll.form(path, grant_type="refresh_token", refresh_token=token)
    assert (answer.status_code, answer.json()) == (400, BAD_GRANT)


@pytest.mark.attack(39)
async def test_alone_it_suffices_at_its_own_route_and_nowhere_else(payroll: Client):
    token = (await payroll.tokens())["refresh_token"]
    answer = await payroll.form(TOKEN, {}, grant_type="refresh_token", refresh_token=token)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    answer = await payroll.form(REFRESH, {}, refresh_token=token)
    assert answer.status_code == 200


@pytest.mark.attack(41)
async def test_a_refresh_may_narrow_and_never_widen(payroll: Client):
    token = (await payroll.tokens(scope="read:members"))["refresh_token"]
    answer = await payroll.form(TOKEN, grant_type="refresh_token", refresh_token=token, scope="read:organization")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    answer = await payroll.form(TOKEN, grant_type="refresh_token", refresh_token=token, scope="read:members")
    assert answer.status_code == 200


async def test_an_application_gets_a_token_for_itself_by_form(payroll: Client, house: House):
    answer = await payroll.form(TOKEN, grant_type="client_credentials", scope="read:members")
    assert (answer.status_code, answer.json()["scope"]) == (200, "read:members")
    assert "refresh_token" not in answer.json()
    alice = formats_by_hand.user((await house.user("alice")).id)
    answer = await payroll.form(TOKEN, grant_type="client_credentials", scope="read:members", user_id=alice)
    assert answer.status_code == 403
    assert answer.json() == {"error": "consent_required", "error_description": "Consent is needed."}


REFUSALS = [
    (TOKEN, {"code": "x"}, 400, "invalid_request"),
    (TOKEN, {"grant_type": "password", "username": "a", "password": "b"}, 400, "unsupported_grant_type"),
    (TOKEN, {"grant_type": "authorization_code"}, 400, "invalid_request"),
    (TOKEN, {"grant_type": "authorization_code", "code": "x"}, 400, "invalid_grant"),
    (TOKEN, {"grant_type": "client_credentials", "scope": "read:webhooks"}, 400, "invalid_scope"),
    (EXCHANGE, {"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
    (REFRESH, {"grant_type": "authorization_code", "code": "x"}, 400, "unsupported_grant_type"),
    (REFRESH, {}, 400, "invalid_request"),
]


@pytest.mark.rfc(6749, "5.2")
@pytest.mark.parametrize(("path", "said", "status", "word"), REFUSALS)
async def test_a_refusal_is_said_as_the_standard_says_it(payroll: Client, path, said, status, word):
    answer = await payroll.form(path, **said)
    assert (answer.status_code, answer.json()["error"]) == (status, word)
    assert sorted(answer.json()) == ["error", "error_description"]
    assert answer.headers["cache-control"] == "no-store"


async def test_the_redirect_uri_is_named_again_by_form_too(payroll: Client):
    for path in (TOKEN, EXCHANGE):
        answer = await payroll.form(path, grant_type="authorization_code", code=await payroll.code())
        assert (answer.status_code, answer.json()) == (400, BAD_GRANT)


async def test_a_wrong_secret_is_an_invalid_client(payroll: Client):
    for path in (TOKEN, EXCHANGE, REFRESH, INTROSPECT, REVOKE):
        answer = await payroll.form(path, basic(payroll.client_id, "cs_wrong"), grant_type="refresh_token", token="x")
        assert (answer.status_code, answer.json()) == (401, BAD_CLIENT)
        assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.attack(13)
async def test_a_name_that_comes_twice_is_an_invalid_request(payroll: Client):
    headers = {"content-type": "application/x-www-form-urlencoded", **payroll.basic}
    for body in (b"grant_type=client_credentials&scope=a&scope=b", b"a=%ff", b"a=%00"):
        answer = await payroll.house.call("POST", TOKEN, content=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_too_many_are_told_in_the_standard_s_form(payroll: Client):
    for _ in range(10):
        assert (await payroll.form(TOKEN, grant_type="client_credentials")).status_code == 200
    answer = await payroll.form(TOKEN, grant_type="client_credentials")
    assert (answer.status_code, answer.json()["error"]) == (429, "slow_down")
    assert answer.headers["retry-after"] == "60"


@pytest.mark.attack(50)
async def test_guessing_secrets_where_tokens_are_asked_about_is_throttled(payroll: Client):
    wrong = basic(payroll.client_id, "cs_wrong")
    for _ in range(150):
        for path in (INTROSPECT, REVOKE):
            assert (await payroll.form(path, wrong, token="x")).status_code == 401
    answer = await payroll.form(REVOKE, wrong, token="x")
    assert (answer.status_code, answer.json()["error"]) == (429, "slow_down")
    assert answer.headers["retry-after"] == "300"
    assert await payroll.introspect("x") == {"active": False}


@pytest.mark.rfc(7662, "2.2")
async def test_introspection_tells_the_application_of_its_tokens(payroll: Client):
    tokens = await payroll.tokens(scope="read:members")
    claims = await payroll.introspect(tokens["access_token"])
    assert claims["active"] is True
    assert claims["iss"] == "http://127.0.0.1:8000/api"
    assert (claims["client_id"], claims["scope"]) == (payroll.client_id, "read:members")
    assert (claims["username"], claims["token_type"]) == ("alice", "Bearer")
    assert claims["exp"] - claims["iat"] == 3600
    assert (await payroll.introspect(tokens["refresh_token"]))["active"] is True


@pytest.mark.attack(86)
async def test_what_is_unknown_or_foreign_is_inactive_and_stays(payroll: Client, house: House, someone: Person):
    other, tokens = await client(house, someone), await payroll.tokens()
    for token in ("x", *(tokens[name] for name in ("access_token", "refresh_token"))):
        assert await other.introspect(token) == {"active": False}
        answer = await other.form(REVOKE, token=token)
        assert (answer.status_code, answer.content) == (200, b"")
    assert await payroll.lives(tokens) == (True, True)


@pytest.mark.rfc(7009, "2.1")
@pytest.mark.attack(87)
@pytest.mark.parametrize(("name", "left"), [("access_token", (False, True)), ("refresh_token", (False, False))])
async def test_revocation_ends_what_it_is_given(payroll: Client, name: str, left: tuple[bool, bool]):
    tokens = await payroll.tokens()
    answer = await payroll.form(REVOKE, token=tokens[name], token_type_hint="nonsense")
    assert (answer.status_code, answer.content) == (200, b"")
    assert await payroll.lives(tokens) == left


async def test_both_need_a_token_and_a_form(payroll: Client):
    for path in (INTROSPECT, REVOKE):
        answer = await payroll.form(path)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
        answer = await payroll.house.call("POST", path, json={"token": "x"}, headers=payroll.basic)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


METADATA = {
    "issuer": "http://127.0.0.1:8000/api",
    "authorization_endpoint": "http://127.0.0.1:8000/api/oauth/authorize",
    "token_endpoint": "http://127.0.0.1:8000/api/oauth/token",
    "introspection_endpoint": "http://127.0.0.1:8000/api/oauth/introspect",
    "revocation_endpoint": "http://127.0.0.1:8000/api/oauth/revoke",
    "response_types_supported": ["code"],
    "response_modes_supported": ["query"],
    "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    "code_challenge_methods_supported": ["S256", "plain"],
}


@pytest.mark.rfc(8414, "3.1")
@pytest.mark.parametrize(
    "path", ["/.well-known/oauth-authorization-server/api", "/api/.well-known/oauth-authorization-server"]
)
async def test_the_metadata_names_what_works_here(house: House, path: str):
    answer = await house.call("GET", path)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    said = answer.json()
    scopes = said.pop("scopes_supported")
    assert (scopes[0], len(scopes), scopes[-1]) == ("read:user", 11, "write:oauth-apps")
    assert said == METADATA


async def test_the_document_at_the_root_is_untouched(house: House):
    said = (await house.call("GET", "/.well-known/oauth-authorization-server")).json()
    assert said["issuer"] == "http://127.0.0.1:8000"
    assert said["code_challenge_methods_supported"] == ["S256"]
