"""Connected applications: what was allowed, when it was last used, and how it is taken back."""

import pytest

from tests.conformance.person import Document, asking, told
from tests.conformance.protocol import app

PAGE = "/account/applications"


async def test_what_was_allowed_is_shown_with_its_last_use(someone, web, house):
    await someone.allowed(web, scope="openid read", resource="http://127.0.0.1:8471/mcp")
    house.clock.pass_(days=2)
    await someone.allowed(web, scope="openid")
    text = (await someone.get(PAGE)).text
    for said in ("<strong>App</strong>", web.client_id, "Read your data.", "http://127.0.0.1:8471/mcp"):
        assert said in text
    assert "<dd>18 November 2026</dd>" in text
    assert "<dd>20 November 2026</dd>" in text


async def test_a_refresh_is_a_use(someone, web, house):
    tokens = (await web.redeem((await someone.allowed(web))["code"])).json()
    house.clock.pass_(days=3)
    assert (await web.refresh(tokens["refresh_token"])).status_code == 200
    await someone.signed_in()
    assert "<dd>21 November 2026</dd>" in (await someone.get(PAGE)).text


async def test_who_allowed_nothing_is_told_so(someone):
    await someone.signed_in("bob")
    assert "No application has access to your account." in (await someone.get(PAGE)).text


async def test_revoking_ends_everything_and_asks_anew(someone, web):
    tokens = (await web.redeem((await someone.allowed(web, scope="openid offline_access"))["code"])).json()
    page = await someone.send(await someone.get(PAGE))
    assert "No application has access" in page.text
    assert await web.lives(tokens) == (False, False)
    assert told(await someone.get(asking(web, prompt="none")))["error"] == "consent_required"


async def test_revoking_one_leaves_the_others(someone, web, house):
    other = await app(house, client_name="Other")
    kept = (await web.redeem((await someone.allowed(web))["code"])).json()
    await someone.allowed(other)
    form = Document((await someone.get(PAGE)).text).forms[0]
    await someone.post(PAGE, {**form.fields, "client_id": other.client_id})
    text = (await someone.get(PAGE)).text
    assert (web.client_id in text, other.client_id in text) == (True, False)
    assert await web.lives(kept) == (True, True)


@pytest.mark.attack(93, 117)
async def test_nobody_else_revokes(someone, another, web):
    await someone.allowed(web)
    form = Document((await someone.get(PAGE)).text).forms[0]
    assert (await someone.post(PAGE, form.fields, origin="https://evil.example")).status_code == 403
    assert (await someone.post(PAGE, {"client_id": web.client_id})).status_code == 400
    await another.signed_in("mallory")
    assert (await another.post(PAGE, form.fields)).status_code == 400
    assert web.client_id in (await someone.get(PAGE)).text


async def test_an_application_that_is_gone_is_not_shown(someone, web, house):
    await someone.allowed(web)
    await house.services.applications.delete(await house.actor("alice"), web.client_id)
    assert "No application has access" in (await someone.get(PAGE)).text


async def test_a_stranger_is_asked_to_sign_in(someone):
    page = await someone.visit(PAGE)
    assert (page.url.path, page.url.query) == ("/login", b"to=applications")
    assert (await someone.sign_in(page)).url.path == PAGE
    form = Document((await someone.get(PAGE)).text)
    assert form.forms == []
