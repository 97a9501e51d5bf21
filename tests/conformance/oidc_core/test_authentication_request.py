"""An authentication request: when a person is asked, who may be meant, how the answer travels."""

import base64
import hashlib
from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest

from licet.domain.ids import SUBJECT
from tests.conformance.person import Document, asking, told
from tests.conformance.protocol import CALLBACK, app, parts


async def id_token(web, answered):
    return (await web.redeem(answered["code"])).json()["id_token"]


@pytest.mark.rfc("OpenID Connect Core", "3.1.2.6")
async def test_prompt_none_asks_nobody(someone, web):
    assert told(await someone.get(asking(web, prompt="none")))["error"] == "login_required"
    await someone.signed_in()
    assert told(await someone.get(asking(web, prompt="none")))["error"] == "consent_required"
    await someone.allowed(web)
    assert "code" in told(await someone.get(asking(web, prompt="none")))


@pytest.mark.rfc("OpenID Connect Core", "3.1.2.1")
async def test_prompt_login_asks_for_the_password_again(someone, web, house):
    first = parts(await id_token(web, await someone.allowed(web)))[1]
    house.clock.pass_(seconds=60)
    page = await someone.visit(asking(web, prompt="login"))
    assert page.url.path == "/login"
    second = parts(await id_token(web, told(await someone.sign_in(page))))[1]
    assert second["auth_time"] == first["auth_time"] + 60
    assert second["sid"] == first["sid"]


@pytest.mark.rfc("OpenID Connect Core", "3.1.2.1")
async def test_prompt_consent_asks_although_all_was_allowed(someone, web):
    await someone.allowed(web)
    page = await someone.visit(asking(web, prompt="consent"))
    assert page.url.path == "/consent"
    assert "code" in told(await someone.send(page, decision="allow"))


@pytest.mark.rfc("OpenID Connect Core", "3.1.2.1")
async def test_prompt_select_account_asks_who_it_is(someone, web):
    await someone.allowed(web)
    page = await someone.visit(asking(web, prompt="select_account"))
    assert "Continue as Alice (alice)" in page.text
    assert "code" in told(await someone.send(page))


@pytest.mark.rfc("OpenID Connect Core", "3.1.2.1")
async def test_another_account_is_asked_for_its_own_consent(someone, web):
    await someone.allowed(web)
    page = await someone.visit(asking(web, prompt="select_account"))
    (other,) = Document(page.text).links
    page = await someone.sign_in(await someone.get(other), "bob")
    assert (page.url.path, "Signed in as <strong>bob</strong>" in page.text) == ("/consent", True)


async def test_choosing_an_account_is_no_proof_of_it(someone, web):
    await someone.allowed(web)
    page = await someone.visit(asking(web, prompt="select_account login"))
    page = await someone.send(page)
    assert page.url.path == "/login"
    assert "password" in Document(page.text).forms[0].fields


@pytest.mark.rfc("Initiating User Registration", "4")
async def test_prompt_create_shows_the_form_of_a_new_account(someone, web):
    page = await someone.visit(asking(web, prompt="create"))
    assert Document(page.text).forms[0].action == "/login/new"
    said = {"username": "zoe", "name": "Zoe", "email": "", "password": "long enough", "repeated": "long enough"}
    page = await someone.send(page, **{**said, "repeated": "otherwise"})
    assert "The two passwords differ." in page.text
    page = await someone.send(page, **said)
    assert page.url.path == "/consent"
    assert "code" in told(await someone.send(page, decision="allow"))


@pytest.mark.settings(sign_up="off")
async def test_where_nobody_may_sign_up_prompt_create_is_a_sign_in(someone, web):
    page = await someone.visit(asking(web, prompt="create"))
    form = Document(page.text).forms[0]
    assert (form.action, "Create an account" in page.text) == ("/login", False)
    refused = await someone.post("/login/new", {**form.fields, "password": "long enough", "repeated": "long enough"})
    assert refused.status_code == 400
    assert (await someone.sign_in(page)).url.path == "/consent"


@pytest.mark.rfc("OpenID Connect Core", "3.1.2.1")
async def test_max_age_asks_who_signed_in_too_long_ago(someone, web, house):
    await someone.allowed(web)
    house.clock.pass_(seconds=100)
    assert "code" in told(await someone.get(asking(web, max_age=100)))
    page = await someone.visit(asking(web, max_age=99))
    assert page.url.path == "/login"
    answered = told(await someone.sign_in(page))
    assert parts(await id_token(web, answered))[1]["auth_time"] == house.clock.now // 1000
    house.clock.pass_(seconds=1)
    assert told(await someone.get(asking(web, max_age=0, prompt="none")))["error"] == "login_required"


