"""What an application does here that a person allowed: within its scopes, by a token that is for nothing else."""

import pytest

from tests.conformance.protocol import API, app, resources
from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import COLLECTION, problem

HERE = "http://127.0.0.1:8000/api"
READ = ("applications:read",)
SESSION, TOKENS, USERS = "/api/manage/session", "/api/manage/tokens", "/api/manage/users"


async def allowed(house: House, *scope: str, resource: str = HERE, **settings: object) -> dict[str, str]:
    """The headers of an access token that alice allowed for a resource."""
    web = await app(house, scope=("openid", "read", *scope), **settings)
    tokens = await web.tokens("alice", resources=(resource,) if resource else ())
    return {"authorization": f"Bearer {tokens['access_token']}"}


@pytest.mark.parametrize("form", ["jwt", "opaque"])
async def test_it_does_what_its_person_may_within_its_scopes(house: House, form):
    headers = await allowed(house, "applications:read", access_token_format=form)
    answer = await house.call("GET", COLLECTION, headers=headers)
    assert answer.status_code == 200
    assert "App" in [shown["client_name"] for shown in answer.json()["items"]]
    body = {"client_name": "x", "organization_id": house.organizations["acme"]}
    answer = await house.call("POST", COLLECTION, headers=headers, json=body)
    assert problem(answer, 403, "scope-missing")["scope"] == "applications:write"
    shown = (await house.call("GET", SESSION, headers=headers)).json()
    assert (shown["kind"], shown["scopes"], shown["user"]["username"]) == (
        "access_token",
        ["applications:read"],
        "alice",
    )
    other = (await house.call("GET", f"{USERS}/{(await house.user('bob')).id}", headers=headers)).json()
    assert other["type"] == "urn:licet:problem:unknown-user"


async def test_what_an_application_was_allowed_makes_no_token_that_outlives_it(house: House):
    headers = await allowed(house, "users:write", "applications:read")
    said = {"name": "mine", "scopes": ["applications:read"]}
    problem(await house.call("POST", TOKENS, headers=headers, json=said), 403, "credential-not-accepted")
    problem(await house.call("DELETE", SESSION, headers=headers), 403, "credential-not-accepted")


@pytest.mark.parametrize(("scope", "resource"), [((), HERE), (READ, API), (READ, "")])
async def test_a_token_for_another_resource_or_without_a_management_scope_opens_nothing(house: House, scope, resource):
    await resources(house)
    headers = await allowed(house, *scope, resource=resource)
    problem(await house.call("GET", COLLECTION, headers=headers), 401, "unauthenticated")


async def test_an_application_that_asks_for_itself_is_nobody_here(house: House):
    machine = await app(house, scope=("applications:read",))
    answer = await machine.for_itself(resource=HERE, scope="applications:read")
    headers = {"authorization": f"Bearer {answer.json()['access_token']}"}
    problem(await house.call("GET", COLLECTION, headers=headers), 401, "unauthenticated")


async def test_it_ends_with_its_application_its_person_and_its_consent(house: House):
    web = await app(house, scope=("openid", "applications:read", "offline_access"))
    tokens = await web.tokens("alice", resources=(HERE,))
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    for enabled, status in ((False, 401), (True, 200)):
        await web.change(enabled=enabled)
        assert (await house.call("GET", COLLECTION, headers=headers)).status_code == status
    await web.post("/oauth2/revoke", {"token": tokens["refresh_token"]})
    problem(await house.call("GET", COLLECTION, headers=headers), 401, "unauthenticated")


async def test_it_opens_no_other_surface(house: House):
    headers = await allowed(house, "applications:read", "applications:write")
    for path in ("/api/oauth/apps", "/api/oauth/client", "/api/v1/me"):
        assert (await house.call("GET", path, headers=headers)).status_code in {401, 403}, path


async def test_who_registers_dynamically_gets_no_management_scope(house: House):
    known = (await house.call("GET", "/.well-known/openid-configuration")).json()["scopes_supported"]
    assert "openid" in known
    assert "applications:read" not in known
