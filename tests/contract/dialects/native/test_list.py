"""The list of applications: pages in a stable order, filters, and cursors that nobody forges."""

from base64 import urlsafe_b64encode

from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import COLLECTION, faults, path, problem, register


async def names(house: House, who: str = "alice", **query: object) -> list[str]:
    answer = await house.call("GET", COLLECTION, headers=await house.bearer(who), params=query)
    assert answer.status_code == 200, answer.text
    return [item["client_name"] for item in answer.json()["items"]]


async def test_pages_follow_one_another_without_gap_or_repetition(house: House):
    team = house.organizations["acme"]
    for number in range(7):
        house.clock.pass_(seconds=1)
        await register(house, client_name=f"Number {number}", scope="mcp")
    seen: list[str] = []
    cursor = None
    for _ in range(4):
        answer = await house.call(
            "GET",
            COLLECTION,
            headers=await house.bearer("alice"),
            params={"limit": 2, "organization_id": team, "scope": "mcp", **({"cursor": cursor} if cursor else {})},
        )
        page = answer.json()
        assert set(page) == {"items", "next_cursor", "total", "total_is_at_least"}
        seen += [item["client_name"] for item in page["items"] if item["client_name"].startswith("Number")]
        assert page["total_is_at_least"] is False
        cursor = page["next_cursor"]
        # What is registered meanwhile moves nothing that is still to come.
        house.clock.pass_(seconds=1)
        await register(house, client_name="Late")
    assert seen == [f"Number {number}" for number in reversed(range(7))]


async def test_the_last_page_has_no_cursor(house: House):
    await register(house, client_name="Only Zebra")
    answer = await house.call("GET", COLLECTION, headers=await house.bearer("alice"), params={"q": "zebra"})
    assert (len(answer.json()["items"]), answer.json()["next_cursor"], answer.json()["total"]) == (1, None, 1)


async def test_everybody_sees_what_they_manage_and_nothing_else(house: House):
    await register(house, client_name="Zebra of acme")
    other = house.organizations["other"]
    await register(house, "mallory", client_name="Zebra of other", organization_id=other)
    assert await names(house, "alice", q="zebra") == ["Zebra of acme"]
    assert await names(house, "carol", q="zebra") == ["Zebra of acme"]
    assert await names(house, "bob", q="zebra") == []
    assert await names(house, "mallory", q="zebra") == ["Zebra of other"]
    assert sorted(await names(house, "admin", q="zebra")) == ["Zebra of acme", "Zebra of other"]
    assert await names(house, "alice", q="zebra", organization_id=other) == []
    assert await names(house, "admin", q="zebra", organization_id=other) == ["Zebra of other"]


async def test_filters_narrow_the_list_all_at_once(house: House):
    await register(house, client_name="Ledger Blue", scope="mcp", redirect_uris=["https://blue.example/cb"])
    await register(house, client_name="Ledger Red", enabled=False, redirect_uris=["https://red.example/cb"])
    for filters, found in (
        ({"q": "led"}, ["Ledger Blue", "Ledger Red"]),
        ({"q": "LEDGER re"}, ["Ledger Red"]),
        ({"q": "edger"}, []),
        ({"q": "%"}, []),
        ({"q": "... *"}, []),
        ({"q": "ledger", "enabled": "false"}, ["Ledger Red"]),
        ({"q": "ledger", "enabled": "true"}, ["Ledger Blue"]),
        ({"q": "ledger", "scope": "mcp"}, ["Ledger Blue"]),
        ({"q": "ledger", "scope": "mc"}, []),
        ({"q": "ledger", "redirect_host": "blue.example"}, ["Ledger Blue"]),
        ({"q": "ledger", "redirect_host": "BLUE.example"}, ["Ledger Blue"]),
        ({"q": "ledger", "surface": "native"}, ["Ledger Blue", "Ledger Red"]),
        ({"q": "ledger", "surface": "elsewhere"}, []),
        ({"q": "ledger", "unused_since": "2020-01-01"}, ["Ledger Blue", "Ledger Red"]),
        ({"q": "ledger", "unused_since": "2020-01-01T00:00:00Z"}, ["Ledger Blue", "Ledger Red"]),
        ({"q": "ledger", "enabled": "true", "scope": "mcp", "redirect_host": "red.example"}, []),
    ):
        assert sorted(await names(house, **filters)) == found, filters


async def test_a_client_id_is_found_by_its_beginning(house: House):
    application = await register(house, client_name="Zebra")
    assert await names(house, q=application["client_id"][:10]) == ["Zebra"]


async def test_a_wrong_query_is_refused_by_name(house: House):
    for query, fault in (
        ("limit=0", ("/limit", "out_of_range")),
        ("limit=201", ("/limit", "out_of_range")),
        ("limit=many", ("/limit", "type")),
        ("limit=%D9%A3", ("/limit", "type")),
        ("enabled=1", ("/enabled", "type")),
        ("unused_since=yesterday", ("/unused_since", "bad_value")),
        ("unused_since=2026-02-30", ("/unused_since", "bad_value")),
        ("cursor=abc", ("/cursor", "bad_value")),
        ("cursor=", ("/cursor", "bad_value")),
        ("q=", ("/q", "too_short")),
        ("sort=name", ("/sort", "unknown")),
        ("q=a%E2%80%AEb", ("/q", "control_character")),
    ):
        answer = await house.call("GET", f"{COLLECTION}?{query}", headers=await house.bearer("alice"))
        assert faults(answer) == [fault]


async def test_a_query_that_cannot_be_read_is_refused(house: House):
    for query in (
        "limit=1&limit=2",
        "q=%00",
        "q=%FF",
        "q=%zz",
    ):
        answer = await house.call("GET", f"{COLLECTION}?{query}", headers=await house.bearer("alice"))
        problem(answer, 400, "malformed-request")


def forged(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


async def test_a_forged_cursor_is_refused(house: House):
    for cursor in (
        forged('["applications"]'),
        forged('["applications",1]'),
        forged('["applications","\\u0000",1,"x"]'),
        forged('["applications","every",99999999999999999999999,"x"]'),
        forged('["applications","every",1.5,"x"]'),
        forged('["applications",["every"],1,"x"]'),
        forged('["applications","age","x","y"]'),
        forged('["applications","words","x","y","z","a"]'),
        forged('["revisions","0123456789abcdef01234567"]'),
        forged('{"applications":1}'),
        "A" * 2001,
        "A",
        "é",
    ):
        answer = await house.call("GET", COLLECTION, headers=await house.bearer("alice"), params={"cursor": cursor})
        assert answer.status_code == 400
        assert answer.json()["type"] in {"urn:licet:problem:invalid", "urn:licet:problem:malformed-request"}


async def test_a_cursor_of_one_list_opens_no_other(house: House):
    for _ in range(2):
        await register(house)
    application = await register(house)
    headers = await house.bearer("alice")
    page = await house.call("GET", COLLECTION, headers=headers, params={"limit": 1})
    cursor = page.json()["next_cursor"]
    for other in (path(application, "revisions"), "/api/manage/organizations"):
        assert faults(await house.call("GET", other, headers=headers, params={"cursor": cursor})) == [
            ("/cursor", "bad_value")
        ]
