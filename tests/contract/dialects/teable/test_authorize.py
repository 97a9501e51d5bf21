"""GET /api/oauth/authorize: to sign in, to consent, to the application; whatever is wrong is said right there."""

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import FORBIDDEN, personal, said, signed_in
from tests.contract.dialects.teable.flow import (
    ACCESS_TOKEN,
    AUTHORIZE,
    CALLBACK,
    CHALLENGE,
    PKCE,
    VERIFIER,
    bearer,
    fault,
    register,
    returned,
    switch,
)


async def test_nobody_is_sent_to_sign_in_before_anything_is_looked_at(house: House):
    answer = await house.call("GET", f"{AUTHORIZE}?scope=a%7Cb&scope=x")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/auth/login?redirect=%2Fapi%2Foauth%2Fauthorize%3Fscope%3Da%257Cb%26scope%3Dx"


@pytest.mark.attack(97)
async def test_a_token_is_no_sign_in(house: House):
    app = await register(house)
    for headers in (await personal(house, "bob"), bearer(await app.tokens())):
        answer = await house.call("GET", AUTHORIZE, headers=headers)
        assert said(answer) == (403, FORBIDDEN)
    unknown = {"authorization": f"Bearer teable_acc{'0' * 16}_{'A' * 43}="}
    assert (await house.call("GET", AUTHORIZE, headers=unknown)).status_code == 302


@pytest.mark.attack(14, 15, 18)
async def test_a_consent_leads_to_a_code_with_the_state_as_it_was_sent(house: House):
    app = await register(house)
    state = "a b&c=d/é"
    answer = await app.decide(await app.transaction(state=state))
    found = returned(answer)
    assert set(found) == {"code", "state"}
    assert found["state"] == state
    assert len(found["code"]) == 16
    assert found["code"].isalnum()


@pytest.mark.attack(20)
async def test_the_first_redirect_uri_is_the_default_and_its_own_query_stays(house: House):
    app = await register(house, redirectUris=["https://acme.example/cb?x=1", CALLBACK])
    answer = await app.decide(await app.transaction())
    assert answer.headers["location"].startswith("https://acme.example/cb?x=1&code=")
    answer = await app.decide(await app.transaction(redirect_uri=CALLBACK))
    assert answer.headers["location"].startswith(f"{CALLBACK}?code=")


FAULTS = (
    ({"response_type": ""}, 400, "Missing required parameter: response_type"),
    ({"response_type": "", "client_id": ""}, 400, "Missing required parameter: response_type"),
    ({"client_id": "", "response_type": "token"}, 400, "Missing required parameter: client_id"),
    ({"response_type": "token", "client_id": "nobody"}, 400, "Unsupported response type: token"),
    ({"client_id": "nobody", "scope": "x"}, 401, "Client not found"),
    ({"response_type": "code id_token"}, 400, "Unsupported response type: code id_token"),
    ({"response_type": "CODE"}, 400, "Unsupported response type: CODE"),
    ({"scope": "table|read nothing|here x"}, 400, "Invalid scopes: nothing|here,x"),
    ({"scope": "table|read  record|read"}, 400, "Invalid scopes: "),
    ({"scope": "table|read,record|read"}, 400, "Invalid scopes: table|read,record|read"),
    ({"scope": "x", "code_challenge": CHALLENGE}, 400, "Invalid scopes: x"),
    ({"code_challenge": CHALLENGE}, 400, "Invalid code challenge method"),
    ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, 400, "Invalid code challenge method"),
    ({"code_challenge": "short", "code_challenge_method": "plain"}, 400, "Invalid code challenge method"),
    ({"code_challenge": "a" * 42, "code_challenge_method": "S256"}, 400, "Invalid code challenge"),
    ({"code_challenge": "a" * 129, "code_challenge_method": "S256"}, 400, "Invalid code challenge"),
    ({"code_challenge": "a" * 42 + ".", "code_challenge_method": "S256"}, 400, "Invalid code challenge"),
    (
        {"redirect_uri": "https://evil.example/cb", "code_challenge": "x", "code_challenge_method": "S256"},
        400,
        "Invalid code challenge",
    ),
    ({"redirect_uri": "https://evil.example/cb"}, 401, "Invalid redirectUri"),
    ({"redirect_uri": f"{CALLBACK}/"}, 401, "Invalid redirectUri"),
    ({"redirect_uri": f"{CALLBACK}?a=1"}, 401, "Invalid redirectUri"),
    ({"redirect_uri": "https://ACME.example/cb"}, 401, "Invalid redirectUri"),
    ({"redirect_uri": "https://acme.example/CB"}, 401, "Invalid redirectUri"),
    ({"redirect_uri": "https://acme.example:443/cb"}, 401, "Invalid redirectUri"),
    ({"redirect_uri": "http://acme.example/cb"}, 401, "Invalid redirectUri"),
)


