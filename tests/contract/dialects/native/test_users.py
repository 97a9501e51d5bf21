"""People: made by administrators, by invitation or by themselves; changed, exported and deleted."""

import asyncio
from hashlib import sha256

import pytest

from licet.domain.family import Consent
from tests.contract.dialects.house import House
from tests.contract.dialects.native.scene import faults, problem, register, token

PATH = "/api/manage/users"
SESSION = "/api/manage/session"
SIGN_UP = "/api/manage/sign-up"
NEW = {"username": "dora", "name": "Dora", "email": "dora@example.com", "password": "correct horse"}


async def one(house: House, who: str) -> str:
    return f"{PATH}/{(await house.user(who)).id}"


async def sign_in(house: House, username: str, password: str) -> int:
    answer = await house.call("POST", SESSION, json={"username": username, "password": password})
    return answer.status_code


async def test_an_administrator_adds_a_person(house: House):
    answer = await house.call("POST", PATH, headers=await house.bearer("admin"), json=NEW)
    assert answer.status_code == 201
    document = answer.json()
    assert answer.headers["location"] == f"/api/manage/users/{document['id']}"
    assert document == {
        "id": document["id"],
        "username": "dora",
        "name": "Dora",
        "email": "dora@example.com",
        "email_verified": False,
        "active": True,
        "roles": ["user"],
        "organization_id": document["organization_id"],
        "created_at": "2026-11-18T11:06:40.000Z",
        "updated_at": "2026-11-18T11:06:40.000Z",
        "last_login_at": None,
    }
    assert await sign_in(house, "dora", "correct horse") == 201


async def test_without_a_password_a_link_sets_it_once(house: House):
    answer = await house.call("POST", PATH, headers=await house.bearer("admin"), json={"username": "dora"})
    link = answer.json()["setup_link"]
    assert link.startswith("http://127.0.0.1:8000/account/setup/")
    assert answer.json()["name"] == "dora"
    assert await sign_in(house, "dora", "correct horse") == 401
    sent = {"link": link, "password": "correct horse"}
    assert faults(await house.call("POST", "/api/manage/setup", json={**sent, "password": "short"})) == [
        ("/password", "too_short")
    ]
    done = await house.call("POST", "/api/manage/setup", json=sent)
    assert (done.status_code, done.json()["username"]) == (200, "dora")
    assert await sign_in(house, "dora", "correct horse") == 201
    problem(await house.call("POST", "/api/manage/setup", json=sent), 404, "unknown-link")


async def test_a_link_ends_after_three_days_and_does_for_its_purpose_only(house: House):
    headers = await house.bearer("admin")
    setup = (await house.call("POST", PATH, headers=headers, json={"username": "dora"})).json()["setup_link"]
    invitation = (await house.call("POST", "/api/manage/invitations", headers=headers)).json()["invitation"]
    value = invitation.rpartition("/")[2]
    answer = await house.call("POST", "/api/manage/setup", json={"link": value, "password": "correct horse"})
    problem(answer, 404, "unknown-link")
    house.clock.pass_(days=3)
    answer = await house.call("POST", "/api/manage/setup", json={"link": setup, "password": "correct horse"})
    problem(answer, 404, "unknown-link")


async def test_only_administrators_add_list_and_invite(house: House):
    headers = await house.bearer("alice")
    for method, where, body in (
        ("POST", PATH, NEW),
        ("GET", PATH, None),
        ("POST", "/api/manage/invitations", {}),
        ("DELETE", "/api/manage/invitations/x", None),
    ):
        answer = await house.call(method, where, headers=headers, **({} if body is None else {"json": body}))
        assert problem(answer, 403, "permission-missing")["permission"] == "manage-users"


async def test_what_is_wrong_with_a_person_is_named(house: House):
    headers = await house.bearer("admin")
    for sent, told in (
        ({}, [("/username", "absent")]),
        ({**NEW, "username": "a b"}, [("/username", "bad_value")]),
        ({**NEW, "username": "-dora"}, [("/username", "bad_value")]),
        ({**NEW, "username": "x" * 65}, [("/username", "too_long")]),
        ({**NEW, "email": "dora"}, [("/email", "bad_value")]),
        ({**NEW, "roles": ["king"]}, [("/roles/0", "bad_choice")]),
        ({**NEW, "password": "seven77"}, [("/password", "too_short")]),
        ({**NEW, "password": "x" * 1001}, [("/password", "too_long")]),
        ({**NEW, "password_hash": "x"}, [("/password_hash", "unknown")]),
    ):
        assert faults(await house.call("POST", PATH, headers=headers, json=sent)) == told, sent


