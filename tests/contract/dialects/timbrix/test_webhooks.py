"""Webhooks: made, listed, changed, deleted; what was delivered."""

import asyncio
import hmac
import re

import pytest

from licet.domain.ids import to_uuid
from licet.services.ports import Fetched
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.hooks import (
    HOOKS,
    NO_WEBHOOK,
    URL,
    answering,
    deliveries,
    settled,
    subscribed,
    told,
)
from tests.contract.dialects.timbrix.scene import (
    APPS,
    LATER,
    MINUTES,
    NOBODY,
    NOT_JSON,
    NOW,
    ROLE_TOO_LOW,
    bad,
    call,
    narrowed,
    registered,
    uuid,
)

NOT_A_TARGET = "url must be an https URL of ASCII characters without user name, password or fragment"
DOCUMENTED = [
    "organization.created",
    "organization.updated",
    "organization.deleted",
    "member.added",
    "member.removed",
    "member.role_updated",
    "invite.created",
    "invite.accepted",
    "invite.cancelled",
    "oauth_app.created",
    "oauth_app.revoked",
    "oauth_app.updated",
    "oauth_app.suspended",
    "oauth_app.activated",
    "oauth_app.secret_rotated",
    "oauth_app.secret_retired",
    "oauth_app.deleted",
    "oauth_app.restored",
    "oauth_app.transferred",
    "oauth_authorization.granted",
    "oauth_authorization.revoked",
    "webhook.created",
]


async def test_a_webhook_is_made_and_its_secret_shown_once(house: House):
    made = await subscribed(house, "oauth_app.created", "member.added", "oauth_app.created")
    assert list(made.items()) == [
        ("id", made["id"]),
        ("organizationId", uuid(house, "acme")),
        ("url", URL),
        ("events", ["oauth_app.created", "member.added"]),
        ("isActive", True),
        ("createdAt", NOW),
        ("updatedAt", NOW),
        ("secret", made["secret"]),
    ]
    assert re.fullmatch(r"whsec_[A-Za-z0-9_-]{43}", made["secret"])
    assert re.fullmatch(r"wh_[0-9a-f]{24}", made["id"])
    shown = {name: value for name, value in made.items() if name != "secret"}
    listed = await call(house, "carol", "GET", HOOKS)
    assert (listed.status_code, listed.json()) == (200, [shown])
    changed = await call(house, "alice", "PUT", f"{HOOKS}/{made['id']}", json={})
    assert (changed.status_code, changed.json()) == (200, shown)


@pytest.mark.attack(62)
async def test_a_signing_secret_is_kept_sealed(house: House):
    made = await subscribed(house)
    (kept,) = await house.store.webhooks.of(house.organizations["acme"])
    assert made["secret"].encode() not in kept.sealed
    assert house.services.ambient.sealer.open("webhook_secret", kept.id, kept.sealed) == made["secret"].encode()


async def test_every_event_can_be_asked_for(house: House):
    assert (await subscribed(house, *DOCUMENTED))["events"] == DOCUMENTED


async def test_every_fault_of_a_new_webhook_is_named(house: House):
    choices = "|".join(f'"{event}"' for event in DOCUMENTED)
    for body, faults in [
        ({}, ["url is required", "events is required"]),
        ({"url": None, "events": None}, ["url cannot be null", "events cannot be null"]),
        ({"url": URL, "events": []}, ["events must not be empty"]),
        ({"url": URL, "events": "oauth_app.created"}, ["events must be an array of strings"]),
        ({"url": URL, "events": ["application.created"]}, [f"events[0] must be {choices}"]),
        ({"url": URL, "events": ["member.added"], "isActive": "true"}, ["isActive must be a boolean"]),
        ({"url": URL, "events": ["member.added"], "secret": "s"}, ["secret is not a known field"]),
    ]:
        answer = await call(house, "alice", "POST", HOOKS, json=body)
        assert (answer.status_code, answer.json()) == (400, bad(*faults)), body


