"""The pages of this surface: plain forms that work without scripts, under a policy that allows none."""

import re
from html.parser import HTMLParser

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import signed_in
from tests.contract.dialects.teable.flow import CALLBACK, register, returned

PAGES = ("/setting/oauth-app", "/setting/authorized-apps", "/oauth/device", "/oauth/decision?transaction_id=x")


class Form(HTMLParser):
    """The fields and labels of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.labelled: set[str] = set()
        self.inputs: set[str] = set()
        self.buttons: list[tuple[str | None, str | None]] = []
        self.scripts = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "input" and said.get("type") == "hidden":
            self.fields[said["name"]] = said.get("value", "")
        elif tag == "input":
            self.inputs.add(said["id"])
        elif tag == "label":
            self.labelled.add(said["for"])
        elif tag == "button":
            self.buttons.append((said.get("name"), said.get("value")))
        elif tag == "script":
            self.scripts += 1


def judged(answer) -> Form:
    """A page is framed by nobody, runs no script, and names its fields."""
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    form = Form(answer.text)
    assert form.scripts == 0
    assert form.inputs == form.labelled
    assert '<html lang="en">' in answer.text
    return form


@pytest.mark.attack(17)
@pytest.mark.parametrize("page", PAGES)
async def test_a_page_sends_nobody_to_sign_in_and_back(house: House, page):
    answer = await house.call("GET", page)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/auth/login?redirect=%2F")
    form = judged(await house.call("GET", answer.headers["location"]))
    assert form.fields["redirect"] == page
    body = {**form.fields, "email": "bob@example.com", "password": "password"}
    signed = await house.call("POST", "/auth/login", data=body)
    assert (signed.status_code, signed.headers["location"]) == (302, page)
    assert signed.cookies["auth_session"]


@pytest.mark.attack(116)
@pytest.mark.parametrize(
    "redirect",
    ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "", "/a\nb", "/\t/evil.example", "/é"],
)
async def test_a_sign_in_leads_nowhere_else(house: House, redirect):
    body = {"email": "bob@example.com", "password": "password", "redirect": redirect}
    answer = await house.call("POST", "/auth/login", data=body)
    assert answer.headers["location"] == "/"


@pytest.mark.attack(98)
async def test_a_wrong_password_is_said_on_the_page_and_told_apart_from_nothing(house: House):
    answers = [
        await house.call("POST", "/auth/login", data={"email": email, "password": "guess", "redirect": "/x"})
        for email in ("bob@example.com", "nobody@example.com")
    ]
    texts = {re.sub(r'value="[^"]*@example.com"', "", answer.text) for answer in answers}
    assert len(texts) == 1
    assert {answer.status_code for answer in answers} == {400}
    assert 'role="alert"' in texts.pop()


@pytest.mark.attack(117)
async def test_a_sign_in_from_another_site_is_refused(house: House):
    body = {"email": "bob@example.com", "password": "password"}
    answer = await house.call("POST", "/auth/login", data=body, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_whoever_is_signed_in_goes_straight_on(house: House):
    answer = await house.call("GET", "/auth/login?redirect=%2Foauth%2Fdevice", headers=await signed_in(house, "bob"))
    assert answer.headers["location"] == "/oauth/device"


@pytest.mark.attack(17, 58)
async def test_the_consent_page_is_a_plain_form_that_decides(house: House):
    app = await register(house, name="<b>Acme</b>", homepage="javascript:alert(1)")
    transaction = await app.transaction(scope="table|read", state="s")
    headers = await signed_in(house, "bob")
    answer = await house.call("GET", f"/oauth/decision?transaction_id={transaction}", headers=headers)
    form = judged(answer)
    assert form.fields == {"transaction_id": transaction}
    assert form.buttons == [("cancel", "Deny"), (None, None)]
    assert "&lt;b&gt;Acme&lt;/b&gt;" in answer.text
    assert "javascript:" not in answer.text
    assert "table|read" in answer.text
    assert "acme.example" in answer.text
    # An application may send people on from its callback, and browsers hold that to this page's policy.
    assert "form-action 'self' https://acme.example https:;" in answer.headers["content-security-policy"]
    sent = await house.call("POST", "/api/oauth/decision", data=form.fields, headers=headers)
    assert set(returned(sent, CALLBACK)) == {"code", "state"}


@pytest.mark.attack(94)
async def test_a_consent_page_without_its_transaction_or_person_says_so(house: House):
    app = await register(house)
    transaction = await app.transaction()
    page = "/oauth/decision?transaction_id="
    gone = await house.call("GET", f"{page}0123456789abcdef", headers=await signed_in(house, "bob"))
    assert gone.status_code == 400
    assert "Invalid transaction ID" in gone.text
    other = await house.call("GET", page + transaction, headers=await signed_in(house, "alice"))
    assert "Invalid user" in other.text
    assert "Acme" not in other.text


@pytest.mark.attack(104)
@pytest.mark.parametrize(("decision", "error"), [("allow", None), ("deny", "access_denied")])
async def test_a_device_is_let_in_on_its_page(house: House, decision, error):
    app = await register(house)
    begun = (await house.call("POST", "/api/oauth/device/code", data={"client_id": app.client_id})).json()
    headers = await signed_in(house, "bob")
    linked = await house.call("GET", f"/oauth/device?user_code={begun['user_code']}", headers=headers)
    assert begun["user_code"] in linked.text
    assert "Acme Sync" not in linked.text
    shown = await house.call("POST", "/oauth/device", data={"user_code": begun["user_code"].lower()}, headers=headers)
    form = judged(shown)
    assert "Acme Sync" in shown.text
    assert form.buttons == [("decision", "deny"), ("decision", "allow")]
    done = await house.call("POST", "/oauth/device", data={**form.fields, "decision": decision}, headers=headers)
    assert ("Connected" if decision == "allow" else "Not connected") in done.text
    again = await house.call("POST", "/oauth/device", data={**form.fields, "decision": decision}, headers=headers)
    assert "This code has already been used" in again.text
    polls = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": begun["device_code"],
        "client_id": app.client_id,
    }
    assert (await house.call("POST", "/api/oauth/access_token", data=polls)).json().get("error") == error


async def test_own_applications_are_registered_given_secrets_and_deleted(house: House):
    headers, page = await signed_in(house, "bob"), "/setting/oauth-app"
    judged(await house.call("GET", page, headers=headers))
    body = {
        "action": "register",
        "name": "Mine",
        "homepage": "https://mine.example",
        "redirect_uri": "https://mine.example/cb",
        "scopes": "table|read",
    }
    wrong = await house.call("POST", page, data={**body, "redirect_uri": "javascript:alert(1)"}, headers=headers)
    assert wrong.status_code == 400
    assert "Invalid URL at &#34;redirectUris[0]&#34;" in wrong.text
    assert 'value="https://mine.example"' in wrong.text
    assert (await house.call("POST", page, data=body, headers=headers)).status_code == 302
    listed = (await house.call("GET", "/api/oauth/client", headers=headers)).json()
    client_id = next(row["clientId"] for row in listed if row["name"] == "Mine")
    secret = await house.call("POST", page, data={"action": "secret", "client_id": client_id}, headers=headers)
    value = re.search(r"shown this once: <code>([0-9a-z]{40})</code>", secret.text)
    assert value
    shown = (await house.call("GET", page, headers=headers)).text
    assert value[1] not in shown
    assert value[1][-10:] in shown
    stranger = await signed_in(house, "alice")
    answer = await house.call("POST", page, data={"action": "delete", "client_id": client_id}, headers=stranger)
    assert answer.status_code == 403
    assert (
        await house.call("POST", page, data={"action": "delete", "client_id": client_id}, headers=headers)
    ).is_redirect
    assert "Mine" not in (await house.call("GET", page, headers=headers)).text


async def test_what_was_allowed_is_muted_and_taken_back_on_its_page(house: House):
    app = await register(house)
    tokens = await app.tokens()
    headers, page = await signed_in(house, "bob"), "/setting/authorized-apps"
    form = judged(await house.call("GET", page, headers=headers))
    assert form.fields["client_id"] == app.client_id
    await house.call("POST", page, data={**form.fields, "action": "mute"}, headers=headers)
    assert ("action", "unmute") in judged(await house.call("GET", page, headers=headers)).buttons
    await house.call("POST", page, data={**form.fields, "action": "revoke"}, headers=headers)
    assert "No application has access" in (await house.call("GET", page, headers=headers)).text
    held = {"authorization": f"Bearer {tokens['access_token']}"}
    assert (await house.call("GET", "/api/auth/user", headers=held)).status_code == 401


@pytest.mark.attack(117)
@pytest.mark.parametrize("page", ["/setting/authorized-apps", "/setting/oauth-app", "/oauth/device"])
async def test_a_form_that_another_site_sends_is_refused(house: House, page):
    headers = {**await signed_in(house, "bob"), "origin": "https://evil.example"}
    answer = await house.call("POST", page, data={"action": "delete", "user_code": "x"}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("redirect", "targets"),
    [("/api/oauth/authorize?client_id=x", "'self' https:;"), ("/oauth/device", "'self';"), ("", "'self';")],
)
async def test_a_sign_in_may_end_at_an_application_that_was_allowed_before(house: House, redirect, targets):
    answer = await house.call("GET", "/auth/login", params={"redirect": redirect})
    assert f"form-action {targets}" in answer.headers["content-security-policy"]
