"""Keys at an address of somebody else: remembered a while, looked for with restraint, and no obstacle for long."""

import asyncio
from types import SimpleNamespace

import orjson
import pytest

from licet.errors import Unreachable
from licet.oauth.client_keys import ClientKeys
from licet.services.ports import Fetched
from tests.contract.dialects.house import Clock

URL = "https://keys.example/jwks"


class Server:
    """A key server that says what a test wants, counts who asks, and can be made to wait."""

    def __init__(self, *kids):
        self.kids = kids
        self.asked = 0
        self.fault = None
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, url, *, body=None, headers=None, most=0):
        assert (url, body, most) == (URL, None, 65_536)
        self.asked += 1
        await self.open.wait()
        if isinstance(self.fault, Exception):
            raise self.fault
        return self.fault or Fetched(200, {}, orjson.dumps({"keys": [{"kty": "EC", "kid": kid} for kid in self.kids]}))


class Scene:
    def __init__(self, *kids):
        self.server, self.clock = Server(*kids), Clock()
        self.keys = ClientKeys(self.server, self.clock)

    async def kids(self, kid=None, url=URL):
        return [key["kid"] for key in await self.keys.of(SimpleNamespace(jwks=None, jwks_uri=url), kid)]


async def test_keys_are_fetched_once_and_looked_at_again_after_five_minutes():
    scene = Scene("a")
    for _ in range(3):
        assert await scene.kids("a") == ["a"]
    scene.clock.pass_(seconds=299)
    assert (await scene.kids("a"), scene.server.asked) == (["a"], 1)
    scene.server.kids = ("b",)
    scene.clock.pass_(seconds=1)
    assert (await scene.kids("b"), scene.server.asked) == (["b"], 2)


@pytest.mark.attack(73)
async def test_a_key_that_is_new_is_found_at_once_and_the_next_ten_seconds_later():
    scene = Scene("a")
    await scene.kids("a")
    scene.server.kids = ("b",)
    assert (await scene.kids("b"), scene.server.asked) == (["b"], 2)
    scene.server.kids = ("c",)
    scene.clock.pass_(seconds=9)
    assert (await scene.kids("c"), scene.server.asked) == (["b"], 2)
    scene.clock.pass_(seconds=1)
    assert (await scene.kids("c"), scene.server.asked) == (["c"], 3)


@pytest.mark.attack(73)
async def test_an_unknown_key_is_looked_for_once():
    scene = Scene("a")
    await scene.kids("a")
    for _ in range(5):
        scene.clock.pass_(seconds=10)
        assert await scene.kids("x") == ["a"]
    assert scene.server.asked == 2


@pytest.mark.attack(73)
async def test_any_number_of_unknown_keys_asks_once_more_and_then_once_in_ten_seconds():
    scene = Scene("a")
    for number in range(100):
        scene.clock.pass_(seconds=1)
        await scene.kids(f"x{number}")
    assert scene.server.asked == 11


@pytest.mark.attack(73)
async def test_what_is_remembered_outlives_the_server_by_an_hour_and_no_longer():
    scene = Scene("a")
    await scene.kids("a")
    scene.server.fault = Unreachable("down")
    scene.clock.pass_(seconds=3_599)
    assert await scene.kids("a") == ["a"]
    scene.clock.pass_(seconds=1)
    assert await scene.kids("a") == []


@pytest.mark.attack(73)
@pytest.mark.parametrize(
    "fault",
    [
        Unreachable("down"),
        Fetched(500, {}, b'{"keys": []}'),
        Fetched(302, {"location": "https://evil.example/"}, b""),
        Fetched(200, {}, b"<html>"),
        Fetched(200, {}, b"[]"),
        Fetched(200, {}, b"null"),
        Fetched(200, {}, b'{"keys": {}}'),
        Fetched(200, {}, b"[" * 60_000),
        Fetched(200, {}, b"\xff"),
    ],
)
async def test_what_is_no_set_of_keys_is_forgotten_after_ten_seconds(fault):
    scene = Scene("a")
    scene.server.fault = fault
    assert await scene.kids("a") == []
    scene.server.fault = None
    scene.clock.pass_(seconds=9)
    assert (await scene.kids("a"), scene.server.asked) == ([], 1)
    scene.clock.pass_(seconds=1)
    assert (await scene.kids("a"), scene.server.asked) == (["a"], 2)


@pytest.mark.attack(73)
async def test_one_asks_for_all_who_wait_and_nobody_waits_who_has_a_key():
    scene = Scene("a")
    await scene.kids("a")
    scene.server.kids = ("a", "b")
    scene.clock.pass_(seconds=300)
    scene.server.open.clear()
    waiting = [asyncio.create_task(scene.kids("b")) for _ in range(5)]
    await asyncio.sleep(0)
    assert await scene.kids("a") == ["a"]
    scene.server.open.set()
    assert [await one for one in waiting] == [["a", "b"]] * 5
    assert scene.server.asked == 2


async def test_only_objects_are_keys_and_only_so_many():
    scene = Scene()
    many = [{"kid": "a"}, "b", None, *({"kid": str(number)} for number in range(100))]
    scene.server.fault = Fetched(200, {}, orjson.dumps({"keys": many}))
    assert len(await scene.kids()) == 48


async def test_only_so_many_addresses_are_remembered():
    asked = []

    async def fetch(url, **_):
        asked.append(url)
        return Fetched(200, {}, b'{"keys": []}')

    keys = ClientKeys(fetch, Clock())
    for number in (*range(1_001), 0, 1_000):
        await keys.of(SimpleNamespace(jwks=None, jwks_uri=f"https://keys.example/{number}"))
    assert asked[1_001:] == ["https://keys.example/0"]


async def test_keys_by_value_ask_nobody():
    scene = Scene("a")
    by_value = SimpleNamespace(jwks={"keys": [{"kty": "EC", "kid": "v"}]}, jwks_uri=None)
    assert await scene.keys.of(by_value, "x") == [{"kty": "EC", "kid": "v"}]
    assert (list(await scene.keys.of(SimpleNamespace(jwks=None, jwks_uri=None))), scene.server.asked) == ([], 0)
