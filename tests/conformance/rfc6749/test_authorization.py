"""The authorization endpoint: who may be sent back hears every refusal, who may not is told on a page."""

import pytest

from tests.conformance.person import AUTHORIZE, Document, asking, told
from tests.conformance.protocol import CALLBACK, app

ISSUER = "http://127.0.0.1:8000"


def refused_on_page(answer, sentence):
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert sentence in answer.text


@pytest.mark.rfc(6749, "4.1.2")
async def test_the_whole_way_ends_with_a_code_and_the_state(someone, web):
    page = await someone.visit(asking(web))
    page = await someone.sign_in(page)
    assert page.url.path == "/consent"
    answer = await someone.send(page, decision="allow")
    assert answer.headers["location"].startswith(f"{CALLBACK}?code=")
    answered = told(answer)
    assert answered == {"code": answered["code"], "state": "a state", "iss": ISSUER}
    assert (await web.redeem(answered["code"])).status_code == 200


@pytest.mark.rfc(6749, "4.1.2.1")
async def test_a_refusal_is_access_denied(someone, web):
    page = await someone.sign_in(await someone.visit(asking(web)))
    answer = await someone.send(page, decision="deny")
    assert answer.headers["location"] == (
        f"{CALLBACK}?error=access_denied&error_description=The+request+was+denied.&state=a+state"
        "&iss=http%3A%2F%2F127.0.0.1%3A8000"
    )


@pytest.mark.rfc(6749, "4.1.2")
async def test_what_was_allowed_is_not_asked_again(someone, web):
    await someone.allowed(web, scope="openid read")
    answer = await someone.get(asking(web, scope="read"))
    assert set(told(answer)) == {"code", "state", "iss"}


async def test_only_what_is_new_is_asked_for(someone, web):
    await someone.allowed(web, scope="openid read")
    page = await someone.visit(asking(web, scope="openid write"))
    new, _, known = page.text.partition("Allowed before")
    assert "It now also asks to" in new
    assert ("Change your data." in new, "Know who you are." in new) == (True, False)
    assert "Know who you are." in known


async def test_the_same_again_for_another_resource_is_asked(someone, web, house):
    await someone.allowed(web, scope="read", resource="http://127.0.0.1:8471/mcp")
    assert "code" in told(await someone.get(asking(web, scope="read", resource="http://127.0.0.1:8471/mcp")))
    page = await someone.visit(asking(web, scope="read", resource="http://127.0.0.1:8472/mcp"))
    assert page.url.path == "/consent"
    assert "http://127.0.0.1:8472/mcp" in page.text


@pytest.mark.rfc(6749, "3.1")
async def test_a_posted_request_is_the_same_as_one_that_is_got(someone, web):
    await someone.signed_in()
    body = asking(web).partition("?")[2]
    headers = {"origin": "https://app.example", "content-type": "application/x-www-form-urlencoded"}
    answer = await someone.client.post(AUTHORIZE, content=body, headers=headers)
    assert answer.status_code == 303
    assert (await someone.follow(answer)).url.path == "/consent"


@pytest.mark.attack(1)
@pytest.mark.rfc(6749, "4.1.2.1")
@pytest.mark.parametrize("uri", ["https://evil.example/cb", "https://app.example/other", None, ""])
async def test_nobody_is_sent_to_what_is_not_registered(someone, web, uri):
    sentence = "is not registered" if uri else "redirect_uri is missing"
    refused_on_page(await someone.get(asking(web, redirect_uri=uri)), sentence)


@pytest.mark.attack(2)
@pytest.mark.rfc(9700, "2.1")
@pytest.mark.parametrize("more", ["?a=b", ";a", "/", "?", "%20", "&"])
async def test_a_redirect_uri_with_more_is_another_one(someone, web, more):
    refused_on_page(await someone.get(asking(web, redirect_uri=CALLBACK + more)), "is not registered")