async def test_names_and_addresses_are_taken_once_whatever_their_case(house: House):
    headers = await house.bearer("admin")
    answer = await house.call("POST", PATH, headers=headers, json={**NEW, "username": "ALICE"})
    assert problem(answer, 409, "name-taken")["errors"] == [
        {"pointer": "/username", "code": "taken", "detail": "This name is taken."}
    ]
    answer = await house.call("POST", PATH, headers=headers, json={**NEW, "email": "Alice@Example.com"})
    assert problem(answer, 409, "name-taken")["errors"][0]["pointer"] == "/email"


async def test_people_come_in_pages_by_user_name(house: House):
    headers = await house.bearer("admin")
    seen, cursor = [], None
    for _ in range(3):
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await house.call("GET", PATH, headers=headers, params=query)).json()
        seen += [user["username"] for user in page["items"]]
        cursor = page["next_cursor"]
    assert [name for name in seen if name != "system"][:5] == ["admin", "alice", "bob", "carol", "mallory"]
    page = (await house.call("GET", PATH, headers=headers, params={"q": "ca"})).json()
    assert [user["username"] for user in page["items"]] == ["carol"]


async def test_people_see_themselves_and_administrators_everybody(house: House):
    where = await one(house, "bob")
    for who in ("bob", "admin"):
        answer = await house.call("GET", where, headers=await house.bearer(who))
        assert (answer.status_code, answer.json()["username"]) == (200, "bob")
    for method, path in (("GET", where), ("PATCH", where), ("DELETE", where), ("GET", f"{where}/export")):
        body = {"json": {"name": "Robert"}} if method == "PATCH" else {}
        problem(await house.call(method, path, headers=await house.bearer("alice"), **body), 404, "unknown-user")


async def test_people_change_their_name_and_address_and_nothing_else(house: House):
    where, headers = await one(house, "bob"), await house.bearer("bob")
    answer = await house.call("PATCH", where, headers=headers, json={"name": "Robert", "email": "rob@example.com"})
    assert (answer.json()["name"], answer.json()["email"], answer.json()["email_verified"]) == (
        "Robert",
        "rob@example.com",
        False,
    )
    for sent in ({"roles": ["admin"]}, {"active": False}):
        problem(await house.call("PATCH", where, headers=headers, json=sent), 403, "permission-missing")
    answer = await house.call("PATCH", where, headers=headers, json={"username": "robert", "email_verified": True})
    assert faults(answer) == [("/username", "immutable"), ("/email_verified", "immutable")]


async def test_a_person_sent_back_as_shown_is_not_changed(house: House):
    where, headers = await one(house, "bob"), await house.bearer("bob")
    shown = await house.call("GET", where, headers=headers)
    house.clock.pass_(seconds=5)
    answer = await house.call("PATCH", where, headers=headers, json=shown.json())
    assert answer.content == shown.content


async def test_ones_own_password_needs_the_present_one(house: House):
    where, headers = f"{await one(house, 'bob')}/password", await house.bearer("bob")
    sent = {"password": "correct horse"}
    assert faults(await house.call("PUT", where, headers=headers, json=sent)) == [("/current_password", "absent")]
    wrong = await house.call("PUT", where, headers=headers, json={**sent, "current_password": "guess"})
    assert faults(wrong) == [("/current_password", "bad_value")]
    answer = await house.call("PUT", where, headers=headers, json={**sent, "current_password": "password"})
    assert (answer.status_code, answer.content) == (204, b"")
    problem(await house.call("GET", SESSION, headers=headers), 401, "unauthenticated")
    assert await sign_in(house, "bob", "correct horse") == 201
    assert await sign_in(house, "bob", "password") == 401


async def test_whoever_signs_in_by_the_old_password_meanwhile_is_out_with_all_others(house: House):
    said = {"username": "bob", "password": "password"}
    signing_in = [house.call("POST", SESSION, json=said) for _ in range(8)]
    where, headers = f"{await one(house, 'bob')}/password", await house.bearer("admin")
    signing_in.insert(4, house.call("PUT", where, headers=headers, json={"password": "correct horse"}))
    answers = await asyncio.gather(*signing_in)
    assert answers.pop(4).status_code == 204
    assert {answer.status_code for answer in answers} <= {201, 401}
    for opened in (answer.json()["token"] for answer in answers if answer.status_code == 201):
        answer = await house.call("GET", SESSION, headers={"authorization": f"Bearer {opened}"})
        problem(answer, 401, "unauthenticated")


