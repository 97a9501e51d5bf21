"""What lives of an application: listed, counted, dated, ended; and applications that come back or move."""

import asyncio
from dataclasses import replace

import pytest

from licet.domain.application import change as changed
from licet.domain.organization import Organization
from licet.services.application_ports import Rotated
from licet.services.impact_ports import Alive, Transfer
from tests.contract.stores.families import CODE, ENDS, MADE, consent, family, live, opaque
from tests.contract.stores.scene import ACME, ALICE, BOB, Scene, an_id, secret

OTHER = "0" * 20 + "beef"


@pytest.fixture
async def kept(scene: Scene):
    """A store with an application of acme's."""
    await scene.add(1)
    return scene.store


async def everything(pieces) -> list:
    return [each async for piece in pieces for each in piece]


async def test_only_live_tokens_of_the_application_are_listed_newest_first(kept):
    await kept.families.insert(live(1), None)
    await kept.families.insert(live(2, revoked_at=MADE), None)
    rows = [
        opaque(1),
        opaque(2, created_at=MADE + 1),
        opaque(3, family_id=an_id(1), user_id=ALICE),
        opaque(4, family_id=an_id(2), user_id=ALICE),
        opaque(5, application_id=an_id(9)),
        opaque(6, expires_at=MADE + 1),
    ]
    for row in rows:
        await kept.access_tokens.insert(row)
    found = await everything(kept.access_tokens.of_application(an_id(1), MADE + 1))
    assert [token.id for token in found] == [rows[1].id, rows[2].id, rows[0].id]


async def test_a_list_longer_than_a_piece_is_whole(kept):
    await asyncio.gather(*(kept.access_tokens.insert(opaque(number)) for number in range(250)))
    found = await everything(kept.access_tokens.of_application(an_id(1), MADE))
    assert sorted(token.id for token in found) == [f"{number:016x}" for number in range(250)]


async def test_a_token_is_found_by_the_name_it_is_listed_under_and_its_use_is_dated(kept):
    await kept.access_tokens.insert(opaque())
    await kept.access_tokens.touch(opaque().digest, MADE + 5)
    await kept.access_tokens._touches.flush()
    assert await kept.access_tokens.by_token_id(opaque().id) == opaque(last_used_at=MADE + 5)
    assert await kept.access_tokens.by_token_id("f" * 16) is None


async def test_consents_of_an_application_come_by_person(kept, scene):
    await scene.add(2)
    for given in (consent(user_id=BOB), consent(), consent(resources=("https://api.example",))):
        await kept.consents.put(given)
    await kept.consents.put(consent(application_id=an_id(2)))
    found = await everything(kept.consents.of_application(an_id(1)))
    assert [each.user_id for each in found] == sorted([ALICE, ALICE, BOB])


async def test_what_is_alive_is_counted_and_so_is_what_has_a_scope(kept):
    await kept.families.insert(live(1), None)
    await kept.families.insert(live(2, user_id=BOB, scope=("write",)), None)
    await kept.families.insert(family(3), CODE)
    await kept.access_tokens.insert(opaque(1, family_id=an_id(1), user_id=ALICE, scope=("read",)))
    await kept.access_tokens.insert(opaque(2, scope=("readers",)))
    assert await kept.living.count(an_id(1), MADE) == Alive(access_tokens=2, refresh_tokens=2, users=2)
    assert await kept.living.count(an_id(1), MADE, scopes=("read",)) == Alive(1, 1, 1)
    assert await kept.living.count(an_id(1), MADE, scopes=("admin",)) == Alive(0, 0, 0)
    assert await kept.living.count(an_id(1), ENDS) == Alive(0, 0, 0)


async def test_waiting_codes_are_counted_by_where_they_were_sent(kept):
    await kept.families.insert(family(1, redirect_uri="https://a.example"), CODE)
    await kept.families.insert(family(2, redirect_uri="https://a.example"), b"2" * 32)
    await kept.families.insert(family(3, redirect_uri="https://b.example"), b"3" * 32)
    assert await kept.living.pending_codes(an_id(1), MADE) == {"https://a.example": 2, "https://b.example": 1}
    await kept.families.claim_code(CODE, MADE, redeemed_by="none")
    assert await kept.living.pending_codes(an_id(1), MADE) == {"https://a.example": 1, "https://b.example": 1}
    assert await kept.living.pending_codes(an_id(1), ENDS) == {}


async def test_uses_are_dated_by_kind_and_name(kept):
    await kept.living.use(an_id(1), "scope", ("read", "write"), MADE)
    await kept.living.use(an_id(1), "redirect_uri", ("https://a.example",), MADE)
    await kept.living.use(an_id(1), "scope", ("write",), MADE + 60_000)
    assert await kept.living.uses(an_id(1), "scope") == {"read": MADE, "write": MADE + 60_000}
    assert await kept.living.uses(an_id(1), "redirect_uri") == {"https://a.example": MADE}


