"""GET oauth-apps.list."""

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.scene import FORBIDDEN, NO_LOGIN, created, foreign, get, invalid, person, post


async def test_every_application_is_listed_in_order_of_creation_with_its_secret(house: House):
    before = [row["_id"] for row in (await get(house, "oauth-apps.list")).json()["oauthApps"]]
    made = []
    for name in ("b", "a", "c"):
        house.clock.pass_(seconds=1)
        made.append(await created(house, name=name, active=name != "a"))
    answer = await get(house, "oauth-apps.list")
    body = answer.json()
    assert (answer.status_code, list(body), body["success"]) == (200, ["oauthApps", "success"], True)
    assert [row["_id"] for row in body["oauthApps"]] == [*before, *(row["_id"] for row in made)]
    last = body["oauthApps"][-2]
    assert list(last) == [
        "_id",
        "name",
        "active",
        "redirectUri",
        "clientId",
        "clientSecret",
        "_createdAt",
        "_updatedAt",
        "_createdBy",
    ]
    assert last == made[1]


async def test_applications_of_other_surfaces_are_listed_without_a_secret(house: House):
    application_id = await foreign(house, redirect_uris=["https://a.example/cb", "https://b.example/cb"])
    [row] = [r for r in (await get(house, "oauth-apps.list")).json()["oauthApps"] if r["_id"] == application_id]
    assert "clientSecret" not in row
    assert row["redirectUri"] == "https://a.example/cb,https://b.example/cb"
    assert row["_createdBy"] == await person(house, "alice")


async def test_a_secret_that_may_be_shown_again_is_shown_whichever_surface_made_it(house: House):
    application_id = await foreign(house, client_secret_retrievable=True)
    [row] = [r for r in (await get(house, "oauth-apps.list")).json()["oauthApps"] if r["_id"] == application_id]
    assert len(row["clientSecret"]) == 40


async def test_a_list_without_applications_is_empty(house: House):
    for row in (await get(house, "oauth-apps.list")).json()["oauthApps"]:
        await post(house, "oauth-apps.delete", {"appId": row["_id"]})
    answer = await get(house, "oauth-apps.list")
    assert answer.text == '{"oauthApps":[],"success":true}'


async def test_a_list_of_many_pieces_is_one_json_text(house: House):
    for number in range(120):
        await foreign(house, client_name=f"n{number}")
    rows = (await get(house, "oauth-apps.list")).json()["oauthApps"]
    assert {f"n{number}" for number in range(120)} <= {row["name"] for row in rows}
    assert len({row["_id"] for row in rows}) == len(rows)


async def test_the_applications_of_a_deleted_person_name_nobody(house: House):
    person_id = (await post(house, "users.create", _paula())).json()["user"]["_id"]
    await post(house, "permissions.update", {"permissions": [{"_id": "manage-oauth-apps", "roles": ["admin", "user"]}]})
    made = await post(house, "oauth-apps.create", {"name": "n", "active": True, "redirectUri": "a:/cb"}, who="paula")
    await post(house, "users.delete", {"userId": person_id})
    shown = (await get(house, f"oauth-apps.get?_id={made.json()['application']['_id']}")).json()["oauthApp"]
    assert shown["_createdBy"] == {"_id": person_id, "username": "[deleted]"}


def _paula() -> dict[str, str]:
    return {"name": "Paula", "email": "paula@example.com", "username": "paula", "password": "secret"}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("count=5", "must NOT have additional properties"),
        ("uid=1&offset=0", "must NOT have additional properties"),
        ("uid[$ne]=", "must be string"),
        ("uid=a&uid=b", "must be string"),
        ("uid%5B%5D=a", "must be string"),
    ],
)
async def test_a_query_key_that_is_not_documented_is_refused(house: House, query: str, message: str):
    answer = await get(house, f"oauth-apps.list?{query}")
    assert (answer.status_code, answer.json()) == (400, invalid(message))


async def test_a_uid_is_taken_and_ignored(house: House):
    assert (await get(house, "oauth-apps.list?uid=x")).json() == (await get(house, "oauth-apps.list")).json()


async def test_only_managers_list(house: House):
    answer = await get(house, "oauth-apps.list", who="alice")
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)
    nobody = await house.call("GET", "/api/v1/oauth-apps.list")
    assert (nobody.status_code, nobody.json()) == (401, NO_LOGIN)


async def test_an_administrator_loses_the_list_when_no_role_holds_the_permission(house: House):
    await post(house, "permissions.update", {"permissions": [{"_id": "manage-oauth-apps", "roles": []}]})
    assert (await get(house, "oauth-apps.list")).status_code == 403
