"""Every change is an event, through whatever surface it came; nothing of it is a secret."""

from typing import Any

import pytest

from licet.domain.ids import to_uuid
from licet.domain.webhook import EVENTS
from licet.oauth.decide import SignedIn, act_of_consent
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.hooks import URL, answering, settled, subscribed, told
from tests.contract.dialects.timbrix.protocol import Client
from tests.contract.dialects.timbrix.scene import APPS, call, kept, registered
from tests.contract.dialects.timbrix.test_webhooks import DOCUMENTED
from tests.contract.dialects.ways import WAYS, made

ALL = "/api/organizations"


async def listening(house: House, *events: str) -> dict[str, Any]:
    answering(house, 200)
    return await subscribed(house, *(events or DOCUMENTED))


async def news(house: House) -> list[tuple[str, Any]]:
    """What was told since the last look: event and data."""
    await settled(house)
    heard = [(event["event"], event["data"]) for event in told(house)]
    house.outside.asked.clear()
    return heard


def test_every_event_of_ours_has_a_name_here():
    assert len(DOCUMENTED) == len(EVENTS) == 22


async def test_the_life_of_an_application_is_told(house: House):
    await listening(house)
    await settled(house)
    house.outside.asked.clear()
    made_ = await registered(house, description=None)
    one = f"{APPS}/{made_['clientId']}"
    expected = {"name": "Payroll Connector", "redirectUri": "https://payroll.example/cb"}
    ((event, data),) = await news(house)
    assert (event, data["clientId"], data["actor"], data["before"]) == (
        "oauth_app.created",
        made_["clientId"],
        "alice",
        None,
    )
    assert expected.items() <= data["after"].items()
    for method, path, body, event, after in (
        ("PUT", "", {"description": "x"}, "oauth_app.updated", {"description": "x"}),
        ("POST", "/suspend", {"reason": "spring"}, "oauth_app.suspended", {"isActive": False, "reason": "spring"}),
        ("PUT", "", {"isActive": True, "name": "New"}, "oauth_app.activated", {"isActive": True, "name": "New"}),
    ):
        await call(house, "carol", method, one + path, json=body)
        ((heard, data),) = await news(house)
        assert (heard, data["after"], data["actor"]) == (event, after, "carol")
    secret = (await call(house, "alice", "POST", f"{one}/secrets")).json()
    await call(house, "alice", "DELETE", f"{one}/secrets/{secret['id']}")
    heard = dict(await news(house))
    assert heard["oauth_app.secret_rotated"]["after"] == {"secretId": secret["id"]}
    assert heard["oauth_app.secret_retired"]["after"] == {"secretId": secret["id"]}
    await call(house, "alice", "DELETE", one)
    ((event, data),) = await news(house)
    assert (event, data["clientId"], data["after"]) == ("oauth_app.deleted", made_["clientId"], None)
    await call(house, "alice", "POST", f"{one}/restore")
    ((event, data),) = await news(house)
    assert (event, data["clientId"]) == ("oauth_app.restored", made_["clientId"])
    await call(house, "alice", "DELETE", f"{one}/tokens")
    assert [event for event, _ in await news(house)] == ["oauth_app.revoked"]


async def test_a_rotation_and_a_transfer_are_told_the_latter_to_both_sides(house: House):
    answering(house, 200)
    one = f"{APPS}/{(await registered(house))['clientId']}"
    for who, organization in (("alice", "acme"), ("mallory", "other")):
        body = {"url": URL, "events": ["oauth_app.transferred", "oauth_app.secret_rotated"]}
        assert (await call(house, who, "POST", f"{ALL}/{organization}/webhooks", json=body)).status_code == 201
    house.clock.pass_(seconds=1)
    rotated = (await call(house, "alice", "POST", f"{one}/regenerate-secret", json={"reason": "spring"})).json()
    ((event, data),) = await news(house)
    assert (event, data["after"]) == (
        "oauth_app.secret_rotated",
        {"secretId": rotated["secretId"], "reason": "spring"},
    )
    offer = (await call(house, "alice", "POST", f"{one}/transfer", json={"organizationId": "other"})).json()
    assert await news(house) == []
    await call(house, "mallory", "POST", f"/api/oauth/transfers/{offer['id']}/accept")
    await settled(house)
    heard = [(each["event"], each["organizationId"], each["data"]["clientId"]) for each in told(house)]
    assert sorted(heard) == sorted(
        ("oauth_app.transferred", to_uuid(house.organizations[slug]), one.rpartition("/")[2])
        for slug in ("acme", "other")
    )


