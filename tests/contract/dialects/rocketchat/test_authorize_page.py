"""GET /oauth/authorize in a browser: sign in, consent, go on by itself; and what is wrong with a link."""

import html
import re
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest

from tests.conformance.person import Document, Person, person
from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.authorizing import (
    AUTHORIZE,
    CALLBACK,
    CHALLENGE,
    App,
    app,
    error,
    exchanged,
    sent,
)
from tests.contract.dialects.rocketchat.scene import foreign

LOST, ASTRAY = "/oauth/error/404", "/oauth/error/invalid_redirect_uri"


@pytest.fixture
async def someone(house: House) -> AsyncIterator[Person]:
    async with person(house) as one:
        yield one


def address(app: App, **parameters: str | None) -> str:
    usual = {"client_id": app["clientId"], "redirect_uri": CALLBACK, "response_type": "code", "state": "s"}
    said = {name: value for name, value in {**usual, **parameters}.items() if value is not None}
    return f"{AUTHORIZE}?{urlencode(said)}"


def worded(answer) -> str:
    return html.unescape(re.sub("<[^>]+>", " ", answer.text))


async def test_a_person_signs_in_reads_and_says_yes(house: House, someone: Person):
    made = await app(house)
    first = await someone.get(address(made))
    assert first.status_code == 200
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    consent = await someone.sign_in(await someone.follow(first))
    assert (consent.status_code, consent.url.path) == (200, AUTHORIZE)
    text = worded(consent)
    assert "Wiki login" in text
    assert "full access" in text
    assert all(word in text for word in ("Authorize", "Cancel", "Logout"))
    [form] = Document(consent.text).forms
    assert (form.action, form.method) == (address(made), "post")
    assert Document(consent.text).links == ["/account/applications", "/logout"]
    answer = await someone.post(form.action, form.fields)
    taken = sent(answer)
    assert answer.headers["location"].startswith(f"{CALLBACK}?code=")
    assert taken["state"] == "s"
    assert (await exchanged(house, made, taken["code"])).status_code == 200


async def test_who_said_yes_before_is_passed_through(house: House, someone: Person):
    made = await app(house)
    await someone.signed_in()
    page = await someone.get(address(made))
    form = Document(page.text).forms[0]
    sent(await someone.post(form.action, form.fields))
    again = await someone.get(address(made, state="t"))
    assert again.status_code == 200
    document = Document(again.text)
    assert document.scripts == 1
    assert "script-src 'sha256-" in again.headers["content-security-policy"]
    assert sent(await someone.post(document.forms[0].action, document.forms[0].fields))["state"] == "t"


async def test_who_said_yes_before_and_signs_in_is_passed_through_too(house: House, someone: Person):
    made = await app(house)
    await someone.signed_in()
    form = Document((await someone.get(address(made))).text).forms[0]
    sent(await someone.post(form.action, form.fields))
    async with person(house) as fresh:
        page = await fresh.sign_in(await fresh.follow(await fresh.get(address(made))))
        assert page.status_code in {302, 303}
        assert page.headers["location"].startswith(f"{CALLBACK}?code=")


async def test_a_yes_at_another_surface_is_none_here(house: House, someone: Person):
    application = await house.store.applications.by_id(await foreign(house, redirect_uris=[CALLBACK], scope=["openid"]))
    actor = await house.actor("alice")
    patch = {"protocols": ["native", "rocketchat"], "require_pkce": False}
    await house.services.applications.update(actor, application.client_id, lambda _: patch)
    await someone.signed_in()
    query = {"client_id": application.client_id, "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid"}
    page = await someone.visit(f"/oauth2/authorize?{urlencode(query)}")
    assert page.url.path == "/consent"
    await someone.send(page, decision="allow")
    page = await someone.get(address({"clientId": application.client_id}))
    assert "full access" in worded(page)
    form = Document(page.text).forms[0]
    sent(await someone.post(form.action, form.fields))
    again = await someone.get(address({"clientId": application.client_id}))
    assert Document(again.text).scripts == 1
    at_once = await someone.get(f"/oauth2/authorize?{urlencode(query)}")
    assert at_once.headers["location"].startswith(f"{CALLBACK}?code=")


@pytest.mark.attack(11)
async def test_an_application_on_the_persons_own_device_is_asked_about_every_time(house: House, someone: Person):
    made = await app(house, redirectUri="com.example.app:/cb")
    await someone.signed_in()
    for _ in range(2):
        page = await someone.get(address(made, redirect_uri="com.example.app:/cb"))
        assert "full access" in worded(page)
        form = Document(page.text).forms[0]
        assert (
            (await someone.post(form.action, form.fields)).headers["location"].startswith("com.example.app:/cb?code=")
        )


async def test_without_a_redirect_uri_the_page_is_shown(house: House, someone: Person):
    made = await app(house)
    await someone.signed_in()
    page = await someone.get(address(made, redirect_uri=None, state=None, response_type=None))
    assert page.status_code == 200
    form = Document(page.text).forms[0]
    answer = await someone.post(form.action, form.fields)
    assert (answer.status_code, answer.json()) == (400, error("invalid_request", "Missing parameter: `state`"))


