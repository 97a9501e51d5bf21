"""Pushed authorization requests: checked before a browser sees anything, used once, by nobody but who pushed them."""

import asyncio
import re

import pytest

from licet.domain.secret import digest
from tests.conformance.person import AUTHORIZE, asking, told
from tests.conformance.protocol import CALLBACK, CHALLENGE, app, said

PUSH = "/oauth2/par"
URN = "urn:ietf:params:oauth:request_uri:"
ASKED = {
    "response_type": "code",
    "redirect_uri": CALLBACK,
    "scope": "openid",
    "state": "a state",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


async def pushed(one, **more):
    answer = await one.post(PUSH, {**ASKED, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["request_uri"]


def named(one, request_uri, **more):
    """The address that a browser is sent to: the application and the name of its request."""
    usual = {"client_id": one.client_id, "request_uri": request_uri}
    none = dict.fromkeys((*ASKED, "response_type"))
    return asking(one, **{**none, **usual, **more})


async def allowed(someone, page):
    if page.url.path == "/login":
        page = await someone.sign_in(page)
    if page.url.path == "/consent":
        page = await someone.send(page, decision="allow")
    return told(page)


def refused(answer, word):
    assert (answer.status_code, "location" in answer.headers) == (400, False), answer.text
    assert word in answer.text


@pytest.mark.rfc(9126, "2.2")
@pytest.mark.attack(75)
async def test_what_is_pushed_gets_a_name_that_nobody_guesses(web):
    answer = await web.post(PUSH, ASKED)
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    assert answer.json().keys() == {"request_uri", "expires_in"}
    assert answer.json()["expires_in"] == 90
    assert re.fullmatch(re.escape(URN) + r"[A-Za-z0-9_-]{43}", answer.json()["request_uri"])


@pytest.mark.rfc(9126, "4")
async def test_a_browser_brings_the_name_and_the_answer_is_to_what_was_pushed(someone, web):
    answered = await allowed(someone, await someone.visit(named(web, await pushed(web))))
    assert answered["state"] == "a state"
    assert (await web.redeem(answered["code"])).json()["scope"] == "openid"


@pytest.mark.rfc(9126, "4")
async def test_what_comes_with_the_name_is_ignored(someone, web):
    url = named(web, await pushed(web), scope="openid email", state="another", redirect_uri="https://evil.example")
    answered = await allowed(someone, await someone.visit(url))
    assert answered["state"] == "a state"
    assert (await web.redeem(answered["code"])).json()["scope"] == "openid"


@pytest.mark.rfc(9126, "7.3")
@pytest.mark.attack(74)
async def test_a_name_that_was_answered_is_spent(someone, web):
    url = named(web, await pushed(web))
    await allowed(someone, await someone.visit(url))
    refused(await someone.get(url), "pushed request is unknown")


@pytest.mark.rfc(9126, "7.3")
@pytest.mark.attack(74)
async def test_a_refusal_spends_the_name_too(someone, web):
    url = named(web, await pushed(web))
    page = await someone.sign_in(await someone.visit(url))
    assert told(await someone.send(page, decision="deny"))["error"] == "access_denied"
    refused(await someone.get(url), "pushed request is unknown")
    silent = named(web, await pushed(web, prompt="none"))
    assert told(await someone.get(silent))["error"] == "consent_required"
    refused(await someone.get(silent), "pushed request is unknown")


@pytest.mark.rfc(9126, "7.3")
@pytest.mark.attack(74)
async def test_a_name_without_a_page_gives_one_code(someone, web):
    await someone.allowed(web)
    url = named(web, await pushed(web))
    answers = await asyncio.gather(*(someone.get(url) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [303, *[400] * 9]


@pytest.mark.rfc(9126, "4")
async def test_only_opening_the_page_spends_nothing(someone, another, web):
    url = named(web, await pushed(web))
    await another.visit(url)
    assert (await someone.visit(url)).url.path == "/login"
    assert "code" in await allowed(someone, await someone.visit(url))


@pytest.mark.rfc(9126, "7.3")
@pytest.mark.attack(74, 75)
async def test_of_two_browsers_with_one_name_one_is_answered(someone, another, web):
    url = named(web, await pushed(web))
    first = await someone.sign_in(await someone.visit(url))
    second = await another.sign_in(await another.visit(url), "bob")
    assert "code" in told(await someone.send(first, decision="allow"))
    late = await another.send(second, decision="allow")
    assert (late.status_code, "location" in late.headers) == (400, False)


@pytest.mark.rfc(9126, "7.5")
@pytest.mark.attack(75)
async def test_a_page_that_one_browser_opened_is_nothing_to_another(someone, another, web):
    page = await someone.visit(named(web, await pushed(web)))
    assert (await another.get(str(page.url))).status_code == 404


@pytest.mark.rfc(9126, "7.3")
@pytest.mark.attack(74)
async def test_an_expired_name_is_refused_and_who_came_in_time_may_take_theirs(someone, another, web, house):
    url = named(web, await pushed(web))
    house.clock.pass_(seconds=89)
    page = await someone.visit(url)
    house.clock.pass_(seconds=1)
    refused(await another.get(url), "expired")
    house.clock.pass_(seconds=1_700)
    assert "code" in await allowed(someone, page)


@pytest.mark.rfc(9126, "2.2")
@pytest.mark.settings(pushed_request_seconds=600)
async def test_how_long_a_name_may_be_brought_is_a_setting(someone, web, house):
    answer = (await web.post(PUSH, ASKED)).json()
    assert answer["expires_in"] == 600
    house.clock.pass_(seconds=599)
    assert (await someone.visit(named(web, answer["request_uri"]))).url.path == "/login"


@pytest.mark.rfc(9126, "2.2")
@pytest.mark.attack(74)
async def test_a_name_of_another_application_is_refused(someone, web, house):
    other = await app(house)
    request_uri = await pushed(web)
    refused(await someone.get(named(other, request_uri)), "another application")
    assert (await someone.visit(named(web, request_uri))).url.path == "/login"


@pytest.mark.attack(75)
async def test_the_value_of_a_page_is_no_name_of_a_pushed_request(someone, web):
    page = await someone.visit(asking(web))
    refused(await someone.get(named(web, URN + page.url.params["request"])), "pushed request is unknown")


@pytest.mark.attack(75)
async def test_the_name_of_a_pushed_request_is_no_page(someone, web):
    value = (await pushed(web)).removeprefix(URN)
    assert (await someone.get(f"/login?request={value}")).status_code == 404
    assert (await someone.get(f"{AUTHORIZE}/{value}")).status_code == 404


@pytest.mark.attack(72)
@pytest.mark.rfc(9101, "10.4.1")
@pytest.mark.parametrize("place", ["https://evil.example/request", "http://169.254.169.254/", "file:///etc/passwd"])
async def test_nothing_is_ever_fetched_from_a_request_uri(someone, web, place):
    answered = told(await someone.get(asking(web, request_uri=place)))
    assert (answered["error"], answered["state"]) == ("request_uri_not_supported", "a state")
    assert (await someone.get(named(web, place))).status_code == 400


@pytest.mark.rfc(9126, "2.1")
async def test_a_name_is_not_pushed(web):
    request_uri = await pushed(web)
    assert said(await web.post(PUSH, ASKED, request_uri=request_uri)) == (400, "invalid_request")
    assert said(await web.post(PUSH, ASKED, request_uri="https://app.example/request")) == (400, "invalid_request")


@pytest.mark.rfc(9126, "2.1")
async def test_who_pushes_must_prove_itself(house, web):
    assert said(await house.call("POST", PUSH, data=ASKED)) == (401, "invalid_client")
    wrong = {**ASKED, "client_id": web.client_id, "client_secret": "wrong"}
    assert said(await house.call("POST", PUSH, data=wrong)) == (401, "invalid_client")
    assert said(await house.call("POST", PUSH, data={**ASKED, "client_id": web.client_id})) == (401, "invalid_client")


@pytest.mark.rfc(9126, "2.1")
async def test_a_public_application_may_push_too(someone, house):
    one = await app(house, public=True)
    assert "code" in await allowed(someone, await someone.visit(named(one, await pushed(one))))


@pytest.mark.rfc(9126, "2.3")
@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"redirect_uri": "https://evil.example"}, "invalid_request"),
        ({"redirect_uri": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "mcp"}, "invalid_scope"),
        ({"resource": "https://nobody.example"}, "invalid_target"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"response_mode": "web_message"}, "invalid_request"),
        ({"claims": "[]"}, "invalid_request"),
        ({"client_id": "another"}, "invalid_request"),
        ({"state": "s" * 4097}, "invalid_request"),
    ],
)
async def test_what_is_wrong_is_told_at_once(web, wrong, word):
    assert said(await web.post(PUSH, {**ASKED, **wrong})) == (400, word)


