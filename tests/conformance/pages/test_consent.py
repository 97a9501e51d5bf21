"""Consent: by the person who is asked, in the browser that was sent, to exactly what was shown, on every way there."""

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.conformance.person import Document, asking, told
from tests.conformance.protocol import API, CALLBACK, DEVICE, app, resources

ALLOW = {"decision": "allow"}


async def asked(someone, web, name="alice", **parameters):
    """The page of consent, and its form."""
    page = await someone.visit(asking(web, **parameters))
    if page.url.path == "/login":
        page = await someone.sign_in(page, name)
    assert page.url.path == "/consent"
    return page, Document(page.text).forms[0]


async def allowed_nothing(house, name="alice"):
    user = await house.user(name)
    return await house.store.consents.of_user(user.id) == []


@pytest.mark.attack(93)
@pytest.mark.rfc(9700, "4.7")
async def test_a_consent_without_the_token_of_its_page_is_none(someone, web, house):
    _, form = await asked(someone, web)
    request = form.fields["request"]
    for fields in ({"request": request}, {**form.fields, "form": "x"}, {**form.fields, "form": ""}):
        answer = await someone.post("/consent", {**fields, **ALLOW})
        assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert await allowed_nothing(house)


@pytest.mark.attack(93, 117)
async def test_a_consent_from_another_site_is_none(someone, web, house):
    _, form = await asked(someone, web)
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "same-site"}):
        assert (
            await someone.post("/consent", {**form.fields, **ALLOW}, **{"origin": "", **headers})
        ).status_code == 403
    assert await allowed_nothing(house)


@pytest.mark.attack(59)
@pytest.mark.parametrize("name", [" ", "\u00a0\u3000"])
async def test_an_application_whose_name_shows_nothing_is_called_by_its_client_id(someone, web, name):
    await web.change(client_name=name)
    page, _ = await asked(someone, web)
    assert f"<title>Allow {web.client_id}?" in page.text


@pytest.mark.attack(93)
async def test_a_consent_is_to_one_request(someone, web, house):
    _, small = await asked(someone, web, scope="openid")
    _, large = await asked(someone, web, scope="openid write")
    answer = await someone.post("/consent", {**small.fields, "request": large.fields["request"], **ALLOW})
    assert answer.status_code == 400
    assert await allowed_nothing(house)


@pytest.mark.attack(93)
async def test_a_consent_is_to_what_was_shown(someone, web, house):
    _, form = await asked(someone, web, scope=None)
    await web.change(scope=("openid", "read", "write", "mcp"))
    assert (await someone.post("/consent", {**form.fields, **ALLOW})).status_code == 400
    assert await allowed_nothing(house)


@pytest.mark.attack(93)
async def test_more_than_was_allowed_is_asked_for_again(someone, web):
    _, form = await asked(someone, web, scope=None)
    resume = (await someone.post("/consent", {**form.fields, **ALLOW})).headers["location"]
    await web.change(scope=("openid", "mcp"))
    assert (await someone.follow(await someone.get(resume))).url.path == "/consent"


@pytest.mark.attack(93)
async def test_a_consent_is_the_persons_who_was_shown_it(someone, web, house):
    _, form = await asked(someone, web)
    await someone.sign_in(await someone.visit("/login?another"), "bob")
    assert (await someone.post("/consent", {**form.fields, **ALLOW})).status_code == 400
    assert await allowed_nothing(house, "bob")


@pytest.mark.attack(93, 95)
async def test_the_yes_of_one_person_is_no_yes_of_the_next(someone, web, house):
    _, form = await asked(someone, web)
    resume = (await someone.post("/consent", {**form.fields, **ALLOW})).headers["location"]
    await someone.sign_in(await someone.visit("/login?another"), "bob")
    page = await someone.follow(await someone.get(resume))
    assert (page.url.path, "Signed in as <strong>bob</strong>" in page.text) == ("/consent", True)
    assert await allowed_nothing(house, "bob")