async def test_who_asks_for_revocation_alone_hears_of_a_deletion(house: House):
    await listening(house, "oauth_app.revoked")
    made_ = await registered(house)
    await call(house, "alice", "DELETE", f"{APPS}/{made_['clientId']}")
    ((event, data),) = await news(house)
    assert (event, data["clientId"]) == ("oauth_app.revoked", made_["clientId"])


async def test_a_suspension_says_what_it_stopped(house: House):
    await listening(house, "oauth_app.suspended")
    made_ = await registered(house)
    await call(house, "alice", "PUT", f"{APPS}/{made_['clientId']}", json={"isActive": False})
    ((_, data),) = await news(house)
    assert data["effect"] == {"accessTokens": 0, "refreshTokens": 0, "users": 0}


async def test_a_suspension_counts_what_lived(payroll: Client, house: House):
    await listening(house, "oauth_app.suspended")
    await payroll.tokens()
    await payroll.own()
    await payroll.put(isActive=False)
    ((_, data),) = await news(house)
    assert data["effect"] == {"accessTokens": 2, "refreshTokens": 1, "users": 1}


@pytest.mark.parametrize("surface", WAYS)
async def test_a_change_through_any_surface_is_told(house: House, surface: str):
    way = WAYS[surface]
    await listening(house, "oauth_app.updated")
    it = await made(house, (await registered(house))["clientId"])
    if not way.opens(it):
        registration = await way.register(house, "alice", "Ledger")
        it = await made(house, registration.json()["client_id"], registration.json()["registration_access_token"])
        application = await house.store.applications.by_id(it.id)
        if application.organization_id != house.organizations["acme"]:
            headers, body = await house.bearer("admin"), {"organization_id": house.organizations["acme"]}
            await house.call("PATCH", f"/api/applications/{it.client_id}", headers=headers, json=body)
    who = "admin" if surface == "rocketchat" else "alice"
    shown = way.shown((await way.read(house, who, it)).json()) if way.self_managed else dict(way.least)
    answer = await way.write(house, who, it, {**shown, way.name: "Renamed"})
    assert answer.status_code == 200, answer.text
    ((event, data),) = await news(house)
    assert (event, data["clientId"], data["after"]["name"]) == ("oauth_app.updated", it.client_id, "Renamed")


async def test_organizations_and_members_are_told_through_both_surfaces(house: House):
    await listening(house, "organization.updated", "member.added", "member.removed", "member.role_updated")
    bob, mallory = await house.user("bob"), await house.user("mallory")
    native, mine = "/api/manage/organizations/acme", f"{ALL}/acme/members"
    spelled = {"userId": f"usr_{mallory.id}"}
    for method, path, body, event, expected in (
        ("PATCH", native, {"name": "Acme Inc"}, "organization.updated", {"name": "Acme Inc"}),
        ("POST", f"{native}/members", {"user_id": mallory.id, "role": "member"}, "member.added", spelled),
        ("PUT", f"{mine}/usr_{mallory.id}/role", {"role": "admin"}, "member.role_updated", {"role": "admin"}),
        ("PATCH", f"{native}/members/{mallory.id}", {"role": "member"}, "member.role_updated", {"role": "member"}),
        ("DELETE", f"{native}/members/{mallory.id}", None, "member.removed", spelled),
        ("DELETE", f"{mine}/usr_{bob.id}", None, "member.removed", {"userId": f"usr_{bob.id}"}),
    ):
        answer = await call(house, "alice", method, path, json=body)
        assert answer.status_code < 300, answer.text
        ((heard, data),) = await news(house)
        assert heard == event
        assert expected.items() <= data.items()
    carol = (await house.user("carol")).id
    await call(house, "alice", "POST", f"{native}/owner", json={"user_id": carol})
    ((heard, data),) = await news(house)
    assert (heard, data["userId"], data["role"]) == ("member.role_updated", f"usr_{carol}", "owner")


async def test_the_end_of_an_organization_is_told(house: House):
    answering(house, 200)
    made_ = (await call(house, "bob", "POST", ALL, json={"name": "Widgets", "slug": "widgets"})).json()
    body = {"url": URL, "events": ["organization.deleted"]}
    await call(house, "bob", "POST", f"{ALL}/widgets/webhooks", json=body)
    await call(house, "bob", "DELETE", "/api/manage/organizations/widgets")
    await settled(house)
    (event,) = told(house)
    assert (event["event"], event["organizationId"]) == ("organization.deleted", made_["id"])