@pytest.mark.rfc(9126, "2.1")
async def test_what_proves_the_application_is_not_kept(house, web):
    form = {**ASKED, "client_id": web.client_id, "client_secret": web.secret, "unknown": "x"}
    answer = await house.call("POST", PUSH, data=form)
    value = answer.json()["request_uri"].removeprefix(URN)
    stored = await house.store.authorization_requests.by_digest(digest(value), house.clock.now)
    assert stored.parameters == {**ASKED, "client_id": web.client_id}


@pytest.mark.rfc(9126, "6")
async def test_an_application_may_be_held_to_pushing(someone, house):
    one = await app(house, require_pushed_authorization_requests=True)
    answered = told(await someone.get(asking(one)))
    assert (answered["error"], answered["state"]) == ("invalid_request", "a state")
    assert "code" in await allowed(someone, await someone.visit(named(one, await pushed(one))))


@pytest.mark.rfc(9126, "5")
@pytest.mark.settings(require_pushed_authorization_requests=True)
async def test_an_instance_may_hold_all_to_pushing(someone, house, web):
    assert told(await someone.get(asking(web)))["error"] == "invalid_request"
    assert "code" in await allowed(someone, await someone.visit(named(web, await pushed(web))))
    metadata = (await house.call("GET", "/.well-known/oauth-authorization-server")).json()
    assert metadata["require_pushed_authorization_requests"] is True


@pytest.mark.rfc(9126, "5")
async def test_the_metadata_name_the_endpoint(house):
    metadata = (await house.call("GET", "/.well-known/oauth-authorization-server")).json()
    assert metadata["pushed_authorization_request_endpoint"] == "http://127.0.0.1:8000/oauth2/par"
    assert metadata["require_pushed_authorization_requests"] is False


@pytest.mark.rfc(9126, "4")
async def test_what_changed_since_it_was_pushed_counts(someone, web):
    url = named(web, await pushed(web, scope="openid email"))
    await web.change(scope=("openid",))
    assert told(await someone.get(url))["error"] == "invalid_scope"
    refused(await someone.get(url), "pushed request is unknown")