async def test_an_unknown_or_inactive_application_has_a_page_of_its_own(house: House, someone: Person):
    made = await app(house)
    inactive = await app(house, active=False)
    for url in (
        AUTHORIZE,
        address({"clientId": "unknown"}),
        address(inactive),
        f"{AUTHORIZE}?client_id[$ne]=x",
        f"{AUTHORIZE}?client_id={made['clientId']}&client_id=x",
        address({"clientId": "unknown"}, redirect_uri="https://evil.example/cb"),
    ):
        answer = await someone.get(url)
        assert (answer.status_code, answer.headers["location"]) == (302, LOST)
    page = await someone.visit(LOST)
    assert page.status_code == 200
    assert "OAuth client is invalid" in worded(page)


@pytest.mark.attack(13)
async def test_a_redirect_uri_that_is_no_text_is_another_one(house: House, someone: Person):
    made = await app(house)
    for query in (f"redirect_uri={CALLBACK}&redirect_uri={CALLBACK}", f"redirect_uri[$ne]={CALLBACK}"):
        for client_id, place in ((made["clientId"], ASTRAY), ("unknown", LOST)):
            answer = await someone.get(f"{AUTHORIZE}?client_id={client_id}&{query}")
            assert (answer.status_code, answer.headers["location"]) == (302, place)
    assert (await someone.get(address(made, redirect_uri=""))).status_code == 200


@pytest.mark.attack(13)
async def test_what_else_is_no_text_is_told_when_the_person_has_said_yes(house: House, someone: Person):
    made = await app(house)
    await someone.signed_in()
    page = await someone.get(f"{address(made)}&state=another")
    assert page.status_code == 200
    form = Document(page.text).forms[0]
    answer = await someone.post(form.action, form.fields)
    assert (answer.status_code, answer.json()) == (400, error("invalid_request", "Invalid parameter: `state`"))


@pytest.mark.attack(1, 2)
@pytest.mark.parametrize(
    "uri", ["https://evil.example/cb", f"{CALLBACK}?x", f"{CALLBACK}/", "nonsense", "http://127.0.0.1:9/cb"]
)
async def test_another_redirect_uri_has_a_page_of_its_own(house: House, someone: Person, uri: str):
    made = await app(house, redirectUri=f"{CALLBACK},http://127.0.0.1/cb")
    answer = await someone.get(address(made, redirect_uri=uri))
    assert (answer.status_code, answer.headers["location"]) == (302, ASTRAY)
    page = await someone.visit(ASTRAY)
    assert page.status_code == 200
    assert "redirect URL does not match" in worded(page)


async def test_with_a_challenge_the_port_of_a_loopback_uri_is_free(house: House, someone: Person):
    made = await app(house, redirectUri="http://127.0.0.1/cb")
    challenge = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    answer = await someone.get(address(made, redirect_uri="http://127.0.0.1:9/cb", **challenge))
    assert answer.status_code == 200


async def test_plain_http_beyond_loopback_is_registered_and_nobody_is_sent_there(house: House, someone: Person):
    made = await app(house, redirectUri="http://wiki.example.org/cb")
    for uri in ("http://wiki.example.org/cb", None):
        answer = await someone.get(address(made, redirect_uri=uri))
        assert (answer.status_code, answer.headers["location"]) == (302, ASTRAY)


@pytest.mark.settings(allow_insecure_redirects=True)
async def test_unless_the_operator_lets_them_be_sent(house: House, someone: Person):
    made = await app(house, redirectUri="http://wiki.example.org/cb")
    assert (await someone.get(address(made, redirect_uri="http://wiki.example.org/cb"))).status_code == 200


async def test_what_else_is_below_the_error_pages_is_unknown(house: House):
    assert (await house.call("GET", "/oauth/error/nothing")).status_code == 404


@pytest.mark.attack(93, 117)
async def test_a_yes_is_good_for_what_was_shown_in_that_browser_alone(house: House, someone: Person):
    made, other = await app(house), await app(house)
    await someone.signed_in()
    form = Document((await someone.get(address(made))).text).forms[0]
    refused = [
        await someone.post(address(made), {**form.fields, "form": "x"}),
        await someone.post(address(other), form.fields),
        await someone.post(address(made, state="another"), form.fields),
        await someone.post(address(made), {**form.fields, "redirect_uri": "https://evil.example/cb"}),
        await someone.post(address(made), form.fields, origin="https://evil.example"),
    ]
    async with person(house) as stranger:
        refused.append(await (await stranger.signed_in("bob")).post(address(made), form.fields))
    assert [(answer.status_code, answer.text) for answer in refused] == [(401, "Invalid token")] * 6


@pytest.mark.attack(17, 58)
async def test_the_page_stands_in_no_frame_and_shows_names_as_text(house: House, someone: Person):
    made = await app(house, name="<script>alert(1)</script>")
    await someone.signed_in()
    page = await someone.get(address(made))
    assert page.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


async def test_the_standard_page_of_consent_leads_to_this_surfaces_own(house: House, someone: Person):
    made = await app(house)
    first = await someone.get(address(made))
    login = Document(first.text).refresh
    await someone.sign_in(await someone.get(login))
    page = await someone.visit(login.replace("/login", "/consent"))
    assert page.url.path == AUTHORIZE


@pytest.mark.parametrize("sign_up", [True, pytest.param(False, marks=pytest.mark.settings(sign_up="off"))])
async def test_who_is_nobody_yet_signs_in_or_registers_where_they_may(house: House, someone: Person, sign_up: bool):
    page = Document((await someone.get(address(await app(house)))).text)
    assert page.links[0] == page.refresh
    assert page.links[1:] == [f"{page.refresh}&new"] * sign_up
