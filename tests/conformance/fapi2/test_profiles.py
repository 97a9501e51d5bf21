"""What a profile demands of applications: when they are written down, and of each of their requests."""

from itertools import count

import pytest

from licet.domain.application import PROFILE_NAMES
from licet.domain.profile import PROFILES
from licet.errors import Invalid
from licet.oauth.client_auth import authenticate
from licet.oauth.request import TokenRequest
from tests.conformance.assertions import TYPE, claims, new_key, public, signed
from tests.conformance.clients import ask
from tests.conformance.holding import Key
from tests.conformance.person import asking, told
from tests.conformance.protocol import CALLBACK, CHALLENGE, SECONDS, TOKEN, VERIFIER, app, parts, post, said
from tests.contract.dialects.house import ORIGIN

PUSH = "/oauth2/par"
FAPI = {"token_endpoint_auth_method": "private_key_jwt", "dpop_bound_access_tokens": True, "profile": "fapi2"}
SIGNED = (
    "token_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "dpop_signing_alg_values_supported",
    "id_token_signing_alg_values_supported",
    "userinfo_signing_alg_values_supported",
    "introspection_signing_alg_values_supported",
    "authorization_signing_alg_values_supported",
    "request_object_signing_alg_values_supported",
)
PUSHED = {
    "response_type": "code",
    "redirect_uri": CALLBACK,
    "scope": "openid offline_access",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
JTI = count(1)


@pytest.fixture
def key():
    return new_key()


@pytest.fixture
async def bank(house, key):
    """An application of the profile."""
    return await app(house, public=True, **{**FAPI, "jwks": public(key)})


async def send(one, key, path, form, headers=None, **claim):
    """A request that an assertion proves."""
    assertion = signed(key, claims(one, f"fapi-{next(JTI)}", **claim))
    proof = {"client_id": one.client_id, "client_assertion_type": TYPE, "client_assertion": assertion}
    return await post(one.house, path, {**form, **proof}, headers or {})


async def code(someone, bank, key, **more):
    """The whole way to a code."""
    answer = await send(bank, key, PUSH, {**PUSHED, **more})
    assert answer.status_code == 201, answer.text
    page = await someone.visit(
        asking(bank, **dict.fromkeys((*PUSHED, "state")), request_uri=answer.json()["request_uri"])
    )
    if page.url.path == "/login":
        page = await someone.sign_in(page)
    if page.url.path == "/consent":
        page = await someone.send(page, decision="allow")
    return told(page)["code"]


def redemption(code):
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}


def test_every_profile_that_an_application_can_have_is_in_the_table():
    assert tuple(PROFILES) == PROFILE_NAMES


@pytest.mark.rfc("FAPI 2.0 Security Profile", "5.3.2")
async def test_the_whole_way_of_the_profile(someone, house, bank, key):
    holder = Key()
    answer = await send(bank, key, TOKEN, redemption(await code(someone, bank, key)), holder.proof(house))
    assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP")
    assert parts(answer.json()["access_token"])[1]["cnf"] == {"jkt": holder.thumbprint}


@pytest.mark.rfc("FAPI 2.0 Security Profile", "5.3.2.1")
async def test_a_refresh_token_of_the_profile_does_not_rotate(someone, house, bank, key):
    holder = Key()
    made = (await send(bank, key, TOKEN, redemption(await code(someone, bank, key)), holder.proof(house))).json()
    refresh = {"grant_type": "refresh_token", "refresh_token": made["refresh_token"]}
    for _ in range(3):
        answer = await send(bank, key, TOKEN, refresh, holder.proof(house))
        assert answer.status_code == 200, answer.text
        assert answer.json()["refresh_token"] == made["refresh_token"]
    house.clock.pass_(days=13)
    assert (await send(bank, key, TOKEN, refresh, holder.proof(house), **now(house))).status_code == 200
    house.clock.pass_(days=13)
    assert (await send(bank, key, TOKEN, refresh, holder.proof(house), **now(house))).status_code == 200
    house.clock.pass_(days=15)
    assert said(await send(bank, key, TOKEN, refresh, holder.proof(house), **now(house))) == (400, "invalid_grant")


def now(house):
    """The times of an assertion that is made now."""
    seconds = house.clock.now // 1000
    return {"iat": seconds, "exp": seconds + 60}


@pytest.mark.rfc("FAPI 2.0 Security Profile", "5.3.2.2")
async def test_a_request_that_was_not_pushed_is_refused(someone, bank):
    assert told(await someone.get(asking(bank)))["error"] == "invalid_request"


@pytest.mark.rfc("FAPI 2.0 Security Profile", "5.3.2.1")
async def test_a_token_that_is_bound_to_nothing_is_not_given(someone, house, bank, key):
    given = await code(someone, bank, key)
    assert said(await send(bank, key, TOKEN, redemption(given))) == (400, "invalid_dpop_proof")
    assert (await send(bank, key, TOKEN, redemption(given), Key().proof(house))).status_code == 200