@pytest.mark.parametrize("decision", [None, "", "maybe"])
async def test_neither_yes_nor_no_is_refused(someone, web, decision):
    _, form = await asked(someone, web)
    said = form.fields if decision is None else {**form.fields, "decision": decision}
    assert (await someone.post("/consent", said)).status_code == 400


@pytest.mark.attack(94)
async def test_the_link_of_another_browser_leads_nowhere(someone, another, web, house):
    _, form = await asked(another, web, "mallory")
    request = form.fields["request"]
    await someone.signed_in()
    for path in (f"/login?request={request}", f"/consent?request={request}", f"/oauth2/authorize/{request}"):
        answer = await someone.get(path)
        assert (answer.status_code, "no longer valid" in answer.text) == (404, True)
    assert (await someone.post("/consent", {**form.fields, **ALLOW})).status_code == 404
    sign_in = {"request": request, "username": "alice", "password": "password"}
    assert (await someone.post("/login", {**form.fields, **sign_in})).status_code == 404
    assert await allowed_nothing(house)


@pytest.mark.attack(94)
async def test_a_victims_sign_in_does_not_finish_what_an_attacker_began(someone, another, web):
    page = await another.visit(asking(web, state="attacker"))
    assert (await someone.get(str(page.url))).status_code == 404
    request = Document(page.text).forms[0].fields["request"]
    assert (await another.visit(f"/oauth2/authorize/{request}")).url.path == "/login"


@pytest.mark.attack(52)
@pytest.mark.rfc(7591, "5")
async def test_who_registered_itself_is_marked_and_its_place_told(someone, house):
    metadata = {"client_name": "Claude", "redirect_uris": ["https://evil.example/cb"], "scope": "openid"}
    registered = (await house.call("POST", "/oauth2/register", json=metadata)).json()
    one = await app(house, client_name="Claude")
    page, _ = await asked(someone, one, client_id=registered["client_id"], redirect_uri="https://evil.example/cb")
    for told_of in ("not verified", "will send you to <strong>evil.example</strong>", registered["client_id"]):
        assert told_of in page.text
    page, _ = await asked(someone, one)
    assert "not verified" not in page.text


@pytest.mark.attack(59)
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Pay\u0440al", "Pay[U+0440]al"),
        ("Google\u200b", "Google[U+200B]"),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("x" * 500, "x" * 80 + "…"),
    ],
)
async def test_a_name_is_shown_for_what_it_is(someone, house, name, shown):
    one = await app(house, client_name=name)
    page = await someone.visit(asking(one))
    assert f"<strong>{shown}</strong>" in page.text
    page = await someone.sign_in(page)
    assert f"<strong>{shown}</strong>" in page.text
    assert name not in page.text


@pytest.mark.attack(58)
async def test_links_of_an_application_are_web_addresses_or_not_shown(someone, house):
    one = await app(house, client_uri="javascript:alert(1)", tos_uri="https://app.example/?a='\"<", policy_uri="data:x")
    page, _ = await asked(someone, one)
    links = Document(page.text).links
    assert links[:1] == ["https://app.example/?a='\"<"]
    assert not [link for link in links if link.startswith(("javascript", "data"))]


@pytest.mark.attack(16, 17)
@pytest.mark.rfc(9700, "4.16")
async def test_every_page_is_framed_by_nobody_and_kept_by_nobody(someone, web):
    sign_in = await someone.visit(asking(web))
    consent = await someone.sign_in(sign_in)
    pages = [
        sign_in,
        consent,
        await someone.get("/logout"),
        await someone.get("/device"),
        await someone.get("/oauth2/authorize"),
    ]
    pages += [await someone.get(path) for path in ("/account/applications", "/login?another", "/login?new&another")]
    for page in pages:
        policy = page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert "default-src 'none'" in policy
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] in {"no-referrer", "same-origin"}
        assert page.headers["x-content-type-options"] == "nosniff"


