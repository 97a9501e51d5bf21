"""GET /api/oauth/apps."""

import asyncio
from base64 import urlsafe_b64encode

from tests.contract.dialects.house import DAY, EPOCH, House
from tests.contract.dialects.timbrix.scene import APPS, NOW, ROLE_TOO_LOW, bad, call, foreign, registered, uuid


async def found(house: House, who: str = "mallory", **query: object) -> list[str]:
    """Names on one page."""
    answer = await call(house, who, "GET", APPS, params=query)
    assert answer.status_code == 200, answer.text
    return [app["name"] for app in answer.json()["items"]]


async def several(house: House, count: int) -> list[str]:
    """So many applications of the organization `other`, newest first."""
    names = [f"Number {number}" for number in range(count)]
    for name in names:
        house.clock.now += 1000
        await registered(house, "mallory", name=name)
    return names[::-1]


async def test_a_page_is_items_and_a_cursor(house: House):
    made = await registered(house, "mallory", description=None)
    answer = await call(house, "mallory", "GET", APPS)
    assert answer.status_code == 200
    assert answer.text == (
        f'{{"items":[{{"clientId":"{made["clientId"]}","name":"Payroll Connector","description":null,'
        '"redirectUri":"https://payroll.example/cb","scopes":["read:organization","read:members"],"isActive":true,'
        f'"createdAt":"{NOW}","updatedAt":"{NOW}"}}],"nextCursor":null}}'
    )


async def test_nothing_found_is_an_empty_page(house: House):
    assert (await call(house, "mallory", "GET", APPS)).json() == {"items": [], "nextCursor": None}


async def test_pages_follow_each_other_by_cursor(house: House):
    names = await several(house, 5)
    seen, cursor = [], ""
    for size in (2, 2, 1):
        answer = await call(house, "mallory", "GET", APPS, params={"limit": "2", "cursor": cursor})
        seen += [app["name"] for app in answer.json()["items"]]
        assert len(answer.json()["items"]) == size
        cursor = answer.json()["nextCursor"]
    assert seen == names
    assert cursor is None


async def test_a_page_without_a_limit_has_fifty_items(house: House):
    names = await several(house, 51)
    assert await found(house) == names[:50]
    assert await found(house, limit=100) == names


async def test_a_caller_finds_what_they_manage_and_nothing_else(house: House):
    await registered(house, "mallory", name="Of other")
    await registered(house, "alice", name="Of acme")
    await registered(house, "bob", name="Of bob")
    assert await found(house, "mallory") == ["Of other"]
    assert await found(house, "bob") == ["Of bob"]
    assert "Of acme" in await found(house, "carol")
    assert not {"Of other", "Of bob"} & {*await found(house, "carol")}
    assert {"Of acme", "Of other", "Of bob"} <= {*await found(house, "admin")}


async def test_an_organization_narrows_it(house: House):
    await house.services.organizations.create(await house.actor("mallory"), name="Second", slug="second")
    await registered(house, "mallory", name="Of second", organizationId="second")
    await registered(house, "mallory", name="Of other", organizationId="other")
    assert await found(house, organizationId="second") == ["Of second"]
    assert await found(house, organizationId=uuid(house, "other")) == ["Of other"]
    assert {*await found(house)} == {"Of second", "Of other"}


NOT_MANAGED = [("bob", "acme"), ("mallory", "acme"), ("alice", "nowhere")]


async def test_an_organization_that_the_caller_does_not_manage_is_refused(house: House):
    for who, name in NOT_MANAGED:
        answer = await call(house, who, "GET", APPS, params={"organizationId": name, "limit": "0"})
        assert answer.status_code == 403
        assert answer.json() == ROLE_TOO_LOW


async def test_words_are_found_by_their_beginnings(house: House):
    made = await registered(house, "mallory", name="Payroll Connector")
    await registered(house, "mallory", name="Calendar \u00c9t\u00e9")
    assert await found(house, q="pay") == ["Payroll Connector"]
    assert await found(house, q="CONN payr") == ["Payroll Connector"]
    assert await found(house, q="roll") == []
    assert await found(house, q="\u00c9T") == ["Calendar \u00c9t\u00e9"]
    assert await found(house, q=made["clientId"][:9]) == ["Payroll Connector"]
    assert await found(house, q=made["clientId"]) == ["Payroll Connector"]


async def test_state_and_scope_narrow_it(house: House):
    await registered(house, "mallory", name="On", scopes=["read:user"])
    off = await registered(house, "mallory", name="Off", scopes=["read:user", "write:user"])
    await call(house, "mallory", "POST", f"{APPS}/{off['clientId']}/suspend")
    assert await found(house, isActive="true") == ["On"]
    assert await found(house, isActive="false") == ["Off"]
    assert await found(house, scope="write:user") == ["Off"]
    assert {*await found(house, scope="read:user")} == {"On", "Off"}
    assert await found(house, scope="read:user", isActive="true", q="on") == ["On"]
    assert await found(house, scope="write:webhooks") == []