@pytest.mark.rfc("FAPI 2.0 Security Profile", "5.3.2.1")
async def test_an_assertion_is_for_the_issuer_alone(bank, key):
    assert (await send(bank, key, PUSH, PUSHED)).status_code == 201
    for audience in (f"{ORIGIN}{TOKEN}", f"{ORIGIN}{PUSH}"):
        assert said(await send(bank, key, PUSH, PUSHED, aud=audience)) == (401, "invalid_client")


@pytest.mark.rfc("FAPI 2.0 Security Profile", "5.3.2.2")
async def test_every_request_has_a_challenge_by_s256(house, bank, key):
    await bank.change(require_pkce=False)
    bare = {name: value for name, value in PUSHED.items() if not name.startswith("code_challenge")}
    assert said(await send(bank, key, PUSH, bare)) == (400, "invalid_request")
    plain = {**PUSHED, "code_challenge_method": "plain"}
    assert said(await send(bank, key, PUSH, plain)) == (400, "invalid_request")


@pytest.mark.rfc("FAPI 2.0 Security Profile", "5.3.2.2")
async def test_a_code_lives_a_minute(someone, house, bank, key):
    given = await code(someone, bank, key)
    house.clock.pass_(seconds=60)
    late = await send(bank, key, TOKEN, redemption(given), Key().proof(house), **now(house))
    assert said(late) == (400, "invalid_grant")


@pytest.mark.rfc("FAPI 2.0 Security Profile", "5.4.1")
async def test_a_signed_answer_is_signed_as_the_profile_says(someone, bank, key):
    answer = await send(bank, key, PUSH, {**PUSHED, "response_mode": "jwt", "prompt": "none"})
    back = await someone.get(
        asking(bank, **dict.fromkeys((*PUSHED, "state")), request_uri=answer.json()["request_uri"])
    )
    assert parts(told(back)["response"])[0]["alg"] == "ES256"


@pytest.mark.rfc("FAPI 2.0 Security Profile", "5.4.1")
@pytest.mark.parametrize(("algorithm", "answer"), [("RS256", (400, "invalid_request_object")), ("PS256", (201, None))])
async def test_a_signed_request_is_signed_as_the_profile_says(bank, key, algorithm, answer):
    rsa = new_key("RS256", "two")
    await bank.change(jwks=public(key, rsa))
    times = {"iat": SECONDS, "nbf": SECONDS, "exp": SECONDS + 300}
    asked = {**PUSHED, "client_id": bank.client_id, "iss": bank.client_id, "aud": ORIGIN, **times}
    told_of = await send(bank, key, PUSH, {"request": signed(rsa, asked, algorithm=algorithm)})
    assert (told_of.status_code, told_of.json().get("error")) == answer


@pytest.mark.rfc("FAPI 2.0 Security Profile", "5.4.1")
@pytest.mark.parametrize(("algorithm", "answer"), [("RS256", (401, "invalid_client")), ("PS256", (201, None))])
async def test_an_application_proves_itself_as_the_profile_says(house, bank, key, algorithm, answer):
    rsa = new_key("RS256", "two")
    await bank.change(jwks=public(key, rsa))
    assertion = signed(rsa, claims(bank, "proof"), algorithm=algorithm)
    form = {**PUSHED, "client_id": bank.client_id, "client_assertion_type": TYPE, "client_assertion": assertion}
    told_of = await post(house, PUSH, form, {})
    assert (told_of.status_code, told_of.json().get("error")) == answer


@pytest.mark.rfc("FAPI 2.0 Security Profile", "5.4.1")
async def test_signed_introspection_is_signed_as_the_profile_says(bank, key):
    asked = {"accept": "application/token-introspection+jwt"}
    answer = await send(bank, key, "/oauth2/introspect", {"token": "junk"}, asked)
    assert parts(answer.text)[0]["alg"] == "ES256"


@pytest.mark.rfc("FAPI 2.0 Security Profile", "5.3.2.1")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"token_endpoint_auth_method": "client_secret_basic"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "none"}, "token_endpoint_auth_method"),
        ({"dpop_bound_access_tokens": False}, "dpop_bound_access_tokens"),
        ({"id_token_signed_response_alg": "RS256"}, "id_token_signed_response_alg"),
        ({"access_token_signed_response_alg": "RS256"}, "access_token_signed_response_alg"),
        ({"authorization_signed_response_alg": "RS256"}, "authorization_signed_response_alg"),
        ({"userinfo_signed_response_alg": "RS256"}, "userinfo_signed_response_alg"),
        ({"introspection_signed_response_alg": "RS256"}, "introspection_signed_response_alg"),
        ({"request_object_signing_alg": "RS256"}, "request_object_signing_alg"),
        ({"redirect_uris": ("http://app.example/cb",)}, "redirect_uris"),
    ],
)
async def test_an_application_that_does_not_meet_its_profile_is_not_written(house, key, bank, wrong, field):
    with pytest.raises(Invalid) as told_of:
        await app(house, public=True, **{**FAPI, "jwks": public(key), **wrong})
    assert field in {fault.path[0] for fault in told_of.value.faults}
    with pytest.raises(Invalid) as told_of:
        await bank.change(**wrong)
    assert field in {fault.path[0] for fault in told_of.value.faults}