@pytest.mark.attack(63)
async def test_only_an_https_url_of_nothing_but_an_address_is_told(house: House):
    for url in [
        "http://hooks.example/in",
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "gopher://hooks.example:70/_x",
        "javascript:alert(1)",
        "//hooks.example/in",
        "https://user@hooks.example/",
        "https://user:word@hooks.example/",
        "https://hooks.example/#part",
        "https://hooks.example\\@evil.example/",
        "https://hooks.example/a b",
        " https://hooks.example/",
        "https://hooks.example/\r\nX-Injected: 1",
        "https://",
        "https:///in",
        "https://hooks.example:99999999/",
        "https://hööks.example/",
    ]:
        answer = await call(house, "alice", "POST", HOOKS, json={"url": url, "events": ["member.added"]})
        assert (answer.status_code, answer.json()["statusCode"]) == (400, 400), url
        assert all(sentence.startswith("url must ") for sentence in answer.json()["message"])
        assert "hooks.example" not in answer.text
    answer = await call(house, "alice", "POST", HOOKS, json={"url": "http://x.example", "events": ["member.added"]})
    assert answer.json() == bad(NOT_A_TARGET)


async def test_what_is_left_out_is_kept(house: House):
    made = await subscribed(house, "member.added")
    house.clock.pass_(seconds=MINUTES)
    path = f"{HOOKS}/{made['id']}"
    for body, key, value in (
        ({"url": "https://other.example/in"}, "url", "https://other.example/in"),
        ({"events": ["member.removed"]}, "events", ["member.removed"]),
        ({"isActive": False}, "isActive", False),
    ):
        answer = await call(house, "carol", "PUT", path, json=body)
        assert (answer.status_code, answer.json()[key], answer.json()["updatedAt"]) == (200, value, LATER)
    last = answer.json()
    assert (last["url"], last["events"], last["createdAt"]) == ("https://other.example/in", ["member.removed"], NOW)
    answer = await call(house, "carol", "PUT", path, json={**last, "id": "wh_other"})
    assert (answer.status_code, answer.json()) == (400, bad("id cannot be changed"))
    assert (await call(house, "carol", "PUT", path, json=last)).json() == last


async def test_every_fault_of_a_change_is_named_and_nothing_is_changed(house: House):
    path = f"{HOOKS}/{(await subscribed(house))['id']}"
    before = (await call(house, "alice", "GET", HOOKS)).json()
    for body, faults in [
        ({"url": None, "events": None}, ["url cannot be null", "events cannot be null"]),
        ({"url": "http://x.example/in", "events": ["member.added"]}, [NOT_A_TARGET]),
        ({"events": []}, ["events must not be empty"]),
        ({"isActive": "false", "url": URL}, ["isActive must be a boolean"]),
        ({"secret": "s", "foo": 1}, ["secret is not a known field", "foo is not a known field"]),
        ([], ["body must be a JSON object"]),
    ]:
        answer = await call(house, "alice", "PUT", path, json=body)
        assert (answer.status_code, answer.json()) == (400, bad(*faults)), body
    answer = await call(house, "alice", "PUT", path, content=b"{}", headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()) == (415, NOT_JSON)
    assert (await call(house, "alice", "GET", HOOKS)).json() == before


async def test_what_changes_nothing_leaves_no_trace(house: House):
    made = await subscribed(house, "member.added")
    house.clock.pass_(seconds=MINUTES)
    answer = await call(house, "alice", "PUT", f"{HOOKS}/{made['id']}", json={"isActive": True, "url": URL})
    assert answer.json()["updatedAt"] == NOW