async def test_consent_and_its_withdrawal_are_told_once(house: House):
    await listening(house, "oauth_authorization.granted", "oauth_authorization.revoked")
    application, bob = await kept(house, (await registered(house))["clientId"]), await house.user("bob")
    context = house.instance.setups["native"].context
    person = SignedIn(bob, "s", house.clock.now)
    for scope in (("read:members",), ("read:members",), ("read:members", "read:organization")):
        await house.store.consents.put(*act_of_consent(context, application, person, scope=scope, resources=()))
    heard = await news(house)
    assert sorted((event, data["scopes"]) for event, data in heard) == [
        ("oauth_authorization.granted", ["read:members"]),
        ("oauth_authorization.granted", ["read:members", "read:organization"]),
    ]
    about = {"userId": f"usr_{bob.id}", "clientId": application.client_id, "actor": "bob"}
    assert all(about.items() <= data.items() for _, data in heard)
    for _ in range(2):
        await house.services.authorizations.withdraw(bob.id, application.id)
    assert await news(house) == [("oauth_authorization.revoked", about)]
    actions = [
        (row["action"], row["surface"])
        for row in (
            await call(house, "alice", "GET", f"/api/manage/audit?organization_id={house.organizations['acme']}")
        ).json()["items"]
        if row["action"].startswith("consent.")
    ]
    assert sorted(actions) == [
        ("consent.granted", "native"),
        ("consent.granted", "native"),
        ("consent.revoked", "login"),
    ]


async def test_invitations_are_told_to_the_instances_own_organization(house: House):
    answering(house, 200)
    admin = await house.bearer("admin")
    body = {"url": URL, "events": ["invite.created", "invite.accepted"]}
    instance = to_uuid(house.organizations["instance"])
    answer = await house.call("POST", f"{ALL}/{instance}/webhooks", headers=admin, json=body)
    assert answer.status_code == 201, answer.text
    invited = await house.call("POST", "/api/manage/invitations", headers=admin, json={"email": "dora@example.com"})
    link = invited.json()["invitation"].rpartition("/")[2]
    ((event, data),) = await news(house)
    assert (event, data) == ("invite.created", {"actor": "admin"})
    joining = {"username": "dora", "email": "dora@example.com", "password": "correct horse", "invitation": link}
    answer = await house.call("POST", "/api/manage/sign-up", json=joining)
    assert answer.status_code == 201, answer.text
    ((event, data),) = await news(house)
    assert (event, data["userId"]) == ("invite.accepted", f"usr_{(await house.user('dora')).id}")


async def test_an_organization_hears_of_whom_it_is_to_get_and_of_an_invitation_taken_back(house: House):
    answering(house, 200)
    made = await call(
        house,
        "alice",
        "POST",
        f"{ALL}/acme/webhooks",
        json={"url": URL, "events": ["invite.created", "invite.accepted", "invite.cancelled", "member.added"]},
    )
    assert made.status_code == 201, made.text
    admin = await house.bearer("admin")
    invitations = "/api/manage/invitations"
    body = {"organization_id": house.organizations["acme"]}
    first, second = [(await house.call("POST", invitations, headers=admin, json=body)).json() for _ in range(2)]
    assert await news(house) == [("invite.created", {"actor": "admin"})] * 2
    cancelled = await house.call("DELETE", f"{invitations}/{first['id']}", headers=admin)
    assert cancelled.status_code == 204, cancelled.text
    assert await news(house) == [("invite.cancelled", {"actor": "admin"})]
    joining = {"username": "dora", "password": "correct horse", "invitation": second["invitation"]}
    assert (await house.call("POST", "/api/manage/sign-up", json=joining)).status_code == 201
    dora = f"usr_{(await house.user('dora')).id}"
    assert sorted((event, data["userId"]) for event, data in await news(house)) == [
        ("invite.accepted", dora),
        ("member.added", dora),
    ]


@pytest.mark.attack(62)
async def test_no_payload_and_no_audit_row_holds_a_secret(house: House, caplog: pytest.LogCaptureFixture):
    caplog.set_level("DEBUG")
    webhook = await listening(house)
    made_ = await registered(house)
    added = (await call(house, "alice", "POST", f"{APPS}/{made_['clientId']}/secrets")).json()
    key = (await call(house, "alice", "POST", f"{ALL}/acme/api-keys", json={"name": "x"})).json()
    await call(house, "alice", "PUT", f"{ALL}/acme/webhooks/{webhook['id']}", json={"url": f"{URL}?token=s3cret"})
    house.outside.answers[f"{URL}?token=s3cret"] = house.outside.answers.pop(URL)
    await settled(house)
    log = await call(house, "alice", "GET", f"/api/manage/audit?organization_id={house.organizations['acme']}")
    spoken = f"{house.outside.asked} {log.text} {caplog.text}".replace(f"{URL}?token=s3cret", "")
    for secret in (webhook["secret"], made_["clientSecret"], added["clientSecret"], key["key"], "s3cret"):
        assert secret not in spoken
