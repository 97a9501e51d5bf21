"""Organizations: made, renamed, handed over, and who is in them."""

from licet.domain.actor import SYSTEM_USER_ID
from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import faults, problem, register, token

PATH = "/api/manage/organizations"


async def member(house: House, who: str, *, slug: str = "acme") -> str:
    return f"{PATH}/{house.organizations[slug]}/members/{(await house.user(who)).id}"


async def roles(house: House) -> dict[str, str]:
    answer = await house.call("GET", f"{PATH}/acme/members", headers=await house.bearer("alice"))
    return {row["username"]: row["role"] for row in answer.json()["items"]}


async def test_who_makes_an_organization_owns_it(house: House):
    headers = await house.bearer("bob")
    answer = await house.call("POST", PATH, headers=headers, json={"name": "Bob & Sons", "slug": "bob-sons"})
    assert answer.status_code == 201
    document = answer.json()
    assert document == {
        "id": document["id"],
        "name": "Bob & Sons",
        "slug": "bob-sons",
        "kind": "team",
        "logo": None,
        "created_at": "2026-11-18T11:06:40.000Z",
        "updated_at": "2026-11-18T11:06:40.000Z",
    }
    assert answer.headers["location"] == f"{PATH}/{document['id']}"
    for name in (document["id"], "bob-sons"):
        assert (await house.call("GET", f"{PATH}/{name}", headers=headers)).json() == document
    members = await house.call("GET", f"{PATH}/bob-sons/members", headers=headers)
    bob = await house.user("bob")
    assert members.json() == {
        "items": [
            {
                "user_id": bob.id,
                "username": "bob",
                "name": "Bob",
                "email": "bob@example.com",
                "role": "owner",
                "created_at": "2026-11-18T11:06:40.000Z",
            }
        ]
    }


async def test_what_is_wrong_with_an_organization_is_named(house: House):
    headers = await house.bearer("bob")
    for sent, told in (
        ({}, [("/name", "absent"), ("/slug", "absent")]),
        ({"name": "ab", "slug": "abc"}, [("/name", "too_short")]),
        ({"name": "Abc", "slug": "a_c"}, [("/slug", "bad_value")]),
        ({"name": "Abc", "slug": "-abc"}, [("/slug", "bad_value")]),
        ({"name": "Abc", "slug": "x" * 51}, [("/slug", "too_long")]),
        ({"name": "Abc", "slug": "abc", "logo": "http://a.example/x.png"}, [("/logo", "bad_uri")]),
        ({"name": "Abc", "slug": "abc", "kind": "instance"}, [("/kind", "unknown")]),
    ):
        assert faults(await house.call("POST", PATH, headers=headers, json=sent)) == told, sent
    answer = await house.call("POST", PATH, headers=headers, json={"name": "Another", "slug": "acme"})
    assert problem(answer, 409, "name-taken")["errors"][0]["pointer"] == "/slug"


async def test_members_see_theirs_and_administrators_all(house: House):
    async def slugs(who: str) -> set[str]:
        answer = await house.call("GET", PATH, headers=await house.bearer(who))
        return {row["slug"] for row in answer.json()["items"] if row["kind"] == "team"}

    assert await slugs("bob") == {"acme"}
    assert await slugs("mallory") == {"other"}
    assert await slugs("admin") == {"acme", "other"}
    problem(await house.call("GET", f"{PATH}/acme", headers=await house.bearer("mallory")), 404, "unknown-organization")


