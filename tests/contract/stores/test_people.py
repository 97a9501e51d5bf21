import asyncio
from dataclasses import replace

import pytest

from licet.domain.actor import SYSTEM_USER_ID
from licet.domain.organization import Member
from licet.domain.user import Link, User
from licet.errors import UnknownLink, UnknownUser
from licet.services.application_ports import Query
from licet.services.people_ports import Admission, Standing
from licet.services.ports import AuditQuery
from tests.contract.stores.scene import ACME, ALICE, BOB, an_id, personal, user

CAROL = "ca401" + "0" * 19


async def add_carol(scene, **more):
    made = user(CAROL, "Carol", **more)
    assert await scene.store.users.insert(made, personal(made), scene.change(CAROL)) is None
    return made


async def test_a_user_comes_back_as_written_by_id_name_and_address(scene):
    made = await add_carol(
        scene, email="Carol.Ö@Example.com", roles=("admin", "user"), password_hash="$argon2id$", email_verified=True
    )
    users = scene.store.users
    for found in (
        await users.by_id(CAROL),
        await users.by_username("cAROL"),
        await users.by_email("CAROL.ö@example.COM"),
    ):
        assert found == made
    assert await users.by_ids([CAROL, BOB, "unknown"]) == {CAROL: made, BOB: user(BOB, "bob")}
    assert await users.by_username("\x00") is await users.by_email("nobody") is None


async def test_names_and_addresses_are_taken_once_whatever_their_case(scene):
    for given, field in (
        ({"username": "ALICE", "email": "x@example.com"}, "username"),
        ({"username": "x", "email": "Alice@example.COM"}, "email"),
    ):
        other = replace(user(CAROL, "carol"), **given)
        assert await scene.store.users.insert(other, personal(other), scene.change(CAROL)) == field
        assert await scene.store.users.by_id(CAROL) is await scene.store.organizations.by_id(CAROL[::-1]) is None
    bob = user(BOB, "bob")
    assert (
        await scene.store.users.replace(bob, replace(bob, username="Alice"), scene.change(BOB), end_credentials=False)
        == "username"
    )
    assert (
        await scene.store.users.replace(
            bob, replace(bob, email="ALICE@example.com"), scene.change(BOB), end_credentials=False
        )
        == "email"
    )
    assert (
        await scene.store.users.replace(
            bob, replace(bob, username="BOB", email=None), scene.change(BOB), end_credentials=False
        )
        is None
    )
    assert (await scene.store.users.by_username("bob")).username == "BOB"


async def test_of_a_hundred_who_take_one_name_one_gets_it(scene):
    async def join(number: int):
        made = replace(user(an_id(number), f"u{number}"), username=f"{'Same' if number % 2 else 'same'}")
        return await scene.store.users.insert(made, personal(made), scene.change(made.id))

    answers = await asyncio.gather(*map(join, range(100)))
    assert sorted(answers, key=str) == [None, *["username"] * 99]


async def test_a_new_user_owns_the_personal_organization(scene):
    alice = user(ALICE, "alice")
    assert await scene.store.organizations.by_id(alice.organization_id) == personal(alice)
    assert await scene.store.users.standing(ALICE) == Standing(
        {alice.organization_id: "owner", ACME: "owner"}, frozenset()
    )
    assert await scene.store.users.standing("unknown") == Standing({}, frozenset())


async def test_permissions_follow_the_instance_roles(scene):
    await add_carol(scene, roles=("admin", "user"))
    for permission, roles in (("manage-users", ("admin",)), ("chat", ("user", "guest")), ("nothing", ())):
        await scene.store.catalogue.put_permission(permission, roles, None)
    await scene.store.catalogue.put_permission("chat", ("nobody",), None)
    assert (await scene.store.users.standing(CAROL)).permissions == {"manage-users", "chat"}
    assert (await scene.store.users.standing(BOB)).permissions == {"chat"}
    await scene.store.catalogue.put_permission("chat", ("admin",), scene.change("chat"))
    assert (await scene.store.users.standing(BOB)).permissions == frozenset()
    assert await scene.store.catalogue.permissions() == {"chat": ("admin",), "manage-users": ("admin",), "nothing": ()}


