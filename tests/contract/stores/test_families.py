import asyncio
from collections import Counter
from dataclasses import replace

from licet.domain.secret import digest
from tests.contract.stores.families import CODE, CODE_ENDS, ENDS, IDLE, MADE, family, live
from tests.contract.stores.scene import ALICE, BOB, an_id, personal, user

NOW = 2_000
CAROL = an_id(11)
FULL = {
    "resources": ("https://api.example",),
    "redirect_uri": "https://app.example/cb",
    "redirect_uri_sent": True,
    "code_challenge": "c" * 43,
    "nonce": "n-0S6",
    "auth_time": 900,
    "acr": "1",
    "amr": ("pwd", "otp"),
    "authorization_details": ({"type": "payment", "amount": {"currency": "EUR"}},),
    "session_id": "session",
    "requested_claims": {"userinfo": {"email": {"essential": True}}},
}


async def test_a_family_comes_back_as_it_was_written(kept):
    whole, bare = family(1, **FULL), family(2, refreshes=False)
    await kept.families.insert(whole, CODE)
    await kept.families.insert(bare, None)
    assert await kept.families.by_id(an_id(1)) == whole
    assert await kept.families.by_id(an_id(2)) == bare
    assert await kept.families.by_id(an_id(3)) is None


async def test_a_code_is_spent_once_and_known_as_spent_from_then_on(kept):
    await kept.families.insert(family(), CODE)
    first = await kept.families.claim_code(CODE, NOW, redeemed_by="none")
    spent = family(generation=1, refreshed_at=NOW, idle_expires_at=NOW + IDLE, redeemed_by="none")
    assert (first.outcome, first.family) == ("first", spent)
    again = await kept.families.claim_code(CODE, NOW + 1, redeemed_by="none")
    assert (again.outcome, again.family) == ("again", spent)
    assert await kept.families.claim_code(digest("another"), NOW, redeemed_by="none") is None


async def test_who_redeems_a_code_binds_the_family_unless_it_was_bound_before(kept):
    bound = {"": "jkt:redeemer", "jkt:asked": "jkt:asked"}
    for number, before in enumerate(bound):
        await kept.families.insert(family(number, bound_to=before), digest(before))
    claims = await asyncio.gather(
        *(kept.families.claim_code(digest(key), NOW, redeemed_by="none", bound_to="jkt:redeemer") for key in bound)
    )
    assert [claimed.family.bound_to for claimed in claims] == list(bound.values())
    for number, after in enumerate(bound.values()):
        assert (await kept.families.by_id(an_id(number))).bound_to == after


async def test_who_redeems_a_code_hears_whether_its_person_still_may(scene):
    gone = user(CAROL, "carol", active=False)
    assert await scene.store.users.insert(gone, personal(gone), scene.change(CAROL)) is None
    people = {ALICE: True, CAROL: False, an_id(404): False}
    for number, person in enumerate(people):
        await scene.store.families.insert(family(number, user_id=person), digest(person))
        await scene.store.families.insert(family(number + 10, user_id=person), digest(f"{person} alone"))
    together = await asyncio.gather(
        *(scene.store.families.claim_code(digest(person), NOW, redeemed_by="none") for person in people)
    )
    assert [claimed.person_active for claimed in together] == list(people.values())
    for person, may in people.items():
        alone = await scene.store.families.claim_code(digest(f"{person} alone"), NOW, redeemed_by="none")
        assert alone.person_active is may


async def test_a_code_without_refreshing_hands_out_no_generation(kept):
    await kept.families.insert(family(refreshes=False), CODE)
    claimed = await kept.families.claim_code(CODE, NOW, redeemed_by="none")
    assert (claimed.family.generation, claimed.family.idle_expires_at) == (0, None)
    assert (await kept.families.turn(an_id(1), 0, now=NOW, grace=0)).outcome != "rotated"


async def test_a_code_ends_by_the_clock_and_with_its_family(kept):
    await kept.families.insert(family(1), CODE)
    await kept.families.insert(family(2), digest("two"))
    assert (await kept.families.claim_code(CODE, CODE_ENDS, redeemed_by="none")).outcome == "expired"
    await kept.families.revoke(an_id(2), NOW)
    assert (await kept.families.claim_code(digest("two"), NOW, redeemed_by="none")).outcome == "revoked"
    assert (await kept.families.claim_code(CODE, CODE_ENDS - 1, redeemed_by="none")).outcome == "first"


async def test_of_a_hundred_redemptions_of_one_code_one_is_the_first(kept):
    await kept.families.insert(family(), CODE)
    claims = await asyncio.gather(*(kept.families.claim_code(CODE, NOW, redeemed_by="none") for _ in range(100)))
    assert Counter(claimed.outcome for claimed in claims) == {"first": 1, "again": 99}
    assert {claimed.family.id for claimed in claims} == {an_id(1)}