@pytest.mark.attack(2)
async def test_a_redirect_uri_in_another_order_or_case_is_another_one(someone, house):
    one = await app(house, redirect_uris=("https://app.example/Cb?a=1&b=2",))
    for uri in ("https://app.example/cb?a=1&b=2", "https://app.example/Cb?b=2&a=1", "https://APP.example/Cb?a=1&b=2"):
        refused_on_page(await someone.get(asking(one, redirect_uri=uri)), "is not registered")


@pytest.mark.attack(3, 4, 5, 6, 7, 8, 9, 10)
@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example@evil.example/cb",
        "https://app.example@@evil.example/cb",
        "https://app.example\\@evil.example/cb",
        "https://app.example%2f@evil.example/cb",
        "https://app.example\t/cb",
        "https://app.example/..;/cb",
        "https://app.example/x/../cb",
        "https://app.example/%2e%2e/cb",
        "http://127.0.0.1.evil.example/cb",
        "http://localhost.evil.example/cb",
        "http://127.1/cb",
        "http://0x7f000001/cb",
        "http://[::ffff:127.0.0.1]/cb",
        "http://user@127.0.0.1:5000/cb",
        "http://127.0.0.1:5000/other",
        "https://*.example/cb",
        "javascript:alert(1)//",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://app.example/cb?code=1",
        "https://app.example/cb#",
        "https://app.example/cb#code=1",
    ],
)
async def test_a_redirect_uri_that_only_resembles_ours_is_refused(someone, house, uri):
    one = await app(house, redirect_uris=(CALLBACK, "http://127.0.0.1/cb"))
    answer = await someone.get(asking(one, redirect_uri=uri))
    assert (answer.status_code, "location" in answer.headers) == (400, False)


@pytest.mark.attack(12)
@pytest.mark.parametrize("wrong", [{"prompt": "none"}, {"response_type": "token"}, {"scope": "none-such"}])
async def test_the_redirect_uri_is_looked_at_before_anything_is_sent_there(someone, web, wrong):
    refused_on_page(await someone.get(asking(web, redirect_uri="https://evil.example", **wrong)), "not registered")


@pytest.mark.attack(13)
@pytest.mark.rfc(6749, "3.1")
@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "scope", "state", "nonce", "prompt", "strange"])
async def test_a_repeated_parameter_is_refused_on_the_page(someone, web, name):
    refused_on_page(await someone.get(asking(web, **{name: ["one", "two"]})), "more than once")
    body = asking(web, **{name: ["one", "two"]}).partition("?")[2]
    headers = {"content-type": "application/x-www-form-urlencoded"}
    refused_on_page(await someone.client.post(AUTHORIZE, content=body, headers=headers), "more than once")


@pytest.mark.attack(13)
async def test_what_nobody_asks_for_is_ignored(someone, web):
    await someone.allowed(web)
    assert "code" in told(await someone.get(asking(web, **{"scope[a]": "b", "unknown": "x"})))


@pytest.mark.rfc(6749, "4.1.2.1")
async def test_an_unknown_or_disabled_application_is_told_on_a_page(someone, web):
    refused_on_page(await someone.get(asking(web, client_id="nobody")), "not known here")
    refused_on_page(await someone.get(asking(web, client_id=None)), "not known here")
    await web.change(enabled=False)
    refused_on_page(await someone.get(asking(web)), "switched off")


@pytest.mark.rfc(6749, "4.1.2.1")
@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"scope": "mcp"}, "invalid_scope"),
        ({"scope": 'a"b'}, "invalid_scope"),
        ({"resource": "https://nobody.example"}, "invalid_target"),
        ({"response_mode": "web_message"}, "invalid_request"),
        ({"request_uri": "https://app.example/request"}, "request_uri_not_supported"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "dance"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"claims": "[]"}, "invalid_request"),
        ({"id_token_hint": "x.y.z"}, "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    ],
)
async def test_every_other_refusal_is_told_to_the_application(someone, web, wrong, word):
    answer = await someone.get(asking(web, **wrong))
    assert answer.headers["location"].startswith(f"{CALLBACK}?error={word}&")
    assert {**told(answer), "error_description": ""} == {
        "error": word,
        "error_description": "",
        "state": "a state",
        "iss": ISSUER,
    }