async def test_an_administrator_sets_anybodys_password_and_nobody_else_does(house: House):
    where = f"{await one(house, 'bob')}/password"
    sent = {"password": "correct horse"}
    problem(await house.call("PUT", where, headers=await house.bearer("alice"), json=sent), 404, "unknown-user")
    held = await token(house, "bob", "applications:read")
    assert (await house.call("PUT", where, headers=await house.bearer("admin"), json=sent)).status_code == 204
    problem(await house.call("GET", SESSION, headers=held), 401, "unauthenticated")
    assert await sign_in(house, "bob", "correct horse") == 201


async def test_the_built_in_user_stays_as_it_is(house: House):
    where, headers = await one(house, "system"), await house.bearer("admin")
    for method, path, body in (
        ("PATCH", where, {"active": True}),
        ("PUT", f"{where}/password", {"password": "correct horse"}),
        ("DELETE", where, None),
    ):
        answer = await house.call(method, path, headers=headers, **({} if body is None else {"json": body}))
        problem(answer, 404, "unknown-user")
    assert await sign_in(house, "system", "correct horse") == 401


async def test_everything_kept_about_a_person_is_exported_without_secrets(house: House):
    where, headers = await one(house, "alice"), await house.bearer("alice")
    acme, began = house.organizations["acme"], "2026-11-18T11:06:40.000Z"
    assert (await house.call("GET", SESSION, headers=headers)).status_code == 200
    owned = await register(house, "alice", scope="openid")
    application = await house.store.applications.by_client_id(owned["client_id"])
    allowing = {"user_id": (await house.user("alice")).id, "application_id": application.id, "surface": "native"}
    times = {"created_at": house.clock.now, "updated_at": house.clock.now}
    await house.store.consents.put(Consent(**allowing, **times, resources=(), scope=("openid",)))
    value = (await token(house, "alice", "applications:read"))["authorization"]
    answer = await house.call("GET", f"{where}/export", headers=headers)
    document = answer.json()
    assert document["user"]["username"] == "alice"
    assert document["user"]["last_login_at"] == document["user"]["created_at"] == began
    team = {"organization_id": acme, "slug": "acme", "role": "owner", "created_at": began}
    assert team in document["organizations"]
    assert ("native", began) in [(row["surface"], row["created_at"]) for row in document["sessions"]]
    [made] = [row for row in document["personal_tokens"] if row["name"] == "narrow"]
    assert (made["surface"], made["scopes"], made["created_at"]) == ("native", ["applications:read"], began)
    [app] = [row for row in document["applications"] if row["client_id"] == owned["client_id"]]
    assert (app["client_name"], app["surface"], app["created_at"]) == ("Ledger", "native", began)
    [allowed] = document["consents"]
    assert (allowed["client_id"], allowed["scope"], allowed["created_at"]) == (owned["client_id"], ["openid"], began)
    assert (document["api_keys"], document["authorizations"], document["notifications"]) == ([], [], [])
    assert ("application.created", began) in [(row["action"], row["at"]) for row in document["audit"]]
    for opens in ("argon2", value[7:], headers["authorization"][7:], owned["client_secret"], "digest"):
        assert opens not in answer.text


async def test_a_deleted_person_is_gone_for_good(house: House):
    where, headers = await one(house, "bob"), await house.bearer("bob")
    assert (await house.call("DELETE", where, headers=await house.bearer("admin"))).status_code == 204
    problem(await house.call("GET", SESSION, headers=headers), 401, "unauthenticated")
    assert await sign_in(house, "bob", "password") == 401
    problem(await house.call("GET", where, headers=await house.bearer("admin")), 404, "unknown-user")


async def test_who_still_owns_something_is_not_deleted(house: House):
    await register(house)
    answer = await house.call("DELETE", await one(house, "alice"), headers=await house.bearer("alice"))
    problem(answer, 409, "still-owned")
    assert await sign_in(house, "alice", "password") == 201


async def test_the_last_administrator_stays_until_there_is_another(house: House):
    headers, where = await house.bearer("admin"), await one(house, "admin")
    for method, sent in (("PATCH", {"roles": ["user"]}), ("PATCH", {"active": False}), ("DELETE", None)):
        problem(
            await house.call(method, where, headers=headers, **({"json": sent} if sent else {})),
            409,
            "last-administrator",
        )
    other = await one(house, "carol")
    assert (await house.call("PATCH", other, headers=headers, json={"roles": ["admin"]})).status_code == 200
    assert (await house.call("PATCH", where, headers=headers, json={"roles": ["user"]})).status_code == 200
    problem(await house.call("DELETE", other, headers=await house.bearer("carol")), 409, "last-administrator")


