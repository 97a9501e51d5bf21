"""Refresh tokens: rotated at every use; what was spent and comes again ends everything of its consent."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from licet.services.ports import AuditQuery
from tests.conformance.protocol import API, INVALID_GRANT, OTHER, TOKEN, app, post, resources, said

DAY = 86_400


@pytest.mark.rfc(6749, "6")
@pytest.mark.rfc(9700, "4.14.2")
async def test_every_use_brings_the_next_token_and_ends_the_last(house):
    web = await app(house)
    first = await web.tokens(scope="openid read")
    answer = await web.refresh(first["refresh_token"])
    assert answer.status_code == 200
    second = answer.json()
    assert second == {
        "access_token": second["access_token"],
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "openid read",
        "refresh_token": second["refresh_token"],
        "id_token": second["id_token"],
    }
    assert second["refresh_token"] != first["refresh_token"]
    assert await web.lives(first) == (True, False)
    assert await web.lives(second) == (True, True)


@pytest.mark.attack(45)
@pytest.mark.rfc(9700, "4.14.2")
async def test_an_application_without_secret_has_its_tokens_rotated_too(house):
    public = await app(house, public=True)
    first = await public.tokens()
    second = (await public.refresh(first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert (await public.refresh(first["refresh_token"])).json() == INVALID_GRANT
    assert await public.lives(second) == (False, False)


@pytest.mark.attack(33)
@pytest.mark.rfc(9700, "4.14.2")
async def test_a_spent_token_ends_all_that_came_from_the_consent(house):
    web = await app(house)
    first, bystander = await web.tokens(), await web.tokens()
    second = (await web.refresh(first["refresh_token"])).json()
    third = (await web.refresh(second["refresh_token"])).json()
    answer = await web.refresh(first["refresh_token"])
    assert (answer.status_code, answer.json()) == (400, INVALID_GRANT)
    for tokens in (first, second, third):
        assert await web.lives(tokens) == (False, False)
    assert (await web.refresh(third["refresh_token"])).json() == INVALID_GRANT
    assert await web.lives(bystander) == (True, True)


@pytest.mark.attack(33)
async def test_a_replay_stands_once_in_the_audit_log_of_the_applications_owners(house):
    web, thief = await app(house), await app(house)
    tokens, stolen = await web.tokens(), await web.tokens()
    await web.refresh(tokens["refresh_token"])
    for _ in range(3):
        await web.refresh(tokens["refresh_token"])
        await thief.refresh(stolen["refresh_token"])
    acme = house.organizations["acme"]
    changes = await house.store.audit.page(AuditQuery(organization_id=acme, action="authorization.replayed"))
    alice = (await house.user("alice")).id
    hit = {"client_id": web.client_id, "user_id": alice}
    assert {change.actor_name: change.after for change in changes} == {
        f"client:{web.client_id}": {"what": "spent refresh token", **hit},
        f"client:{thief.client_id}": {"what": "refresh token of another client", **hit},
    }
    assert len(changes) == 2


@pytest.mark.attack(32)
@pytest.mark.rfc(9700, "4.14.2")
async def test_of_a_hundred_uses_of_one_token_one_succeeds_and_no_second_family_lives(house):
    web = await app(house)
    first = await web.tokens()
    answers = await asyncio.gather(*(web.refresh(first["refresh_token"]) for _ in range(100)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: 99}
    assert all(answer.json() == INVALID_GRANT for answer in answers if answer.status_code == 400)
    (won,) = [answer.json() for answer in answers if answer.status_code == 200]
    assert await web.lives(won) == (False, False)
    assert await house.store.families.of_user((await house.user("alice")).id, house.clock.now) == []


@pytest.mark.attack(32)
async def test_within_the_grace_the_last_spent_token_gets_the_very_same_successor_once(house):
    web = await app(house, refresh_grace_seconds=10)
    first = await web.tokens()
    second = (await web.refresh(first["refresh_token"])).json()
    house.clock.pass_(seconds=9.999)
    again = (await web.refresh(first["refresh_token"])).json()
    assert again["refresh_token"] == second["refresh_token"]
    assert await web.lives(second) == (True, True)
    assert (await web.refresh(first["refresh_token"])).json() == INVALID_GRANT
    assert await web.lives(second) == (False, False)


@pytest.mark.attack(33)
async def test_after_the_grace_a_spent_token_ends_the_family(house):
    web = await app(house, refresh_grace_seconds=10)
    first = await web.tokens()
    second = (await web.refresh(first["refresh_token"])).json()
    house.clock.pass_(seconds=10)
    assert (await web.refresh(first["refresh_token"])).json() == INVALID_GRANT
    assert await web.lives(second) == (False, False)


@pytest.mark.attack(34)
async def test_the_grace_is_not_for_a_grand_parent(house):
    web = await app(house, refresh_grace_seconds=60)
    first = await web.tokens()
    second = (await web.refresh(first["refresh_token"])).json()
    third = (await web.refresh(second["refresh_token"])).json()
    assert (await web.refresh(first["refresh_token"])).json() == INVALID_GRANT
    assert await web.lives(third) == (False, False)


@pytest.mark.attack(35)
async def test_rotations_in_one_millisecond_are_told_apart(house):
    web = await app(house)
    tokens = [await web.tokens()]
    for _ in range(5):
        tokens.append((await web.refresh(tokens[-1]["refresh_token"])).json())
    assert len({each["refresh_token"] for each in tokens}) == 6
    assert [(await web.lives(each))[1] for each in tokens] == [False] * 5 + [True]


@pytest.mark.attack(38)
@pytest.mark.rfc(7009, "2.1")
async def test_what_was_given_back_is_not_handed_out_again_within_the_grace(house):
    web = await app(house, refresh_grace_seconds=60)
    first = await web.tokens()
    second = (await web.refresh(first["refresh_token"])).json()
    await web.post("/oauth2/revoke", {"token": second["refresh_token"]})
    for tokens in (first, second):
        assert (await web.refresh(tokens["refresh_token"])).json() == INVALID_GRANT


@pytest.mark.attack(40)
@pytest.mark.rfc(6749, "10.4")
async def test_a_token_in_another_applications_hands_ends_the_family(house):
    web, thief = await app(house), await app(house)
    tokens = await web.tokens()
    assert (await thief.refresh(tokens["refresh_token"])).json() == INVALID_GRANT
    assert (await web.refresh(tokens["refresh_token"])).json() == INVALID_GRANT


@pytest.mark.attack(41)
@pytest.mark.rfc(6749, "6")
async def test_a_refresh_narrows_and_never_widens_the_scope(house):
    web = await app(house)
    tokens = await web.tokens(scope="openid read write")
    narrowed = (await web.refresh(tokens["refresh_token"], scope="read")).json()
    assert (narrowed["scope"], "id_token" in narrowed) == ("read", False)
    assert said(await web.refresh(narrowed["refresh_token"], scope="read email")) == (400, "invalid_scope")
    assert said(await web.refresh(narrowed["refresh_token"], scope="read admin")) == (400, "invalid_scope")
    # A refusal leaves the token good, and what was allowed can be had again.
    assert (await web.refresh(narrowed["refresh_token"])).json()["scope"] == "openid read write"


@pytest.mark.attack(41)
@pytest.mark.rfc(8707, "2.2")
async def test_a_refresh_reaches_no_resource_that_was_not_allowed(house):
    await resources(house)
    web = await app(house)
    tokens = await web.tokens(resources=(API,))
    for wanted in (OTHER, f"{API}/more", [API, OTHER]):
        answer = await web.refresh(tokens["refresh_token"], resource=wanted)
        assert said(answer) == (400, "invalid_target"), wanted
    assert (await web.refresh(tokens["refresh_token"], resource=API)).status_code == 200


@pytest.mark.attack(42)
@pytest.mark.parametrize("how", ["deactivated", "deleted", "withdrawn"])
async def test_who_is_gone_or_took_it_back_is_asked_for_nothing_more(house, how):
    web = await app(house)
    tokens, bystander = await web.tokens("bob"), await web.tokens("alice")
    admin, bob = await house.actor("admin"), (await house.user("bob")).id
    if how == "deactivated":
        await house.services.users.update(admin, bob, {"active": False})
    elif how == "deleted":
        await house.services.users.delete(admin, bob)
    else:
        application = await house.store.applications.by_client_id(web.client_id)
        assert await house.store.consents.withdraw(bob, application.id, house.clock.now)
    assert (await web.refresh(tokens["refresh_token"])).json() == INVALID_GRANT
    assert await web.lives(tokens) == (False, False)
    assert await web.lives(bystander) == (True, True)


@pytest.mark.attack(43)
@pytest.mark.rfc(9700, "4.14.2")
async def test_a_token_ends_when_nobody_uses_it_for_two_weeks(house):
    web = await app(house)
    tokens = await web.tokens()
    house.clock.pass_(days=14, seconds=-0.001)
    tokens = (await web.refresh(tokens["refresh_token"])).json()
    house.clock.pass_(days=14)
    assert (await web.introspect(tokens["refresh_token"])) == {"active": False}
    assert (await web.refresh(tokens["refresh_token"])).json() == INVALID_GRANT


@pytest.mark.attack(43)
async def test_refreshing_ends_after_ninety_days_however_often_it_is_done(house):
    web = await app(house)
    tokens = await web.tokens()
    for _ in range(8):
        house.clock.pass_(days=10)
        tokens = (await web.refresh(tokens["refresh_token"])).json()
    house.clock.pass_(days=10, seconds=-60)
    tokens = (await web.refresh(tokens["refresh_token"])).json()
    # Nothing outlives what it came from.
    assert tokens["expires_in"] == 60
    house.clock.pass_(seconds=60)
    assert await web.lives(tokens) == (False, False)
    assert (await web.refresh(tokens["refresh_token"])).json() == INVALID_GRANT


@pytest.mark.attack(43)
async def test_an_applications_own_lifetimes_count(house):
    web = await app(house, refresh_token_idle_lifetime=60, refresh_token_lifetime=100, access_token_lifetime=30)
    idle, steady = await web.tokens(), await web.tokens()
    assert idle["expires_in"] == 30
    house.clock.pass_(seconds=59)
    steady = (await web.refresh(steady["refresh_token"])).json()
    house.clock.pass_(seconds=1)
    assert (await web.refresh(idle["refresh_token"])).json() == INVALID_GRANT
    house.clock.pass_(seconds=39)
    steady = (await web.refresh(steady["refresh_token"])).json()
    assert steady["expires_in"] == 1
    house.clock.pass_(seconds=1)
    assert (await web.refresh(steady["refresh_token"])).json() == INVALID_GRANT


@pytest.mark.attack(44)
async def test_a_replay_asks_the_database_as_little_after_a_hundred_thousand_generations(house, monkeypatch):
    web = await app(house)
    await web.refresh((await web.tokens())["refresh_token"])
    (young,) = await house.store.families.of_user((await house.user("alice")).id, house.clock.now)
    old = replace(young, id="f" * 24, generation=100_000)
    await house.store.families.insert(old, None)
    engine, counted, mine = house.store.families._engine, [], asyncio.current_task()
    for name in ("read", "write", "gather", "run"):
        spoken = getattr(engine, name)

        def call(*args, _spoken=spoken, **more):
            if asyncio.current_task() is mine:  # what is written behind everybody's back comes when it comes
                counted.append(args)
            return _spoken(*args, **more)

        monkeypatch.setattr(engine, name, call)
    asked = []
    for family in (young, old):
        counted.clear()
        token = web.context.refresh_tokens.make(family.id, 1)
        assert (await web.refresh(token)).json() == INVALID_GRANT
        asked.append(len(counted))
    assert asked[0] == asked[1] > 0


@pytest.mark.attack(37)
@pytest.mark.parametrize("how", ["revoke", "logout", "delete the person", "delete the application"])
async def test_a_refresh_that_races_the_end_leaves_nothing_alive(house, how):
    web = await app(house)
    tokens = await web.tokens("bob")
    admin, bob = await house.actor("admin"), await house.user("bob")
    ends = {
        "revoke": lambda: web.post("/oauth2/revoke", {"token": tokens["refresh_token"]}),
        "logout": lambda: house.store.sessions.leave("0" * 24, house.clock.now, sparing="other"),
        "delete the person": lambda: house.services.users.delete(admin, bob.id),
        "delete the application": lambda: house.services.applications.delete(admin, web.client_id),
    }
    before = [web.refresh(tokens["refresh_token"]) for _ in range(5)]
    after = [web.refresh(tokens["refresh_token"]) for _ in range(5)]
    outcomes = await asyncio.gather(*before, ends[how](), *after)
    answers = [*outcomes[:5], *outcomes[6:]]
    assert {answer.status_code for answer in answers} <= {200, 400, 401}
    won = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(won) <= 1
    watcher = await app(house)
    for each in (tokens, *won):
        assert await watcher.introspect(each["access_token"]) == {"active": False}
        assert (await web.refresh(each["refresh_token"])).status_code in {400, 401}
    assert await house.store.families.of_user(bob.id, house.clock.now) == []


@pytest.mark.rfc(6749, "6")
@pytest.mark.parametrize("token", ["", "x", "x" * 64, "A" * 64, "é" * 64, "A" * 10_000])
async def test_what_is_no_refresh_token_of_ours_is_refused(house, token):
    web = await app(house)
    answer = await web.refresh(token)
    assert said(answer) == (400, "invalid_grant" if token else "invalid_request")


async def test_a_use_is_remembered_with_the_consent(house):
    web = await app(house)
    tokens = await web.tokens()
    house.clock.pass_(seconds=100)
    await web.refresh(tokens["refresh_token"])
    (consent,) = await house.store.consents.of_user((await house.user("alice")).id)
    assert consent.last_used_at == house.clock.now


async def test_a_token_that_was_tampered_with_is_nobodys(house):
    web = await app(house)
    genuine = (await web.tokens())["refresh_token"]
    for position in (0, 20, 40, 63):
        other = "B" if genuine[position] == "A" else "A"
        assert (await web.refresh(genuine[:position] + other + genuine[position + 1 :])).json() == INVALID_GRANT
    assert (await web.refresh(genuine)).status_code == 200


async def test_a_refresh_token_is_nowhere_kept(house):
    web = await app(house)
    token = (await web.tokens())["refresh_token"]
    kept = str(await house.store.families.of_user((await house.user("alice")).id, house.clock.now))
    assert token not in kept
    answer = await post(house, TOKEN, {"grant_type": "refresh_token", "refresh_token": token}, web.basic)
    assert answer.status_code == 200
