"""Signing in: who is asked, what is counted, and what a session is."""

import asyncio
from collections import Counter
from urllib.parse import urlencode

import pytest

from tests.conformance.person import Document, asking, told
from tests.conformance.protocol import bearer

WRONG = "The user name or the password is wrong."


async def test_a_person_signs_in_by_name_or_address(someone, another):
    for one, name in ((someone, "ALICE"), (another, "alice@example.com")):
        page = await one.sign_in(await one.visit("/login"), name)
        assert (page.url.path, "<strong>alice</strong>" in page.text) == ("/account/applications", True)


@pytest.mark.attack(98)
async def test_an_unknown_person_and_a_wrong_password_are_answered_alike(someone):
    page = await someone.visit("/login")
    known, unknown = await someone.sign_in(page, "alice", "x"), await someone.sign_in(page, "nobody", "x")
    assert (known.status_code, unknown.status_code) == (400, 400)
    assert WRONG in known.text
    assert known.text == unknown.text.replace('value="nobody"', 'value="alice"')


@pytest.mark.attack(99)
async def test_guesses_are_counted_for_a_name_from_an_address(someone, house):
    page = await someone.visit("/login")
    answers = await asyncio.gather(*(someone.sign_in(page, "alice", "x") for _ in range(20)))
    assert Counter(answer.status_code for answer in answers) == {400: 10, 429: 10}
    refused = await someone.sign_in(page, "alice")
    assert (refused.status_code, "retry-after" in refused.headers) == (429, True)
    # Nobody else is locked out, and alice neither from elsewhere: nor here, in a while.
    assert (await someone.sign_in(page, "bob")).url.path == "/account/applications"
    house.clock.pass_(seconds=15 * 60)
    assert (await someone.sign_in(await someone.visit("/login?another"), "alice")).url.path == "/account/applications"


@pytest.mark.attack(94)
async def test_a_session_gets_a_new_name_with_every_sign_in(someone, house):
    someone.client.cookies.set("licet_session", "p" * 43, domain="127.0.0.1")
    await someone.signed_in()
    first = _session(someone)
    assert first != "p" * 43
    await someone.sign_in(await someone.visit("/login?another"))
    assert _session(someone) != first
    stale = await someone.client.get("/account/applications", headers={"cookie": f"licet_session={first}"})
    assert stale.headers["location"] == "/login?to=applications"


@pytest.mark.parametrize(("hours", "days", "lives"), [(7.9, 0, True), (8, 0, False), (0, 30, False)])
async def test_a_session_ends_unused_after_eight_hours(someone, house, hours, days, lives):
    await someone.signed_in()
    house.clock.pass_(seconds=hours * 3600, days=days)
    assert ((await someone.get("/account/applications")).status_code == 200) == lives


async def test_a_session_that_is_used_ends_after_thirty_days(someone, house):
    await someone.signed_in()
    for _ in range(5 * 30):
        assert (await someone.get("/account/applications")).status_code == 200
        await house.store.sessions._touches.flush()
        house.clock.pass_(seconds=86_400 / 5)
    assert (await someone.get("/account/applications")).status_code == 303


async def test_a_person_who_is_switched_off_is_not_signed_in(someone, house):
    await someone.signed_in()
    admin, bob = await house.actor("admin"), await house.user("alice")
    await house.services.users.update(admin, bob.id, {"active": False})
    assert (await someone.get("/account/applications")).status_code == 303
    assert (await someone.sign_in(await someone.visit("/login"))).status_code == 400


async def test_the_cookies_of_loopback_are_plain_and_the_hosts_own(someone):
    answer = await someone.get("/login")
    name, *rest = answer.headers["set-cookie"].split("; ")
    assert (name.startswith("licet_browser="), rest) == (True, ["Path=/", "HttpOnly", "SameSite=Lax"])
    page = Document(answer.text).forms[0]
    answer = await someone.post("/login", {**page.fields, "username": "alice", "password": "password"})
    name, *rest = answer.headers["set-cookie"].split("; ")
    assert name.startswith("licet_session=")
    assert rest == ["Path=/", "Max-Age=2592000", "HttpOnly", "SameSite=Lax"]


@pytest.mark.settings(issuer="https://id.example")
async def test_over_https_the_cookies_are_secure_and_nobody_else_can_plant_them(someone):
    answer = await someone.get("https://id.example/login")
    name, *rest = answer.headers["set-cookie"].split("; ")
    assert (name.startswith("__Host-licet_browser="), rest) == (True, ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"])
    fields = {**Document(answer.text).forms[0].fields, "username": "alice", "password": "password"}
    answer = await someone.client.post(
        "https://id.example/login", data=fields, headers={"origin": "https://id.example"}
    )
    name, *rest = answer.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-licet_session=")
    assert rest == ["Path=/", "Max-Age=2592000", "Secure", "HttpOnly", "SameSite=Lax"]


@pytest.mark.attack(108)
async def test_the_session_of_the_pages_opens_no_api(someone, house):
    await someone.signed_in()
    value = _session(someone)
    for headers in ({}, bearer(value)):
        assert (await someone.get("/api/manage/session", **headers)).status_code == 401
        changed = await someone.client.post("/api/applications", json={}, headers=headers)
        assert changed.status_code == 401


@pytest.mark.attack(116)
@pytest.mark.parametrize(
    "place", ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)", "https://evil.example"]
)
async def test_no_address_from_outside_is_followed_after_a_sign_in(someone, place):
    names = ("to", "next", "redirect", "return_to", "user_code")
    for name in names:
        page = await someone.get(f"/login?{urlencode({name: place})}&another")
        form = Document(page.text).forms[0]
        answer = await someone.post(
            form.action, {**form.fields, name: place, "username": "alice", "password": "password"}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/account/applications")
    answer = await someone.get(f"/login?{urlencode({'to': place})}")
    assert answer.headers["location"] == "/account/applications"


@pytest.mark.attack(14)
@pytest.mark.rfc(9700, "4.12")
async def test_a_password_is_never_posted_on(someone, web):
    page = await someone.visit(asking(web))
    form = Document(page.text).forms[0]
    answer = await someone.post(form.action, {**form.fields, "username": "alice", "password": "password"})
    assert answer.status_code == 303
    answer = await someone.get(answer.headers["location"])
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/consent")


@pytest.mark.attack(117)
@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site", "origin": ""}]
)
async def test_another_site_signs_nobody_in(someone, headers):
    form = Document((await someone.visit("/login")).text).forms[0]
    answer = await someone.post("/login", {**form.fields, "username": "alice", "password": "password"}, **headers)
    assert (answer.status_code, "licet_session" in someone.client.cookies) == (403, False)


@pytest.mark.attack(93, 117)
async def test_a_form_of_another_browser_signs_nobody_in(someone, another):
    planted = Document((await another.visit("/login")).text).forms[0].fields
    await someone.visit("/login")
    said = {**planted, "username": "alice", "password": "password"}
    assert (await someone.post("/login", said)).status_code == 400
    someone.client.cookies.clear()
    assert (await someone.post("/login", said)).status_code == 400
    assert "licet_session" not in someone.client.cookies


async def test_who_is_signed_in_is_asked_nothing(someone, web):
    await someone.signed_in()
    assert (await someone.get("/login")).headers["location"] == "/account/applications"
    assert (await someone.visit(asking(web))).url.path == "/consent"
    assert told(await someone.get(asking(web, prompt="none")))["error"] == "consent_required"


def _session(someone):
    return someone.client.cookies["licet_session"]
