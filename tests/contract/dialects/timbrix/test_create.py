"""POST /api/oauth/apps."""

import asyncio
import re

import pytest

from licet.services.idempotency import Idempotency
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.scene import (
    APPS,
    NOBODY,
    NOT_JSON,
    NOW,
    ROLE_TOO_LOW,
    bad,
    call,
    kept,
    narrowed,
    registered,
    uuid,
)

MINIMUM = {"name": "Payroll Connector", "scopes": ["read:members"]}


async def test_a_registration_answers_nine_keys_in_their_order(house: House):
    answer = await call(
        house,
        "alice",
        "POST",
        APPS,
        json={"name": "Payroll Connector", "redirectUri": "https://payroll.example/cb", "scopes": ["read:members"]},
    )
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    assert re.fullmatch(
        r'\{"clientId":"app_[0-9a-f]{16}","name":"Payroll Connector","description":null,'
        r'"redirectUri":"https://payroll\.example/cb","scopes":\["read:members"\],"isActive":true,'
        r'"createdAt":"2026-11-18T11:06:40Z","updatedAt":"2026-11-18T11:06:40Z",'
        r'"clientSecret":"cs_[A-Za-z0-9_-]{43}"\}',
        answer.text,
    )


async def test_two_registrations_have_ids_and_secrets_of_their_own(house: House):
    one, other = await registered(house), await registered(house)
    assert one["clientId"] != other["clientId"]
    assert one["clientSecret"] != other["clientSecret"]


async def test_the_secret_is_shown_this_once(house: House):
    made = await registered(house)
    path = f"{APPS}/{made['clientId']}"
    others = [
        await call(house, "alice", "GET", path),
        await call(house, "alice", "PUT", path, json={"name": "Renamed"}),
        await call(house, "alice", "GET", f"{path}/secrets"),
        await call(house, "alice", "GET", f"{path}/events"),
        await call(house, "alice", "GET", f"{APPS}/organization/acme"),
        await call(house, "alice", "GET", APPS),
    ]
    for answer in others:
        assert answer.status_code == 200
        assert made["clientSecret"] not in answer.text
        assert made["clientSecret"] not in str(answer.headers)
    stored = await house.store.secrets.of((await kept(house, made["clientId"])).id)
    assert made["clientSecret"] not in repr(stored)
    assert [secret.sealed for secret in stored] == [None]


async def test_the_application_works_through_this_surface_alone(house: House):
    made = await kept(house, (await registered(house))["clientId"])
    assert (made.surface, made.protocols, made.created_by) == ("timbrix", ("timbrix",), (await house.user("alice")).id)
    assert made.grant_types == ("authorization_code", "refresh_token", "client_credentials")


async def test_the_name_is_trimmed_and_measured_in_code_points(house: House):
    assert (await registered(house, name="\u00a0 Payroll \t"))["name"] == "Payroll"
    assert (await registered(house, name="\U0001f4b0" * 100))["name"] == "\U0001f4b0" * 100
    assert (await registered(house, name="  " + "a" * 100 + "  "))["name"] == "a" * 100


OPTIONAL = [
    ({}, (None, None)),
    ({"description": None, "redirectUri": None}, (None, None)),
    ({"description": "", "redirectUri": "payroll.example:/cb"}, ("", "payroll.example:/cb")),
    ({"description": "\u20ac" * 500}, ("\u20ac" * 500, None)),
    (
        {"description": "one\ntwo", "redirectUri": "http://127.0.0.1:7777/cb"},
        ("one\ntwo", "http://127.0.0.1:7777/cb"),
    ),
]


async def test_what_is_optional_may_be_left_out_or_null(house: House):
    for said, shown in OPTIONAL:
        answer = await call(house, "alice", "POST", APPS, json={**MINIMUM, **said})
        assert answer.status_code == 201
        assert (answer.json()["description"], answer.json()["redirectUri"]) == shown


async def test_scopes_keep_their_order_and_lose_their_repetitions(house: House):
    made = await registered(house, scopes=["write:user", "read:user", "write:user", "write:oauth-apps", "read:user"])
    assert made["scopes"] == ["write:user", "read:user", "write:oauth-apps"]