async def test_a_deleted_webhook_is_told_nothing_more(house: House):
    made = await subscribed(house, "oauth_app.created")
    answering(house, 200)
    answer = await call(house, "alice", "DELETE", f"{HOOKS}/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    await registered(house)
    await settled(house)
    assert told(house) == []
    for method, path in (("DELETE", ""), ("PUT", ""), ("GET", "/deliveries")):
        answer = await call(house, "alice", method, f"{HOOKS}/{made['id']}{path}", json={})
        assert (answer.status_code, answer.json()) == (404, NO_WEBHOOK)


@pytest.mark.attack(101)
async def test_webhooks_are_for_owner_and_admin_of_their_own_organization(house: House):
    made = await subscribed(house)
    one = f"{HOOKS}/{made['id']}"
    calls = (("POST", HOOKS), ("GET", HOOKS), ("PUT", one), ("DELETE", one), ("GET", f"{one}/deliveries"))
    for who in ("bob", "mallory"):
        for method, path in calls:
            answer = await call(house, who, method, path, content=b"{")
            assert (answer.status_code, answer.json()) == (403, ROLE_TOO_LOW)
    theirs = one.replace("/acme/", "/other/")
    for method, path in (("PUT", theirs), ("DELETE", theirs), ("GET", f"{theirs}/deliveries")):
        answer = await call(house, "mallory", method, path, json={})
        assert (answer.status_code, answer.json()) == (404, NO_WEBHOOK)
    for method, path in calls:
        assert (await house.call(method, path)).json() == NOBODY
        headers = await narrowed(house, "alice", "applications:write")
        assert (await house.call(method, path, headers=headers, content=b"{")).status_code == 403
    assert len((await call(house, "alice", "GET", HOOKS)).json()) == 1


async def test_the_body_is_json(house: House):
    headers = {"content-type": "text/plain"}
    answer = await call(house, "alice", "POST", HOOKS, content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()) == (415, NOT_JSON)


async def test_an_organization_has_twenty_webhooks(house: House):
    body = {"url": URL, "events": ["member.added"]}
    answers = await asyncio.gather(*(call(house, "alice", "POST", HOOKS, json=body) for _ in range(23)))
    assert sorted(answer.status_code for answer in answers) == [*[201] * 20, *[409] * 3]


async def test_the_same_idempotency_key_makes_one(house: House):
    headers, body = {"idempotency-key": "k"}, {"url": URL, "events": ["member.added"]}
    answers = [await call(house, "alice", "POST", HOOKS, json=body, headers=headers) for _ in range(3)]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert len((await call(house, "alice", "GET", HOOKS)).json()) == 1


async def test_an_event_is_signed_and_says_what_happened(house: House):
    made = await subscribed(house, "oauth_app.updated")
    answering(house, 200, b"thanks")
    application = await registered(house)
    await call(house, "alice", "PUT", f"{APPS}/{application['clientId']}", json={"name": "Renamed"})
    await settled(house)
    ((url, body),) = house.outside.asked
    (headers,) = house.outside.headers
    assert url == URL
    assert headers == {
        "content-type": "application/json",
        "x-webhook-id": made["id"],
        "x-webhook-timestamp": "1795000000",
        "x-webhook-signature": f"sha256={hmac.new(made['secret'].encode(), body, 'sha256').hexdigest()}",
    }
    (event,) = told(house)
    assert list(event.items()) == [
        ("id", event["id"]),
        ("event", "oauth_app.updated"),
        ("createdAt", NOW),
        ("organizationId", uuid(house, "acme")),
        (
            "data",
            {
                "actor": "alice",
                "clientId": application["clientId"],
                "before": {"name": "Payroll Connector"},
                "after": {"name": "Renamed"},
            },
        ),
    ]
    assert re.fullmatch(r"evt_[0-9a-f]{24}", event["id"])


async def test_a_delivery_is_listed_with_its_answer(house: House):
    made = await subscribed(house, "oauth_app.created")
    answering(house, 202, b"a \xff\x00 " + b"x" * 1020)
    await registered(house)
    await settled(house)
    (listed,) = await deliveries(house, made)
    assert list(listed.items()) == [
        ("id", listed["id"]),
        ("webhookId", made["id"]),
        ("event", "oauth_app.created"),
        ("statusCode", 202),
        ("responseBody", "a \ufffd\x00 " + "x" * 1020),
        ("attempts", 1),
        ("success", True),
        ("createdAt", NOW),
    ]


async def test_a_failure_is_tried_again_after_one_five_and_thirty_seconds_and_then_given_up(house: House):
    made = await subscribed(house, "oauth_app.created")
    answering(house, 503, b"not now")
    await registered(house)
    for attempts, pause in ((1, 1), (2, 5), (3, 30)):
        await settled(house)
        (listed,) = await deliveries(house, made)
        assert (listed["attempts"], listed["statusCode"], listed["success"]) == (attempts, 503, False)
        house.clock.pass_(seconds=pause - 0.001)
        await settled(house)
        assert len(told(house)) == attempts
        house.clock.pass_(seconds=0.001)
    await settled(house)
    assert len(told(house)) == 4
    house.clock.pass_(days=1)
    await settled(house)
    bodies = [body for _, body in house.outside.asked]
    assert len(bodies) == 4
    assert len(set(bodies)) == 1
    (listed,) = await deliveries(house, made)
    assert (listed["attempts"], listed["responseBody"], listed["success"]) == (4, "not now", False)


async def test_a_retry_that_arrives_is_a_success(house: House):
    made = await subscribed(house, "oauth_app.created")
    answering(house, 500)
    await registered(house)
    await settled(house)
    answering(house, 204)
    house.clock.pass_(seconds=1)
    await settled(house)
    (listed,) = await deliveries(house, made)
    assert (listed["attempts"], listed["statusCode"], listed["success"]) == (2, 204, True)
    house.clock.pass_(days=1)
    await settled(house)
    assert len(told(house)) == 2


async def test_a_redirect_and_silence_are_failures(house: House):
    made = await subscribed(house, "oauth_app.created")
    house.outside.answers[URL] = Fetched(302, {"location": "https://elsewhere.example/"}, b"")
    await registered(house)
    await settled(house)
    del house.outside.answers[URL]
    house.clock.pass_(seconds=1)
    await registered(house)
    await settled(house)
    newest, oldest = await deliveries(house, made)
    assert (oldest["statusCode"], oldest["attempts"], oldest["success"]) == (None, 2, False)
    assert (newest["statusCode"], newest["responseBody"], newest["success"]) == (None, None, False)
    assert {url for url, _ in house.outside.asked} == {URL}


async def test_a_webhook_that_is_switched_off_is_told_nothing_and_later_nothing_old(house: House):
    made = await subscribed(house, "oauth_app.created")
    await registered(house)
    await call(house, "alice", "PUT", f"{HOOKS}/{made['id']}", json={"isActive": False})
    house.outside.asked.clear()
    answering(house, 200)
    await registered(house)
    await call(house, "alice", "PUT", f"{HOOKS}/{made['id']}", json={"isActive": True})
    house.clock.pass_(days=1)
    await settled(house)
    assert told(house) == []
    await registered(house)
    await settled(house)
    assert [event["event"] for event in told(house)] == ["oauth_app.created"]


async def test_at_most_a_hundred_deliveries_are_shown_newest_first(house: House):
    made = await subscribed(house, "member.role_updated")
    answering(house, 200)
    bob = (await house.user("bob")).id
    for number in range(103):
        house.clock.pass_(seconds=1)
        role = {"role": ("admin", "member")[number % 2]}
        await call(house, "alice", "PUT", f"/api/organizations/acme/members/usr_{bob}/role", json=role)
    listed = await deliveries(house, made)
    assert len(listed) == 100
    moments = [each["createdAt"] for each in listed]
    assert moments == sorted(moments, reverse=True)
    assert moments[0] == "2026-11-18T11:08:23Z"


async def test_a_new_webhook_may_hear_of_itself_and_never_of_where_others_are(house: House):
    answering(house, 200)
    made = await subscribed(house, "webhook.created")
    await subscribed(house, "member.added", url="https://secret.example/in?token=s3cret")
    await settled(house)
    data = {"actor": "alice", "host": "hooks.example", "events": ["webhook.created"], "webhookId": made["id"]}
    assert sorted(event["data"]["host"] for event in told(house)) == ["hooks.example", "secret.example"]
    assert data in [event["data"] for event in told(house)]
    assert "s3cret" not in str(house.outside.asked)
    assert {event["organizationId"] for event in told(house)} == {to_uuid(house.organizations["acme"])}
