"""Webhooks in the registry's own words: managed, told, given up."""

import hmac
from typing import Any

import orjson
import pytest

from licet.domain.webhook import EVENTS
from licet.services.ports import Fetched
from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import faults, patch, problem, register, token

PATH = "/api/manage/webhooks"
URL = "https://hooks.example/native"
NOW = "2026-11-18T11:06:40.000Z"


async def subscribed(house: House, *events: str, **said: Any) -> dict[str, Any]:
    body = {"organization_id": "acme", "url": URL, "events": list(events) or ["application.updated"], **said}
    answer = await house.call("POST", PATH, headers=await house.bearer("alice"), json=body)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{PATH}/{document['id']}"
    return document


async def settled(house: House) -> None:
    quiet = 0
    while quiet < 2:
        begun = await house.instance.deliveries.look()
        await house.instance.deliveries.finish()
        quiet = 0 if begun else quiet + 1


async def get(house: House, path: str, who: str = "alice") -> Any:
    return (await house.call("GET", path, headers=await house.bearer(who))).json()


async def test_a_webhook_is_made_read_listed_and_its_secret_said_once(house: House):
    made = await subscribed(house, "member.added", "consent.granted")
    acme = house.organizations["acme"]
    assert made == {
        "id": made["id"],
        "organization_id": acme,
        "surface": "native",
        "url": URL,
        "events": ["member.added", "consent.granted"],
        "enabled": True,
        "created_at": NOW,
        "updated_at": NOW,
        "gave_up_at": None,
        "secret": made["secret"],
    }
    shown = {name: value for name, value in made.items() if name != "secret"}
    assert await get(house, f"{PATH}/{made['id']}") == shown
    for name in ("acme", acme):
        assert await get(house, f"{PATH}?organization_id={name}") == {"items": [shown]}


async def test_what_there_is_to_be_told_of_is_listed(house: House):
    assert [row["event"] for row in (await get(house, "/api/manage/events", "bob"))["items"]] == list(EVENTS)


async def test_faults_are_told_where_they_are(house: House):
    headers = await house.bearer("alice")
    for body, expected in (
        ({}, [("/organization_id", "absent"), ("/url", "absent"), ("/events", "absent")]),
        (
            {"organization_id": "acme", "url": "http://x.example", "events": ["x"], "secret": "s"},
            [("/url", "bad_value"), ("/events/0", "bad_choice"), ("/secret", "unknown")],
        ),
    ):
        assert faults(await house.call("POST", PATH, headers=headers, json=body)) == expected
    assert faults(await house.call("GET", PATH, headers=headers)) == [("/organization_id", "absent")]


async def test_a_patch_keeps_what_it_does_not_say(house: House):
    made = await subscribed(house)
    headers = await house.bearer("carol")
    answer = await house.call("PATCH", f"{PATH}/{made['id']}", headers=headers, json={"enabled": False})
    assert (answer.status_code, answer.json()["enabled"], answer.json()["url"]) == (200, False, URL)
    answer = await house.call("PATCH", f"{PATH}/{made['id']}", headers=headers, json={"surface": "other"})
    assert faults(answer) == [("/surface", "immutable")]
    assert (await house.call("DELETE", f"{PATH}/{made['id']}", headers=headers)).status_code == 204
    problem(await house.call("DELETE", f"{PATH}/{made['id']}", headers=headers), 404, "unknown-webhook")


