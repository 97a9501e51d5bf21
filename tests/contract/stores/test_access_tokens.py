import asyncio

from licet.domain.secret import digest
from tests.contract.stores.families import ENDS, MADE, opaque
from tests.contract.stores.scene import ALICE, an_id


async def test_an_opaque_token_comes_back_whatever_its_state(kept):
    personal = opaque(2, family_id=an_id(1), user_id=ALICE, scope=(), audience=("a", "b"), bound_to="jkt:key")
    for each in (opaque(1), personal):
        await kept.access_tokens.insert(each)
    assert await kept.access_tokens.by_digest(opaque(1).digest) == opaque(1)
    assert await kept.access_tokens.by_digest(personal.digest) == personal
    assert await kept.access_tokens.by_digest(digest("another")) is None


async def test_a_hundred_written_together_are_all_there(kept):
    made = [opaque(number) for number in range(100)]
    await asyncio.gather(*map(kept.access_tokens.insert, made))
    found = await asyncio.gather(*(kept.access_tokens.by_digest(each.digest) for each in made))
    assert found == made


async def test_an_opaque_token_is_ended_once(kept):
    await kept.access_tokens.insert(opaque())
    ended = await asyncio.gather(*(kept.access_tokens.revoke(opaque().digest) for _ in range(10)))
    assert sorted(ended) == [False] * 9 + [True]
    assert await kept.access_tokens.by_digest(opaque().digest) is None


async def test_a_jwt_that_ended_early_is_remembered_until_it_would_have_ended(kept):
    assert not await kept.access_tokens.jti_revoked(digest("jti"))
    await asyncio.gather(*(kept.access_tokens.revoke_jti(digest("jti"), ENDS) for _ in range(10)))
    assert await kept.access_tokens.jti_revoked(digest("jti"))
    assert not await kept.access_tokens.jti_revoked(digest("another"))
    assert await kept.upkeep.purge(ENDS - 1, limit=10) == 0
    assert await kept.upkeep.purge(ENDS, limit=10) == 1
    assert not await kept.access_tokens.jti_revoked(digest("jti"))


async def test_the_sweeper_takes_expired_opaque_tokens(kept):
    await kept.access_tokens.insert(opaque(1))
    await kept.access_tokens.insert(opaque(2, expires_at=ENDS + 1))
    assert await kept.upkeep.purge(MADE, limit=10) == 0
    assert await kept.upkeep.purge(ENDS, limit=10) == 1
    assert await kept.access_tokens.by_digest(opaque(1).digest) is None
    assert await kept.access_tokens.by_digest(opaque(2).digest) == opaque(2, expires_at=ENDS + 1)