@pytest.mark.attack(1, 2, 12, 27)
@pytest.mark.parametrize(("wrong", "status", "message"), FAULTS)
async def test_a_fault_is_told_here_and_never_to_the_application(house: House, wrong, status, message):
    app = await register(house)
    assert fault(await app.authorize(**{"redirect_uri": CALLBACK, **wrong})) == (status, message)


async def test_an_application_that_has_lost_its_redirect_uris_elsewhere_is_refused(house: House):
    app = await register(house)
    where, headers = f"/api/applications/{app.client_id}", await house.bearer("alice")
    answer = await house.call("PATCH", where, headers=headers, json={"redirect_uris": []})
    assert answer.status_code == 200, answer.text
    for redirect_uri in ({}, {"redirect_uri": CALLBACK}, {"code_challenge": "x"}):
        assert fault(await app.authorize(**redirect_uri)) == (400, "Redirect uri not configured")
    assert fault(await app.authorize(scope="x")) == (400, "Invalid scopes: x")


@pytest.mark.attack(13)
async def test_a_parameter_that_comes_twice_is_refused_in_its_turn(house: House):
    app = await register(house)
    headers = await signed_in(house, "bob")
    base = f"{AUTHORIZE}?response_type=code&client_id={app.client_id}"
    twice = await house.call("GET", f"{base}&scope=table%7Cread&scope=record%7Cread", headers=headers)
    assert fault(twice) == (400, "Invalid parameter: scope must be a string")
    other = await house.call("GET", f"{base}&client_id=other", headers=headers)
    assert fault(other) == (400, "Invalid parameter: client_id must be a string")
    earlier = await house.call("GET", f"{AUTHORIZE}?client_id=nobody&scope=a&scope=b", headers=headers)
    assert fault(earlier) == (400, "Missing required parameter: response_type")
    unsupported = await house.call("GET", f"{AUTHORIZE}?response_type=x&client_id=y&scope=a&scope=b", headers=headers)
    assert fault(unsupported) == (400, "Unsupported response type: x")
    unknown = await house.call("GET", f"{AUTHORIZE}?response_type=code&client_id=y&scope=a&scope=b", headers=headers)
    assert fault(unknown) == (400, "Invalid parameter: scope must be a string")


async def test_a_switched_off_application_may_not_ask(house: House):
    app = await register(house)
    transaction = await app.transaction()
    await switch(house, app, enabled=False)
    assert fault(await app.authorize(scope="x")) == (403, "OAuth client is inactive")
    assert fault(await app.decide(transaction)) == (400, "Invalid transaction ID")
    await switch(house, app, enabled=True)
    assert returned(await app.decide(transaction)).keys() == {"code"}


async def test_an_application_of_another_surface_is_not_known(house: House):
    app = await register(house)
    answer = await app.authorize(client_id="app_0000000000000000")
    assert "Client not found" not in answer.text
    assert answer.status_code != 302 or "/oauth/decision" not in answer.headers["location"]


@pytest.mark.parametrize("scope", ["", "table|read record|read user|email_read"])
async def test_no_scope_means_all_of_the_applications(house: House, scope):
    app = await register(house)
    tokens = await app.tokens(**({"scope": scope} if scope else {}))
    assert tokens["scopes"] == ["table|read", "record|read", "user|email_read"]


async def test_the_longest_challenge_passes_and_fails_only_later(house: House):
    app = await register(house)
    code = await app.code(code_challenge="a" * 128, code_challenge_method="S256")
    answer = await app.redeem(code, client_secret=None, code_verifier=VERIFIER)
    assert fault(answer) == (401, "Invalid code_verifier")


@pytest.mark.attack(5, 6)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
async def test_with_a_challenge_a_loopback_redirect_may_name_any_port(house: House, host):
    app = await register(house, redirectUris=[f"http://{host}/callback"])
    anywhere = f"http://{host}:52001/callback"
    assert fault(await app.authorize(redirect_uri=anywhere)) == (401, "Invalid redirectUri")
    answer = await app.decide(await app.transaction(redirect_uri=anywhere, **PKCE))
    code = returned(answer, anywhere)["code"]
    said_again = await app.redeem(code, redirect_uri=anywhere, client_secret=None, code_verifier=VERIFIER)
    assert said_again.status_code == 201
    others = {"127.0.0.1": "localhost", "localhost": "[::1]", "[::1]": "127.0.0.1"}
    for differs in (
        f"{anywhere}/x",
        f"{anywhere}?x=1",
        f"https://{host}:52001/callback",
        f"http://u@{host}:52001/callback",
        f"http://{others[host]}:52001/callback",
    ):
        assert fault(await app.authorize(redirect_uri=differs, **PKCE)) == (401, "Invalid redirectUri")


