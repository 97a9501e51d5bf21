"""What people allowed: listed, muted, taken back by them, by their applications, and by who made these."""

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.teable.calls import FORBIDDEN, NOT_CREATOR, UNKNOWN, made, personal, said, signed_in
from tests.contract.dialects.teable.flow import PKCE, App, bearer, fault, register

LIST = "/api/oauth/client/authorized/list"
USER = "/api/auth/user"
NOT_AUTHORIZED = (404, "This app is not authorized")


async def test_what_was_allowed_is_listed_with_its_owner_and_its_last_use(house: House):
    app = await register(house, description="Nightly sync")
    headers = await signed_in(house, "bob")
    assert (await house.call("GET", LIST, headers=headers)).json() == []
    code = await app.code(scope="table|read")
    row = {
        "clientId": app.client_id,
        "name": "Acme Sync",
        "homepage": "https://acme.example",
        "scopes": ["table|read", "record|read", "user|email_read"],
        "description": "Nightly sync",
        "notificationsMuted": False,
        "createdUser": {"name": "Alice", "email": "alice@example.com"},
    }
    assert (await house.call("GET", LIST, headers=headers)).json() == [row]
    house.clock.pass_(days=8 / 86_400)
    tokens = (await app.redeem(code)).json()
    house.clock.pass_(seconds=60)
    await house.call("GET", USER, headers=bearer(tokens))
    house.clock.pass_(days=8)
    listed = (await house.call("GET", LIST, headers=headers)).json()
    assert listed == [{**row, "lastUsedTime": "2026-11-18T11:07:48.000Z"}]
    assert list(listed[0]) == [
        "clientId", "name", "homepage", "scopes", "description", "notificationsMuted", "lastUsedTime", "createdUser",
    ]  # fmt: skip


async def test_one_persons_use_is_not_anothers(house: House):
    app = await register(house)
    await app.code()
    await app.tokens("alice")
    listed = (await house.call("GET", LIST, headers=await signed_in(house, "bob"))).json()
    assert "lastUsedTime" not in listed[0]


async def test_its_owner_takes_it_from_everybody(house: House):
    app = await register(house)
    bobs, alices, public = await app.tokens(), await app.tokens("alice"), await app.public_tokens()
    answer = await house.call("POST", f"{app.path}/revoke-access", headers=await personal(house, "alice"))
    assert (answer.status_code, answer.content) == (200, b"")
    for tokens in (bobs, alices, public):
        assert (await house.call("GET", USER, headers=bearer(tokens))).status_code == 401
    assert fault(await app.refresh(bobs["refresh_token"])) == (401, "Invalid access token")
    assert await app.asked_again()
    assert (await house.call("GET", LIST, headers=await signed_in(house, "bob"))).json() == []


async def test_only_its_owner_takes_it_from_everybody(house: House):
    app = await register(house)
    bob = await signed_in(house, "bob")
    assert said(await house.call("POST", f"{app.path}/revoke-access", headers=bob)) == (403, NOT_CREATOR)
    unknown = "/api/oauth/client/clt0000000000000000/revoke-access"
    assert said(await house.call("POST", unknown, headers=bob)) == (404, UNKNOWN)
    held = bearer(await app.tokens())
    assert said(await house.call("POST", f"{app.path}/revoke-access", headers=held)) == (403, FORBIDDEN)


async def test_a_person_takes_back_their_own_and_nothing_else(house: House):
    app, other = await register(house), await register(house)
    bobs, alices, elsewhere = await app.tokens(), await app.tokens("alice"), await other.tokens()
    answer = await house.call("POST", f"{app.path}/revoke-token", headers=await signed_in(house, "bob"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await house.call("GET", USER, headers=bearer(bobs))).status_code == 401
    assert fault(await app.refresh(bobs["refresh_token"])) == (401, "Invalid access token")
    for tokens in (alices, elsewhere):
        assert (await house.call("GET", USER, headers=bearer(tokens))).status_code == 200
    assert await app.asked_again()
    again = await house.call("POST", f"{app.path}/revoke-token", headers=await signed_in(house, "bob"))
    assert fault(again) == NOT_AUTHORIZED


async def test_an_application_gives_back_what_it_was_allowed(house: House):
    app, other = await register(house), await register(house)
    tokens = await app.tokens()
    strange = await house.call("GET", f"{other.path}/revoke-token", headers=bearer(tokens))
    assert said(strange) == (403, FORBIDDEN)
    answer = await house.call("GET", f"{app.path}/revoke-token", headers=bearer(tokens))
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await house.call("GET", USER, headers=bearer(tokens))).status_code == 401
    assert fault(await app.refresh(tokens["refresh_token"])) == (401, "Invalid access token")
    assert await app.asked_again()


async def test_a_personal_token_may_name_any_application_and_a_session_none(house: House):
    app = await register(house)
    await app.tokens()
    path = f"{app.path}/revoke-token"
    session = await house.call("GET", path, headers=await signed_in(house, "bob"))
    assert fault(session) == (400, "only access token request can use this endpoint")
    assert fault(await house.call("GET", path)) == (401, "Unauthorized")
    headers = await personal(house, "bob")
    assert (await house.call("GET", path, headers=headers)).status_code == 200
    assert fault(await house.call("GET", path, headers=headers)) == NOT_AUTHORIZED