@pytest.mark.attack(101)
async def test_webhooks_of_others_are_unknown(house: House):
    made = await subscribed(house)
    one = f"{PATH}/{made['id']}"
    calls = (("GET", one, None), ("PATCH", one, {}), ("DELETE", one, None), ("GET", f"{one}/deliveries", None))
    for who, answered in (("mallory", (404, "unknown-webhook")), ("bob", (403, "role-too-low"))):
        for method, path, body in calls:
            problem(await house.call(method, path, headers=await house.bearer(who), json=body), *answered)
    body = {"organization_id": "acme", "url": URL, "events": ["member.added"]}
    for who, answered in (("mallory", (404, "unknown-organization")), ("bob", (403, "role-too-low"))):
        headers = await house.bearer(who)
        problem(await house.call("POST", PATH, headers=headers, json=body), *answered)
        problem(await house.call("GET", f"{PATH}?organization_id=acme", headers=headers), *answered)
    narrow = await token(house, "alice", "applications:write")
    for method, path, said in (*calls, ("POST", PATH, body)):
        problem(await house.call(method, path, headers=narrow, json=said), 403, "scope-missing")
        problem(await house.call(method, path, json=said), 401, "unauthenticated")


async def test_an_event_is_the_change_as_the_audit_log_has_it(house: House):
    made = await subscribed(house, "application.updated")
    house.outside.answers[URL] = Fetched(200, {}, b"")
    application = await register(house, scope="read")
    await patch(house, application, scope="read write")
    await settled(house)
    ((url, body),), (headers,) = house.outside.asked, house.outside.headers
    (entry,) = (await get(house, "/api/manage/audit?action=application.updated", "admin"))["items"]
    assert url == URL
    assert body is not None
    assert orjson.loads(body) == {
        "id": entry["id"],
        "event": "application.updated",
        "created_at": NOW,
        "organization_id": house.organizations["acme"],
        "data": {
            "action": "application.updated",
            "target": entry["target"],
            "client_id": application["client_id"],
            "actor": entry["actor"],
            "surface": "native",
            "request_id": entry["request_id"],
            "before": {"scope": "read"},
            "after": {"scope": "read write"},
        },
    }
    assert headers["x-webhook-id"] == made["id"]
    assert headers["x-webhook-signature"] == f"sha256={hmac.new(made['secret'].encode(), body, 'sha256').hexdigest()}"


async def test_retries_take_most_of_a_day_and_then_the_webhook_is_flagged_until_one_arrives(house: House):
    made = await subscribed(house, "application.created")
    await register(house)
    for pause in (1, 5, 30, 300, 1_800, 7_200, 18_000):
        await settled(house)
        assert (await get(house, f"{PATH}/{made['id']}"))["gave_up_at"] is None
        house.clock.pass_(seconds=pause)
    await settled(house)
    assert len(house.outside.asked) == 8
    (delivery,) = (await get(house, f"{PATH}/{made['id']}/deliveries"))["items"]
    assert delivery == {
        "id": delivery["id"],
        "webhook_id": made["id"],
        "event": "application.created",
        "attempts": 8,
        "status": None,
        "body": None,
        "created_at": NOW,
        "delivered_at": None,
        "due_at": None,
    }
    assert (await get(house, f"{PATH}/{made['id']}"))["gave_up_at"] == "2026-11-18T18:42:16.000Z"
    house.outside.answers[URL] = Fetched(200, {}, b"ok")
    await register(house)
    await settled(house)
    assert (await get(house, f"{PATH}/{made['id']}"))["gave_up_at"] is None
    newest = (await get(house, f"{PATH}/{made['id']}/deliveries"))["items"][0]
    assert (newest["status"], newest["body"], newest["delivered_at"]) == (200, "ok", "2026-11-18T18:42:16.000Z")


async def test_a_webhook_of_another_surface_is_shown_and_kept_in_its_words(house: House):
    body = {"url": URL, "events": ["oauth_app.created"]}
    headers = await house.bearer("alice")
    await house.call("POST", "/api/organizations/acme/webhooks", headers=headers, json=body)
    (shown,) = (await get(house, f"{PATH}?organization_id=acme"))["items"]
    assert (shown["surface"], shown["events"]) == ("timbrix", ["application.created"])
    answer = await house.call("PATCH", f"{PATH}/{shown['id']}", headers=headers, json=shown)
    assert answer.json() == shown
