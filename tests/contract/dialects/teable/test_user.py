"""Who is calling, which bases they have, and what applications may tell them."""

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import FORBIDDEN, UNAUTHORIZED, personal, said, signed_in
from tests.contract.dialects.teable.flow import bearer, fault, register

USER, ME, BASES, NOTIFY = "/api/auth/user", "/api/auth/user/me", "/api/base/access/all", "/api/notifications"
SEND = ["user|notifications_send"]


async def test_a_session_sees_everything_of_its_user(house: House):
    headers = await signed_in(house, "bob")
    shown = (await house.call("GET", USER, headers=headers)).json()
    assert list(shown) == ["id", "email", "avatar", "name"]
    assert (shown["email"], shown["avatar"]) == ("bob@example.com", None)
    assert (await house.call("GET", ME, headers=headers)).json() == shown


async def test_a_token_tells_the_address_only_with_the_scope_for_it(house: House):
    app = await register(house)
    with_it, without = await app.tokens(scope="user|email_read"), await app.tokens(scope="table|read")
    assert (await house.call("GET", USER, headers=bearer(with_it))).json()["email"] == "bob@example.com"
    assert list((await house.call("GET", USER, headers=bearer(without))).json()) == ["id", "avatar", "name"]
    narrow, wide = await personal(house, "bob"), await personal(house, "bob", scopes=["user|email_read"])
    assert "email" not in (await house.call("GET", USER, headers=narrow)).json()
    assert (await house.call("GET", USER, headers=wide)).json()["email"] == "bob@example.com"


async def test_me_is_for_sessions_alone(house: House):
    app = await register(house)
    for headers in (bearer(await app.tokens()), await personal(house, "bob")):
        assert said(await house.call("GET", ME, headers=headers)) == (403, FORBIDDEN)
    for path in (USER, ME, BASES):
        answer = await house.call("GET", path)
        assert said(answer) == (401, UNAUTHORIZED)
        assert "www-authenticate" not in answer.headers


async def test_the_bases_need_their_own_scope(house: House):
    app = await register(house, scopes=["base|read", "base|read_all"])
    assert (await house.call("GET", BASES, headers=await signed_in(house, "bob"))).json() == []
    with_it, without = await app.tokens(scope="base|read_all"), await app.tokens(scope="base|read")
    assert (await house.call("GET", BASES, headers=bearer(with_it))).json() == []
    assert said(await house.call("GET", BASES, headers=bearer(without))) == (403, FORBIDDEN)
    assert (await house.call("GET", BASES, headers=await personal(house, "bob"))).status_code == 403
    wide = await personal(house, "bob", scopes=["base|read_all"])
    assert (await house.call("GET", BASES, headers=wide)).json() == []


MANAGEMENT = (
    ("POST", "/api/oauth/client"),
    ("GET", "/api/oauth/client"),
    ("GET", "/api/oauth/client/{}"),
    ("PUT", "/api/oauth/client/{}"),
    ("DELETE", "/api/oauth/client/{}"),
    ("POST", "/api/oauth/client/{}/secret"),
    ("DELETE", "/api/oauth/client/{}/secret/x"),
    ("POST", "/api/oauth/client/{}/revoke-access"),
    ("POST", "/api/oauth/client/{}/revoke-token"),
    ("GET", "/api/oauth/client/authorized/list"),
    ("PATCH", "/api/oauth/client/{}/authorized/notifications"),
    ("GET", "/api/oauth/decision/x"),
    ("POST", "/api/oauth/decision"),
    ("GET", "/api/oauth/device/BBBB-BBBB"),
    ("POST", "/api/oauth/device/decision"),
    ("GET", "/api/access-token"),
    ("POST", "/api/access-token"),
    ("POST", "/api/auth/signout"),
)


@pytest.mark.parametrize(("method", "path"), MANAGEMENT)
async def test_an_applications_token_is_refused_wherever_it_has_no_business(house: House, method, path):
    app = await register(house)
    headers = bearer(await app.tokens("alice"))
    assert said(await house.call(method, path.format(app.client_id), headers=headers)) == (403, FORBIDDEN)


@pytest.mark.attack(84, 101)
@pytest.mark.parametrize(
    "path", ["/api/applications", "/api/manage/user", "/api/v1/me", "/api/oauth/apps", "/oauth2/userinfo"]
)
async def test_an_applications_token_opens_no_other_surface(house: House, path):
    app = await register(house)
    tokens = await app.tokens("alice")
    answer = await house.call("GET", path, headers={**bearer(tokens), "x-auth-token": tokens["access_token"]})
    assert answer.status_code in {401, 404}


async def test_an_applications_token_is_no_personal_token_in_the_list(house: House):
    app = await register(house)
    await app.tokens()
    assert (await house.call("GET", "/api/access-token", headers=await signed_in(house, "bob"))).json() == []


