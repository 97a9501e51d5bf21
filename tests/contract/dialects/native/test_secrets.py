"""Secrets: several at once, each shown once, with dates, and gone when they are revoked."""

import asyncio
import re

from tests.contract.dialects.house import DAY, House
from tests.contract.dialects.native.scene import faults, path, problem, register, token


async def secrets(house: House, application: dict[str, object]) -> list[dict[str, object]]:
    answer = await house.call("GET", path(application, "secrets"), headers=await house.bearer("alice"))
    items: list[dict[str, object]] = answer.json()["items"]
    return items


async def test_an_added_secret_is_shown_once_with_its_dates(house: House):
    application = await register(house)
    alice = await house.user("alice")
    house.clock.pass_(seconds=1)
    answer = await house.call(
        "POST",
        path(application, "secrets"),
        headers=await house.bearer("alice"),
        json={"label": "blue", "expires_at": "2026-12-01T00:00:00Z"},
    )
    assert answer.status_code == 201
    document = answer.json()
    value = document.pop("client_secret")
    assert re.fullmatch(r"licet_cs_[A-Za-z0-9_-]{43}", value)
    assert document == {
        "id": document["id"],
        "label": "blue",
        "hint": value[-4:],
        "created_at": "2026-11-18T11:06:41.000Z",
        "created_by": alice.id,
        "expires_at": "2026-12-01T00:00:00.000Z",
        "last_used_at": None,
        "status": "active",
    }
    newest, first = await secrets(house, application)
    assert newest == document
    assert (first["label"], first["hint"]) == ("", application["client_secret"][-4:])


async def test_a_call_without_a_body_adds_a_secret_that_lasts(house: House):
    application = await register(house)
    answer = await house.call("POST", path(application, "secrets"), headers=await house.bearer("alice"))
    assert (answer.status_code, answer.json()["label"], answer.json()["expires_at"]) == (201, "", None)


async def test_a_secret_expires_at_its_time(house: House):
    application = await register(house)
    house.clock.pass_(seconds=1)
    await house.call(
        "POST",
        path(application, "secrets"),
        headers=await house.bearer("alice"),
        json={"expires_at": "2026-11-18T11:06:50Z"},
    )
    house.clock.pass_(seconds=8.999)
    assert [secret["status"] for secret in await secrets(house, application)] == ["active", "active"]
    house.clock.pass_(seconds=0.001)
    assert [secret["status"] for secret in await secrets(house, application)] == ["expired", "active"]


async def test_what_is_wrong_with_a_secret_is_named(house: House):
    application = await register(house)
    for sent, fault in (
        ({"label": "x" * 101}, ("/label", "too_long")),
        ({"label": None}, ("/label", "null")),
        ({"label": "a\u0007"}, ("/label", "control_character")),
        ({"expires_at": "2026-11-18T11:06:40Z"}, ("/expires_at", "out_of_range")),
        ({"expires_at": "tomorrow"}, ("/expires_at", "bad_value")),
        ({"expires_at": "2027-01-01"}, ("/expires_at", "bad_value")),
        ({"expires_at": 1_800_000_000}, ("/expires_at", "type")),
        ({"value": "mine"}, ("/value", "unknown")),
    ):
        answer = await house.call("POST", path(application, "secrets"), headers=await house.bearer("alice"), json=sent)
        assert faults(answer) == [fault], sent
    assert len(await secrets(house, application)) == 1


async def test_ten_secrets_are_enough(house: House):
    application = await register(house)
    headers = await house.bearer("alice")
    body = {"expires_at": "2026-11-19T00:00:00Z"}
    answers = await asyncio.gather(
        *(house.call("POST", path(application, "secrets"), headers=headers, json=body) for _ in range(12))
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 9 + [409] * 3
    assert len(await secrets(house, application)) == 10
    house.clock.now += DAY
    answer = await house.call("POST", path(application, "secrets"), headers=headers)
    assert answer.status_code == 201


async def test_a_revoked_secret_is_gone_and_the_last_one_may_go_too(house: House):
    application = await register(house)
    headers = await house.bearer("alice")
    (only,) = await secrets(house, application)
    answer = await house.call("DELETE", path(application, "secrets", str(only["id"])), headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert await secrets(house, application) == []
    again = await house.call("DELETE", path(application, "secrets", str(only["id"])), headers=headers)
    problem(again, 404, "unknown-secret")


async def test_a_secret_of_another_application_is_unknown(house: House):
    application, other = await register(house), await register(house)
    (secret,) = await secrets(house, other)
    headers = await house.bearer("alice")
    answer = await house.call("DELETE", path(application, "secrets", str(secret["id"])), headers=headers)
    problem(answer, 404, "unknown-secret")
    assert len(await secrets(house, other)) == 1


async def test_a_token_needs_the_scope_for_secrets(house: House):
    application = await register(house)
    (secret,) = await secrets(house, application)
    narrow = await token(house, "alice", "applications:read", "applications:write")
    for method, where in (("POST", path(application, "secrets")), ("DELETE", path(application, "secrets", "x"))):
        assert problem(await house.call(method, where, headers=narrow), 403, "scope-missing")["scope"] == (
            "secrets:write"
        )
    enough = await token(house, "alice", "secrets:write")
    assert (await house.call("POST", path(application, "secrets"), headers=enough)).status_code == 201
    answer = await house.call("DELETE", path(application, "secrets", str(secret["id"])), headers=enough)
    assert answer.status_code == 204
    answer = await house.call("GET", path(application, "secrets"), headers=enough)
    assert problem(answer, 403, "scope-missing")["scope"] == "applications:read"


async def test_adding_and_revoking_are_revisions_without_the_value(house: House):
    application = await register(house)
    headers = await house.bearer("alice")
    added = (await house.call("POST", path(application, "secrets"), headers=headers)).json()
    await house.call("DELETE", path(application, "secrets", added["id"]), headers=headers)
    answer = await house.call("GET", path(application, "revisions"), headers=headers)
    seen = {item["action"]: item["after"] for item in answer.json()["items"]}
    assert seen["application.secret_added"] == {"secret_id": added["id"]}
    assert seen["application.secret_revoked"] == {"secret_id": added["id"]}
    assert added["client_secret"] not in answer.text
    assert application["client_secret"] not in answer.text