async def test_users_are_listed_by_name_and_prefix(scene):
    await add_carol(scene)
    users = scene.store.users
    assert [row.username for row in await users.page(q="", after=None, limit=2)] == ["alice", "bob"]
    assert [row.username for row in await users.page(q="", after="BOB", limit=2)] == ["Carol"]
    assert [row.username for row in await users.page(q="CA", after=None, limit=2)] == ["Carol"]
    assert await users.page(q="%", after=None, limit=2) == []


async def test_a_replaced_user_who_is_gone_is_unknown(scene):
    carol = user(CAROL, "carol")
    with pytest.raises(UnknownUser):
        await scene.store.users.replace(carol, carol, scene.change(CAROL), end_credentials=True)
    assert await scene.store.audit.page(AuditQuery(target=CAROL)) == []


async def test_who_writes_a_person_undoes_nothing_that_was_written_since_they_looked(scene):
    seen = user(BOB, "bob", password_hash=None, active=True)
    for new in (
        replace(seen, password_hash="$argon2id$new", updated_at=11),
        replace(seen, active=False, updated_at=12),
        replace(seen, name="Robert", updated_at=13),
    ):
        assert await scene.store.users.replace(seen, new, scene.change(BOB), end_credentials=False) is None
    assert await scene.store.users.by_id(BOB) == replace(
        seen, password_hash="$argon2id$new", active=False, name="Robert", updated_at=13
    )


async def test_of_many_with_one_link_one_sets_the_password(scene):
    bob, digest = user(BOB, "bob"), b"l" * 32
    link = Link(digest=digest, purpose="setup", user_id=BOB, email=None, created_at=1, expires_at=10**15)
    await scene.store.links.insert(link)
    states = [replace(bob, password_hash=f"hash {number}") for number in range(20)]
    changes = [scene.change(BOB) for _ in states]
    written = scene.store.users.replace
    answers = await asyncio.gather(
        *(
            written(bob, new, change, end_credentials=True, link=digest)
            for new, change in zip(states, changes, strict=True)
        ),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers].count(UnknownLink) == 19
    assert await scene.store.users.by_id(BOB) == states[answers.index(None)]


GOINGS = {
    "demoted": lambda users, seen, change: users.replace(
        seen, replace(seen, roles=("user",)), change, end_credentials=False
    ),
    "deactivated": lambda users, seen, change: users.replace(
        seen, replace(seen, active=False), change, end_credentials=True
    ),
    "deleted": lambda users, seen, change: users.remove(seen, change, pseudonym="p"),
}


@pytest.mark.parametrize("going", GOINGS.values(), ids=GOINGS)
async def test_of_administrators_who_go_at_once_one_stays(scene, going):
    users = [user(an_id(number), f"admin{number}", roles=("admin", "user")) for number in range(10)]
    asleep = user(CAROL, "carol", roles=("admin",), active=False)
    for made in (*users, asleep):
        await scene.store.users.insert(made, personal(made), scene.change(made.id))
    answers = await asyncio.gather(*(going(scene.store.users, each, scene.change(each.id)) for each in users))
    assert answers.count("sole_admin") == 1
    kept = [await scene.store.users.by_id(each.id) for each in users]
    assert [each for each in kept if each and each.active and "admin" in each.roles] == [
        users[answers.index("sole_admin")]
    ]
    # Nobody else is held: who administers nothing, or is asleep, goes.
    assert await going(scene.store.users, user(BOB, "bob"), scene.change(BOB)) != "sole_admin"
    assert await going(scene.store.users, asleep, scene.change(CAROL)) != "sole_admin"


async def test_idle_users_are_the_active_ones_who_did_not_come_back(scene):
    await add_carol(scene, active=False)
    system = user(SYSTEM_USER_ID, "system")
    await scene.store.users.insert(system, personal(system), scene.change())
    bob = user(BOB, "bob", roles=("guest",))
    await scene.store.users.replace(user(BOB, "bob"), bob, scene.change(BOB), end_credentials=False)
    assert [row.id for row in await scene.store.users.idle_since(11, None)] == [ALICE, BOB]
    assert [row.id for row in await scene.store.users.idle_since(11, "guest")] == [BOB]
    assert await scene.store.users.idle_since(10, None) == []