async def test_what_a_person_writes_about_themself_undoes_nothing_that_an_administrator_does_meanwhile(house: House):
    bob, admin, where = await house.bearer("bob"), await house.bearer("admin"), await one(house, "bob")
    calls = [house.call("PATCH", where, headers=bob, json={"name": f"Bob {number}"}) for number in range(20)]
    calls.insert(10, house.call("PATCH", where, headers=admin, json={"active": False}))
    answers = await asyncio.gather(*calls)
    assert answers[10].status_code == 200
    assert (await house.call("GET", where, headers=admin)).json()["active"] is False


async def test_a_token_needs_the_scope_for_people(house: House):
    headers = await token(house, "admin", "applications:read")
    where = await one(house, "bob")
    for method, path, body in (
        ("POST", PATH, NEW),
        ("GET", PATH, None),
        ("GET", where, None),
        ("GET", f"{where}/export", None),
        ("GET", f"{await one(house, 'admin')}/export", None),
        ("PATCH", where, {"name": "Robert"}),
        ("DELETE", where, None),
        ("PUT", f"{where}/password", {"password": "correct horse"}),
        ("POST", "/api/manage/invitations", {}),
        ("DELETE", "/api/manage/invitations/x", None),
    ):
        answer = await house.call(method, path, headers=headers, **({} if body is None else {"json": body}))
        assert problem(answer, 403, "scope-missing")["scope"] == "users:write", path
    assert (await house.call("GET", await one(house, "admin"), headers=headers)).status_code == 200


@pytest.mark.settings(sign_up="open")
async def test_where_it_is_open_people_sign_up_as_plain_users(house: House):
    answer = await house.call("POST", SIGN_UP, json=NEW)
    assert (answer.status_code, answer.json()["username"], answer.json()["roles"]) == (201, "dora", ["user"])
    assert await sign_in(house, "dora", "correct horse") == 201
    told = faults(await house.call("POST", SIGN_UP, json={**NEW, "roles": ["admin"]}))
    assert told == [("/roles", "unknown")]
    no_password = {"username": "eve"}
    assert faults(await house.call("POST", SIGN_UP, json=no_password)) == [("/password", "absent")]


@pytest.mark.settings(sign_up="invited")
async def test_the_invited_sign_up_once(house: House):
    problem(await house.call("POST", SIGN_UP, json=NEW), 403, "sign-up-closed")
    problem(await house.call("POST", SIGN_UP, json={**NEW, "invitation": "guess"}), 404, "unknown-link")
    answer = await house.call("POST", "/api/manage/invitations", headers=await house.bearer("admin"))
    assert (answer.status_code, answer.json()["expires_at"]) == (201, "2026-11-21T11:06:40.000Z")
    invitation = answer.json()["invitation"]
    assert invitation.startswith("http://127.0.0.1:8000/account/join/")
    assert (await house.call("POST", SIGN_UP, json={**NEW, "invitation": invitation})).status_code == 201
    again = {**NEW, "username": "eve", "email": "eve@example.com", "invitation": invitation}
    problem(await house.call("POST", SIGN_UP, json=again), 404, "unknown-link")


@pytest.mark.settings(sign_up="invited")
@pytest.mark.parametrize("taken", [{"username": "alice"}, {"email": "alice@example.com"}])
async def test_who_chose_a_name_that_is_taken_may_use_the_invitation_again(house: House, taken):
    acme, headers = house.organizations["acme"], await house.bearer("admin")
    answer = await house.call("POST", "/api/manage/invitations", headers=headers, json={"organization_id": acme})
    invited = {**NEW, "invitation": answer.json()["invitation"]}
    problem(await house.call("POST", SIGN_UP, json={**invited, **taken}), 409, "name-taken")
    assert (await house.call("POST", SIGN_UP, json=invited)).status_code == 201
    members = await house.call("GET", f"/api/manage/organizations/{acme}/members", headers=headers)
    assert [row["username"] for row in members.json()["items"]].count("dora") == 1


@pytest.mark.settings(sign_up="invited")
async def test_who_was_invited_by_mail_has_that_address_or_gives_another(house: House):
    headers = await house.bearer("admin")
    for username, said, has in (("eve", {}, "new1@example.com"), ("fay", {"email": "f@example.com"}, "f@example.com")):
        body = {"email": "new1@example.com"}
        answer = await house.call("POST", "/api/manage/invitations", headers=headers, json=body)
        person = {"username": username, "password": "correct horse", "invitation": answer.json()["invitation"], **said}
        made = (await house.call("POST", SIGN_UP, json=person)).json()
        assert (made["email"], made["email_verified"]) == (has, False)