FAULTS = [
    ({}, ["name is required", "scopes is required"]),
    ([], ["body must be a JSON object"]),
    ("text", ["body must be a JSON object"]),
    ({"name": None, "scopes": None}, ["name cannot be null", "scopes cannot be null"]),
    ({"name": 5, "scopes": "read:user"}, ["name must be a string", "scopes must be an array of strings"]),
    ({"name": "", "scopes": []}, ["name must be 1 to 100 characters", "scopes must not be empty"]),
    ({**MINIMUM, "name": " \u2003\ufeff "}, ["name must be 1 to 100 characters"]),
    ({**MINIMUM, "name": "a" * 101}, ["name must be 1 to 100 characters"]),
    ({**MINIMUM, "name": "a\u202eb"}, ["name must not contain control characters"]),
    (
        {**MINIMUM, "name": "a\u0001" * 60},
        ["name must not contain control characters", "name must be 1 to 100 characters"],
    ),
    ({**MINIMUM, "description": "a" * 501}, ["description must be at most 500 characters"]),
    ({**MINIMUM, "description": False}, ["description must be a string"]),
    ({**MINIMUM, "organizationId": 7}, ["organizationId must be a string"]),
    ({**MINIMUM, "organizationId": None}, ["organizationId cannot be null"]),
    ({**MINIMUM, "isActive": True}, ["isActive is not a known field"]),
    ({**MINIMUM, "clientSecret": "cs_mine"}, ["clientSecret is not a known field"]),
    ({**MINIMUM, "clientId": "app_mine", "foo": {}}, ["clientId is not a known field", "foo is not a known field"]),
    (
        {"name": 1, "description": 2, "redirectUri": 3, "scopes": [4, "read:user", "read:all"], "foo": 5},
        [
            "name must be a string",
            "description must be a string",
            "redirectUri must be a string",
            "scopes[0] must be a string",
            "scopes[2] is not a known scope: read:all",
            "foo is not a known field",
        ],
    ),
]


async def test_every_fault_is_told_at_once_and_nothing_is_written(house: House):
    for body, faults in FAULTS:
        before = await house.store.applications.count()
        answer = await call(house, "alice", "POST", APPS, json=body)
        assert answer.status_code == 400
        assert answer.json() == bad(*faults)
        assert await house.store.applications.count() == before


REFUSED = [
    "",
    "/cb",
    "//payroll.example/cb",
    "https://",
    "http://payroll.example/cb",
    "http://localhost.evil.example/cb",
    "https://*.payroll.example/cb",
    "https://payroll.example/cb#top",
    "https://user@payroll.example/cb",
    "https://payroll.example/a/../cb",
    "https://payroll.example/a%2fcb",
    "https://payroll.example\\@evil.example/cb",
    "https://payroll.example/c b",
    "https://payroll.example/cb?code=1",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://payroll.example/" + "a" * 2025,
]


async def test_a_redirect_uri_that_is_not_allowed_is_refused(house: House):
    for uri in REFUSED:
        answer = await call(house, "alice", "POST", APPS, json={**MINIMUM, "redirectUri": uri})
        assert answer.status_code == 400
        assert answer.json() == bad("redirectUri must be an allowed absolute URI")


async def test_a_redirect_uri_of_2048_characters_is_taken(house: House):
    uri = "https://payroll.example/" + "a" * 2024
    assert (await registered(house, redirectUri=uri))["redirectUri"] == uri


async def test_what_looks_like_a_secret_is_not_repeated(house: House):
    pasted = "cs_iphBxCq17T_ISgKbP9rWwq_E-_HDcdBhWuNTdVZj3pW"
    body = {"name": pasted + "x" * 100, "redirectUri": pasted, "scopes": [pasted], "clientSecret": pasted}
    answer = await call(house, "alice", "POST", APPS, json=body)
    assert answer.json() == bad(
        "name must be 1 to 100 characters",
        "redirectUri must be an allowed absolute URI",
        "scopes[0] is not a known scope",
        "clientSecret is not a known field",
    )


async def test_the_organization_is_chosen_by_slug_or_uuid(house: House):
    for spelled in ["acme", "uuid", "UUID"]:
        name = {"acme": "acme", "uuid": uuid(house, "acme"), "UUID": uuid(house, "acme").upper()}[spelled]
        made = await registered(house, "carol", organizationId=name)
        assert (await kept(house, made["clientId"])).organization_id == house.organizations["acme"]


async def test_without_a_choice_it_is_the_organization_that_the_caller_manages(house: House):
    made = await registered(house, "alice")
    assert (await kept(house, made["clientId"])).organization_id == house.organizations["acme"]
    made = await registered(house, "bob")
    assert (await kept(house, made["clientId"])).organization_id == (await house.user("bob")).organization_id


async def test_who_manages_several_must_choose(house: House):
    await house.services.organizations.create(await house.actor("alice"), name="Second", slug="second")
    answer = await call(house, "alice", "POST", APPS, json={"name": "", "scopes": ["read:user"]})
    assert answer.status_code == 400
    assert answer.json() == bad("name must be 1 to 100 characters", "organizationId is required")
    made = await registered(house, organizationId="second")
    assert (await kept(house, made["clientId"])).organization_id not in house.organizations.values()