async def test_one_token_ends_once_and_with_its_family(kept, scene):
    await kept.families.insert(live(1), None)
    token = opaque(family_id=an_id(1), user_id=ALICE)
    await kept.access_tokens.insert(token)
    ended = await asyncio.gather(*(kept.living.end(token, scene.change()) for _ in range(10)))
    assert sorted(ended) == [False] * 9 + [True]
    assert (await kept.families.by_id(an_id(1))).revoked_at is not None
    assert await kept.access_tokens.by_digest(token.digest) is None


async def test_all_end_together_and_another_application_s_stay(kept, scene):
    application = await kept.applications.by_id(an_id(1))
    await kept.families.insert(live(1), None)
    await kept.access_tokens.insert(opaque(1))
    await kept.access_tokens.insert(opaque(2, application_id=an_id(9)))
    before = await kept.registry.versions()
    change = scene.change(an_id(1))
    await kept.living.end_all(application, change)
    assert await kept.living.count(an_id(1), MADE) == Alive(0, 0, 0)
    assert await kept.access_tokens.by_digest(opaque(2).digest) is not None
    assert (await kept.applications.by_id(an_id(1))).tokens_not_before == change.at
    assert await kept.registry.versions() != before


async def test_a_tombstone_comes_back_once_with_its_secrets_and_without_its_tokens(kept, scene):
    application = await kept.applications.by_id(an_id(1))
    assert await kept.secrets.add(secret(1, an_id(1)), scene.change(), limit=None, now=0)
    await kept.access_tokens.insert(opaque())
    assert await kept.applications.tombstone("client-1", MADE) is None
    assert await kept.applications.remove(1, application, scene.change(), purge_at=ENDS)
    assert await kept.applications.tombstone("client-1", ENDS) is None
    buried = await kept.applications.tombstone("client-1", ENDS - 1)
    risen = replace(buried, version=2)
    back = await asyncio.gather(*(kept.applications.restore(risen, scene.change()) for _ in range(5)))
    assert sorted(back) == [False] * 4 + [True]
    assert (await kept.applications.by_client_id("client-1")).version == 2
    assert [each.id for each in await kept.secrets.of(an_id(1))] == [an_id(1)]
    assert await kept.living.count(an_id(1), MADE) == Alive(0, 0, 0)


def offer(number: int = 1) -> Transfer:
    return Transfer(
        id=an_id(number),
        application_id=an_id(1),
        from_organization_id=ACME,
        organization_id=OTHER,
        created_by=ALICE,
        created_at=MADE,
        expires_at=ENDS,
    )


async def test_of_many_acceptances_one_moves_the_application(kept, scene):
    other = Organization(id=OTHER, name="Other", slug="other", created_at=20, updated_at=20)
    assert await kept.organizations.insert(other, BOB, scene.change(OTHER))
    await kept.transfers.insert(offer(1), scene.change())
    await kept.transfers.insert(offer(2), scene.change())
    assert await kept.transfers.by_id(an_id(1), MADE) is None
    assert await kept.transfers.by_id(an_id(2), MADE) == offer(2)
    assert await kept.transfers.by_id(an_id(2), ENDS) is None
    seen = await kept.applications.by_id(an_id(1))
    moved = replace(changed(seen, {"organization_id": OTHER}), version=2)
    won = await asyncio.gather(*(kept.transfers.accept(offer(2), seen, moved, scene.change()) for _ in range(5)))
    assert sorted(won) == [False] * 4 + [True]
    assert (await kept.applications.by_id(an_id(1))).organization_id == OTHER
    assert await kept.transfers.by_id(an_id(2), MADE) is None


async def test_of_many_rotations_one_opens_and_the_last_secret_ends_in_time(kept, scene):
    assert await kept.secrets.add(secret(1, an_id(1)), scene.change(), limit=None, now=0)
    tried = await asyncio.gather(
        *(
            kept.secrets.rotate(secret(n, an_id(1)), scene.change(), ends_at=ENDS, force=False, now=MADE)
            for n in range(2, 7)
        )
    )
    assert [each for each in tried if each is not None] == [Rotated(ENDS)]
    new, old = await kept.secrets.of(an_id(1))
    assert (old.id, old.expires_at, new.expires_at) == (an_id(1), ENDS, None)
    forced = await kept.secrets.rotate(secret(9, an_id(1)), scene.change(), ends_at=ENDS + 1, force=True, now=MADE)
    assert forced == Rotated(ENDS + 1)
    assert [each.expires_at for each in await kept.secrets.of(an_id(1))] == [None, ENDS + 1, MADE]
