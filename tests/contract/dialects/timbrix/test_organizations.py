"""POST /api/organizations, and the members of one."""

import asyncio
import re

import pytest

from licet.domain.family import OpaqueToken
from licet.domain.ids import to_uuid
from licet.domain.secret import digest
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.protocol import BAD_REFRESH, Client
from tests.contract.dialects.timbrix.scene import (
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

ALL = "/api/organizations"
MEMBERS = f"{ALL}/acme/members"
NO_MEMBER = {"statusCode": 404, "message": "Member not found", "error": "Not Found"}
FIXED = {"statusCode": 409, "message": "This role cannot be changed", "error": "Conflict"}


async def spelled(house: House, who: str) -> str:
    return f"usr_{(await house.user(who)).id}"


async def roles(house: House) -> dict[str, str]:
    return {row["username"]: row["role"] for row in (await call(house, "bob", "GET", MEMBERS)).json()}


async def test_whoever_makes_an_organization_owns_it(house: House):
    body = {"name": " Widgets ", "slug": "widgets", "logo": "https://widgets.example/logo.png"}
    answer = await call(house, "bob", "POST", ALL, json=body)
    assert answer.status_code == 201
    made = await house.store.organizations.by_slug("widgets")
    assert list(answer.json().items()) == [
        ("id", to_uuid(made.id)),
        ("name", "Widgets"),
        ("slug", "widgets"),
        ("logo", "https://widgets.example/logo.png"),
        ("createdAt", NOW),
        ("updatedAt", NOW),
    ]
    (member,) = (await call(house, "bob", "GET", f"{ALL}/{answer.json()['id']}/members")).json()
    assert (member["username"], member["role"]) == ("bob", "owner")


async def test_every_fault_of_a_new_organization_is_named(house: House):
    slug = "slug must be 3 to 50 of lower-case letters, digits and inner hyphens"
    length, name = "slug must be 3 to 50 characters", "name must be 3 to 100 characters"
    for body, faults in [
        ({}, ["name is required", "slug is required"]),
        ({"name": "ab", "slug": "ab"}, [name, length]),
        ({"name": "a" * 101, "slug": "a" * 51}, [name, length]),
        ({"name": 1, "slug": None}, ["name must be a string", "slug cannot be null"]),
        ({"name": "Acme", "slug": "Not_a_slug"}, [slug]),
        ({"name": "Acme", "slug": "-ab"}, [slug]),
        ({"name": "Acme", "slug": "abc", "logo": "http://x.example"}, ["logo must be a URI"]),
        ({"name": "Acme", "slug": "abc", "id": "x"}, ["id is not a known field"]),
        ([], ["body must be a JSON object"]),
    ]:
        answer = await call(house, "bob", "POST", ALL, json=body)
        assert (answer.status_code, answer.json()) == (400, bad(*faults)), body


async def test_names_and_slugs_of_the_least_and_most_characters_are_taken(house: House):
    for size, body in ((3, {"logo": None}), (50, {}), (100, {})):
        slug = "s" * min(size, 50) if size < 100 else "t" * 50
        answer = await call(house, "bob", "POST", ALL, json={"name": "\U0001f4b0" * size, "slug": slug, **body})
        assert answer.status_code == 201, answer.text
        assert (answer.json()["name"], answer.json()["slug"], answer.json()["logo"]) == (
            "\U0001f4b0" * size,
            slug,
            None,
        )


async def test_a_slug_is_taken_once_also_when_all_come_at_once(house: House):
    taken = {"statusCode": 409, "message": "The slug is taken", "error": "Conflict"}
    answer = await call(house, "bob", "POST", ALL, json={"name": "Another", "slug": "acme"})
    assert (answer.status_code, answer.json()) == (409, taken)
    body = {"name": "Widgets", "slug": "widgets"}
    answers = await asyncio.gather(*(call(house, "bob", "POST", ALL, json=body) for _ in range(10)))
    assert sorted(each.status_code for each in answers) == [201, *[409] * 9]


async def test_an_organization_is_made_by_whoever_is_signed_in_and_may(house: House):
    answer = await house.call("POST", ALL, json={"name": "Widgets", "slug": "widgets"})
    assert (answer.status_code, answer.json()) == (401, NOBODY)
    headers = await narrowed(house, "alice", "applications:write")
    answer = await house.call("POST", ALL, headers=headers, content=b"{")
    assert (answer.status_code, answer.json()["message"]) == (403, "The token lacks the scope organizations:write")
    answer = await call(house, "bob", "POST", ALL, content=b"{}", headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()) == (415, NOT_JSON)


async def test_any_member_sees_the_members(house: House):
    for who in ("alice", "carol", "bob"):
        for name in ("acme", uuid(house, "acme"), uuid(house, "acme").upper()):
            answer = await call(house, who, "GET", f"{ALL}/{name}/members")
            assert answer.status_code == 200
            assert [(row["username"], row["role"]) for row in answer.json()] == [
                ("alice", "owner"),
                ("bob", "member"),
                ("carol", "admin"),
            ]
    bob = await spelled(house, "bob")
    assert list(answer.json()[1].items()) == [
        ("id", bob),
        ("userId", bob),
        ("username", "bob"),
        ("name", "Bob"),
        ("email", "bob@example.com"),
        ("role", "member"),
        ("createdAt", NOW),
    ]
    assert re.fullmatch(r"usr_[0-9a-f]{24}", bob)


@pytest.mark.attack(101)
async def test_a_foreign_organization_and_an_unknown_one_are_answered_alike(house: House):
    bob = await spelled(house, "bob")
    for method, path, body in (
        ("GET", "members", None),
        ("PUT", f"members/{bob}/role", {"role": "admin"}),
        ("DELETE", f"members/{bob}", None),
    ):
        answers = [
            await call(house, "mallory", method, f"{ALL}/{name}/{path}", json=body)
            for name in ("acme", uuid(house, "acme"), "nowhere", "00000000-0000-8000-8000-000000000000", "%F0%9F%92%B0")
        ]
        assert [(answer.status_code, answer.json()) for answer in answers] == [(403, ROLE_TOO_LOW)] * 5
    assert (await house.call("GET", MEMBERS)).json() == NOBODY
    assert await roles(house) == {"alice": "owner", "carol": "admin", "bob": "member"}


async def test_a_role_is_changed_by_owner_and_admin(house: House):
    path = f"{MEMBERS}/{await spelled(house, 'bob')}/role"
    answer = await call(house, "carol", "PUT", path, json={"role": "admin"})
    assert (answer.status_code, answer.json()["role"], answer.json()["username"]) == (200, "admin", "bob")
    answer = await call(house, "alice", "PUT", path, json={"role": "member"})
    assert (answer.status_code, answer.json()["role"]) == (200, "member")
    answer = await call(house, "bob", "PUT", path, content=b"{")
    assert (answer.status_code, answer.json()) == (403, ROLE_TOO_LOW)


async def test_the_owners_role_and_the_sole_admins_own_stay(house: House):
    for who, whom, role in (
        ("carol", "alice", "member"),
        ("alice", "alice", "admin"),
        ("alice", "bob", "owner"),
        ("carol", "carol", "member"),
    ):
        path = f"{MEMBERS}/{await spelled(house, whom)}/role"
        answer = await call(house, who, "PUT", path, json={"role": role})
        assert (answer.status_code, answer.json()) == (409, FIXED)
    assert await roles(house) == {"alice": "owner", "carol": "admin", "bob": "member"}


async def test_one_of_two_admins_gives_the_role_up_or_leaves(house: House):
    for whom in ("bob", "mallory"):
        user = await house.user(whom)
        if whom == "mallory":
            alice, acme = await house.actor("alice"), house.organizations["acme"]
            await house.services.organizations.add_member(alice, acme, user.id, "admin")
        else:
            path = f"{MEMBERS}/{await spelled(house, whom)}/role"
            await call(house, "alice", "PUT", path, json={"role": "admin"})
    path = f"{MEMBERS}/{await spelled(house, 'carol')}/role"
    answer = await call(house, "carol", "PUT", path, json={"role": "member"})
    assert (answer.status_code, answer.json()["role"]) == (200, "member")
    answer = await call(house, "mallory", "DELETE", f"{MEMBERS}/{await spelled(house, 'mallory')}")
    assert answer.status_code == 204
    answer = await call(house, "bob", "DELETE", f"{MEMBERS}/{await spelled(house, 'bob')}")
    assert (answer.status_code, answer.json()) == (409, FIXED)


async def test_of_two_admins_who_leave_at_once_one_stays(house: House):
    carol, bob = await spelled(house, "carol"), await spelled(house, "bob")
    await call(house, "alice", "PUT", f"{MEMBERS}/{bob}/role", json={"role": "admin"})
    answers = await asyncio.gather(
        call(house, "carol", "DELETE", f"{MEMBERS}/{carol}"), call(house, "bob", "DELETE", f"{MEMBERS}/{bob}")
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]


async def test_a_token_that_may_not_change_organizations_takes_nobody_out(house: House):
    for who, whom in (("bob", "bob"), ("carol", "bob")):
        headers = await narrowed(house, who, "applications:write")
        answer = await house.call("DELETE", f"{MEMBERS}/{await spelled(house, whom)}", headers=headers)
        assert (answer.status_code, answer.json()["message"]) == (403, "The token lacks the scope organizations:write")
    assert await roles(house) == {"alice": "owner", "carol": "admin", "bob": "member"}


async def test_the_faults_of_a_role_are_named(house: House):
    path = f"{MEMBERS}/{await spelled(house, 'bob')}/role"
    for body, fault in (
        ({}, "role is required"),
        ({"role": "king"}, 'role must be "owner"|"admin"|"member"'),
        ({"role": None}, "role cannot be null"),
        ({"role": "admin", "x": 1}, "x is not a known field"),
    ):
        answer = await call(house, "alice", "PUT", path, json=body)
        assert (answer.status_code, answer.json()) == (400, bad(fault))


async def test_an_unknown_member_is_not_found(house: House):
    for name in (await spelled(house, "mallory"), "usr_" + "0" * 24, "bob", (await house.user("bob")).id):
        answer = await call(house, "alice", "PUT", f"{MEMBERS}/{name}/role", json={"role": "admin"})
        assert (answer.status_code, answer.json()) == (404, NO_MEMBER)
        answer = await call(house, "alice", "DELETE", f"{MEMBERS}/{name}")
        assert (answer.status_code, answer.json()) == (404, NO_MEMBER)
        answer = await call(house, "alice", "PUT", f"{MEMBERS}/{name}/role", content=b"{")
        assert (answer.status_code, answer.json()) == (404, NO_MEMBER)


async def test_a_member_is_removed_and_leaves(house: House):
    answer = await call(house, "alice", "DELETE", f"{MEMBERS}/{await spelled(house, 'carol')}")
    assert (answer.status_code, answer.content) == (204, b"")
    answer = await call(house, "bob", "DELETE", f"{MEMBERS}/{await spelled(house, 'bob')}")
    assert answer.status_code == 204
    assert [row["username"] for row in (await call(house, "alice", "GET", MEMBERS)).json()] == ["alice"]


async def test_owner_and_sole_admin_are_not_removed_and_a_member_removes_nobody_else(house: House):
    for who, whom, answered in (
        ("carol", "alice", (409, FIXED)),
        ("carol", "carol", (409, FIXED)),
        ("bob", "carol", (403, ROLE_TOO_LOW)),
    ):
        answer = await call(house, who, "DELETE", f"{MEMBERS}/{await spelled(house, whom)}")
        assert (answer.status_code, answer.json()) == answered
    assert await roles(house) == {"alice": "owner", "carol": "admin", "bob": "member"}


async def test_a_removal_ends_the_members_api_keys_and_tokens(house: House):
    made = (await call(house, "carol", "POST", f"{ALL}/acme/api-keys", json={"name": "Carol's"})).json()
    carol, application = await house.user("carol"), await kept(house, (await registered(house))["clientId"])
    token = OpaqueToken(
        digest=digest("hers"),
        id="0" * 24,
        family_id=None,
        generation=None,
        application_id=application.id,
        client_id=application.client_id,
        user_id=carol.id,
        surface="timbrix",
        scope=("read:members",),
        audience=(),
        created_at=house.clock.now,
        expires_at=house.clock.now + 1000,
    )
    await house.store.access_tokens.insert(token)
    asked = {"x-api-key": made["key"]}
    assert (await house.call("POST", "/api/api-keys/validate", headers=asked)).status_code == 200
    await call(house, "alice", "DELETE", f"{MEMBERS}/{await spelled(house, 'carol')}")
    assert (await house.call("POST", "/api/api-keys/validate", headers=asked)).status_code == 403
    assert await house.store.access_tokens.by_digest(digest("hers")) is None


async def test_a_removed_member_s_refresh_tokens_end_and_those_of_others_stay(payroll: Client):
    hers = await payroll.tokens("carol")
    payroll.person.client.cookies.clear()
    his = await payroll.tokens("bob")
    await call(payroll.house, "alice", "DELETE", f"{MEMBERS}/{await spelled(payroll.house, 'carol')}")
    assert (await payroll.refresh(hers["refresh_token"])).json() == BAD_REFRESH
    assert await payroll.lives(hers) == (False, False)
    assert await payroll.lives(his) == (True, True)


async def test_changes_of_members_are_in_the_audit_log(house: House):
    path = f"{MEMBERS}/{await spelled(house, 'bob')}"
    for method, where, body in (("PUT", f"{path}/role", {"role": "admin"}), ("DELETE", path, None)):
        house.clock.pass_(seconds=1)
        await call(house, "alice", method, where, json=body)
    answer = await call(
        house, "alice", "GET", f"/api/manage/audit?organization_id={house.organizations['acme']}&limit=2"
    )
    assert [(row["action"], row["surface"], row["after"].get("role")) for row in answer.json()["items"]] == [
        ("member.removed", "timbrix", None),
        ("member.role_updated", "timbrix", "admin"),
    ]