async def test_a_deleted_person_leaves_a_pseudonym(scene):
    bob = user(BOB, "bob")
    await scene.store.audit.write(scene.change(BOB, actor_id=None, actor_name="sign-up:bob", after={"username": "bob"}))
    await scene.store.audit.write(scene.change("thing", actor_id=BOB, actor_name="bob"))
    await scene.store.organizations.add_member(ACME, BOB, "admin", scene.change(BOB))
    deletion = scene.change(BOB, actor_id=BOB, actor_name="bob")
    assert await scene.store.users.remove(bob, deletion, pseudonym="gone-1") == "removed"
    assert await scene.store.users.by_id(BOB) is await scene.store.organizations.by_id(bob.organization_id) is None
    assert [row.user_id for row in await scene.store.organizations.members(ACME)] == [ALICE]
    rows = await scene.store.audit.page(AuditQuery())
    assert "bob" not in "".join(f"{row.actor_name}{row.before}{row.after}" for row in rows)
    assert [row.actor_name for row in rows if row.actor_id == BOB] == ["gone-1", "gone-1"]
    assert await scene.store.users.remove(bob, scene.change(BOB), pseudonym="gone-2") == "unknown"


async def test_who_looked_after_a_deleted_person_keeps_their_name(scene):
    await scene.store.audit.write(scene.change("token", actor_id=BOB, actor_name="cli:root"))
    deletion = scene.change(BOB, actor_id=None, actor_name="cli:root")
    assert await scene.store.users.remove(user(BOB, "bob"), deletion, pseudonym="gone") == "removed"
    newest = await scene.store.audit.page(AuditQuery(limit=2))
    assert [row.actor_name for row in newest] == ["cli:root", "cli:root"]


async def test_a_person_who_owns_something_others_need_stays(scene):
    alice = user(ALICE, "alice")
    await scene.store.organizations.add_member(ACME, BOB, "member", scene.change(BOB))
    assert await scene.store.users.remove(alice, scene.change(ALICE), pseudonym="p") == "in_use"
    await scene.store.organizations.remove_member(ACME, BOB, scene.change(BOB), by_self=False)
    held = await scene.add(1)
    assert await scene.store.users.remove(alice, scene.change(ALICE), pseudonym="p") == "in_use"
    assert await scene.store.users.by_id(ALICE) == alice
    await scene.store.applications.remove(1, held, scene.change(held.id), purge_at=9)
    assert await scene.store.users.remove(alice, scene.change(ALICE), pseudonym="p") == "removed"
    assert await scene.store.organizations.by_id(ACME) is None
    assert (await scene.store.applications.page(Query())).total == 0


async def test_of_a_hundred_claims_of_a_link_one_succeeds(scene):
    link = Link(digest=b"l" * 32, purpose="setup", user_id=BOB, email=None, created_at=1, expires_at=100)
    await scene.store.links.insert(link)
    assert await scene.store.links.look(link.digest, 99) == link
    assert await scene.store.links.look(link.digest, 100) is None
    claims = await asyncio.gather(*(scene.store.links.claim(link.digest, 50) for _ in range(100)))
    assert [claim for claim in claims if claim] == [link]
    assert await scene.store.links.look(link.digest, 50) is await scene.store.links.claim(b"x" * 32, 50) is None