@pytest.mark.rfc(6749, "4.1.2.1")
async def test_an_application_without_the_grant_may_not_ask(someone, house):
    one = await app(house, grant_types=("client_credentials",))
    assert told(await someone.get(asking(one)))["error"] == "unauthorized_client"


@pytest.mark.attack(15)
@pytest.mark.rfc(6749, "4.1.2")
async def test_a_state_of_any_letters_comes_back_as_it_was(someone, web):
    state = '"><script>alert(1)</script>\r\nset-cookie: a=b \u2028\u202e ä & = # %00'.replace("%00", "%2500")
    assert (await someone.allowed(web, state=state))["state"] == state
    assert told(await someone.get(asking(web, state=state, response_type="x")))["state"] == state


@pytest.mark.attack(15)
async def test_a_state_of_eight_kilobytes_is_refused_and_not_echoed(someone, web):
    answer = await someone.get(asking(web, state="x" * 8192))
    refused_on_page(answer, "too long")
    assert "xxxx" not in answer.text


@pytest.mark.attack(15)
async def test_a_login_hint_is_shown_as_text(someone, web):
    hint = '"><script>alert(1)</script>'
    page = await someone.visit(asking(web, login_hint=hint))
    assert "<script>" not in page.text
    assert Document(page.text).forms[0].fields["username"] == hint


@pytest.mark.attack(20)
async def test_the_only_redirect_uri_must_be_named_too(someone, web):
    refused_on_page(await someone.get(asking(web, redirect_uri=None)), "redirect_uri is missing")


async def test_plain_http_is_sent_nowhere(someone, house):
    one = await app(house, redirect_uris=(CALLBACK, "http://app.example/cb"))
    refused_on_page(await someone.get(asking(one, redirect_uri="http://app.example/cb")), "plain http")


@pytest.mark.settings(allow_insecure_redirects=True)
async def test_plain_http_is_sent_where_the_operator_says_so(someone, house):
    one = await app(house, redirect_uris=("http://app.example/cb",))
    answer = await someone.get(asking(one, redirect_uri="http://app.example/cb", prompt="none"))
    assert answer.headers["location"].startswith("http://app.example/cb?error=login_required")


async def test_an_application_that_changes_meanwhile_is_looked_at_anew(someone, web):
    page = await someone.sign_in(await someone.visit(asking(web, scope="openid write")))
    await web.change(scope=("openid",))
    answer = await someone.send(page, decision="allow")
    assert told(answer)["error"] == "invalid_scope"


async def test_a_request_waits_for_half_an_hour(someone, web, house):
    page = await someone.visit(asking(web))
    house.clock.pass_(seconds=30 * 60)
    answer = await someone.sign_in(page)
    assert (answer.status_code, "no longer valid" in answer.text) == (404, True)


async def test_an_answer_is_given_once(someone, web):
    page = await someone.sign_in(await someone.visit(asking(web)))
    form = Document(page.text).forms[0]
    answer = await someone.post(form.action, {**form.fields, "decision": "allow"})
    assert "code" in told(await someone.follow(answer))
    for again in ("", "?go=1"):
        assert (await someone.get(answer.headers["location"] + again)).status_code == 404


async def test_an_answer_after_a_page_does_not_follow_from_its_form(someone, house):
    for settings, uri, stepped in (
        ({}, CALLBACK, True),
        ({"application_type": "native"}, "http://127.0.0.1:5000/cb", True),
        ({"application_type": "native"}, CALLBACK, False),
        ({}, "com.example.app:/cb", False),
    ):
        one = await app(house, redirect_uris=(uri,), **settings)
        page = await someone.visit(asking(one, redirect_uri=uri))
        if page.url.path == "/login":
            page = await someone.sign_in(page)
        form = Document(page.text).forms[0]
        answer = await someone.post(form.action, {**form.fields, "decision": "allow"})
        answer = await someone.get(answer.headers["location"])
        assert (answer.status_code == 200, bool(Document(answer.text).refresh)) == (stepped, stepped)
        assert "code=" not in answer.text
        told(await someone.follow(answer))