async def test_what_was_used_since_is_left_out(house: House):
    await registered(house, "mallory", name="Idle")
    used = await registered(house, "mallory", name="Used")
    stored = await house.store.applications.by_client_id(used["clientId"])
    secret = (await house.store.secrets.of(stored.id))[0]
    house.store.secrets.touch(secret.id, now=EPOCH + DAY, address="127.0.0.1")
    for _ in range(100):
        if (await house.store.applications.by_client_id(used["clientId"])).last_used_at:
            break
        await asyncio.sleep(0.1)
    assert await found(house, unusedSince="2026-11-18T12:00:00Z") == ["Idle"]
    assert await found(house, unusedSince="2026-11-19") == ["Idle"]
    assert {*await found(house, unusedSince="2026-11-20T00:00:00+00:00")} == {"Idle", "Used"}


async def test_a_parameter_without_a_value_is_left_out(house: House):
    await registered(house, "mallory", name="One")
    answer = await call(
        house, "mallory", "GET", f"{APPS}?organizationId=&q=&isActive=&scope=&unusedSince=&cursor=&limit="
    )
    assert answer.status_code == 200
    assert [app["name"] for app in answer.json()["items"]] == ["One"]


FAULTS = [
    ("limit=0", ["limit must be within 1..100"]),
    ("limit=101", ["limit must be within 1..100"]),
    ("limit=-1", ["limit must be a whole number"]),
    ("limit=ten", ["limit must be a whole number"]),
    ("limit=1.0", ["limit must be a whole number"]),
    ("limit=%D9%A1", ["limit must be a whole number"]),
    ("limit=" + "9" * 400, ["limit must be a whole number"]),
    ("isActive=yes", ["isActive must be a boolean"]),
    ("isActive=1", ["isActive must be a boolean"]),
    ("scope=openid", ["scope is not a known scope: openid"]),
    ("scope=read:user+write:user", ["scope is not a known scope"]),
    ("unusedSince=yesterday", ["unusedSince must be an ISO 8601 date or time"]),
    ("unusedSince=2026-02-30", ["unusedSince must be an ISO 8601 date or time"]),
    ("q=---", ["q must be a text with letters or digits"]),
    ("q=a%E2%80%AEb", ["q must not contain control characters"]),
    ("page=2", ["page is not a known field"]),
    (
        "limit=0&isActive=1&page=2",
        ["isActive must be a boolean", "limit must be within 1..100", "page is not a known field"],
    ),
]


async def test_every_fault_of_the_query_is_told(house: House):
    for query, faults in FAULTS:
        answer = await call(house, "mallory", "GET", f"{APPS}?{query}")
        assert answer.status_code == 400
        assert answer.json() == bad(*faults)


def cursor(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


NO_CURSORS = [
    "x",
    "!",
    "a" * 3000,
    cursor("[]"),
    cursor("{}"),
    cursor("null"),
    cursor('[["new"]]'),
    cursor("[1,true]"),
    cursor("[1.5]"),
]


async def test_what_is_no_cursor_is_refused(house: House):
    for value in NO_CURSORS:
        answer = await call(house, "mallory", "GET", APPS, params={"cursor": value})
        assert answer.status_code == 400
        assert answer.json() == bad("cursor must be the nextCursor of a page of this list")


NEVER_GIVEN = [cursor("[1]"), cursor('["newest"]'), cursor('["newest",1,2,3]'), cursor('["\' OR 1=1 --",1,"x"]')]


async def test_a_cursor_that_was_never_given_out_is_refused(house: House):
    for value in NEVER_GIVEN:
        await registered(house, "mallory")
        answer = await call(house, "mallory", "GET", APPS, params={"cursor": value})
        assert answer.status_code == 400
        assert answer.json() == {
            "statusCode": 400,
            "message": "The cursor does not fit the query.",
            "error": "Bad Request",
        }


async def test_a_cursor_gives_no_sight_of_others(house: House):
    for _ in range(3):
        await registered(house, "alice")
    page = (await call(house, "alice", "GET", APPS, params={"limit": 1})).json()
    assert page["nextCursor"]
    assert (await call(house, "mallory", "GET", APPS, params={"cursor": page["nextCursor"]})).json()["items"] == []


async def test_a_repeated_parameter_is_refused(house: House):
    answer = await call(house, "mallory", "GET", f"{APPS}?limit=1&limit=2")
    assert answer.status_code == 400
    assert answer.json() == {
        "statusCode": 400,
        "message": "A parameter is given more than once.",
        "error": "Bad Request",
    }


async def test_applications_of_other_surfaces_are_among_them(house: House):
    await foreign(house, client_name="Somewhere else")
    assert "Somewhere else" in await found(house, "carol", q="somewhere")