async def test_of_a_hundred_who_come_by_one_invitation_one_is_written_and_nothing_of_the_others(scene):
    link = Link(digest=b"l" * 32, purpose="invitation", user_id=None, email=None, created_at=1, expires_at=100)
    await scene.store.links.insert(link)
    guests = [user(f"{number:024x}", f"guest{number}") for number in range(100)]

    async def come(guest: User) -> bool:
        told = scene.change(guest.id, action="invitation.accepted")
        try:
            admission = Admission(link.digest, ACME, (told,))
            await scene.store.users.insert(guest, personal(guest), scene.change(guest.id), admission)
        except UnknownLink:
            return False
        return True

    came = await asyncio.gather(*(come(guest) for guest in guests))
    [member] = [guest for guest, entered in zip(guests, came, strict=True) if entered]
    assert [found.user_id for found in await scene.store.organizations.members(ACME)] == [ALICE, member.id]
    assert len(await scene.store.users.page(q="guest", after=None, limit=200)) == 1
    rows = await scene.store.audit.page(AuditQuery(limit=200))
    assert [row.target for row in rows if row.action == "invitation.accepted"] == [member.id]


async def test_an_expired_link_is_claimed_by_nobody(scene):
    link = Link(
        digest=b"l" * 32, purpose="invitation", user_id=None, email="x@example.com", created_at=1, expires_at=100
    )
    await scene.store.links.insert(link)
    assert await asyncio.gather(*(scene.store.links.claim(link.digest, 100) for _ in range(3))) == [None] * 3
    assert await scene.store.links.claim(link.digest, 99) == link


async def test_members_are_listed_by_name_with_their_roles(scene):
    await add_carol(scene, email=None)
    organizations = scene.store.organizations
    for number, (user_id, role) in enumerate(((CAROL, "member"), (BOB, "admin"))):
        assert await organizations.add_member(ACME, user_id, role, scene.change(user_id, at=50 + number))
    assert not await organizations.add_member(ACME, BOB, "member", scene.change(BOB))
    assert await organizations.members(ACME) == [
        Member(ACME, ALICE, "alice", "Alice", "alice@example.com", "owner", 20),
        Member(ACME, BOB, "bob", "Bob", "bob@example.com", "admin", 51),
        Member(ACME, CAROL, "Carol", "Carol", None, "member", 50),
    ]


async def test_the_owner_and_the_sole_admin_keep_their_places(scene):
    await add_carol(scene)
    organizations = scene.store.organizations
    await organizations.add_member(ACME, BOB, "admin", scene.change(BOB))

    async def set_role(user_id: str, role, *, by_self: bool = False) -> str:
        return await organizations.set_role(ACME, user_id, role, scene.change(user_id), by_self=by_self)

    async def remove(user_id: str, *, by_self: bool = False) -> str:
        return await organizations.remove_member(ACME, user_id, scene.change(user_id), by_self=by_self)

    assert await set_role(ALICE, "admin") == await remove(ALICE, by_self=True) == "fixed"
    assert await set_role(BOB, "admin", by_self=True) == "done"  # the role they have
    assert await set_role(CAROL, "admin") == await remove(CAROL) == "unknown"
    assert await set_role(BOB, "member", by_self=True) == await remove(BOB, by_self=True) == "fixed"
    await organizations.add_member(ACME, CAROL, "admin", scene.change(CAROL))
    assert await set_role(BOB, "member", by_self=True) == "done"
    assert await remove(CAROL, by_self=True) == "fixed"
    assert await remove(CAROL) == "done"
    assert await scene.store.users.standing(BOB) == Standing(
        {ACME: "member", user(BOB, "bob").organization_id: "owner"}, frozenset()
    )


async def test_of_two_admins_who_leave_at_once_one_stays(scene):
    await add_carol(scene)
    for user_id in (BOB, CAROL):
        await scene.store.organizations.add_member(ACME, user_id, "admin", scene.change(user_id))
    changes = {user_id: scene.change(user_id) for user_id in (BOB, CAROL)}
    leave = scene.store.organizations.remove_member
    answers = await asyncio.gather(*(leave(ACME, each, changes[each], by_self=True) for each in changes))
    assert sorted(answers) == ["done", "fixed"]


async def test_an_organization_is_handed_over_to_a_member_only(scene):
    organizations = scene.store.organizations
    assert await organizations.hand_over(ACME, BOB, scene.change(BOB)) == "unknown"
    await organizations.add_member(ACME, BOB, "member", scene.change(BOB))
    assert await organizations.hand_over(ACME, BOB, scene.change(BOB)) == "done"
    assert {row.user_id: row.role for row in await organizations.members(ACME)} == {ALICE: "admin", BOB: "owner"}
    assert await organizations.hand_over(ACME, BOB, scene.change(BOB)) == "done"
    assert {row.user_id: row.role for row in await organizations.members(ACME)} == {ALICE: "admin", BOB: "owner"}


