"""GET /api/oauth/apps/{clientId}/events and GET /api/oauth/scopes."""

import re

from licet.domain.application import Application
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.scene import (
    APPS,
    MINUTES,
    NO_APPLICATION,
    NOW,
    ROLE_TOO_LOW,
    call,
    foreign,
    kept,
    registered,
)


async def events(house: House, client_id: str) -> list[dict]:
    answer = await call(house, "alice", "GET", f"{APPS}/{client_id}/events")
    assert answer.status_code == 200
    return answer.json()


async def test_an_event_says_who_did_what_and_when(house: House):
    client_id = (await registered(house))["clientId"]
    house.clock.pass_(seconds=MINUTES)
    done = await call(
        house,
        "carol",
        "PUT",
        f"{APPS}/{client_id}",
        json={"name": "Payroll", "redirectUri": None, "scopes": ["read:user"]},
    )
    newest, first = await events(house, client_id)
    assert re.fullmatch(r"evt_[0-9a-f]{24}", newest["id"])
    assert list(newest.items()) == [
        ("id", newest["id"]),
        ("type", "oauth_app.updated"),
        ("actor", "carol"),
        ("requestId", done.headers["x-request-id"]),
        ("createdAt", "2026-11-18T11:16:40Z"),
        (
            "before",
            {
                "name": "Payroll Connector",
                "redirectUri": "https://payroll.example/cb",
                "scopes": ["read:organization", "read:members"],
            },
        ),
        ("after", {"name": "Payroll", "redirectUri": None, "scopes": ["read:user"]}),
    ]
    assert {key: first[key] for key in ("type", "actor", "createdAt", "before", "after")} == {
        "type": "oauth_app.created",
        "actor": "alice",
        "createdAt": NOW,
        "before": None,
        "after": {
            "name": "Payroll Connector",
            "description": "Reads members for payroll",
            "redirectUri": "https://payroll.example/cb",
            "scopes": ["read:organization", "read:members"],
            "isActive": True,
        },
    }


async def test_every_change_has_its_name_and_none_a_secret(house: House):
    made = await registered(house)
    client_id, path = made["clientId"], f"{APPS}/{made['clientId']}"
    house.clock.pass_(seconds=1)
    added = (await call(house, "alice", "POST", f"{path}/secrets")).json()
    await call(house, "alice", "DELETE", f"{path}/secrets/{added['id']}")
    await call(house, "alice", "POST", f"{path}/suspend")
    await call(house, "alice", "PUT", path, json={"isActive": True, "name": "Renamed"})
    await call(house, "alice", "PUT", path, json={"description": None})
    found = await events(house, client_id)
    assert {event["type"]: (event["before"], event["after"]) for event in found[:-1]} == {
        "oauth_app.updated": ({"description": "Reads members for payroll"}, {"description": None}),
        "oauth_app.activated": (
            {"name": "Payroll Connector", "isActive": False},
            {"name": "Renamed", "isActive": True},
        ),
        "oauth_app.suspended": ({"isActive": True}, {"isActive": False}),
        "oauth_app.secret_retired": (None, {"secretId": added["id"]}),
        "oauth_app.secret_rotated": (None, {"secretId": added["id"]}),
    }
    assert found[-1]["type"] == "oauth_app.created"
    for value in (made["clientSecret"], added["clientSecret"]):
        assert value not in str(found)
        assert value[3:] not in str(found)


async def test_events_are_newest_first(house: House):
    client_id = (await registered(house))["clientId"]
    for number in range(5):
        house.clock.pass_(seconds=1)
        await call(house, "alice", "PUT", f"{APPS}/{client_id}", json={"name": f"Number {number}"})
    names = [event["after"]["name"] for event in await events(house, client_id)]
    assert names == ["Number 4", "Number 3", "Number 2", "Number 1", "Number 0", "Payroll Connector"]


async def test_a_change_that_this_surface_cannot_spell_says_that_there_was_one(house: House):
    client_id = await foreign(house, scope=("openid", "read:user"))

    def read(_present: Application) -> dict[str, object]:
        return {"logo_uri": "https://logo.example/x.png", "scope": ("read:user", "email")}

    await house.services.applications.update(await house.actor("alice"), client_id, read)
    newest = (await events(house, client_id))[0]
    assert (newest["type"], newest["before"], newest["after"]) == ("oauth_app.updated", None, None)


async def test_the_history_is_for_owner_and_admin(house: House):
    path = f"{APPS}/{(await registered(house))['clientId']}/events"
    low = await call(house, "bob", "GET", path)
    assert (low.status_code, low.json()) == (403, ROLE_TOO_LOW)
    stranger = await call(house, "mallory", "GET", path)
    assert (stranger.status_code, stranger.json()) == (404, NO_APPLICATION)


async def test_the_scopes_are_listed_with_their_risk_and_who_grants_them(house: House):
    answer = await call(house, "bob", "GET", "/api/oauth/scopes")
    assert answer.status_code == 200
    assert [list(scope) for scope in answer.json()] == [["name", "description", "risk", "grantableBy"]] * 11
    assert [(scope["name"], scope["risk"], scope["grantableBy"]) for scope in answer.json()] == [
        ("read:user", "low", "admin"),
        ("write:user", "medium", "admin"),
        ("read:organization", "low", "admin"),
        ("write:organization", "medium", "admin"),
        ("read:members", "low", "admin"),
        ("write:members", "high", "admin"),
        ("read:webhooks", "low", "admin"),
        ("write:webhooks", "medium", "admin"),
        ("admin:organization", "high", "owner"),
        ("admin:all", "high", "nobody"),
        ("write:oauth-apps", "high", "admin"),
    ]
    assert all(scope["description"] for scope in answer.json())


async def test_every_listed_scope_that_an_owner_may_grant_can_be_had(house: House):
    listed = (await call(house, "alice", "GET", "/api/oauth/scopes")).json()
    names = [scope["name"] for scope in listed if scope["grantableBy"] != "nobody"]
    made = await registered(house, scopes=names)
    assert (await kept(house, made["clientId"])).scope == tuple(names)