async def test_organizations_come_in_pages(house: House):
    headers = await house.bearer("admin")
    seen, cursor = [], None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await house.call("GET", PATH, headers=headers, params=query)).json()
        seen += [row["slug"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert {"acme", "other", "instance"} <= set(seen)


async def test_managers_rename_and_the_slug_stays(house: House):
    headers = await house.bearer("carol")
    sent = {"name": "Acme International", "logo": "https://acme.example/logo.png"}
    answer = await house.call("PATCH", f"{PATH}/acme", headers=headers, json=sent)
    assert (answer.json()["name"], answer.json()["slug"]) == ("Acme International", "acme")
    answer = await house.call("PATCH", f"{PATH}/acme", headers=headers, json={"logo": None})
    assert (answer.json()["name"], answer.json()["logo"]) == ("Acme International", None)
    answer = await house.call("PATCH", f"{PATH}/acme", headers=headers, json={"slug": "acme2"})
    assert faults(answer) == [("/slug", "immutable")]
    problem(
        await house.call("PATCH", f"{PATH}/acme", headers=await house.bearer("bob"), json={"name": "Bobs"}),
        403,
        "role-too-low",
    )


async def test_an_organization_goes_once_it_owns_nothing(house: House):
    application = await register(house)
    headers = await house.bearer("alice")
    problem(await house.call("DELETE", f"{PATH}/acme", headers=headers), 409, "still-owned")
    page = await house.call("GET", "/api/applications", headers=headers, params={"limit": 200})
    for item in page.json()["items"]:
        if item["organization_id"] == application["organization_id"]:
            await house.call("DELETE", f"/api/applications/{item['client_id']}", headers=headers)
    problem(await house.call("DELETE", f"{PATH}/acme", headers=await house.bearer("carol")), 403, "permission-missing")
    assert (await house.call("DELETE", f"{PATH}/acme", headers=headers)).status_code == 204
    problem(await house.call("GET", f"{PATH}/acme", headers=headers), 404, "unknown-organization")


async def test_members_come_change_their_role_and_go(house: House):
    headers, mallory = await house.bearer("carol"), await house.user("mallory")
    answer = await house.call(
        "POST", f"{PATH}/acme/members", headers=headers, json={"user_id": mallory.id, "role": "member"}
    )
    assert (answer.status_code, answer.json()["username"], answer.json()["role"]) == (201, "mallory", "member")
    again = await house.call(
        "POST", f"{PATH}/acme/members", headers=headers, json={"user_id": mallory.id, "role": "admin"}
    )
    problem(again, 409, "name-taken")
    answer = await house.call("PATCH", await member(house, "mallory"), headers=headers, json={"role": "admin"})
    assert (answer.status_code, answer.json()["role"]) == (200, "admin")
    assert (await house.call("DELETE", await member(house, "mallory"), headers=headers)).status_code == 204
    answer = await house.call("DELETE", await member(house, "mallory"), headers=headers)
    problem(answer, 404, "unknown-member")
    assert await roles(house) == {"alice": "owner", "bob": "member", "carol": "admin"}


async def test_the_owner_stays_owner_until_the_organization_is_handed_over(house: House):
    headers = await house.bearer("alice")
    answer = await house.call("PATCH", await member(house, "alice"), headers=headers, json={"role": "member"})
    problem(answer, 409, "role-fixed")
    problem(await house.call("DELETE", await member(house, "alice"), headers=headers), 409, "role-fixed")
    answer = await house.call("PATCH", await member(house, "bob"), headers=headers, json={"role": "owner"})
    assert faults(answer) == [("/role", "bad_choice")]
    bob, mallory = await house.user("bob"), await house.user("mallory")
    where = f"{PATH}/acme/owner"
    problem(
        await house.call("POST", where, headers=await house.bearer("carol"), json={"user_id": bob.id}),
        403,
        "role-too-low",
    )
    problem(await house.call("POST", where, headers=headers, json={"user_id": mallory.id}), 404, "unknown-member")
    assert (await house.call("POST", where, headers=headers, json={"user_id": bob.id})).status_code == 204
    assert await roles(house) == {"alice": "admin", "bob": "owner", "carol": "admin"}


async def test_what_is_wrong_with_a_member_is_named(house: House):
    headers, where = await house.bearer("alice"), f"{PATH}/acme/members"
    for sent, told in (
        ({}, [("/user_id", "absent"), ("/role", "absent")]),
        ({"user_id": "mallory", "role": "member"}, [("/user_id", "too_short")]),
        ({"user_id": "0" * 24, "role": "king"}, [("/role", "bad_choice")]),
    ):
        assert faults(await house.call("POST", where, headers=headers, json=sent)) == told, sent
    for nobody in ("f" * 24, SYSTEM_USER_ID):
        answer = await house.call("POST", where, headers=headers, json={"user_id": nobody, "role": "member"})
        problem(answer, 404, "unknown-user")


async def test_plain_members_manage_nobody_and_may_leave(house: House):
    headers = await house.bearer("bob")
    problem(await house.call("DELETE", await member(house, "carol"), headers=headers), 403, "role-too-low")
    answer = await house.call("PATCH", await member(house, "bob"), headers=headers, json={"role": "admin"})
    problem(answer, 403, "role-too-low")
    assert (await house.call("DELETE", await member(house, "bob"), headers=headers)).status_code == 204
    problem(await house.call("GET", f"{PATH}/acme", headers=headers), 404, "unknown-organization")


async def test_a_token_needs_the_scope_for_organizations(house: House):
    headers = await token(house, "alice", "applications:write")
    for method, where, body in (
        ("POST", PATH, {"name": "Another", "slug": "another"}),
        ("PATCH", f"{PATH}/acme", {"name": "Another"}),
        ("DELETE", f"{PATH}/acme", None),
        ("PATCH", await member(house, "bob"), {"role": "admin"}),
        ("DELETE", await member(house, "bob"), None),
    ):
        answer = await house.call(method, where, headers=headers, **({} if body is None else {"json": body}))
        assert problem(answer, 403, "scope-missing")["scope"] == "organizations:write", where
