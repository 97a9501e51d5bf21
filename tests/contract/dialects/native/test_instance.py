"""Scopes, resources, permissions and the audit log: what belongs to the instance as a whole."""

from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import faults, patch, path, problem, register, token

SCOPES = "/api/manage/scopes"
RESOURCES = "/api/manage/resources"
PERMISSIONS = "/api/manage/permissions"
AUDIT = "/api/manage/audit"


async def scopes(house: House) -> dict[str, dict[str, object]]:
    answer = await house.call("GET", SCOPES, headers=await house.bearer("bob"))
    return {row["name"]: row for row in answer.json()["items"]}


async def test_everybody_reads_the_catalogue(house: House):
    found = await scopes(house)
    assert found["openid"] == {
        "name": "openid",
        "description": "Know who you are.",
        "risk": "low",
        "grantable_by": "manager",
        "catalogue": "openid",
    }
    assert found["mcp"]["catalogue"] == "operator"


async def test_an_operators_scope_is_put_changed_and_removed(house: House):
    headers = await house.bearer("admin")
    where, sent = f"{SCOPES}/books%7Cread%3Aall", {"description": "Read the books", "risk": "high"}
    answer = await house.call("PUT", where, headers=headers, json=sent)
    assert answer.status_code == 201
    assert answer.json() == {
        "name": "books|read:all",
        "description": "Read the books",
        "risk": "high",
        "grantable_by": "manager",
        "catalogue": "operator",
    }
    shown = {**answer.json(), "grantable_by": "nobody"}
    answer = await house.call("PUT", where, headers=headers, json=shown)
    assert (answer.status_code, answer.json()) == (200, shown)
    assert (await scopes(house))["books|read:all"] == shown
    assert (await house.call("DELETE", where, headers=headers)).status_code == 204
    problem(await house.call("DELETE", where, headers=headers), 404, "unknown-scope")
    assert "books|read:all" not in await scopes(house)


async def test_a_scope_in_use_stays_and_a_brought_one_is_not_changed(house: House):
    headers = await house.bearer("admin")
    await register(house, scope="mcp")
    problem(await house.call("DELETE", f"{SCOPES}/mcp", headers=headers), 409, "conflict")
    answer = await house.call("PUT", f"{SCOPES}/openid", headers=headers, json={"description": "Mine"})
    problem(answer, 409, "name-taken")
    problem(await house.call("DELETE", f"{SCOPES}/openid", headers=headers), 404, "unknown-scope")


async def test_what_is_wrong_with_a_scope_is_named(house: House):
    headers = await house.bearer("admin")
    for name, sent, told in (
        ("fine", {}, [("/description", "absent")]),
        ("fine", {"description": "x" * 501}, [("/description", "too_long")]),
        ("fine", {"description": "x", "risk": "none"}, [("/risk", "bad_choice")]),
        ("fine", {"description": "x", "grantable_by": "everybody"}, [("/grantable_by", "bad_choice")]),
        ("fine", {"description": "x", "name": "other"}, [("/name", "immutable")]),
        ("a%20b", {"description": "x"}, [("/name", "bad_value")]),
        ("x" * 201, {"description": "x"}, [("/name", "bad_value")]),
        ("%22", {"description": "x"}, [("/name", "bad_value")]),
    ):
        answer = await house.call("PUT", f"{SCOPES}/{name}", headers=headers, json=sent)
        assert faults(answer) == told, (name, sent)


async def test_a_scope_that_nobody_grants_goes_to_no_application(house: House):
    headers = await house.bearer("admin")
    for name, who in (("vault", "nobody"), ("ledger", "owner")):
        body = {"description": "x", "grantable_by": who}
        await house.call("PUT", f"{SCOPES}/{name}", headers=headers, json=body)
    application = await register(house)
    for caller, scope in (("admin", "vault"), ("alice", "vault"), ("carol", "ledger")):
        answer = await patch(house, application, caller, scope=scope)
        assert problem(answer, 403, "scope-not-grantable")["scope"] == scope
    assert (await patch(house, application, "alice", scope="ledger")).json()["scope"] == "ledger"


async def test_resources_are_put_listed_and_removed(house: House):
    headers = await house.bearer("admin")
    sent = {"resource": "https://api.example/books", "scope": "mcp read"}
    answer = await house.call("PUT", RESOURCES, headers=headers, json=sent)
    assert (answer.status_code, answer.json()) == (201, {**sent, "created_at": "2026-11-18T11:06:40.000Z"})
    house.clock.pass_(seconds=1)
    answer = await house.call("PUT", RESOURCES, headers=headers, json={**sent, "scope": "mcp"})
    assert (answer.status_code, answer.json()["scope"]) == (200, "mcp")
    listed = (await house.call("GET", RESOURCES, headers=await house.bearer("bob"))).json()["items"]
    assert "http://127.0.0.1:8471/mcp" in [row["resource"] for row in listed]
    query = {"resource": "https://api.example/books"}
    assert (await house.call("DELETE", RESOURCES, headers=headers, params=query)).status_code == 204
    problem(await house.call("DELETE", RESOURCES, headers=headers, params=query), 404, "unknown-resource")
    assert faults(await house.call("DELETE", RESOURCES, headers=headers)) == [("/resource", "absent")]