@pytest.mark.rfc("OpenID Connect Core", "3.1.2.1")
async def test_an_id_token_hint_is_about_one_person(someone, web):
    hint = await id_token(web, await someone.allowed(web))
    assert "code" in told(await someone.get(asking(web, id_token_hint=hint, prompt="none")))
    page = await someone.visit(asking(web, prompt="login"))
    await someone.sign_in(page, "bob")
    assert told(await someone.get(asking(web, id_token_hint=hint, prompt="none")))["error"] == "login_required"
    page = await someone.visit(asking(web, id_token_hint=hint))
    assert page.url.path == "/login"
    assert told(await someone.sign_in(page, "bob"))["error"] == "login_required"


@pytest.mark.rfc("OpenID Connect Core", "3.1.2.1")
async def test_a_hint_of_another_application_or_of_nobody_is_refused(someone, web, house):
    hint = await id_token(web, await someone.allowed(web))
    other = await app(house)
    assert told(await someone.get(asking(other, id_token_hint=hint)))["error"] == "invalid_request"
    header, claims, signature = hint.split(".")
    forged = f"{header}.{claims}.{signature[:-4]}AAAA"
    assert told(await someone.get(asking(web, id_token_hint=forged)))["error"] == "invalid_request"
    access = (await web.redeem((await someone.allowed(web))["code"])).json()["access_token"]
    assert told(await someone.get(asking(web, id_token_hint=access)))["error"] == "invalid_request"


@pytest.mark.rfc("OpenID Connect Core", "3.1.2.2")
async def test_a_subject_that_is_asked_for_is_the_only_one_answered_about(someone, web, house):
    await someone.allowed(web)

    async def asked(value):
        claims = orjson.dumps({"id_token": {"sub": {"value": value}}}).decode()
        return told(await someone.get(asking(web, claims=claims, prompt="none")))

    assert "code" in await asked(SUBJECT.spell((await house.user("alice")).id))
    assert (await asked(SUBJECT.spell((await house.user("bob")).id)))["error"] == "login_required"
    assert (await asked("nobody"))["error"] == "login_required"


@pytest.mark.rfc("OpenID Connect Core", "5.5")
async def test_members_of_claims_that_nobody_knows_are_ignored(someone, web):
    await someone.allowed(web)

    async def asked(claims):
        return told(await someone.get(asking(web, claims=claims, prompt="none")))

    assert "code" in await asked('{"userinfo": {"email": null}, "verified_claims": "all", "x": [null]}')
    for known in ('{"userinfo": null}', '{"id_token": "sub"}', '{"id_token": []}'):
        assert (await asked(known))["error"] == "invalid_request", known


@pytest.mark.rfc("OpenID Connect Core", "2")
async def test_the_id_token_says_when_how_and_in_which_session(someone, web, house):
    claims = parts(await id_token(web, await someone.allowed(web, nonce="n-0S6_WzA2Mj")))[1]
    assert (claims["nonce"], claims["auth_time"], claims["amr"]) == ("n-0S6_WzA2Mj", house.clock.now // 1000, ["pwd"])
    assert len(claims["sid"]) == 24


@pytest.mark.rfc("OAuth 2.0 Multiple Response Types", "2.1")
async def test_an_answer_in_the_fragment(someone, web):
    answer = await someone.get(asking(web, response_mode="fragment", prompt="none"))
    location = urlsplit(answer.headers["location"])
    assert location.query == ""
    assert dict(parse_qsl(location.fragment))["error"] == "login_required"


@pytest.mark.rfc(6749, "3.1.2")
async def test_an_answer_joins_the_query_that_is_there(someone, house):
    uri = "https://app.example/cb?tenant=a%2Bb&x="
    one = await app(house, redirect_uris=(uri,))
    answer = await someone.get(asking(one, redirect_uri=uri, prompt="none"))
    assert answer.headers["location"].startswith(f"{uri}&error=login_required&")


@pytest.mark.rfc("OAuth 2.0 Form Post Response Mode", "2")
async def test_an_answer_by_form_post_needs_no_script_but_may_have_one(someone, web):
    state = '"><b>'
    await someone.allowed(web)
    answer = await someone.get(asking(web, response_mode="form_post", state=state))
    page = Document(answer.text)
    (form,) = page.forms
    assert (answer.status_code, form.action, form.method) == (200, CALLBACK, "post")
    assert form.fields == {"code": form.fields["code"], "state": state, "iss": "http://127.0.0.1:8000"}
    assert form.buttons == [("", "")]
    assert (await web.redeem(form.fields["code"])).status_code == 200
    script = answer.text.partition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        f"script-src 'sha256-{digest}'; form-action 'self' https://app.example; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    assert answer.headers["cache-control"] == "no-store"
