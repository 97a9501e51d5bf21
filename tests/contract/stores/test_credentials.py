import asyncio
from dataclasses import replace

import pytest

from licet import store
from licet.domain.user import PersonalToken, Session
from licet.errors import Unauthenticated
from tests.contract.stores.scene import ALICE, BOB, an_id, user

NOW = 500


def session(number: int, **more) -> Session:
    said = {"user_id": BOB, "surface": "native", "created_at": number, "expires_at": 1_000, "last_used_at": number}
    return Session(**{"id": an_id(number), "digest": bytes([number]) * 32, **said, **more})


def token(number: int, **more) -> PersonalToken:
    said = {"tail": "tail", "user_id": BOB, "surface": "native", "name": f"token {number}", "created_at": number}
    return PersonalToken(**{"id": an_id(number), "digest": bytes([number]) * 32, **said, **more})


async def test_a_session_is_found_with_its_user_and_moves_the_last_login(scene):
    made = session(30)
    await scene.store.sessions.insert(made, keep=None)
    await scene.store.sessions.insert(session(20, expires_at=1), keep=None)
    bob = replace(user(BOB, "bob"), last_login_at=30)
    assert await scene.store.sessions.by_digest(made.digest) == (made, bob)
    assert await scene.store.sessions.by_digest(b"unknown") is None
    assert await scene.store.users.by_id(BOB) == bob


async def test_a_user_who_is_written_keeps_the_last_login(scene):
    await scene.store.sessions.insert(session(30), keep=None)
    bob = user(BOB, "bob")
    await scene.store.users.replace(bob, replace(bob, name="B"), scene.change(BOB), end_credentials=False)
    assert (await scene.store.users.by_id(BOB)).last_login_at == 30


async def test_nobody_is_signed_in_who_is_not_as_they_were_proven(scene):
    bob, sessions = user(BOB, "bob"), scene.store.sessions
    known = replace(bob, password_hash="second")
    await scene.store.users.replace(bob, known, scene.change(BOB), end_credentials=True)
    for seen in ("", "first"):
        assert not await sessions.insert(session(1), keep=None, password_hash=seen)
    assert await sessions.insert(session(2), keep=None, password_hash="second")
    await scene.store.users.replace(known, replace(known, active=False), scene.change(BOB), end_credentials=True)
    assert not await sessions.insert(session(3), keep=None, password_hash="second")
    assert not await sessions.insert(session(4, user_id="unknown"), keep=None)
    assert [await sessions.by_digest(session(number).digest) for number in range(1, 5)] == [None] * 4
    assert (await scene.store.users.by_id(BOB)).last_login_at == 2


async def test_who_is_not_as_they_were_proven_gets_no_token(scene):
    bob, tokens = user(BOB, "bob"), scene.store.personal_tokens
    known = replace(bob, password_hash="second")
    await scene.store.users.replace(bob, known, scene.change(BOB), end_credentials=True)
    with pytest.raises(Unauthenticated):
        await tokens.insert(token(1), scene.change(), unique_name=False, password_hash="first")
    assert await tokens.insert(token(2), scene.change(), unique_name=False, password_hash="second")
    await scene.store.users.replace(known, replace(known, active=False), scene.change(BOB), end_credentials=True)
    with pytest.raises(Unauthenticated):
        await tokens.insert(token(3), scene.change(), unique_name=False, password_hash="second")
    assert [await tokens.by_digest(token(number).digest) for number in (1, 2, 3)] == [None] * 3


async def test_only_so_many_sessions_of_a_surface_are_kept_and_the_oldest_end(scene):
    for made in (session(1), session(2, surface="teable"), session(3, user_id=ALICE), session(4), session(5)):
        await scene.store.sessions.insert(made, keep=2)
    alive = [number for number in range(1, 6) if await scene.store.sessions.by_digest(bytes([number]) * 32)]
    assert alive == [2, 3, 4, 5]


async def test_of_many_sign_ins_at_once_only_so_many_sessions_stay(scene):
    await asyncio.gather(*(scene.store.sessions.insert(session(number, created_at=7), keep=3) for number in range(50)))
    assert await scene.store.sessions.end_all(BOB, None, NOW) == 3


async def test_sessions_end_alone_by_surface_or_all(scene):
    for made in (session(1), session(2, surface="teable"), session(3), session(4, user_id=ALICE)):
        await scene.store.sessions.insert(made, keep=None)
    assert [await scene.store.sessions.end(an_id(1), NOW) for _ in range(2)] == [[], None]
    assert await scene.store.sessions.end_all(BOB, "teable", NOW) == 1
    assert await scene.store.sessions.end_all(BOB, None, NOW) == 1
    assert await scene.store.sessions.by_digest(session(4).digest) is not None


