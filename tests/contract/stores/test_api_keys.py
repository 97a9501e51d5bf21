"""API keys of organizations, and what ends with a membership."""

import asyncio
from dataclasses import replace
from typing import Any

from licet.domain.api_key import ApiKey
from licet.domain.family import OpaqueToken
from licet.domain.secret import digest
from tests.contract.stores.families import family
from tests.contract.stores.scene import ACME, ALICE, BOB, an_id, user

NOW = 10_000


def key(number: int, **more: Any) -> ApiKey:
    said = {"prefix": "sk_prefixx", "organization_id": ACME, "surface": "native", "name": f"Key {number}"}
    made = {"digest": digest(str(number)), "created_at": NOW + number, "created_by": ALICE}
    return ApiKey(**{"id": an_id(number), **said, **made, **more})


async def add(scene, number: int, **more: Any) -> ApiKey:
    made = key(number, **more)
    assert await scene.store.api_keys.insert(made, scene.change(made.id), limit=100)
    return made


async def test_a_key_comes_back_as_written_and_the_newest_stand_first(scene):
    first = await add(scene, 1, description="for pay", scopes=("read:user", "write:user"), expires_at=NOW * 2)
    second = await add(scene, 2)
    assert await scene.store.api_keys.by_digest(first.digest) == first
    assert await scene.store.api_keys.by_digest(digest("unknown")) is None
    assert list(await scene.store.api_keys.of(ACME)) == [second, first]
    assert list(await scene.store.api_keys.of("unknown")) == []


async def test_so_many_keys_are_alive_also_when_all_come_at_once(scene):
    ended = await add(scene, 98)
    assert await scene.store.api_keys.revoke(ACME, ended.id, scene.change())
    await add(scene, 99, expires_at=NOW)
    answers = await asyncio.gather(
        *(scene.store.api_keys.insert(key(number), scene.change(), limit=3) for number in range(1, 21))
    )
    assert sum(answers) == 3
    assert len(await scene.store.api_keys.of(ACME)) == 5


async def test_of_a_hundred_who_end_a_key_one_did(scene):
    made = await add(scene, 1)
    said = [scene.change() for _ in range(100)]
    ended = await asyncio.gather(*(scene.store.api_keys.revoke(ACME, made.id, change) for change in said))
    assert ended.count(True) == 1
    (kept,) = await scene.store.api_keys.of(ACME)
    assert kept.revoked_at == said[ended.index(True)].at


async def test_a_key_of_another_organization_is_not_ended(scene):
    made = await add(scene, 1)
    assert not await scene.store.api_keys.revoke("unknown", made.id, scene.change())
    assert (await scene.store.api_keys.by_digest(made.digest)).revoked_at is None


async def test_the_last_use_is_kept(scene):
    made = await add(scene, 1)
    for moment in (NOW + 9, NOW + 3):
        await scene.store.api_keys.touch(made.id, moment)
    (shown,) = await scene.store.api_keys.of(ACME)
    assert shown.last_used_at in {NOW + 9, NOW + 3}


async def test_a_reader_who_goes_away_takes_no_last_use_along(scene):
    made = await add(scene, 1)
    await scene.store.api_keys.touch(made.id, NOW + 9)
    reading = asyncio.create_task(scene.store.api_keys.of(ACME))
    await asyncio.sleep(0)
    reading.cancel()
    assert (await scene.store.api_keys.of(ACME))[0].last_used_at == NOW + 9


async def test_with_a_person_end_the_keys_they_made(scene):
    bobs, alices, bob = await add(scene, 1, created_by=BOB), await add(scene, 2), user(BOB, "bob")

    async def ended() -> list[int | None]:
        found = [await scene.store.api_keys.by_digest(made.digest) for made in (bobs, alices)]
        return [made.revoked_at for made in found]

    # A new password ends what proves the person; what an organization works with goes on.
    known = replace(bob, password_hash="second")
    await scene.store.users.replace(bob, known, scene.change(BOB, at=NOW), end_credentials=True)
    assert await ended() == [None, None]
    off = replace(known, active=False)
    await scene.store.users.replace(known, off, scene.change(BOB, at=NOW + 1), end_credentials=True)
    assert await ended() == [NOW + 1, None]
    bobs = await add(scene, 3, created_by=BOB)
    assert await scene.store.users.remove(off, scene.change(BOB, at=NOW + 2), pseudonym="p") == "removed"
    assert await ended() == [NOW + 2, None]


async def test_with_a_membership_end_its_keys_and_tokens_and_nobody_elses(scene):
    await scene.store.organizations.add_member(ACME, BOB, "admin", scene.change())
    await scene.store.organizations.add_member(ACME, ALICE, "owner", scene.change())
    acme = await scene.add(1)
    foreign = await scene.add(2, organization_id=ALICE[::-1])
    bobs, alices = await add(scene, 1, created_by=BOB), await add(scene, 2)
    for number, (user_id, application) in enumerate(((BOB, acme), (BOB, foreign), (ALICE, acme)), start=1):
        made = family(number, user_id=user_id, application_id=application.id)
        await scene.store.families.insert(made, None)
        await scene.store.access_tokens.insert(token(number, user_id, application.id))
    change = scene.change(BOB, at=NOW)
    assert await scene.store.organizations.remove_member(ACME, BOB, change, by_self=False) == "done"
    ended = [(await scene.store.api_keys.by_digest(each.digest)).revoked_at for each in (bobs, alices)]
    assert ended == [NOW, None]
    families = [await scene.store.families.by_id(an_id(number)) for number in (1, 2, 3)]
    assert [each.revoked_at for each in families] == [NOW, None, None]
    tokens = [await scene.store.access_tokens.by_digest(digest(str(number))) for number in (1, 2, 3)]
    assert [each is None for each in tokens] == [True, False, False]


async def test_the_owner_keeps_everything(scene):
    made = await add(scene, 1)
    assert await scene.store.organizations.remove_member(ACME, ALICE, scene.change(), by_self=True) == "fixed"
    assert (await scene.store.api_keys.by_digest(made.digest)).revoked_at is None


def token(number: int, user_id: str, application_id: str) -> OpaqueToken:
    return OpaqueToken(
        digest=digest(str(number)),
        id=an_id(number),
        family_id=None,
        generation=None,
        application_id=application_id,
        client_id="c",
        user_id=user_id,
        surface="native",
        scope=("read",),
        audience=("a",),
        created_at=NOW,
        expires_at=NOW * 9,
    )
