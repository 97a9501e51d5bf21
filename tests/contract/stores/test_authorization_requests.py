import asyncio
from dataclasses import replace

from licet.domain.secret import digest
from tests.contract.stores.families import ENDS, request

NOW = 2_000


async def test_a_request_comes_back_until_it_expires(kept):
    whole = request(2, resources=("https://a.example",), session_id="s", authenticated_at=1_500, consented=())
    pushed = request(3, browser=None)
    brought = request(4, pushed=digest("request 3"))
    for each in (request(1), whole, pushed, brought):
        await kept.authorization_requests.insert(each)
    assert await kept.authorization_requests.by_digest(request(1).digest, NOW) == request(1)
    assert await kept.authorization_requests.by_digest(whole.digest, NOW) == whole
    assert await kept.authorization_requests.by_digest(pushed.digest, NOW) == pushed
    assert await kept.authorization_requests.by_digest(brought.digest, NOW) == brought
    assert await kept.authorization_requests.by_digest(whole.digest, ENDS) is None
    assert await kept.authorization_requests.by_digest(digest("another"), NOW) is None


async def test_how_far_it_has_come_is_written_and_nothing_else(kept):
    await kept.authorization_requests.insert(request())
    moved = replace(request(), session_id="s", authenticated_at=NOW, consented=("openid", "read"))
    assert await kept.authorization_requests.replace(replace(moved, parameters={"client_id": "client-2"}))
    assert await kept.authorization_requests.by_digest(request().digest, NOW) == moved
    assert not await kept.authorization_requests.replace(request(2))


async def test_of_a_hundred_one_takes_it_away(kept):
    await kept.authorization_requests.insert(request())
    claims = await asyncio.gather(*(kept.authorization_requests.claim(request().digest, NOW) for _ in range(100)))
    assert [claimed for claimed in claims if claimed] == [request()]
    assert not await kept.authorization_requests.replace(request())


async def test_an_expired_one_is_nobodys(kept):
    await kept.authorization_requests.insert(request())
    assert await kept.authorization_requests.claim(request().digest, ENDS) is None