async def test_every_page_can_be_read_aloud(someone, web):
    sign_in = await someone.visit(asking(web))
    wrong = await someone.sign_in(sign_in, password="wrong")
    sign_up = await someone.get(f"{sign_in.url}&new")
    consent = await someone.sign_in(sign_in)
    rest = [await someone.get(path) for path in ("/device", "/logout", "/account/applications", "/device/allowed")]
    for page in (sign_in, wrong, sign_up, consent, *rest):
        document = Document(page.text)
        assert '<html lang="en">' in page.text
        assert document.headings == 1
        assert {field["id"] for field in document.inputs if field.get("type") != "hidden"} == document.labels
    assert Document(wrong.text).alerts == 1


@pytest.mark.attack(95)
@given(
    prompt=st.sampled_from([None, "none", "login", "consent", "select_account"]),
    mode=st.sampled_from(["query", "fragment", "form_post"]),
    scope=st.lists(st.sampled_from(["openid", "profile", "read", "write", "offline_access"]), unique=True, min_size=1),
    resource=st.sampled_from([None, API]),
    posted=st.booleans(),
    before=st.sampled_from([None, "openid", "read"]),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_way_leads_to_more_than_was_allowed(*, house, someone, prompt, mode, scope, resource, posted, before):
    await resources(house)
    one = await app(house)
    if before is not None:
        await someone.allowed(one, scope=before)
    wanted = {"prompt": prompt, "response_mode": mode, "scope": " ".join(scope), "resource": resource}
    if posted:
        body = asking(one, **wanted).partition("?")[2]
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = await someone.follow(await someone.client.post("/oauth2/authorize", content=body, headers=headers))
    else:
        answer = await someone.visit(asking(one, **wanted))
    if answer.url.path == "/login" and answer.status_code == 200:
        form = Document(answer.text).forms[0]
        answer = await (someone.send(answer) if form.action == "/login/account" else someone.sign_in(answer))
    covered = before is not None and set(scope) <= {before} and resource is None and prompt != "consent"
    assert _has_code(answer) == covered
    assert (answer.url.path == "/consent") == (not covered and prompt != "none")
    user, application = await house.user("alice"), await house.store.applications.by_client_id(one.client_id)
    kept = {name for row in await house.store.consents.of(user.id, application.id) for name in row.scope}
    assert kept == ({before} if before else set())


@pytest.mark.attack(95)
async def test_a_device_gets_nothing_without_a_yes_whatever_was_allowed_before(someone, web, house):
    await someone.allowed(web, scope="openid read")
    device = (await web.post(DEVICE, {"scope": "openid read"})).json()
    page = await someone.visit(device["verification_uri_complete"].removeprefix(house.origin))
    assert page.url.path == "/device"
    page = await someone.send(page)
    assert page.url.path == "/device/confirm"
    said = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": device["device_code"]}
    assert (await web.post("/oauth2/token", said)).json()["error"] == "authorization_pending"


def _has_code(answer):
    if answer.status_code == 303:
        return "code=" in answer.headers["location"]
    return answer.url.path.startswith("/oauth2/authorize") and 'name="code"' in answer.text


async def test_a_denied_request_stays_denied(someone, web, house):
    _, form = await asked(someone, web)
    resume = (await someone.post("/consent", {**form.fields, "decision": "deny"})).headers["location"]
    assert (await someone.post("/consent", {**form.fields, **ALLOW})).headers["location"] == resume
    assert told(await someone.visit(resume))["error"] == "access_denied"
    assert await allowed_nothing(house)
    assert CALLBACK in (await someone.get(asking(web, prompt="none"))).headers["location"]


@pytest.mark.attack(93)
@pytest.mark.parametrize("prompt", ["none", None])
async def test_what_is_taken_back_while_nobody_is_asked_stays_taken_back(someone, web, house, monkeypatch, prompt):
    await someone.allowed(web)
    put = house.store.consents.put

    async def too_late(consent, change, **more):
        assert await house.services.authorizations.withdraw(consent.user_id, consent.application_id)
        return await put(consent, change, **more)

    with monkeypatch.context() as patched:
        patched.setattr(house.store.consents, "put", too_late)
        answer = await someone.get(asking(web, prompt=prompt))
    assert told(answer)["error"] == "consent_required"
    assert await allowed_nothing(house)