async def test_a_notification_is_told_once_for_each_application(house: House):
    app, other = await register(house, scopes=SEND), await register(house, scopes=SEND)
    mine, theirs = bearer(await app.tokens()), bearer(await other.tokens())
    body = {"externalId": "deploy:1.0_a-b", "text": "  <b>done</b>  ", "url": "https://acme.example/deploys?code=1#x"}
    answers = [await house.call("POST", NOTIFY, json=body, headers=headers) for headers in (mine, mine, theirs)]
    assert [(one.status_code, one.json()) for one in answers] == [
        (201, {"status": "created"}),
        (201, {"status": "duplicate"}),
        (201, {"status": "created"}),
    ]
    page = (await house.call("GET", "/setting/authorized-apps", headers=await signed_in(house, "bob"))).text
    assert page.count("&lt;b&gt;done&lt;/b&gt;") == 2
    assert "<dt>Acme Sync</dt>" in page
    await house.call("DELETE", app.path, headers=await signed_in(house, "alice"))
    left = await house.call("GET", "/setting/authorized-apps", headers=await signed_in(house, "bob"))
    assert (left.status_code, left.text.count("&lt;b&gt;done&lt;/b&gt;")) == (200, 1)


async def test_a_muted_application_leaves_nothing_behind(house: House):
    app = await register(house, scopes=SEND)
    headers, bob = bearer(await app.tokens()), await signed_in(house, "bob")
    path, body = f"{app.path}/authorized/notifications", {"externalId": "1", "text": "x"}
    await house.call("PATCH", path, json={"muted": True}, headers=bob)
    assert (await house.call("POST", NOTIFY, json=body, headers=headers)).json() == {"status": "muted"}
    await house.call("PATCH", path, json={"muted": False}, headers=bob)
    assert (await house.call("POST", NOTIFY, json=body, headers=headers)).json() == {"status": "created"}


async def test_only_an_applications_token_with_the_scope_may_tell(house: House):
    app = await register(house, scopes=["table|read"])
    body = {"externalId": "1", "text": "x"}
    wide = await personal(house, "bob", scopes=SEND)
    for headers in (bearer(await app.tokens()), wide, await signed_in(house, "bob")):
        assert said(await house.call("POST", NOTIFY, json=body, headers=headers)) == (403, FORBIDDEN)
    assert said(await house.call("POST", NOTIFY, json=body)) == (401, UNAUTHORIZED)


UNFIT = (
    {"externalId": ""},
    {"externalId": "a" * 129},
    {"externalId": "a b"},
    {"externalId": 7},
    {"text": "   "},
    {"text": "a" * 501},
    {"url": "http://acme.example/"},
    {"url": "https://acme.example.evil.example/"},
    {"url": "https://user@acme.example/"},
    {"url": "https://evil.example\\@acme.example/"},
    {"url": "javascript:alert(1)"},
    {"url": "https://acme.example/" + "a" * 2048},
)


@pytest.mark.attack(115)
@pytest.mark.parametrize("wrong", UNFIT, ids=lambda wrong: str(wrong)[:40])
async def test_an_unfit_notification_is_refused(house: House, wrong):
    app = await register(house, scopes=SEND)
    body = {"externalId": "1", "text": "x", **wrong}
    status, message = fault(await house.call("POST", NOTIFY, json=body, headers=bearer(await app.tokens())))
    assert status == 400
    assert message.endswith(f'at "{next(iter(wrong))}"')


async def test_notifications_are_bounded_for_a_person(house: House):
    app = await register(house, scopes=SEND)
    bobs, alices = bearer(await app.tokens()), bearer(await app.tokens("alice"))
    for number in range(30):
        body = {"externalId": str(number), "text": "x"}
        assert (await house.call("POST", NOTIFY, json=body, headers=bobs)).status_code == 201
    late = await house.call("POST", NOTIFY, json={"externalId": "31", "text": "x"}, headers=bobs)
    assert (late.status_code, late.json()["message"]) == (
        429,
        "Notification rate limit exceeded, please try again later",
    )
    assert late.headers["retry-after"] == "60"
    other = await house.call("POST", NOTIFY, json={"externalId": "31", "text": "x"}, headers=alices)
    assert other.status_code == 201


FIT = (
    {"externalId": "a" * 128},
    {"text": "a" * 500},
    {"text": f" {'a' * 500} "},
    {"url": "https://home.example/"},
    {"url": "https://other.example:8443/" + "a" * 2021},
    {"unknown": "dropped"},
)


@pytest.mark.parametrize("more", FIT, ids=lambda more: str(more)[:40])
async def test_a_notification_at_the_edge_of_what_fits_is_told(house: House, more):
    uris = ["https://acme.example/cb", "https://other.example/cb"]
    app = await register(house, scopes=SEND, homepage="https://home.example/start", redirectUris=uris)
    body = {"externalId": "1", "text": "x", **more}
    answer = await house.call("POST", NOTIFY, json=body, headers=bearer(await app.tokens()))
    assert (answer.status_code, answer.text) == (201, '{"status":"created"}')


async def test_a_notification_may_come_as_a_form_and_must_be_whole(house: House):
    app = await register(house, scopes=SEND)
    headers = bearer(await app.tokens())
    answer = await house.call("POST", NOTIFY, data={"externalId": "1", "text": "x"}, headers=headers)
    assert (answer.status_code, answer.json()) == (201, {"status": "created"})
    assert fault(await house.call("POST", NOTIFY, json={}, headers=headers)) == (
        400,
        (
            'Validation error: Invalid input: expected string, received undefined at "externalId"; '
            'Invalid input: expected string, received undefined at "text"'
        ),
    )
