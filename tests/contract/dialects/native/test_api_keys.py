"""API keys of an organization, natively."""

from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import faults, problem, token

PATH = "/api/manage/organizations/acme/api-keys"
NOW = "2026-11-18T11:06:40.000Z"


async def test_a_key_is_made_listed_and_revoked(house: House):
    headers = await house.bearer("alice")
    made = await house.call("POST", PATH, headers=headers, json={"name": "Deploys", "scopes": ["read"]})
    assert made.status_code == 201
    document = made.json()
    assert document == {
        "id": document["id"],
        "prefix": document["key"][:10],
        "name": "Deploys",
        "description": None,
        "scopes": ["read"],
        "created_by": (await house.user("alice")).id,
        "created_at": NOW,
        "expires_at": None,
        "revoked_at": None,
        "last_used_at": None,
        "status": "active",
        "key": document["key"],
    }
    shown = {name: value for name, value in document.items() if name != "key"}
    assert (await house.call("GET", PATH, headers=headers)).json() == {"items": [shown]}
    one = f"{PATH}/{document['id']}"
    assert (await house.call("DELETE", one, headers=headers)).status_code == 204
    problem(await house.call("DELETE", one, headers=headers), 404, "unknown-token")
    ended = (await house.call("GET", PATH, headers=headers)).json()["items"]
    assert ended == [{**shown, "revoked_at": NOW, "status": "revoked"}]


async def test_faults_are_told_where_they_are(house: House):
    headers = await house.bearer("alice")
    for body, expected in (
        ({}, [("/name", "absent")]),
        ({"name": "", "scopes": "read", "x": 1}, [("/name", "too_short"), ("/scopes", "type"), ("/x", "unknown")]),
        ({"name": "x", "scopes": ["read", "nothing"]}, [("/scopes/1", "bad_choice")]),
        ({"name": "x", "expires_at": NOW}, [("/expires_at", "bad_value")]),
    ):
        assert faults(await house.call("POST", PATH, headers=headers, json=body)) == expected


async def test_keys_are_for_owner_and_admin(house: House):
    for who, answered in (("bob", (403, "role-too-low")), ("mallory", (404, "unknown-organization"))):
        for method, path in (("GET", PATH), ("POST", PATH), ("DELETE", f"{PATH}/x")):
            answer = await house.call(method, path, headers=await house.bearer(who), json={"name": "x"})
            problem(answer, *answered)
    narrow = await token(house, "alice", "applications:write")
    problem(await house.call("POST", PATH, headers=narrow, json={"name": "x"}), 403, "scope-missing")
