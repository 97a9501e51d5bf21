"""GET oauth-apps.get."""

from urllib.parse import quote

import pytest

from licet.domain.actor import Actor
from licet.domain.secret import Form
from licet.services.applications import Registration
from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.scene import NO_LOGIN, NOW, UNKNOWN_ID, created, get, invalid, post

NOT_FOUND = {"success": False, "error": "OAuth app not found."}
R_ID, R_CLIENT, R_APP = (f"must have required property '{key}'" for key in ("_id", "clientId", "appId"))
A, S, ONE = "must NOT have additional properties", "must be string", "must match exactly one schema in oneOf"


@pytest.mark.parametrize(("key", "field"), [("_id", "_id"), ("clientId", "clientId"), ("appId", "_id")])
async def test_a_manager_sees_the_whole_record_by_each_key(house: House, key: str, field: str):
    made = await created(house, active=False)
    answer = await get(house, f"oauth-apps.get?{key}={made[field]}")
    body = answer.json()
    assert (answer.status_code, list(body), body["success"]) == (200, ["oauthApp", "success"], True)
    assert body["oauthApp"] == made
    assert next(iter(body["oauthApp"])) == "_id"


async def test_anybody_else_sees_the_record_without_the_secret(house: House):
    made = await created(house)
    answer = await get(house, f"oauth-apps.get?clientId={made['clientId']}", who="mallory")
    del made["clientSecret"]
    assert (answer.status_code, answer.json()) == (200, {"oauthApp": made, "success": True})


async def test_an_administrator_without_the_permission_sees_no_secret_either(house: House):
    made = await created(house)
    await post(house, "permissions.update", {"permissions": [{"_id": "manage-oauth-apps", "roles": []}]})
    assert "clientSecret" not in (await get(house, f"oauth-apps.get?_id={made['_id']}")).json()["oauthApp"]


async def test_an_application_that_registered_itself_was_made_by_the_system(house: House):
    nobody = Actor(id=None, name="open registration", surface="native", roles={}, permissions=frozenset())
    wanted = {"client_name": "Robot", "organization_id": house.organizations["instance"]}
    asked = Registration(settings=wanted, client_id=Form("x_", "abcdefghijklmnop", 24))
    application = (await house.services.applications.register(nobody, asked)).application
    answer = await get(house, f"oauth-apps.get?_id={application.id}")
    assert answer.json()["oauthApp"] == {
        "_id": application.id,
        "name": "Robot",
        "active": True,
        "redirectUri": "",
        "clientId": application.client_id,
        "_createdAt": NOW,
        "_updatedAt": NOW,
        "_createdBy": {"_id": "22222222222222222", "username": "system"},
    }


async def test_an_app_id_is_deprecated_and_the_answer_says_so(house: House):
    made = await created(house)
    for app_id in (made["_id"], UNKNOWN_ID):
        headers = (await get(house, f"oauth-apps.get?appId={app_id}")).headers
        assert headers["x-deprecation-type"] == "parameter-deprecation"
        assert headers["x-deprecation-message"] == (
            'The parameter "appId" in the endpoint "/api/v1/oauth-apps.get" is deprecated '
            "and will be removed on version 7.0.0"
        )
        assert headers["x-deprecation-version"] == "7.0.0"
    assert "x-deprecation-type" not in (await get(house, f"oauth-apps.get?_id={made['_id']}")).headers


@pytest.mark.parametrize(
    "query",
    [
        f"_id={UNKNOWN_ID}",
        "_id=",
        "clientId=",
        "appId=",
        "clientId=unknown",
        "_id=" + quote('{ "$ne": "" }'),
        "_id=" + quote("' OR 1=1 --"),
        "_id=" + quote("\u202e\U0001f600"),
        "_id=" + "a" * 4000,
    ],
)
async def test_what_is_not_there_is_not_found(house: House, query: str):
    answer = await get(house, f"oauth-apps.get?{query}")
    assert (answer.status_code, answer.json()) == (400, NOT_FOUND)


async def test_a_deleted_application_is_not_found(house: House):
    made = await created(house)
    await post(house, "oauth-apps.delete", {"appId": made["_id"]})
    for query in (f"_id={made['_id']}", f"clientId={made['clientId']}"):
        assert (await get(house, f"oauth-apps.get?{query}")).json() == NOT_FOUND


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ("", (R_ID, R_CLIENT, R_APP, ONE)),
        ("name=x", (R_ID, R_CLIENT, R_APP, ONE)),
        ("_id=a&clientId=b", (A, A, R_APP, ONE)),
        ("_id=a&appId=b", (A, R_CLIENT, A, ONE)),
        ("_id=a&clientId=b&appId=c", (A, A, A, ONE)),
        ("_id=a&name=x", (A, R_CLIENT, R_APP, ONE)),
        ("_id[$ne]=", (S, R_CLIENT, R_APP, ONE)),
        ("_id%5B%24ne%5D=", (S, R_CLIENT, R_APP, ONE)),
        ("_id=a&_id=b", (S, R_CLIENT, R_APP, ONE)),
        ("clientId[$ne]=", (R_ID, S, R_APP, ONE)),
        ("appId[$ne]=", (R_ID, R_CLIENT, S, ONE)),
        ("appId[$regex]=.*", (R_ID, R_CLIENT, S, ONE)),
    ],
)
async def test_every_other_query_gets_the_four_messages(house: House, query: str, messages: tuple[str, ...]):
    answer = await get(house, f"oauth-apps.get?{query}")
    assert (answer.status_code, answer.json()) == (400, invalid(*messages))


async def test_the_four_messages_stand_as_they_are_documented(house: House):
    answer = await get(house, "oauth-apps.get?_id[$ne]=")
    assert answer.text == (
        '{"success":false,"error":"must be string\\n must have required property \'clientId\'\\n '
        "must have required property 'appId'\\n must match exactly one schema in oneOf [invalid-params]\","
        '"errorType":"invalid-params"}'
    )


async def test_nobody_sees_nothing(house: House):
    made = await created(house)
    answer = await house.call("GET", f"/api/v1/oauth-apps.get?_id={made['_id']}")
    assert (answer.status_code, answer.json()) == (401, NO_LOGIN)