NOT_MANAGED = [
    ("bob", "acme"),
    ("mallory", "acme"),
    ("alice", "other"),
    ("alice", "nowhere"),
    ("alice", ""),
    ("alice", "instance"),
]


async def test_an_organization_that_the_caller_does_not_manage_is_refused_before_all_else(house: House):
    for who, name in NOT_MANAGED:
        for body in ({**MINIMUM, "organizationId": name}, {"name": 1, "foo": 2, "organizationId": name}):
            answer = await call(house, who, "POST", APPS, json=body)
            assert answer.status_code == 403
            assert answer.json() == ROLE_TOO_LOW


async def test_a_foreign_and_an_unknown_organization_are_answered_alike(house: House):
    foreign = await call(house, "mallory", "POST", APPS, json={**MINIMUM, "organizationId": uuid(house, "acme")})
    unknown = uuid(house, "acme")[:-1] + ("0" if uuid(house, "acme")[-1] != "0" else "1")
    nothing = await call(house, "mallory", "POST", APPS, json={**MINIMUM, "organizationId": unknown})
    assert (foreign.status_code, foreign.content) == (nothing.status_code, nothing.content)


async def test_the_instance_permission_reaches_every_organization(house: House):
    made = await registered(house, "admin", organizationId="acme")
    assert (await kept(house, made["clientId"])).organization_id == house.organizations["acme"]


PRIVILEGED = [
    ("alice", "admin:organization", 201),
    ("carol", "admin:organization", 403),
    ("alice", "admin:all", 403),
    ("carol", "admin:all", 403),
    ("admin", "admin:all", 403),
]


async def test_a_privileged_scope_is_given_by_who_holds_it(house: House):
    for who, scope, status in PRIVILEGED:
        before = await house.store.applications.count()
        body = {**MINIMUM, "scopes": ["read:user", scope], "organizationId": "acme"}
        answer = await call(house, who, "POST", APPS, json=body)
        assert answer.status_code == status
        if status == 403:
            message = f"Scope {scope} cannot be granted by the caller"
            assert answer.json() == {"statusCode": 403, "message": message, "error": "Forbidden"}
            assert await house.store.applications.count() == before


async def test_faults_are_told_before_a_privileged_scope_is_refused(house: House):
    answer = await call(house, "alice", "POST", APPS, json={"name": "", "scopes": ["admin:all"]})
    assert answer.json() == bad("name must be 1 to 100 characters")


async def test_nobody_registers_without_a_credential(house: House):
    answer = await house.call("POST", APPS, content=b"{", headers={"content-type": "text/plain"})
    assert answer.status_code == 401
    assert answer.json() == NOBODY


async def test_a_token_that_may_only_read_registers_nothing(house: House):
    answer = await house.call("POST", APPS, json=MINIMUM, headers=await narrowed(house, "alice", "applications:read"))
    assert answer.status_code == 403
    assert answer.json() == {
        "statusCode": 403,
        "message": "The token lacks the scope applications:write",
        "error": "Forbidden",
    }
    answer = await house.call("POST", APPS, json=MINIMUM, headers=await narrowed(house, "alice", "applications:write"))
    assert answer.status_code == 201


async def test_another_media_type_is_refused(house: House):
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]:
        answer = await call(house, "alice", "POST", APPS, content=b"{}", headers={"content-type": kind})
        assert answer.status_code == 415
        assert answer.json() == NOT_JSON


UNREADABLE = [
    (b"", "The body is not valid JSON."),
    (b"{", "The body is not valid JSON."),
    (b"\xff\xfe", "The body is not UTF-8."),
    (b'{"name":"a","name":"b"}', "An object names a key more than once."),
    (b'{"name":"a\\u0000b"}', "The body holds a NUL character."),
    (b'{"name":"\\ud800"}', "The body holds half of a surrogate pair."),
    (b'{"name":NaN}', "NaN is not JSON."),
    (b"[" * 100 + b"]" * 100, "The body is nested deeper than 32 levels."),
]


async def test_a_body_that_cannot_be_read_is_refused(house: House):
    for content, message in UNREADABLE:
        answer = await call(house, "alice", "POST", APPS, content=content, headers={"content-type": "application/json"})
        assert answer.status_code == 400
        assert answer.json() == {"statusCode": 400, "message": message, "error": "Bad Request"}