async def test_codes_redeemed_together_each_find_their_own_family(kept):
    digests = [digest(str(number)) for number in range(100)]
    await asyncio.gather(*(kept.families.insert(family(number), digests[number]) for number in range(100)))
    claims = await asyncio.gather(*(kept.families.claim_code(each, NOW, redeemed_by="none") for each in digests * 2))
    assert [claimed.family.id for claimed in claims] == [an_id(number) for number in range(100)] * 2
    assert Counter(claimed.outcome for claimed in claims) == {"first": 100, "again": 100}


async def test_a_refresh_token_turns_the_family_to_the_next_generation(kept):
    await kept.families.insert(live(), None)
    turned = await kept.families.turn(an_id(1), 1, now=NOW, grace=0)
    assert turned.outcome == "rotated"
    assert turned.family == replace(live(), generation=2, refreshed_at=NOW, idle_expires_at=NOW + IDLE)
    assert await kept.families.by_id(an_id(1)) == turned.family
    assert await kept.families.turn(an_id(9), 1, now=NOW, grace=0) is None


async def test_of_a_hundred_uses_of_one_refresh_token_one_rotates(kept):
    await kept.families.insert(live(), None)
    turns = await asyncio.gather(*(kept.families.turn(an_id(1), 1, now=NOW, grace=0) for _ in range(100)))
    assert Counter(turned.outcome for turned in turns) == {"rotated": 1, "replayed": 99}
    assert (await kept.families.by_id(an_id(1))).generation == 2


async def test_of_a_hundred_uses_of_a_refresh_token_that_does_not_rotate_all_are_good(kept):
    await kept.families.insert(live(), None)
    turn = kept.families.turn
    turns = await asyncio.gather(*(turn(an_id(1), 1, now=NOW, grace=0, rotates=False) for _ in range(100)))
    assert Counter(turned.outcome for turned in turns) == {"kept": 100}
    assert await kept.families.by_id(an_id(1)) == replace(live(), refreshed_at=NOW, idle_expires_at=NOW + IDLE)
    assert (await turn(an_id(1), 0, now=NOW, grace=1_000, rotates=False)).outcome == "replayed"
    assert (await turn(an_id(1), 1, now=NOW + IDLE, grace=0, rotates=False)).outcome == "over"
    assert await kept.families.revoke(an_id(1), NOW)
    assert (await turn(an_id(1), 1, now=NOW, grace=0, rotates=False)).outcome == "over"


async def test_within_the_grace_one_more_of_a_hundred_gets_the_same_generation(kept):
    await kept.families.insert(live(), None)
    turns = await asyncio.gather(*(kept.families.turn(an_id(1), 1, now=NOW, grace=1_000) for _ in range(100)))
    assert Counter(turned.outcome for turned in turns) == {"rotated": 1, "reissued": 1, "replayed": 98}
    assert (await kept.families.by_id(an_id(1))).generation == 2


async def test_grace_is_for_the_immediate_parent_once_and_ends(kept):
    await kept.families.insert(live(), None)
    turn = kept.families.turn
    assert (await turn(an_id(1), 1, now=NOW, grace=1_000)).outcome == "rotated"
    assert (await turn(an_id(1), 1, now=NOW + 1_000, grace=1_000)).outcome == "replayed"
    assert (await turn(an_id(1), 1, now=NOW + 999, grace=1_000)).outcome == "reissued"
    assert (await turn(an_id(1), 1, now=NOW + 999, grace=1_000)).outcome == "replayed"
    assert (await turn(an_id(1), 2, now=NOW + 999, grace=1_000)).outcome == "rotated"
    assert (await turn(an_id(1), 1, now=NOW + 999, grace=1_000)).outcome == "replayed"
    reissued = await turn(an_id(1), 2, now=NOW + 999, grace=1_000)
    assert (reissued.outcome, reissued.family.generation) == ("reissued", 3)


async def test_generations_count_also_within_one_millisecond(kept):
    await kept.families.insert(live(), None)
    for generation in range(1, 5):
        assert (await kept.families.turn(an_id(1), generation, now=NOW, grace=0)).outcome == "rotated"
    assert (await kept.families.turn(an_id(1), 2, now=NOW, grace=0)).outcome == "replayed"


