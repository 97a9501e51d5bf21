"""POST oauth-apps.update."""

import asyncio

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.scene import (
    FORBIDDEN,
    NO_LOGIN,
    NOW,
    UNKNOWN_ID,
    WIKI,
    coded,
    created,
    foreign,
    invalid,
    permit,
    person,
    post,
    shown,
)

NEW = {"name": "Wiki login 2", "active": False, "redirectUri": "https://wiki.example.org/cb2"}
NOT_FOUND = coded("Application not found", "error-application-not-found", method="updateOAuthApp")
BAD_NAME = coded("Invalid name", "error-invalid-name", method="updateOAuthApp")
BAD_URI = coded("Invalid redirectUri", "error-invalid-redirectUri", method="updateOAuthApp")


async def test_an_update_replaces_three_values_and_answers_flat(house: House):
    made = await created(house)
    house.clock.pass_(seconds=500.001)
    answer = await post(house, "oauth-apps.update", {"appId": made["_id"], **NEW})
    admin = await person(house, "admin")
    assert answer.status_code == 200
    assert list(answer.json().items()) == [
        ("_id", made["_id"]),
        ("name", "Wiki login 2"),
        ("active", False),
        ("redirectUri", "https://wiki.example.org/cb2"),
        ("clientId", made["clientId"]),
        ("clientSecret", made["clientSecret"]),
        ("_createdAt", NOW),
        ("_updatedAt", "2026-11-18T11:15:00.001Z"),
        ("_createdBy", admin),
        ("_updatedBy", admin),
        ("success", True),
    ]


async def test_what_was_written_is_read(house: House):
    made = await created(house)
    answer = await post(house, "oauth-apps.update", {"appId": made["_id"], **NEW})
    assert {**await shown(house, made["_id"]), "success": True} == answer.json()


@pytest.mark.parametrize(("sent", "kept"), [("true", True), ("false", False), (1, True), (0, False), (None, False)])
async def test_active_is_coerced(house: House, sent: object, kept: bool):
    made = await created(house)
    answer = await post(house, "oauth-apps.update", {**WIKI, "appId": made["_id"], "active": sent})
    assert (answer.status_code, answer.json()["active"]) == (200, kept)


async def test_the_published_example_lacks_the_id(house: House):
    body = {"name": "Test", "active": "true", "redirectUri": "http://localhost:3000"}
    answer = await post(house, "oauth-apps.update", body)
    assert answer.status_code == 400
    assert answer.json() == invalid("must have required property 'appId'")


async def test_the_published_example_with_an_id_is_written(house: House):
    made = await created(house)
    body = {"appId": made["_id"], "name": "Test", "active": "true", "redirectUri": "http://localhost:3000"}
    answer = await post(house, "oauth-apps.update", body)
    assert (answer.status_code, answer.json()["active"], answer.json()["name"]) == (200, True, "Test")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": None}, "must have required property 'name'"),
        ({"active": None, "redirectUri": None}, "must have required property 'active'"),
        ({"redirectUri": None}, "must have required property 'redirectUri'"),
        ({"appId": None, "name": None}, "must have required property 'appId'"),
    ],
)
async def test_no_field_may_be_left_out(house: House, change: dict[str, None], message: str):
    made = await created(house)
    body = {key: value for key, value in {"appId": made["_id"], **NEW}.items() if key not in change}
    answer = await post(house, "oauth-apps.update", body)
    assert (answer.status_code, answer.json()) == (400, invalid(message))
    assert await shown(house, made["_id"]) == made


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"clientId": "x"}, "must NOT have additional properties"),
        ({"clientSecret": "x", "name": []}, "must NOT have additional properties"),
        ({"appId": {"$ne": ""}}, "must be string"),
        ({"appId": []}, "must be string"),
        ({"name": {}}, "must be string"),
        ({"redirectUri": ["https://a.example/cb"]}, "must be string"),
        ({"active": "yes"}, "must be boolean"),
        ({"active": "yes", "redirectUri": []}, "must be boolean"),
    ],
)
async def test_the_schema_tells_its_first_broken_rule_and_nothing_changes(
    house: House, change: dict[str, object], message: str
):
    made = await created(house)
    answer = await post(house, "oauth-apps.update", {"appId": made["_id"], **NEW, **change})
    assert (answer.status_code, answer.json()) == (400, invalid(message))
    assert await shown(house, made["_id"]) == made


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": ""}, BAD_NAME),
        ({"name": " "}, BAD_NAME),
        ({"name": None}, BAD_NAME),
        ({"name": "a\u0007"}, BAD_NAME),
        ({"name": "", "redirectUri": ""}, BAD_NAME),
        ({"redirectUri": ""}, BAD_URI),
        ({"redirectUri": ","}, BAD_URI),
        ({"redirectUri": "error"}, BAD_URI),
        ({"redirectUri": "https://a.example/cb\nerror"}, BAD_URI),
    ],
)
async def test_a_refused_value_is_told_whether_or_not_the_application_is_there(
    house: House, change: dict[str, object], refusal: dict[str, object]
):
    made = await created(house)
    for app_id in (made["_id"], UNKNOWN_ID):
        answer = await post(house, "oauth-apps.update", {"appId": app_id, **NEW, **change})
        assert (answer.status_code, answer.json()) == (400, refusal)
    assert await shown(house, made["_id"]) == made


