"""Personal access tokens: narrowed, ending, shown once, and no wider than what made them."""

import re

from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import faults, problem, token

PATH = "/api/manage/tokens"


async def test_a_token_is_shown_once_and_listed_without_its_value(house: House):
    headers = await house.bearer("bob")
    sent = {"name": "deploy", "scopes": ["applications:read", "applications:write"]}
    answer = await house.call("POST", PATH, headers=headers, json=sent)
    assert answer.status_code == 201
    document = answer.json()
    value = document.pop("token")
    assert re.fullmatch(r"licet_pat_[A-Za-z0-9_-]{43}", value)
    assert document == {
        "id": document["id"],
        "name": "deploy",
        "scopes": ["applications:read", "applications:write"],
        "hint": value[-4:],
        "created_at": "2026-11-18T11:06:40.000Z",
        "expires_at": "2027-02-16T11:06:40.000Z",
        "last_used_at": None,
    }
    assert (await house.call("GET", PATH, headers=headers)).json() == {"items": [document]}
    assert (await house.call("GET", PATH, headers=await house.bearer("carol"))).json() == {"items": []}


async def test_a_use_is_remembered(house: House):
    headers = await token(house, "bob", "applications:read")
    house.clock.pass_(seconds=5)
    await house.call("GET", "/api/applications", headers=headers)
    await house.store.upkeep.check()
    listed = (await house.call("GET", PATH, headers=await house.bearer("bob"))).json()["items"]
    assert [row["name"] for row in listed] == ["narrow"]


async def test_a_token_ends_when_it_says(house: House):
    sent = {"name": "short", "scopes": ["applications:read"], "expires_at": "2026-11-18T12:00:00+00:30"}
    answer = await house.call("POST", PATH, headers=await house.bearer("bob"), json=sent)
    assert answer.json()["expires_at"] == "2026-11-18T11:30:00.000Z"
    headers = {"authorization": f"Bearer {answer.json()['token']}"}
    assert (await house.call("GET", "/api/applications", headers=headers)).status_code == 200
    house.clock.pass_(seconds=1400)
    problem(await house.call("GET", "/api/applications", headers=headers), 401, "unauthenticated")


async def test_a_token_that_never_ends_is_made_in_a_session_only(house: House):
    sent = {"name": "forever", "scopes": ["users:write"], "expires_at": None}
    answer = await house.call("POST", PATH, headers=await house.bearer("bob"), json=sent)
    assert (answer.status_code, answer.json()["expires_at"]) == (201, None)
    headers = {"authorization": f"Bearer {answer.json()['token']}"}
    assert faults(await house.call("POST", PATH, headers=headers, json=sent)) == [("/expires_at", "null")]


async def test_what_is_wrong_with_a_token_is_named(house: House):
    good = {"name": "x", "scopes": ["applications:read"]}
    for sent, told in (
        ({}, [("/name", "absent"), ("/scopes", "absent")]),
        ({**good, "name": ""}, [("/name", "too_short")]),
        ({**good, "scopes": []}, [("/scopes", "too_few")]),
        ({**good, "scopes": ["everything"]}, [("/scopes/0", "bad_choice")]),
        ({**good, "scopes": "applications:read"}, [("/scopes", "type")]),
        ({**good, "scopes": ["applications:read"] * 2}, [("/scopes/1", "duplicate")]),
        ({**good, "expires_at": "2026-11-18T11:06:40Z"}, [("/expires_at", "out_of_range")]),
        ({**good, "expires_at": "2027-11-20T00:00:00Z"}, [("/expires_at", "out_of_range")]),
        ({**good, "expires_at": "9999-12-31T23:59:59-23:59"}, [("/expires_at", "out_of_range")]),
    ):
        assert faults(await house.call("POST", PATH, headers=await house.bearer("bob"), json=sent)) == told, sent


async def test_no_token_makes_one_that_may_do_more(house: House):
    headers = await token(house, "alice", "users:write", "applications:read")
    sent = {"name": "wider", "scopes": ["applications:write"]}
    answer = await house.call("POST", PATH, headers=headers, json=sent)
    assert problem(answer, 403, "scope-missing")["scope"] == "applications:write"
    sent = {"name": "as wide", "scopes": ["applications:read"]}
    assert (await house.call("POST", PATH, headers=headers, json=sent)).status_code == 201


async def test_a_token_that_may_not_manage_tokens_makes_and_removes_none(house: House):
    headers = await token(house, "alice", "applications:read")
    sent = {"name": "another", "scopes": ["applications:read"]}
    for answer in (
        await house.call("POST", PATH, headers=headers, json=sent),
        await house.call("DELETE", f"{PATH}/{'0' * 24}", headers=headers),
    ):
        assert problem(answer, 403, "scope-missing")["scope"] == "users:write"


async def test_a_removed_token_opens_nothing_and_only_its_owner_removes_it(house: House):
    headers = await token(house, "bob", "applications:read")
    (row,) = (await house.call("GET", PATH, headers=await house.bearer("bob"))).json()["items"]
    where = f"{PATH}/{row['id']}"
    problem(await house.call("DELETE", where, headers=await house.bearer("carol")), 404, "unknown-token")
    assert (await house.call("DELETE", where, headers=await house.bearer("bob"))).status_code == 204
    problem(await house.call("GET", "/api/applications", headers=headers), 401, "unauthenticated")
    problem(await house.call("DELETE", where, headers=await house.bearer("bob")), 404, "unknown-token")