async def add_admins(scene):
    await add_carol(scene)
    for user_id in (BOB, CAROL):
        await scene.store.organizations.add_member(ACME, user_id, "admin", scene.change(user_id))


async def test_of_many_hand_overs_at_once_there_is_one_owner(scene):
    await add_admins(scene)
    changes = [scene.change(ACME) for _ in range(20)]
    hand_over = scene.store.organizations.hand_over
    await asyncio.gather(*(hand_over(ACME, (BOB, CAROL, ALICE)[n % 3], change) for n, change in enumerate(changes)))
    roles = sorted(row.role for row in await scene.store.organizations.members(ACME))
    assert roles == ["admin", "admin", "owner"]


async def test_who_hands_over_to_many_at_once_is_the_owner_only_once(scene):
    await add_admins(scene)
    changes = [scene.change(ACME) for _ in range(100)]
    hand_over = scene.store.organizations.hand_over
    answers = await asyncio.gather(
        *(hand_over(ACME, (BOB, CAROL)[n % 2], change, by=ALICE) for n, change in enumerate(changes))
    )
    assert sorted(answers) == ["done", *["not_owner"] * 99]
    roles = sorted(row.role for row in await scene.store.organizations.members(ACME))
    assert roles == ["admin", "admin", "owner"]


async def test_who_is_deleted_while_they_become_the_owner_leaves_no_organization_without_one(scene):
    for number in range(1, 21):
        heir = user(an_id(number), f"heir{number}")
        await scene.store.users.insert(heir, personal(heir), scene.change(heir.id))
        await scene.store.organizations.add_member(ACME, heir.id, "admin", scene.change(heir.id))
        handed_over, removed = await asyncio.gather(
            scene.store.organizations.hand_over(ACME, heir.id, scene.change(heir.id)),
            scene.store.users.remove(heir, scene.change(heir.id), pseudonym="p"),
        )
        assert (handed_over, removed) in {("done", "in_use"), ("unknown", "removed")}
        roles = [row.role for row in await scene.store.organizations.members(ACME)]
        assert roles.count("owner") == 1


async def test_organizations_are_listed_by_slug(scene):
    organizations = scene.store.organizations
    slugs = [row.slug for row in await organizations.page(None, after=None, limit=9)]
    assert slugs == ["acme", *sorted(f"personal-{each[::-1]}" for each in (ALICE, BOB))]
    assert [row.id for row in await organizations.page(BOB, after=None, limit=9)] == [BOB[::-1]]
    assert [row.slug for row in await organizations.page(ALICE, after="acme", limit=9)] == [f"personal-{ALICE[::-1]}"]
    acme = await organizations.by_slug("acme")
    assert not await organizations.insert(replace(acme, id=an_id(9)), ALICE, scene.change(an_id(9)))
    renamed, pictured = replace(acme, name="Acme 2"), replace(acme, logo="https://acme.example/logo.png", updated_at=99)
    for new in (renamed, pictured):
        assert await organizations.replace(acme, new, scene.change(ACME))
    assert await organizations.by_id(ACME) == replace(pictured, name="Acme 2")
    assert not await organizations.replace(acme, replace(acme, id=an_id(9)), scene.change(an_id(9)))


async def test_an_organization_that_owns_applications_stays(scene):
    organizations = scene.store.organizations
    held = await scene.add(1)
    assert await organizations.remove(ACME, scene.change(ACME)) == "owns_applications"
    await scene.store.applications.remove(1, held, scene.change(held.id), purge_at=99)
    assert await organizations.remove(ACME, scene.change(ACME)) == "removed"
    assert await organizations.remove(ACME, scene.change(ACME)) == "unknown"
    assert ACME not in (await scene.store.users.standing(ALICE)).roles