async def test_a_setup_link_is_good_no_more_when_somebody_has_set_the_password(house: House):
    headers = await house.bearer("admin")
    eve = (await house.call("POST", PATH, headers=headers, json={"username": "eve"})).json()
    where = f"{PATH}/{eve['id']}/password"
    assert (await house.call("PUT", where, headers=headers, json={"password": "correct horse"})).status_code == 204
    late = {"link": eve["setup_link"], "password": "another horse"}
    problem(await house.call("POST", "/api/manage/setup", json=late), 404, "unknown-link")
    assert await sign_in(house, "eve", "correct horse") == 201


@pytest.mark.settings(sign_up="invited", limits=False)
async def test_of_a_hundred_who_use_a_link_at_once_one_gets_in(house: House):
    headers = await house.bearer("admin")
    invited = (await house.call("POST", "/api/manage/invitations", headers=headers)).json()["invitation"]
    guests = [
        {"username": f"guest{number}", "password": "correct horse", "invitation": invited} for number in range(100)
    ]
    answers = await asyncio.gather(*(house.call("POST", SIGN_UP, json=guest) for guest in guests))
    assert sorted(answer.status_code for answer in answers) == [201] + [404] * 99
    setup = (await house.call("POST", PATH, headers=headers, json={"username": "eve"})).json()["setup_link"]
    first = [{"link": setup, "password": f"correct horse {number}"} for number in range(100)]
    answers = await asyncio.gather(*(house.call("POST", "/api/manage/setup", json=said) for said in first))
    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 99
    [taken] = [said for said, answer in zip(first, answers, strict=True) if answer.status_code == 200]
    assert await sign_in(house, "eve", taken["password"]) == 201


@pytest.mark.settings(sign_up="invited")
async def test_a_cancelled_invitation_lets_nobody_in(house: House):
    headers = await house.bearer("admin")
    invited = (await house.call("POST", "/api/manage/invitations", headers=headers)).json()
    one = f"/api/manage/invitations/{invited['id']}"
    assert (await house.call("DELETE", one, headers=headers)).status_code == 204
    problem(await house.call("POST", SIGN_UP, json={**NEW, "invitation": invited["invitation"]}), 404, "unknown-link")
    problem(await house.call("DELETE", one, headers=headers), 404, "unknown-link")
    problem(await house.call("DELETE", "/api/manage/invitations/none", headers=headers), 404, "unknown-link")


@pytest.mark.settings(sign_up="invited")
async def test_what_is_no_invitation_cannot_be_cancelled(house: House):
    headers = await house.bearer("admin")
    link = (await house.call("POST", PATH, headers=headers, json={"username": "eve"})).json()["setup_link"]
    value = link.rpartition("/")[2]
    where = f"/api/manage/invitations/{sha256(value.encode()).hexdigest()}"
    problem(await house.call("DELETE", where, headers=headers), 404, "unknown-link")
    first = {"link": value, "password": "correct horse"}
    assert (await house.call("POST", "/api/manage/setup", json=first)).status_code == 200


@pytest.mark.settings(sign_up="off")
async def test_where_signing_up_is_off_an_invitations_page_says_so_before_it_asks(house: House):
    answer = await house.call("POST", "/api/manage/invitations", headers=await house.bearer("admin"))
    shown = await house.call("GET", answer.json()["invitation"].removeprefix("http://127.0.0.1:8000"))
    assert shown.status_code == 403
    assert "Signing up is not open here." in shown.text
    assert "<form" not in shown.text


@pytest.mark.settings(sign_up="invited")
async def test_an_invitation_leads_into_an_organization(house: House):
    headers = await house.bearer("admin")
    acme = house.organizations["acme"]
    answer = await house.call("POST", "/api/manage/invitations", headers=headers, json={"organization_id": acme})
    invited = {**NEW, "invitation": answer.json()["invitation"]}
    assert (await house.call("POST", SIGN_UP, json=invited)).status_code == 201
    members = await house.call("GET", f"/api/manage/organizations/{acme}/members", headers=headers)
    assert ("dora", "member") in {(row["username"], row["role"]) for row in members.json()["items"]}
    nowhere = {"organization_id": "f" * 24}
    refused = await house.call("POST", "/api/manage/invitations", headers=headers, json=nowhere)
    assert faults(refused) == [("/organization_id", "bad_choice")]


@pytest.mark.settings(sign_up="off")
async def test_where_it_is_closed_nobody_signs_up(house: House):
    answer = await house.call("POST", "/api/manage/invitations", headers=await house.bearer("admin"))
    for extra in ({}, {"invitation": answer.json()["invitation"]}):
        problem(await house.call("POST", SIGN_UP, json={**NEW, **extra}), 403, "sign-up-closed")
