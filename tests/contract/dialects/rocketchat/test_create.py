"""POST oauth-apps.create."""

import re

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.scene import (
    FORBIDDEN,
    NO_LOGIN,
    NOW,
    WIKI,
    coded,
    created,
    invalid,
    person,
    post,
    shown,
)


async def test_a_new_application_is_wrapped_and_its_id_comes_last(house: House):
    answer = await post(house, "oauth-apps.create", WIKI)
    body = answer.json()
    made = body["application"]
    assert (answer.status_code, list(body), body["success"]) == (200, ["application", "success"], True)
    assert list(made) == [
        "name",
        "active",
        "redirectUri",
        "clientId",
        "clientSecret",
        "_createdAt",
        "_updatedAt",
        "_createdBy",
        "_id",
    ]
    assert {key: made[key] for key in ("name", "active", "redirectUri", "_createdAt", "_updatedAt", "_createdBy")} == {
        **WIKI,
        "_createdAt": NOW,
        "_updatedAt": NOW,
        "_createdBy": await person(house, "admin"),
    }
    assert re.fullmatch(r"[0-9a-f]{24}", made["_id"])
    assert re.fullmatch(r"[23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz]{17}", made["clientId"])
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", made["clientSecret"])


async def test_it_belongs_to_the_instance_and_may_be_used_on_this_surface_only(house: House):
    made = await created(house)
    application = await house.store.applications.by_id(made["_id"])
    assert application.organization_id == house.organizations["instance"]
    assert (application.protocols, application.surface) == (("rocketchat",), "rocketchat")


async def test_two_of_one_name_are_two_applications(house: House):
    first, second = await created(house), await created(house)
    assert first["name"] == second["name"]
    assert first["_id"] != second["_id"]
    assert first["clientId"] != second["clientId"]
    assert first["clientSecret"] != second["clientSecret"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("https://a.example/cb\nhttps://b.example/cb ,", "https://a.example/cb,https://b.example/cb"),
        (" https://a.example/cb\r\n,\n https://a.example/cb", "https://a.example/cb,https://a.example/cb"),
        ("http://intranet.example/cb", "http://intranet.example/cb"),
        ("cursor://host/cb,com.example.app:/cb", "cursor://host/cb,com.example.app:/cb"),
        ("http://127.0.0.1/cb,http://localhost:9/cb", "http://127.0.0.1/cb,http://localhost:9/cb"),
    ],
)
async def test_redirect_uris_are_split_trimmed_and_joined(house: House, sent: str, kept: str):
    assert (await created(house, redirectUri=sent))["redirectUri"] == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(True, True), (False, False), ("true", True), ("false", False), (1, True), (0, False), (None, False)],
)
async def test_active_is_coerced_and_kept_coerced(house: House, sent: object, kept: bool):
    made = await created(house, active=sent)
    assert made["active"] is kept
    assert (await shown(house, made["_id"]))["active"] is kept


@pytest.mark.parametrize("sent", ["TRUE", "1", "0", "", "yes", 2, -1, 1.5, [], ["true"], {}, {"a": True}])
async def test_what_is_no_boolean_is_refused(house: House, sent: object):
    answer = await post(house, "oauth-apps.create", {**WIKI, "active": sent})
    assert (answer.status_code, answer.json()) == (400, invalid("must be boolean"))


@pytest.mark.parametrize(
    ("sent", "kept"), [("n", "n"), (" n ", " n "), (5, "5"), (1.5, "1.5"), (2.0, "2"), (True, "true")]
)
async def test_a_scalar_name_is_coerced_and_stored_as_sent(house: House, sent: object, kept: str):
    assert (await created(house, name=sent))["name"] == kept


@pytest.mark.parametrize("key", ["name", "redirectUri"])
@pytest.mark.parametrize("sent", [{}, [], ["a"], {"$ne": ""}])
async def test_what_is_no_string_is_refused(house: House, key: str, sent: object):
    answer = await post(house, "oauth-apps.create", {**WIKI, key: sent})
    assert (answer.status_code, answer.json()) == (400, invalid("must be string"))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "must have required property 'name'"),
        ({"name": "n"}, "must have required property 'active'"),
        ({"redirectUri": "https://a.example/cb", "name": "n"}, "must have required property 'active'"),
        ({"name": "n", "active": True}, "must have required property 'redirectUri'"),
        ({"name": [], "active": True, "x": 1}, "must have required property 'redirectUri'"),
        ({**WIKI, "clientId": "mine"}, "must NOT have additional properties"),
        ({**WIKI, "name": {}, "clientSecret": "mine"}, "must NOT have additional properties"),
        ({**WIKI, "name": {}, "active": "yes"}, "must be string"),
        ([], "must be object"),
        ([WIKI], "must be object"),
        ("text", "must be object"),
        (5, "must be object"),
        (False, "must be object"),
    ],
)
async def test_the_schema_tells_its_first_broken_rule(house: House, body: object, message: str):
    answer = await post(house, "oauth-apps.create", body)
    assert (answer.status_code, answer.json()) == (400, invalid(message))


@pytest.mark.parametrize("name", ["", "   ", None, "a\u202eb", "a\nb"])
async def test_a_name_that_says_nothing_or_hides_something_is_refused(house: House, name: object):
    answer = await post(house, "oauth-apps.create", {**WIKI, "name": name})
    assert answer.status_code == 400
    assert answer.json() == coded("Invalid name", "error-invalid-name", method="addOAuthApp")


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "  ",
        ",",
        "\n , \n",
        None,
        5,
        "error",
        "/cb",
        "https://a.example/cb#x",
        "https://u@a.example/cb",
        "javascript:alert(1)",
        "https://a.example/cb?code=1",
        "https://*.example/cb",
        "https://a.example/../cb",
        "https://a.example/cb,error",
    ],
)
async def test_a_redirect_uri_that_the_one_rule_refuses_is_refused(house: House, uri: object):
    answer = await post(house, "oauth-apps.create", {**WIKI, "redirectUri": uri})
    assert answer.status_code == 400
    assert answer.json() == coded("Invalid redirectUri", "error-invalid-redirectUri", method="addOAuthApp")


async def test_the_name_is_judged_before_the_redirect_uri(house: House):
    answer = await post(house, "oauth-apps.create", {"name": "", "active": True, "redirectUri": ""})
    assert answer.json() == coded("Invalid name", "error-invalid-name", method="addOAuthApp")


async def test_login_comes_before_the_schema_and_the_schema_before_the_permission(house: House):
    nobody = await house.call("POST", "/api/v1/oauth-apps.create", json={})
    assert (nobody.status_code, nobody.json()) == (401, NO_LOGIN)
    wrong = await post(house, "oauth-apps.create", {}, who="bob")
    assert (wrong.status_code, wrong.json()) == (400, invalid("must have required property 'name'"))
    unpermitted = await post(house, "oauth-apps.create", {**WIKI, "name": ""}, who="bob")
    assert (unpermitted.status_code, unpermitted.json()) == (403, FORBIDDEN)


async def test_an_owner_of_an_organization_has_no_say_here(house: House):
    assert (await post(house, "oauth-apps.create", WIKI, who="alice")).status_code == 403
