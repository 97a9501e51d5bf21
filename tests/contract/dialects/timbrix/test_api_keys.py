"""API keys: made, listed, validated."""

import asyncio
import re
from typing import Any

import pytest

from licet.domain.secret import digest
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.scene import LATER, MINUTES, NOBODY, NOW, ROLE_TOO_LOW, bad, call, narrowed, uuid

KEYS = "/api/organizations/acme/api-keys"
VALIDATE = "/api/api-keys/validate"
ENDED = {"statusCode": 403, "message": "This is not allowed", "error": "Forbidden"}


async def issued(house: House, who: str = "alice", **said: Any) -> dict[str, Any]:
    answer = await call(house, who, "POST", KEYS, json={"name": "Deploys", **said})
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


async def validated(house: House, value: str) -> Any:
    return await house.call("POST", VALIDATE, headers={"x-api-key": value})


async def test_a_key_is_shown_once_and_kept_as_its_digest(house: House):
    made = await issued(house, description="From the pipeline", scopes=["read:user", "read:user", "read:members"])
    assert list(made.items()) == [
        ("id", made["id"]),
        ("name", "Deploys"),
        ("description", "From the pipeline"),
        ("prefix", made["key"][:10]),
        ("scopes", ["read:user", "read:members"]),
        ("expiresAt", None),
        ("createdAt", NOW),
        ("lastUsedAt", None),
        ("status", "active"),
        ("key", made["key"]),
    ]
    assert re.fullmatch(r"sk_[A-Za-z0-9]{43}", made["key"])
    assert re.fullmatch(r"key_[0-9a-f]{24}", made["id"])
    listed = await call(house, "carol", "GET", KEYS)
    assert (listed.status_code, listed.json()) == (200, [{k: v for k, v in made.items() if k != "key"}])
    (kept,) = await house.store.api_keys.of(house.organizations["acme"])
    assert kept.digest == digest(made["key"])
    assert made["key"] not in repr(kept)


async def test_a_key_is_known_by_its_value(house: House):
    made = await issued(house, scopes=["read:members"], expiresAt=LATER)
    answer = await validated(house, made["key"])
    assert answer.status_code == 200
    assert list(answer.json().items()) == [
        ("valid", True),
        ("id", made["id"]),
        ("name", "Deploys"),
        ("organizationId", uuid(house, "acme")),
        ("scopes", ["read:members"]),
        ("expiresAt", LATER),
        ("isActive", True),
    ]


async def test_what_is_no_key_is_not_authenticated(house: House):
    made = await issued(house)
    for headers in ({}, {"authorization": f"Bearer {made['key']}"}):
        assert (await house.call("POST", VALIDATE, headers=headers)).json() == NOBODY
    for value in ("", "sk_", made["key"][:-1], made["key"] + "x", "x" * 10_000, made["prefix"], made["id"]):
        answer = await validated(house, value)
        assert (answer.status_code, answer.json()) == (401, NOBODY)
    twice = await house.client.post(VALIDATE, headers=[("x-api-key", made["key"]), ("x-api-key", made["key"])])
    assert twice.status_code == 401


async def test_a_key_that_has_ended_is_forbidden(house: House):
    made, other = await issued(house, expiresAt=LATER), await issued(house)
    house.clock.pass_(seconds=MINUTES)
    answer = await validated(house, made["key"])
    assert (answer.status_code, answer.json()) == (403, ENDED)
    native = f"/api/manage/organizations/acme/api-keys/{other['id'].removeprefix('key_')}"
    assert (await call(house, "alice", "DELETE", native)).status_code == 204
    assert (await validated(house, other["key"])).json() == ENDED
    states = {row["id"]: row["status"] for row in (await call(house, "alice", "GET", KEYS)).json()}
    assert states == {made["id"]: "expired", other["id"]: "revoked"}


@pytest.mark.settings(limits=True)
async def test_guessing_is_throttled(house: House):
    answers = await asyncio.gather(*(validated(house, f"sk_{number}") for number in range(301)))
    assert sorted({answer.status_code for answer in answers}) == [401, 429]


async def test_a_key_opens_nothing_here(house: House):
    made = await issued(house, scopes=["admin:organization"])
    for headers in ({"authorization": f"Bearer {made['key']}"}, {"x-api-key": made["key"]}):
        assert (await house.call("GET", KEYS, headers=headers)).json() == NOBODY


async def test_the_faults_of_a_new_key_are_named(house: House):
    for body, faults in [
        ({}, ["name is required"]),
        ({"name": " "}, ["name must be 1 to 100 characters"]),
        ({"name": "x" * 101}, ["name must be 1 to 100 characters"]),
        ({"name": 5, "scopes": "read:user"}, ["name must be a string", "scopes must be an array of strings"]),
        ({"name": "x", "description": "d" * 501}, ["description must be at most 500 characters"]),
        ({"name": "x", "scopes": ["read:nothing"]}, ["scopes[0] is not a known scope: read:nothing"]),
        ({"name": "x", "expiresAt": "tomorrow"}, ["expiresAt must be an ISO 8601 date or time"]),
        ({"name": "x", "expiresAt": NOW}, ["expiresAt must be a time to come"]),
        ({"name": "x", "key": "sk_mine"}, ["key is not a known field"]),
    ]:
        answer = await call(house, "alice", "POST", KEYS, json=body)
        assert (answer.status_code, answer.json()) == (400, bad(*faults)), body


async def test_name_and_description_of_the_most_characters_are_taken(house: House):
    made = await issued(house, name=" " + "\U0001f4b0" * 100, description="\U0001f4b0" * 500, expiresAt=None)
    assert (made["name"], made["description"]) == ("\U0001f4b0" * 100, "\U0001f4b0" * 500)


async def test_nobody_gives_a_key_more_than_they_may_give(house: House):
    for who, scope in (("carol", "admin:organization"), ("alice", "admin:all")):
        answer = await call(house, who, "POST", KEYS, json={"name": "x", "scopes": [scope]})
        message = f"Scope {scope} cannot be granted by the caller"
        assert (answer.status_code, answer.json()["message"]) == (403, message)


@pytest.mark.attack(101)
async def test_keys_are_for_owner_and_admin_of_the_organization(house: House):
    for who in ("bob", "mallory"):
        for method in ("GET", "POST"):
            answer = await call(house, who, method, KEYS, content=b"{")
            assert (answer.status_code, answer.json()) == (403, ROLE_TOO_LOW)
    assert (await house.call("GET", KEYS)).json() == NOBODY
    answer = await house.call("GET", KEYS, headers=await narrowed(house, "alice", "applications:read"))
    assert answer.status_code == 403


async def test_the_same_idempotency_key_makes_one(house: House):
    headers = {"idempotency-key": "k"}
    answers = [await call(house, "alice", "POST", KEYS, json={"name": "x"}, headers=headers) for _ in range(3)]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert len((await call(house, "alice", "GET", KEYS)).json()) == 1


async def test_an_organization_has_a_hundred_live_keys(house: House):
    answers = await asyncio.gather(
        *(call(house, "alice", "POST", KEYS, json={"name": str(number)}) for number in range(103))
    )
    assert sorted(answer.status_code for answer in answers) == [*[201] * 100, *[409] * 3]
