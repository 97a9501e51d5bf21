"""POST oauth-apps.delete."""

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.scene import (
    FORBIDDEN,
    NO_LOGIN,
    UNKNOWN_ID,
    coded,
    created,
    foreign,
    get,
    invalid,
    post,
)

NOT_FOUND = coded("Application not found", "error-application-not-found", method="deleteOAuthApp")


async def test_a_deletion_answers_the_bare_literal(house: House):
    made = await created(house)
    answer = await post(house, "oauth-apps.delete", {"appId": made["_id"]})
    assert (answer.status_code, answer.text) == (200, "true")
    assert answer.headers["content-type"] == "application/json"
    rows = (await get(house, "oauth-apps.list")).json()["oauthApps"]
    assert made["_id"] not in {row["_id"] for row in rows}


async def test_the_second_time_it_is_not_found(house: House):
    made = await created(house)
    await post(house, "oauth-apps.delete", {"appId": made["_id"]})
    answer = await post(house, "oauth-apps.delete", {"appId": made["_id"]})
    assert (answer.status_code, answer.json()) == (400, NOT_FOUND)


async def test_an_application_of_another_surface_can_be_deleted(house: House):
    application_id = await foreign(house)
    assert (await post(house, "oauth-apps.delete", {"appId": application_id})).text == "true"
    assert await house.store.applications.by_id(application_id) is None


@pytest.mark.parametrize("app_id", [UNKNOWN_ID, "", None, 5, True])
async def test_an_unknown_application_is_not_found(house: House, app_id: object):
    answer = await post(house, "oauth-apps.delete", {"appId": app_id})
    assert (answer.status_code, answer.json()) == (400, NOT_FOUND)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "must have required property 'appId'"),
        ({"_id": UNKNOWN_ID}, "must have required property 'appId'"),
        ({"appId": UNKNOWN_ID, "name": "n"}, "must NOT have additional properties"),
        ({"appId": {"$ne": ""}}, "must be string"),
        ([UNKNOWN_ID], "must be object"),
    ],
)
async def test_the_schema_tells_its_first_broken_rule(house: House, body: object, message: str):
    answer = await post(house, "oauth-apps.delete", body)
    assert (answer.status_code, answer.json()) == (400, invalid(message))


async def test_only_managers_delete(house: House):
    made = await created(house)
    answer = await post(house, "oauth-apps.delete", {"appId": made["_id"]}, who="alice")
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)
    nobody = await house.call("POST", "/api/v1/oauth-apps.delete", json={"appId": made["_id"]})
    assert (nobody.status_code, nobody.json()) == (401, NO_LOGIN)