@pytest.mark.settings(demo=False, registration="open", profile="fapi2")
async def test_an_instance_of_the_profile_takes_no_other_registration(house, key):
    web = {"redirect_uris": [CALLBACK], "id_token_signed_response_alg": "PS256"}
    refused = await ask(house, web)
    assert said(refused) == (400, "invalid_client_metadata")
    assert "token_endpoint_auth_method" in refused.json()["error_description"]
    good = {"token_endpoint_auth_method": "private_key_jwt", "dpop_bound_access_tokens": True, "jwks": public(key)}
    assert (await ask(house, {**web, **good})).status_code == 201
    # RFC 7591 §2 leaves what is not said to the server, and here RS256 is not to be had.
    silent = await ask(house, {"redirect_uris": [CALLBACK], **good})
    assert (silent.status_code, silent.json()["id_token_signed_response_alg"]) == (201, "ES256")


@pytest.mark.settings(demo=False, profile="fapi2")
async def test_an_instance_of_the_profile_says_so(house):
    metadata = (await house.call("GET", "/.well-known/oauth-authorization-server")).json()
    assert metadata["require_pushed_authorization_requests"] is True
    for endpoint in ("token", "introspection", "revocation"):
        assert metadata[f"{endpoint}_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    signed = {name: value for name, value in metadata.items() if name.endswith("signing_alg_values_supported")}
    assert signed == {name: ["ES256", "PS256", "EdDSA"] for name in SIGNED}


@pytest.mark.settings(demo=False, profile="fapi2")
async def test_what_was_registered_before_is_held_to_the_instances_profile(someone, house, key):
    one = await app(house, public=True, **{**FAPI, "jwks": public(key), "profile": "oauth2.1"})
    assert told(await someone.get(asking(one)))["error"] == "invalid_request"
    present = await house.store.applications.by_client_id(one.client_id)
    assert present.profile == "oauth2.1"
    with pytest.raises(Invalid):
        await one.change(dpop_bound_access_tokens=False)


@pytest.mark.settings(demo=False, profile="fapi2")
async def test_an_application_of_another_surface_is_held_to_its_own_contract(house):
    one = await app(house, protocols=("teable",))
    request = TokenRequest(parameters={}, basic=(one.client_id, one.secret))
    caller = await authenticate(house.instance.setups["teable"].context, request)
    assert caller.proven_by == "client_secret_basic"


@pytest.mark.rfc("OpenID Connect Core", "3.1.2.1")
async def test_the_basic_profile_asks_no_pkce_of_an_application_that_proves_itself(someone, house):
    one = await app(house, profile="oidc-basic")
    bare = {"code_challenge": None, "code_challenge_method": None}
    answered = await someone.allowed(one, nonce="n", **bare)
    form = {"grant_type": "authorization_code", "code": answered["code"], "redirect_uri": CALLBACK}
    answer = await one.post(TOKEN, form)
    assert parts(answer.json()["id_token"])[1]["nonce"] == "n"
    assert "code" in await someone.allowed(one, **bare)
    open_to_all = await app(house, public=True, profile="oidc-basic")
    assert told(await someone.get(asking(open_to_all, **bare)))["error"] == "invalid_request"


@pytest.mark.settings(profile="oidc-basic")
async def test_an_instance_of_the_basic_profile_lets_an_application_ask_for_more(someone, house):
    bare = {"code_challenge": None, "code_challenge_method": None}
    strict = await app(house, profile="oauth2.1")
    assert told(await someone.get(asking(strict, **bare)))["error"] == "invalid_request"
    assert (await someone.visit(asking(await app(house), **bare))).url.path == "/login"


@pytest.mark.rfc(9700, "2.1.1")
async def test_without_a_profile_pkce_is_asked_of_all(someone, web):
    bare = {"code_challenge": None, "code_challenge_method": None}
    assert told(await someone.get(asking(web, **bare)))["error"] == "invalid_request"


async def test_without_a_profile_every_method_and_algorithm_may_be_registered(house):
    one = await app(house, token_endpoint_auth_method="client_secret_jwt", token_endpoint_auth_signing_alg="HS256")
    await one.change(id_token_signed_response_alg="RS256", authorization_signed_response_alg="RS256")
