"""POST /oauth/authorize: a yes with a login token, and every refusal, which stays here."""

import re

import pytest

from licet.domain.ids import SUBJECT
from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.authorizing import (
    AUTHORIZE,
    CALLBACK,
    CHALLENGE,
    app,
    asked,
    code,
    error,
    exchanged,
    sent,
)
from tests.contract.dialects.rocketchat.scene import foreign, post
from tests.contract.dialects.rocketchat.test_personal_tokens import FACTOR, GENERATE

UNKNOWN = error("invalid_client", "Invalid client: client is unknown or inactive")
OTHER = error("invalid_client", "Invalid client: `redirect_uri` does not match client value")


@pytest.mark.attack(14)
async def test_a_yes_sends_the_person_back_with_a_code(house: House):
    answer = await asked(house, await app(house))
    assert answer.status_code == 302
    assert re.fullmatch(
        r"https://wiki\.example\.org/login/cb\?code=[0-9a-f]{64}&state=a\+state", answer.headers["location"]
    )


async def test_the_body_may_be_json_and_the_rest_stand_in_the_query(house: House):
    made = await app(house)
    body = {"allow": "yes", "token": await house.token("bob", "rocketchat"), "client_id": made["clientId"]}
    answer = await house.call("POST", f"{AUTHORIZE}?response_type=code&state=s", json=body)
    assert sent(answer)["state"] == "s"


async def test_what_the_body_says_wins_over_the_query(house: House):
    made = await app(house)
    body = {
        "allow": "yes",
        "token": await house.token("bob", "rocketchat"),
        "client_id": made["clientId"],
        "response_type": "code",
    }
    answer = await house.call("POST", f"{AUTHORIZE}?response_type=token,code&client_id=other&state=s", data=body)
    assert sent(answer)["state"] == "s"


async def test_the_token_may_be_called_access_token_and_be_a_personal_one(house: House):
    made = await app(house)
    personal = (await post(house, GENERATE, {"tokenName": "t"}, who="bob", **FACTOR)).json()["token"]
    for fields in ({"access_token": await house.token("bob", "rocketchat")}, {"token": personal}):
        assert "code" in sent(await asked(house, made, **{"token": None, **fields}))


@pytest.mark.attack(20)
async def test_without_a_redirect_uri_the_first_one_is_used_and_remembered(house: House):
    made = await app(house, redirectUri=f"{CALLBACK},https://other.example/cb")
    for left_out in (None, ""):
        answer = await asked(house, made, redirect_uri=left_out)
        assert answer.headers["location"].startswith(f"{CALLBACK}?code=")
    value = sent(answer)["code"]
    answer = await exchanged(house, made, value, redirect_uri="https://other.example/cb")
    assert answer.json() == error("invalid_request", "Invalid request: `redirect_uri` is invalid")


async def test_the_client_joins_the_users_authorized_clients(house: House):
    made = await app(house)
    before = (await house.call("GET", "/api/v1/me", headers=await house.chat("bob"))).json()
    assert "oauth" not in before
    await code(house, made)
    after = (await house.call("GET", "/api/v1/me", headers=await house.chat("bob"))).json()
    assert after["oauth"] == {"authorizedClients": [made["clientId"]]}


@pytest.mark.parametrize("allow", [None, "", "no", "YES", "true"])
async def test_anything_but_yes_is_a_no(house: House, allow: str | None):
    answer = await asked(house, await app(house), allow=allow, token=None, client_id=None)
    assert (answer.status_code, answer.json()) == (
        401,
        error("access_denied", "The user denied access to your application"),
    )
    assert answer.headers.get_list("content-type") == ["application/json; charset=utf-8"]


@pytest.mark.attack(93)
async def test_a_cookie_alone_is_no_yes(house: House):
    answer = await asked(house, await app(house), token=None)
    assert (answer.status_code, answer.text) == (401, "No token")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("token", ["x", "x" * 600, "é"])
async def test_an_unknown_login_token_is_refused_before_anything_else_is_looked_at(house: House, token: str):
    answer = await asked(house, await app(house), token=token, client_id=None)
    assert (answer.status_code, answer.text) == (401, "Invalid token")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.attack(13)