async def test_what_is_wrong_with_a_resource_is_named(house: House):
    headers = await house.bearer("admin")
    for sent, told in (
        ({}, [("/resource", "absent"), ("/scope", "absent")]),
        ({"resource": "books", "scope": "mcp"}, [("/resource", "bad_uri")]),
        ({"resource": "https://a.example/#x", "scope": "mcp"}, [("/resource", "bad_uri")]),
        ({"resource": "https://a.example/", "scope": "nowhere"}, [("/scope", "bad_choice")]),
    ):
        assert faults(await house.call("PUT", RESOURCES, headers=headers, json=sent)) == told, sent


async def test_a_permission_goes_to_the_roles_that_are_said(house: House):
    listed = (await house.call("GET", PERMISSIONS, headers=await house.bearer("bob"))).json()["items"]
    assert {"permission": "view-audit", "roles": ["admin"]} in listed
    assert (await house.call("GET", AUDIT, headers=await house.bearer("bob"))).status_code == 403
    sent = {"permission": "view-audit", "roles": ["admin", "user"]}
    answer = await house.call("PUT", PERMISSIONS, headers=await house.bearer("admin"), json=sent)
    assert (answer.status_code, answer.json()) == (200, sent)
    assert (await house.call("GET", AUDIT, headers=await house.bearer("bob"))).status_code == 200
    answer = await house.call(
        "PUT", PERMISSIONS, headers=await house.bearer("admin"), json={"permission": "fly", "roles": []}
    )
    assert faults(answer) == [("/permission", "bad_choice")]


async def test_administrators_never_lose_the_right_to_say_who_may_what(house: House):
    headers = await house.bearer("admin")
    for roles in ([], ["user"]):
        sent = {"permission": "manage-instance", "roles": roles}
        assert faults(await house.call("PUT", PERMISSIONS, headers=headers, json=sent)) == [("/roles", "bad_value")]
    listed = (await house.call("GET", PERMISSIONS, headers=headers)).json()["items"]
    assert {"permission": "manage-instance", "roles": ["admin"]} in listed


async def test_the_instance_is_changed_by_administrators_only(house: House):
    narrow = await token(house, "admin", "applications:write")
    for method, where, body in (
        ("PUT", f"{SCOPES}/books", {"description": "x"}),
        ("DELETE", f"{SCOPES}/mcp", None),
        ("PUT", RESOURCES, {"resource": "https://a.example/", "scope": ""}),
        ("DELETE", f"{RESOURCES}?resource=http://127.0.0.1:8471/mcp", None),
        ("PUT", PERMISSIONS, {"permission": "view-audit", "roles": []}),
    ):
        body_sent = {} if body is None else {"json": body}
        answer = await house.call(method, where, headers=await house.bearer("alice"), **body_sent)
        assert problem(answer, 403, "permission-missing")["permission"] == "manage-instance", where
        answer = await house.call(method, where, headers=narrow, **body_sent)
        assert problem(answer, 403, "scope-missing")["scope"] == "instance:admin", where


async def test_the_audit_log_tells_who_did_what(house: House):
    application = await register(house)
    house.clock.pass_(seconds=1)
    changed = await patch(house, application, "carol", enabled=False)
    carol = await house.user("carol")
    query = {"actor_id": carol.id, "action": "application.updated"}
    answer = await house.call("GET", AUDIT, headers=await house.bearer("admin"), params=query)
    (row,) = answer.json()["items"]
    assert row == {
        "id": row["id"],
        "action": "application.updated",
        "at": "2026-11-18T11:06:41.000Z",
        "actor": {"id": carol.id, "name": "carol"},
        "target": row["target"],
        "organization_id": house.organizations["acme"],
        "version": 2,
        "surface": "native",
        "request_id": changed.headers["x-request-id"],
        "before": {"enabled": True},
        "after": {"enabled": False},
    }


async def test_managers_read_the_log_of_their_organization_and_nobody_elses(house: House):
    await register(house)
    query = {"organization_id": house.organizations["acme"], "action": "application.created"}
    answer = await house.call("GET", AUDIT, headers=await house.bearer("carol"), params=query)
    assert answer.json()["items"]
    for who in ("bob", "mallory"):
        answer = await house.call("GET", AUDIT, headers=await house.bearer(who), params=query)
        problem(answer, 403, "permission-missing")


async def test_the_audit_log_comes_in_pages(house: House):
    application = await register(house)
    for number in range(4):
        house.clock.pass_(seconds=1)
        await patch(house, application, description=f"Number {number}")
    headers = await house.bearer("alice")
    seen, cursor = [], None
    for _ in range(3):
        query = {"organization_id": house.organizations["acme"], "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await house.call("GET", AUDIT, headers=headers, params=query)).json()
        seen += [row["version"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert seen[:4] == [5, 4, 3, 2]
    answer = await house.call("GET", path(application, "revisions"), headers=headers, params={"cursor": cursor or "x"})
    assert faults(answer) == [("/cursor", "bad_value")]