@pytest.mark.parametrize("app_id", [UNKNOWN_ID, "", "nonsense", 5, None, "\u0001\u202e", "x" * 3000])
async def test_an_unknown_application_comes_last(house: House, app_id: object):
    answer = await post(house, "oauth-apps.update", {"appId": app_id, **NEW})
    assert (answer.status_code, answer.json()) == (400, NOT_FOUND)


async def test_a_client_id_is_no_app_id(house: House):
    made = await created(house)
    answer = await post(house, "oauth-apps.update", {"appId": made["clientId"], **NEW})
    assert answer.json() == NOT_FOUND


async def test_an_unchanged_application_moves_only_who_wrote_it_and_when(house: House):
    made = await created(house)
    await permit(house, "manage-oauth-apps", "admin", "user")
    house.clock.pass_(seconds=1)
    answer = await post(house, "oauth-apps.update", {"appId": made["_id"], **WIKI}, who="bob")
    assert answer.json() == {
        **made,
        "_updatedAt": "2026-11-18T11:06:41.000Z",
        "_updatedBy": await person(house, "bob"),
        "success": True,
    }
    application = await house.store.applications.by_id(made["_id"])
    assert (application.version, application.updated_at) == (1, application.created_at)
    assert len(await house.store.applications.revisions(made["_id"], before=None, limit=9)) == 1


@pytest.mark.parametrize(
    "settings",
    [
        {"redirect_uris": []},
        {"client_name": "", "redirect_uris": []},
        {"redirect_uris": ["https://a.example/cb?x=1,2", "https://b.example/cb"]},
        {"redirect_uris": ["https://a.example/cb", "https://a.example/cb"], "enabled": False},
    ],
)
async def test_what_was_shown_can_be_written_back(house: House, settings: dict[str, object]):
    application_id = await foreign(house, description="kept", **settings)
    before = await house.store.applications.by_id(application_id)
    record = await shown(house, application_id)
    body = {"appId": record["_id"], **{key: record[key] for key in ("name", "active", "redirectUri")}}
    house.clock.pass_(seconds=5)
    answer = await post(house, "oauth-apps.update", body)
    after = await house.store.applications.by_id(application_id)
    assert answer.status_code == 200
    assert after.version == before.version == 1
    assert (after.redirect_uris, after.client_name) == (before.redirect_uris, before.client_name)
    assert len(await house.store.applications.revisions(application_id, before=None, limit=9)) == 1


async def test_one_changed_value_leaves_the_others_of_a_foreign_application_alone(house: House):
    application_id = await foreign(
        house, redirect_uris=["https://a.example/cb?x=1,2"], scope=["openid", "mcp"], description="kept"
    )
    body = {"appId": application_id, "name": "Renamed", "active": True, "redirectUri": "https://a.example/cb?x=1,2"}
    answer = await post(house, "oauth-apps.update", body)
    after = await house.store.applications.by_id(application_id)
    assert answer.status_code == 200
    assert (after.client_name, after.redirect_uris) == ("Renamed", ("https://a.example/cb?x=1,2",))
    assert (after.scope, after.description) == (("openid", "mcp"), "kept")


async def test_a_form_is_coerced_by_the_schema(house: House):
    made = await created(house)
    answer = await house.call(
        "POST",
        "/api/v1/oauth-apps.update",
        data={"appId": made["_id"], "name": "5", "active": "false", "redirectUri": "https://f.example/cb"},
        headers=await house.chat("admin"),
    )
    body = answer.json()
    assert (answer.status_code, body["name"], body["active"], body["redirectUri"]) == (
        200,
        "5",
        False,
        "https://f.example/cb",
    )


async def test_login_schema_and_permission_come_in_this_order(house: House):
    nobody = await house.call("POST", "/api/v1/oauth-apps.update", json={})
    assert (nobody.status_code, nobody.json()) == (401, NO_LOGIN)
    schema = await post(house, "oauth-apps.update", {}, who="alice")
    assert (schema.status_code, schema.json()) == (400, invalid("must have required property 'appId'"))
    unpermitted = await post(house, "oauth-apps.update", {"appId": UNKNOWN_ID, **NEW, "name": ""}, who="alice")
    assert (unpermitted.status_code, unpermitted.json()) == (403, FORBIDDEN)


async def test_two_writers_at_once_both_succeed_and_the_record_is_one_of_theirs(house: House):
    made = await created(house)
    bodies = [{"appId": made["_id"], **WIKI, "name": f"n{number}"} for number in range(8)]
    answers = await asyncio.gather(*(post(house, "oauth-apps.update", body) for body in bodies))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert (await shown(house, made["_id"]))["name"] in {f"n{number}" for number in range(8)}
    assert (await house.store.applications.by_id(made["_id"])).version == 9
