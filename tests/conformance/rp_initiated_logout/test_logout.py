"""Signing out at the word of an application: at once for who proves the session, after a question for all others."""

from urllib.parse import urlencode

import pytest

from tests.conformance.person import Document, asking, told
from tests.conformance.protocol import app

LOGOUT = "/oauth2/logout"
BYE = "https://app.example/bye"


def leaving(**said):
    return f"{LOGOUT}?{urlencode(said)}"


@pytest.fixture
async def leaver(house):
    return await app(house, post_logout_redirect_uris=(BYE, "http://127.0.0.1/bye"))


async def hint_of(one, answered):
    return (await one.redeem(answered["code"])).json()["id_token"]


async def signed_in(someone, web):
    return told(await someone.get(asking(web, prompt="none"))).get("error") != "login_required"


@pytest.mark.rfc("OpenID Connect RP-Initiated Logout", "2")
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_who_holds_the_id_token_of_the_session_ends_it_at_once(someone, leaver, method):
    hint = await hint_of(leaver, await someone.allowed(leaver))
    said = {"id_token_hint": hint, "post_logout_redirect_uri": BYE, "state": "a b"}
    if method == "GET":
        answer = await someone.visit(leaving(**said))
    else:
        answer = await someone.follow(await someone.client.post(LOGOUT, data=said))
    assert answer.headers["location"] == f"{BYE}?state=a+b"
    assert "licet_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax" in answer.headers["set-cookie"]
    assert not await signed_in(someone, leaver)


@pytest.mark.rfc("OpenID Connect RP-Initiated Logout", "2")
async def test_a_session_that_ended_takes_along_what_was_not_allowed_to_stay(someone, leaver):
    page = await someone.sign_in(await someone.visit(asking(leaver, scope="openid")))
    online = (await leaver.redeem(told(await someone.send(page, decision="allow"))["code"])).json()
    offline = (await leaver.redeem((await someone.allowed(leaver, scope="openid offline_access"))["code"])).json()
    await someone.visit(leaving(id_token_hint=online["id_token"]))
    assert await leaver.lives(online) == (False, False)
    assert await leaver.lives(offline) == (True, True)


@pytest.mark.attack(106)
@pytest.mark.rfc("OpenID Connect RP-Initiated Logout", "2")
async def test_without_a_hint_the_person_is_asked(someone, leaver):
    await someone.allowed(leaver)
    page = await someone.visit(leaving(client_id=leaver.client_id, post_logout_redirect_uri=BYE, state="s"))
    assert (page.status_code, "Sign out?" in page.text) == (200, True)
    assert "form-action 'self' https://app.example;" in page.headers["content-security-policy"]
    assert await signed_in(someone, leaver)
    answer = await someone.send(page)
    assert answer.headers["location"] == f"{BYE}?state=s"
    assert not await signed_in(someone, leaver)


@pytest.mark.attack(106)
async def test_a_foreign_hint_ends_nothing_without_the_person(someone, another, leaver):
    foreign = await hint_of(leaver, await another.allowed(leaver, "mallory"))
    await someone.allowed(leaver)
    page = await someone.visit(leaving(id_token_hint=foreign, post_logout_redirect_uri=BYE))
    assert "Sign out?" in page.text
    assert await signed_in(someone, leaver)


@pytest.mark.attack(106)
async def test_the_hint_of_an_earlier_session_ends_nothing_without_the_person(someone, leaver):
    hint = await hint_of(leaver, await someone.allowed(leaver))
    await someone.visit(leaving(id_token_hint=hint))
    await someone.allowed(leaver)
    assert "Sign out?" in (await someone.visit(leaving(id_token_hint=hint))).text
    assert await signed_in(someone, leaver)


@pytest.mark.attack(106)
@pytest.mark.rfc("OpenID Connect RP-Initiated Logout", "3")
@pytest.mark.parametrize(
    "uri", ["https://evil.example/", f"{BYE}?x=1", f"{BYE}/", "https://app.example/cb", "javascript:alert(1)"]
)
async def test_nobody_is_sent_to_what_is_not_registered(someone, leaver, uri):
    hint = await hint_of(leaver, await someone.allowed(leaver))
    answer = await someone.visit(leaving(id_token_hint=hint, post_logout_redirect_uri=uri))
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert "is not registered" in answer.text


async def test_on_loopback_the_port_is_free(someone, leaver):
    hint = await hint_of(leaver, await someone.allowed(leaver))
    uri = "http://127.0.0.1:40123/bye"
    answer = await someone.visit(leaving(id_token_hint=hint, post_logout_redirect_uri=uri))
    assert answer.headers["location"] == uri


@pytest.mark.attack(106)
async def test_without_a_session_only_a_hint_sends_anybody_on(someone, another, leaver):
    page = await another.visit(leaving(client_id=leaver.client_id, post_logout_redirect_uri=BYE))
    assert (page.status_code, "Signed out" in page.text) == (200, True)
    hint = await hint_of(leaver, await someone.allowed(leaver))
    answer = await another.visit(leaving(id_token_hint=hint, post_logout_redirect_uri=BYE))
    assert answer.headers["location"] == BYE


@pytest.mark.attack(93, 106)
async def test_a_question_is_about_one_place(someone, leaver):
    await someone.allowed(leaver)
    page = await someone.visit(leaving(client_id=leaver.client_id, post_logout_redirect_uri=BYE))
    answer = await someone.send(page, post_logout_redirect_uri="http://127.0.0.1/bye")
    assert (answer.status_code, await signed_in(someone, leaver)) == (400, True)


async def test_two_applications_at_once_and_repeated_parameters_are_refused(someone, leaver, web):
    hint = await hint_of(leaver, await someone.allowed(leaver))
    assert (await someone.visit(leaving(id_token_hint=hint, client_id=web.client_id))).status_code == 400
    assert (await someone.visit(f"{LOGOUT}?state=a&state=b")).status_code == 400
    assert await signed_in(someone, leaver)


@pytest.mark.attack(117)
async def test_another_site_signs_nobody_out(someone, leaver):
    await someone.allowed(leaver)
    form = Document((await someone.visit("/logout")).text).forms[0]
    assert (await someone.post("/logout", form.fields, origin="https://evil.example")).status_code == 403
    assert (await someone.post("/logout", {"form": "x"})).status_code == 400
    assert await signed_in(someone, leaver)