async def test_a_family_ends_idle_at_its_absolute_end_and_when_revoked(kept):
    await kept.families.insert(live(1), None)
    await kept.families.insert(live(2, refresh_idle=ENDS), None)
    await kept.families.insert(live(3), None)
    turn = kept.families.turn
    assert (await turn(an_id(1), 1, now=MADE + IDLE, grace=0)).outcome == "over"
    assert (await turn(an_id(2), 1, now=NOW, grace=0)).outcome == "rotated"
    assert (await turn(an_id(2), 2, now=ENDS, grace=0)).outcome == "over"
    assert (await turn(an_id(2), 1, now=ENDS, grace=ENDS)).outcome == "over"
    assert await kept.families.revoke(an_id(3), NOW)
    assert not await kept.families.revoke(an_id(3), NOW)
    assert (await turn(an_id(3), 1, now=NOW, grace=1_000)).outcome == "over"
    assert (await kept.families.by_id(an_id(3))).revoked_at == NOW


async def test_a_revoked_family_gives_nothing_again_within_the_grace(kept):
    await kept.families.insert(live(), None)
    await kept.families.turn(an_id(1), 1, now=NOW, grace=1_000)
    await kept.families.revoke(an_id(1), NOW)
    for generation in (1, 2):
        assert (await kept.families.turn(an_id(1), generation, now=NOW, grace=1_000)).outcome == "over"


async def test_a_refresh_that_races_a_revocation_leaves_nothing_alive(kept):
    for number in range(1, 51):
        await kept.families.insert(live(number), None)
    turns = [kept.families.turn(an_id(number), 1, now=NOW, grace=0) for number in range(1, 51)]
    ends = [kept.families.revoke(an_id(number), NOW) for number in range(1, 51)]
    outcomes = await asyncio.gather(*(each for pair in zip(turns, ends, strict=True) for each in pair))
    assert all(turned.outcome in {"rotated", "over"} for turned in outcomes[::2])
    assert all(outcomes[1::2])
    for number in range(1, 51):
        assert (await kept.families.by_id(an_id(number))).revoked_at == NOW
        for generation in (1, 2):
            assert (await kept.families.turn(an_id(number), generation, now=NOW, grace=1_000)).outcome == "over"


async def test_who_leaves_a_session_ends_what_came_of_it_but_for_one_scope(kept):
    scopes = {1: ("openid",), 2: ("openid", "offline_access"), 3: ("offline_access_too",), 4: ("openid",)}
    for number, scope in scopes.items():
        await kept.families.insert(live(number, scope=scope, session_id="other" if number == 4 else "left"), None)
    assert await kept.sessions.leave("left", NOW, sparing="offline_access") == []
    ended = {number: (await kept.families.by_id(an_id(number))).revoked_at for number in scopes}
    assert ended == {1: NOW, 2: None, 3: NOW, 4: None}


async def test_a_persons_live_families_stand_newest_first(kept):
    await kept.families.insert(live(1), None)
    await kept.families.insert(live(2, created_at=MADE + 1), None)
    await kept.families.insert(live(3, user_id=BOB), None)
    await kept.families.insert(live(4, expires_at=NOW), None)
    await kept.families.insert(live(5), None)
    await kept.families.revoke(an_id(5), NOW)
    assert [each.id for each in await kept.families.of_user(ALICE, NOW)] == [an_id(2), an_id(1)]


async def test_deleting_an_application_ends_its_families_in_the_same_moment(scene):
    made = await scene.add(1)
    await scene.store.families.insert(live(), None)
    turns = [scene.store.families.turn(an_id(1), 1, now=NOW, grace=0) for _ in range(20)]
    change = scene.change(made.id, at=NOW)
    *turned, removed = await asyncio.gather(*turns, scene.store.applications.remove(1, made, change, purge_at=10**15))
    assert removed
    assert all(each.outcome in {"rotated", "replayed", "over"} for each in turned)
    assert (await scene.store.families.by_id(an_id(1))).revoked_at == NOW
    assert (await scene.store.families.turn(an_id(1), 2, now=NOW, grace=0)).outcome == "over"


async def test_deleting_a_person_ends_their_families(scene):
    await scene.store.families.insert(live(1, user_id=BOB), None)
    await scene.store.families.insert(live(2), None)
    bob = await scene.store.users.by_id(BOB)
    assert await scene.store.users.remove(bob, scene.change(BOB, at=NOW), pseudonym="gone")
    assert (await scene.store.families.by_id(an_id(1))).revoked_at == NOW
    assert (await scene.store.families.by_id(an_id(2))).revoked_at is None


async def test_the_sweeper_takes_what_has_ended_and_nothing_else(kept):
    await kept.families.insert(live(1), None)
    await kept.families.insert(live(2, expires_at=ENDS + 1), None)
    assert await kept.upkeep.purge(ENDS, limit=10) == 1
    assert await kept.families.by_id(an_id(1)) is None
    assert await kept.families.by_id(an_id(2)) is not None