async def test_a_body_over_the_limit_is_refused(house: House):
    answer = await call(house, "alice", "POST", APPS, json={**MINIMUM, "description": "a" * 1_000_000})
    assert answer.status_code == 413
    assert answer.json() == {"statusCode": 413, "message": "The body is too large", "error": "Payload Too Large"}


async def test_thousands_of_unknown_scopes_are_answered_with_a_short_list(house: House):
    scopes = [f"a:{number}" for number in range(6000)]
    answer = await call(house, "alice", "POST", APPS, json={"name": "a", "scopes": scopes})
    assert answer.status_code == 400
    assert len(answer.json()["message"]) == 100


async def test_the_same_key_and_body_register_once(house: House):
    headers = {"idempotency-key": "first try"}
    answers = [await call(house, "alice", "POST", APPS, json=MINIMUM, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.content for answer in answers}) == 1
    found = await call(house, "alice", "GET", f"{APPS}/organization/acme")
    assert [app["clientId"] for app in found.json()].count(answers[0].json()["clientId"]) == 1
    house.clock.pass_(seconds=599)
    assert (await call(house, "alice", "POST", APPS, json=MINIMUM, headers=headers)).content == answers[0].content
    house.clock.pass_(seconds=2)
    later = await call(house, "alice", "POST", APPS, json=MINIMUM, headers=headers)
    assert later.json()["clientId"] != answers[0].json()["clientId"]


async def test_the_same_key_with_another_body_is_refused(house: House):
    headers = {"idempotency-key": "first try"}
    await call(house, "alice", "POST", APPS, json=MINIMUM, headers=headers)
    answer = await call(house, "alice", "POST", APPS, json={**MINIMUM, "name": "Other"}, headers=headers)
    assert answer.status_code == 400
    assert answer.json() == bad("Idempotency-Key was used with another request")


async def test_a_key_belongs_to_its_credential(house: House):
    headers = {"idempotency-key": "first try"}
    mine = await call(house, "alice", "POST", APPS, json=MINIMUM, headers=headers)
    hers = await call(house, "carol", "POST", APPS, json=MINIMUM, headers=headers)
    assert mine.status_code == hers.status_code == 201
    assert mine.json()["clientSecret"] != hers.json()["clientSecret"]


async def test_a_key_whose_call_was_refused_may_be_used_again(house: House):
    headers = {"idempotency-key": "first try"}
    refused = await call(
        house, "carol", "POST", APPS, json={**MINIMUM, "scopes": ["admin:organization"]}, headers=headers
    )
    assert refused.status_code == 403
    assert (await call(house, "carol", "POST", APPS, json=MINIMUM, headers=headers)).status_code == 201


async def test_a_key_whose_call_is_still_running_is_refused(house: House, monkeypatch: pytest.MonkeyPatch):
    reached, go_on = asyncio.Event(), asyncio.Event()
    first = Idempotency._first

    async def slowly(self, key, once):
        reached.set()
        await go_on.wait()
        return await first(self, key, once)

    monkeypatch.setattr(Idempotency, "_first", slowly)
    headers = {"idempotency-key": "first try"}
    running = asyncio.create_task(call(house, "alice", "POST", APPS, json=MINIMUM, headers=headers))
    await reached.wait()
    second = await call(house, "alice", "POST", APPS, json=MINIMUM, headers=headers)
    go_on.set()
    assert second.status_code == 409
    assert second.json() == {
        "statusCode": 409,
        "message": "The first request with this Idempotency-Key is still running",
        "error": "Conflict",
    }
    assert (await running).status_code == 201


async def test_who_lost_the_role_is_not_told_the_answer_again(house: House):
    headers = {"idempotency-key": "first try"}
    body = {**MINIMUM, "organizationId": "acme"}
    assert (await call(house, "carol", "POST", APPS, json=body, headers=headers)).status_code == 201
    alice, carol = await house.actor("alice"), await house.user("carol")
    await house.services.organizations.set_role(alice, house.organizations["acme"], carol.id, "member")
    assert (await call(house, "carol", "POST", APPS, json=body, headers=headers)).json() == ROLE_TOO_LOW


async def test_a_key_of_no_use_is_refused(house: House):
    for key in ["", "k" * 256]:
        answer = await call(house, "alice", "POST", APPS, json=MINIMUM, headers={"idempotency-key": key})
        assert answer.status_code == 400
        assert answer.json() == {
            "statusCode": 400,
            "message": "Idempotency-Key must be 1 to 255 characters",
            "error": "Bad Request",
        }


async def test_times_are_cut_to_seconds(house: House):
    house.clock.now += 999
    made = await registered(house)
    assert (made["createdAt"], made["updatedAt"]) == (NOW, NOW)