async def test_a_code_for_another_port_is_redeemed_with_that_port(house: House):
    app = await register(house, redirectUris=["http://127.0.0.1/callback"])
    code = await app.code_at("http://127.0.0.1:52001/callback", **PKCE)
    answer = await app.redeem(code, redirect_uri="http://127.0.0.1/callback", code_verifier=VERIFIER)
    assert fault(answer) == (401, "Invalid redirectUri")


async def test_only_loopback_may_name_another_port(house: House):
    app = await register(house)
    assert fault(await app.authorize(redirect_uri="https://acme.example:8443/cb", **PKCE)) == (
        401,
        "Invalid redirectUri",
    )


async def test_plain_http_elsewhere_registers_and_is_never_sent_to(house: House):
    app = await register(house, redirectUris=["http://example.com"])
    assert fault(await app.authorize()) == (401, "Invalid redirectUri")


@pytest.mark.settings(allow_insecure_redirects=True)
async def test_plain_http_elsewhere_is_sent_to_where_the_operator_allows_it(house: House):
    app = await register(house, redirectUris=["http://example.com"])
    assert returned(await app.decide(await app.transaction()), "http://example.com").keys() == {"code"}


@pytest.mark.attack(15, 91)
async def test_an_overlong_parameter_is_refused(house: House):
    app = await register(house)
    answer = await app.authorize(state="x" * 5000)
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_the_token_endpoint_is_post_only(house: House):
    assert (await house.call("GET", ACCESS_TOKEN)).status_code == 404


@pytest.mark.parametrize("scope", ["table|read%20record%7Cread", "table%7Cread+record|read"])
async def test_a_pipe_comes_raw_or_encoded(house: House, scope):
    app = await register(house)
    headers = await signed_in(house, "bob")
    query = f"response_type=code&client_id={app.client_id}&scope={scope}"
    answer = await house.call("GET", f"{AUTHORIZE}?{query}", headers=headers)
    transaction = answer.headers["location"].removeprefix("/oauth/decision?transaction_id=")
    shown = await house.call("GET", f"/api/oauth/decision/{transaction}", headers=headers)
    assert shown.json()["scopes"] == ["table|read", "record|read"]


async def test_a_refusal_joins_the_query_of_the_redirect_uri(house: House):
    app = await register(house, redirectUris=["https://acme.example/cb?x=1"])
    answer = await app.decide(await app.transaction(), cancel="Deny")
    assert answer.headers["location"] == "https://acme.example/cb?x=1&error=access_denied"


async def test_an_application_of_another_surface_is_unknown_at_every_endpoint(house: House):
    body = {"client_name": "Native", "redirect_uris": [CALLBACK], "grant_types": ["authorization_code"]}
    made = await house.call("POST", "/api/applications", json=body, headers=await house.bearer("alice"))
    assert made.status_code == 201, made.text
    app = await register(house)
    client_id = made.json()["client_id"]
    assert fault(await app.authorize(client_id=client_id)) == (401, "Client not found")
    assert fault(await app.redeem("x", client_id=client_id)) == (401, "Client not found")
    device = await house.call("POST", "/api/oauth/device/code", data={"client_id": client_id})
    assert (device.status_code, device.json()) == (
        400,
        {"error": "invalid_client", "error_description": "Unknown client"},
    )
    added = {"protocols": ["native", "teable"]}
    where, headers = f"/api/applications/{client_id}", await house.bearer("alice")
    assert (await house.call("PATCH", where, json=added, headers=headers)).status_code == 200
    assert returned(await app.decide(await app.transaction(client_id=client_id))).keys() == {"code"}


@pytest.mark.parametrize(
    ("protocols", "answers"),
    [(["teable", "timbrix"], True), (["native"], True), (["timbrix"], False), (["native", "timbrix"], False)],
)
async def test_an_application_of_one_of_both_owners_of_the_path_says_which_answers(house: House, protocols, answers):
    app = await register(house)
    where, headers = f"/api/applications/{app.client_id}", await house.bearer("alice")
    assert (await house.call("PATCH", where, json={"protocols": protocols}, headers=headers)).status_code == 200
    query = {"response_type": "code", "client_id": app.client_id}
    answer = await house.call("GET", AUTHORIZE, params=query)
    assert answer.headers.get("location", "").startswith("/auth/login?redirect=") is answers