async def test_expired_sessions_are_purged_in_steps(scene):
    for number in range(5):
        await scene.store.sessions.insert(session(number, expires_at=100 + number), keep=None)
    assert [await scene.store.upkeep.purge(102, limit=2) for _ in range(3)] == [2, 1, 0]
    assert await scene.store.sessions.end_all(BOB, None, NOW) == 2


async def test_a_token_comes_back_as_written(scene):
    plain = token(1)
    full = token(2, description="d", scopes=("a", "b"), narrowed_to=(("bases", ("x", "y")), ("none", ())), expires_at=9)
    for made in (plain, full):
        assert await scene.store.personal_tokens.insert(made, scene.change(made.id), unique_name=False)
        assert await scene.store.personal_tokens.by_digest(made.digest) == (made, user(BOB, "bob"))
    assert await scene.store.personal_tokens.of(BOB, "native") == [full, plain]
    assert (
        await scene.store.personal_tokens.of(BOB, "teable")
        == await scene.store.personal_tokens.of(ALICE, "native")
        == []
    )


async def test_of_a_hundred_tokens_of_one_name_one_is_made_where_names_are_unique(scene):
    made = [token(number, name="same") for number in range(100)]
    changes = [scene.change(each.id) for each in made]
    insert = scene.store.personal_tokens.insert
    answers = await asyncio.gather(
        *(insert(each, change, unique_name=True) for each, change in zip(made, changes, strict=True))
    )
    assert sorted(answers) == [False] * 99 + [True]
    assert await insert(token(100, name="same"), scene.change(), unique_name=False)
    assert await insert(token(101, name="same", surface="teable"), scene.change(), unique_name=True)


async def test_a_renewed_token_is_known_by_its_new_digest_alone(scene):
    old = token(1)
    await scene.store.personal_tokens.insert(old, scene.change(), unique_name=False)
    new = replace(old, digest=b"n" * 32, tail="new", name="renamed", scopes=("a",), expires_at=5)
    assert await scene.store.personal_tokens.replace(old, new, scene.change())
    assert await scene.store.personal_tokens.by_digest(old.digest) is None
    assert (await scene.store.personal_tokens.by_digest(new.digest))[0] == new
    assert not await scene.store.personal_tokens.replace(token(9), token(9), scene.change())


async def test_who_renames_a_token_does_not_bring_its_old_value_back(scene):
    seen = token(1)
    await scene.store.personal_tokens.insert(seen, scene.change(), unique_name=False)
    for new in (replace(seen, digest=b"n" * 32, tail="new"), replace(seen, name="renamed"), seen):
        assert await scene.store.personal_tokens.replace(seen, new, scene.change())
    assert await scene.store.personal_tokens.of(BOB, "native") == [
        replace(seen, digest=b"n" * 32, tail="new", name="renamed")
    ]


async def test_a_token_is_removed_by_its_owner_only(scene):
    await scene.store.personal_tokens.insert(token(1), scene.change(), unique_name=False)
    remove = scene.store.personal_tokens.remove
    assert [await remove(owner, an_id(1), scene.change()) for owner in (ALICE, BOB, BOB)] == [False, True, False]


async def test_a_user_whose_credentials_end_has_neither_sessions_nor_tokens(scene):
    await scene.store.sessions.insert(session(1), keep=None)
    await scene.store.personal_tokens.insert(token(1), scene.change(), unique_name=False)
    off = replace(user(BOB, "bob"), active=False)
    assert await scene.store.users.replace(user(BOB, "bob"), off, scene.change(BOB), end_credentials=True) is None
    assert await scene.store.sessions.by_digest(session(1).digest) is None
    assert await scene.store.personal_tokens.by_digest(token(1).digest) is None


async def test_uses_of_sessions_and_tokens_are_written_by_the_time_the_store_is_closed(scene, store_url):
    await scene.store.sessions.insert(session(1), keep=None)
    await scene.store.personal_tokens.insert(token(1), scene.change(), unique_name=False)
    for now in (500, 400):
        await scene.store.sessions.touch(an_id(1), now)
        await scene.store.personal_tokens.touch(an_id(1), now)
    await scene.store.upkeep.close()
    again = await store.open(store_url)
    assert (await again.sessions.by_digest(session(1).digest))[0].last_used_at == 400
    assert (await again.personal_tokens.by_digest(token(1).digest))[0].last_used_at == 400
    await again.upkeep.close()