async def test_an_approved_device_is_taken_back_too(house: House):
    app = await register(house)
    begun = (await house.call("POST", "/api/oauth/device/code", data={"client_id": app.client_id})).json()
    bob = await signed_in(house, "bob")
    decision = {"userCode": begun["user_code"], "approve": True}
    await house.call("POST", "/api/oauth/device/decision", json=decision, headers=bob)
    await house.call("POST", f"{app.path}/revoke-token", headers=bob)
    polls = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": begun["device_code"],
        "client_id": app.client_id,
    }
    answer = await house.call("POST", "/api/oauth/access_token", data=polls)
    assert (answer.status_code, answer.json()) == (400, {"error": "expired_token"})


@pytest.mark.parametrize("muted", [True, False])
async def test_muting_is_shown_and_needs_a_consent(house: House, muted):
    app = await register(house)
    path, bob = f"{app.path}/authorized/notifications", await signed_in(house, "bob")
    assert fault(await house.call("PATCH", path, json={"muted": muted}, headers=bob)) == NOT_AUTHORIZED
    await app.code()
    for _ in range(2):
        answer = await house.call("PATCH", path, json={"muted": muted}, headers=bob)
        assert (answer.status_code, answer.content) == (200, b"")
    assert (await house.call("GET", LIST, headers=bob)).json()[0]["notificationsMuted"] is muted


async def test_muting_says_true_or_false(house: House):
    app = await register(house)
    path, bob = f"{app.path}/authorized/notifications", await signed_in(house, "bob")
    answer = await house.call("PATCH", path, json={"muted": "yes"}, headers=bob)
    assert fault(answer) == (400, 'Validation error: Invalid input: expected boolean, received string at "muted"')
    assert said(await house.call("PATCH", path, json={}, headers=bearer(await app.tokens()))) == (403, FORBIDDEN)
    answer = await house.call("PATCH", path, json={}, headers=bob)
    assert fault(answer) == (400, 'Validation error: Invalid input: expected boolean, received undefined at "muted"')
    answer = await house.call("PATCH", path, data={"muted": "true"}, headers=bob)
    assert fault(answer) == (400, 'Validation error: Invalid input: expected boolean, received string at "muted"')


async def test_revocations_stand_in_the_audit_log_with_who_did_it(house: House):
    app = await register(house)
    tokens = await app.tokens()
    await house.call("GET", f"{app.path}/revoke-token", headers=bearer(tokens))
    house.clock.pass_(seconds=1)
    await app.tokens()
    await house.call("POST", f"{app.path}/revoke-token", headers=await signed_in(house, "bob"))
    house.clock.pass_(seconds=1)
    await house.call("POST", f"{app.path}/revoke-access", headers=await signed_in(house, "alice"))
    query = {"organization_id": (await house.user("alice")).organization_id}
    found = await house.call("GET", "/api/manage/audit", params=query, headers=await house.bearer("alice"))
    rows = [(row["action"], row["after"]) for row in found.json()["items"] if row["action"].startswith("oauth-app.")]
    rows = [row for row in rows if row[0].endswith("revoke")]
    assert rows == [
        ("oauth-app.access.revoke", {}),
        ("oauth-app.token.revoke", {"by_application": False}),
        ("oauth-app.token.revoke", {"by_application": True}),
    ]


async def test_nobody_allowed_an_unknown_application_anything(house: House):
    bob, token = await signed_in(house, "bob"), await personal(house, "bob")
    for unknown in ("clt0000000000000000", "x"):
        path = f"/api/oauth/client/{unknown}"
        for answer in (
            await house.call("POST", f"{path}/revoke-token", headers=bob),
            await house.call("GET", f"{path}/revoke-token", headers=token),
            await house.call("PATCH", f"{path}/authorized/notifications", json={"muted": True}, headers=bob),
        ):
            assert fault(answer) == NOT_AUTHORIZED


async def test_a_personal_token_lists_mutes_and_takes_back(house: House):
    app = await register(house, logo="https://acme.example/logo.png")
    await app.tokens()
    headers = await personal(house, "bob")
    path = f"{app.path}/authorized/notifications"
    assert (await house.call("PATCH", path, json={"muted": True}, headers=headers)).status_code == 200
    (listed,) = (await house.call("GET", LIST, headers=headers)).json()
    assert (listed["notificationsMuted"], listed["logo"]) == (True, "https://acme.example/logo.png")
    assert (await house.call("POST", f"{app.path}/revoke-token", headers=headers)).status_code == 200
    assert (await house.call("GET", LIST, headers=headers)).json() == []


async def test_the_built_in_application_is_the_systems(house: House):
    app = await register(house, redirectUris=["http://127.0.0.1/callback"])
    query = {"client_id": "clttckxmg4deadomjhs", "redirect_uri": "http://127.0.0.1:52001/callback", **PKCE}
    assert (await app.decide(await app.transaction(**query))).status_code == 302
    (listed,) = (await house.call("GET", LIST, headers=await signed_in(house, "bob"))).json()
    assert listed["name"] == "Teable CLI"
    assert listed["createdUser"] == {"name": "System", "email": "system@teable.ai"}


async def test_an_owner_who_is_gone_is_unknown(house: House):
    shown = await made(house, "carol", scopes=["table|read"])
    app = App(house, shown, "")
    moved = {"organization_id": house.organizations["acme"]}
    await house.services.applications.update(await house.actor("carol"), app.client_id, lambda _: moved)
    await app.code()
    carol, admin = await house.user("carol"), await house.bearer("admin")
    gone = await house.call("DELETE", f"/api/manage/users/{carol.id}", headers=admin)
    assert gone.status_code == 204, gone.text
    (listed,) = (await house.call("GET", LIST, headers=await signed_in(house, "bob"))).json()
    assert listed["createdUser"] == {"name": "Unknown", "email": ""}
