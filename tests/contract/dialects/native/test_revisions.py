"""Revisions: what changed, when, by whom and through what, in the words of the representation."""

from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import faults, patch, path, register


async def test_a_revision_says_what_changed_and_by_whom(house: House):
    application = await register(house, scope="openid")
    carol = await house.user("carol")
    house.clock.pass_(seconds=2)
    changed = await patch(house, application, "carol", scope="openid mcp", enabled=False, description=None)
    answer = await house.call("GET", path(application, "revisions"), headers=await house.bearer("alice"))
    newest, first = answer.json()["items"]
    assert answer.json()["next_cursor"] is None
    assert newest == {
        "id": newest["id"],
        "version": 2,
        "action": "application.updated",
        "at": "2026-11-18T11:06:42.000Z",
        "actor": {"id": carol.id, "name": "carol"},
        "surface": "native",
        "request_id": changed.headers["x-request-id"],
        "before": {"enabled": True, "scope": "openid"},
        "after": {"enabled": False, "scope": "openid mcp"},
    }
    assert (first["version"], first["action"], first["before"]) == (1, "application.created", {})
    assert first["after"]["client_name"] == "Ledger"
    assert first["after"]["scope"] == "openid"


async def test_revisions_come_in_pages(house: House):
    application = await register(house)
    for number in range(5):
        await patch(house, application, description=f"Number {number}")
    versions, cursor = [], None
    for _ in range(3):
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        answer = await house.call(
            "GET", path(application, "revisions"), headers=await house.bearer("alice"), params=query
        )
        versions.append([item["version"] for item in answer.json()["items"]])
        cursor = answer.json()["next_cursor"]
    assert (versions, cursor) == ([[6, 5], [4, 3], [2, 1]], None)


async def test_a_wrong_page_is_refused(house: House):
    application = await register(house)
    for query, fault in (
        ("limit=0", ("/limit", "out_of_range")),
        ("cursor=x", ("/cursor", "bad_value")),
        ("before=1", ("/before", "unknown")),
    ):
        answer = await house.call(
            "GET", f"{path(application, 'revisions')}?{query}", headers=await house.bearer("alice")
        )
        assert faults(answer) == [fault], query


async def test_a_refused_update_leaves_no_revision(house: House):
    application = await register(house)
    await patch(house, application, enabled="no")
    answer = await house.call("GET", path(application, "revisions"), headers=await house.bearer("alice"))
    assert [item["version"] for item in answer.json()["items"]] == [1]