@pytest.mark.parametrize("said", [{"token": {"$ne": None}}, {"access_token": ["x"]}, {"token": 5}])
async def test_a_login_token_that_is_no_text_is_invalid(house: House, said: dict[str, object]):
    answer = await house.call("POST", AUTHORIZE, json={"allow": "yes", **said})
    assert (answer.status_code, answer.text) == (401, "Invalid token")


async def test_credentials_of_other_kinds_say_no_yes(house: House):
    made = await app(house)
    for surface in ("native", "teable"):
        answer = await asked(house, made, token=await house.token("bob", surface))
        assert (answer.status_code, answer.text) == (401, "Invalid token")
    taken = await exchanged(house, made, await code(house, made))
    answer = await asked(house, made, token=taken.json()["access_token"])
    assert (answer.status_code, answer.text) == (401, "Invalid token")


REFUSALS = {
    "no client": ({"client_id": None}, error("invalid_request", "Missing parameter: `client_id`")),
    "no client before a bad address": (
        {"client_id": None, "redirect_uri": "x"},
        error("invalid_request", "Missing parameter: `client_id`"),
    ),
    "no URI": (
        {"redirect_uri": "nonsense", "client_id": "x"},
        error("invalid_request", "Invalid request: `redirect_uri` is not a valid URI"),
    ),
    "unknown client": ({"client_id": "x", "state": None}, UNKNOWN),
    "another address": ({"redirect_uri": "https://evil.example/cb", "state": None}, OTHER),
    "no state": ({"state": None, "response_type": None}, error("invalid_request", "Missing parameter: `state`")),
    "empty state": ({"state": "", "response_type": None}, error("invalid_request", "Missing parameter: `state`")),
    "odd state": ({"state": "é", "allowed": "false"}, error("invalid_request", "Invalid parameter: `state`")),
    "tab in the state": ({"state": "a\tb"}, error("invalid_request", "Invalid parameter: `state`")),
    "not allowed": (
        {"allowed": "false", "response_type": None},
        error("access_denied", "Access denied: user denied access to application"),
    ),
    "no type": (
        {"response_type": None, "code_challenge": "x"},
        error("invalid_request", "Missing parameter: `response_type`"),
    ),
    "another type": (
        {"response_type": "token"},
        error("unsupported_response_type", "Unsupported response type: `response_type` is not supported"),
    ),
    "plain": (
        {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
        error("invalid_request", 'Invalid request: `code_challenge_method` "plain" is not allowed; use "S256"'),
    ),
    "plain unsaid": (
        {"code_challenge": CHALLENGE},
        error("invalid_request", 'Invalid request: `code_challenge_method` "plain" is not allowed; use "S256"'),
    ),
    "another method": (
        {"code_challenge": CHALLENGE, "code_challenge_method": "S512"},
        error("invalid_request", "Invalid request: transform algorithm 'S512' not supported"),
    ),
    "short challenge": (
        {"code_challenge": "short", "code_challenge_method": "S256"},
        error("invalid_request", "Invalid parameter: `code_challenge`"),
    ),
    "plain before a short challenge": (
        {"code_challenge": "short", "code_challenge_method": "plain"},
        error("invalid_request", 'Invalid request: `code_challenge_method` "plain" is not allowed; use "S256"'),
    ),
    "another type before a plain challenge": (
        {"response_type": "code token", "code_challenge": "short", "code_challenge_method": "plain"},
        error("unsupported_response_type", "Unsupported response type: `response_type` is not supported"),
    ),
    "long challenge": (
        {"code_challenge": "x" * 129, "code_challenge_method": "S256"},
        error("invalid_request", "Invalid parameter: `code_challenge`"),
    ),
    "odd challenge": (
        {"code_challenge": "~" * 43, "code_challenge_method": "S256"},
        error("invalid_request", "Invalid parameter: `code_challenge`"),
    ),
}


@pytest.mark.attack(1, 12, 18, 27)
@pytest.mark.parametrize(("fields", "body"), REFUSALS.values(), ids=REFUSALS)
async def test_a_refusal_stays_here(house: House, fields: dict[str, str | None], body: dict[str, str]):
    answer = await asked(house, await app(house), **fields)
    assert (answer.status_code, answer.json()) == (400, body)
    assert "location" not in answer.headers
    assert answer.headers.get_list("content-type") == ["application/json; charset=utf-8"]


@pytest.mark.attack(13)
@pytest.mark.parametrize("query", ["client_id[$ne]=x", "client_id=x&client_id=y"])
async def test_a_parameter_that_is_no_text_is_refused(house: House, query: str):
    body = {"allow": "yes", "token": await house.token("bob", "rocketchat")}
    answer = await house.call("POST", f"{AUTHORIZE}?{query}", data=body)
    assert (answer.status_code, answer.json()) == (400, error("invalid_request", "Invalid parameter: `client_id`"))


async def test_an_inactive_application_is_unknown(house: House):
    answer = await asked(house, await app(house, active=False))
    assert (answer.status_code, answer.json()) == (400, UNKNOWN)


async def test_an_application_of_another_surface_is_unknown_until_it_is_switched_on_here(house: House):
    app_id = await foreign(house, redirect_uris=[CALLBACK])
    application = await house.store.applications.by_id(app_id)
    answer = await asked(house, {"clientId": application.client_id})
    assert (answer.status_code, answer.json()) == (400, UNKNOWN)
    actor = await house.actor("alice")
    patch = {"protocols": ["native", "rocketchat"]}
    await house.services.applications.update(actor, application.client_id, lambda _: patch)
    assert "code" in sent(await asked(house, {"clientId": application.client_id}))


@pytest.mark.attack(2, 3, 4, 6)
@pytest.mark.parametrize(
    "uri",
    [
        f"{CALLBACK}?x=1",
        f"{CALLBACK}/",
        f"{CALLBACK};x",
        "https://wiki.example.org/login/CB",
        "https://wiki.example.org@evil.example/login/cb",
        "https://wiki.example.org/x/../login/cb",
        "https://wiki.example.org/login%2fcb",
        f"{CALLBACK}#",
        "http://127.0.0.1:9999/cb/other",
        "http://a@127.0.0.1/cb",
    ],
)
async def test_only_the_very_same_redirect_uri_is_taken(house: House, uri: str):
    made = await app(house, redirectUri=f"{CALLBACK},http://127.0.0.1/cb")
    challenge = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    answer = await asked(house, made, redirect_uri=uri, **challenge)
    assert (answer.status_code, answer.json()) == (400, OTHER)


async def test_the_port_of_a_loopback_uri_is_free_with_a_challenge_alone(house: House):
    made = await app(house, redirectUri="http://127.0.0.1/cb")
    uri = "http://127.0.0.1:43210/cb"
    assert (await asked(house, made, redirect_uri=uri)).json() == OTHER
    answer = await asked(house, made, redirect_uri=uri, code_challenge=CHALLENGE, code_challenge_method="S256")
    assert answer.headers["location"].startswith(f"{uri}?code=")


async def test_nobody_is_sent_to_plain_http(house: House):
    made = await app(house, redirectUri="http://wiki.example.org/cb")
    for uri in ("http://wiki.example.org/cb", None):
        assert (await asked(house, made, redirect_uri=uri)).json() == OTHER


@pytest.mark.settings(allow_insecure_redirects=True)
async def test_unless_the_operator_lets_them(house: House):
    made = await app(house, redirectUri="http://wiki.example.org/cb")
    answer = await asked(house, made, redirect_uri="http://wiki.example.org/cb")
    assert answer.headers["location"].startswith("http://wiki.example.org/cb?code=")


@pytest.mark.attack(15)
async def test_a_state_comes_back_encoded_and_never_endless(house: House):
    made = await app(house)
    answer = await asked(house, made, state="<b>&\"'")
    assert answer.headers["location"].endswith("&state=%3Cb%3E%26%22%27")
    assert (await asked(house, made, state="x" * 8000)).status_code == 400


async def test_a_deactivated_person_says_no_yes(house: House):
    made, token = await app(house), await house.token("bob", "rocketchat")
    body = {"userId": SUBJECT.spell((await house.user("bob")).id), "activeStatus": False}
    await post(house, "users.setActiveStatus", body)
    answer = await asked(house, made, token=token)
    assert (answer.status_code, answer.text) == (401, "Invalid token")
