"""Workers over one outbox: nobody sends what another sends, nobody waits for a slow receiver, nothing is lost."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from licet.services.ambient import Ambient
from licet.services.deliveries import LEASE, PURPOSE, UNDER_WAY, Deliveries, Telling
from licet.services.ports import Fetched
from licet.services.sealing import Sealer
from tests.contract.stores.hooks import EVENTS, happened, webhook
from tests.contract.stores.scene import Scene, an_id

URLS = [f"https://hooks.example/{number}" for number in range(100)]
TELLING = Telling(body=lambda due, _: {"id": due.change.id}, spell=str, pauses=(1,))


def ordinary(count: int) -> bytes:
    """Bytes that look random and come out the same each time."""
    return hashlib.shake_256(b"webhooks").digest(count)


SEALER = Sealer(bytes(32), ordinary)


@dataclass
class Receiver:
    """What arrives, by URL; an URL in `slow` answers when it is let go."""

    arrived: list[str] = field(default_factory=list)
    slow: dict[str, asyncio.Event] = field(default_factory=dict)

    async def __call__(self, url: str, *, headers: Mapping[str, str] | None = None, **_: object) -> Fetched:
        assert headers is not None
        if url in self.slow:
            await self.slow[url].wait()
        self.arrived.append(url)
        return Fetched(200, {}, b"")


@dataclass
class Office:
    """A store with webhooks, and workers that deliver from it at a moment that the test says."""

    scene: Scene
    receiver: Receiver = field(default_factory=Receiver)
    now: int = 0

    def worker(self, telling: Telling = TELLING) -> Deliveries:
        ambient = Ambient(self.scene.store, lambda: self.now, ordinary, SEALER, self.receiver)
        return Deliveries(ambient, {"native": telling})

    async def subscribe(self, count: int) -> None:
        for number in range(1, count + 1):
            sealed = SEALER.seal(PURPOSE, an_id(number), b"whsec_secret")
            made = replace(webhook(number, events=EVENTS, url=URLS[number]), sealed=sealed)
            assert await self.scene.store.webhooks.insert(made, self.scene.change(), limit=100)

    async def happen(self) -> None:
        self.now = (await happened(self.scene)).at


@pytest.fixture
def office(scene: Scene) -> Office:
    return Office(scene)


async def emptied(*workers: Deliveries) -> None:
    while any(await asyncio.gather(*(worker.look() for worker in workers))):
        await asyncio.gather(*(worker.finish() for worker in workers))


async def test_of_ten_workers_one_sends_each_delivery(office: Office):
    await office.subscribe(12)
    for _ in range(5):
        await office.happen()
    await emptied(*(office.worker() for _ in range(10)))
    assert sorted(office.receiver.arrived) == sorted(URLS[1:13] * 5)


async def test_a_slow_receiver_keeps_no_other_waiting(office: Office):
    await office.subscribe(2)
    office.receiver.slow[URLS[1]] = asyncio.Event()
    for _ in range(3):
        await office.happen()
    worker = office.worker()
    for _ in range(100):
        if office.receiver.arrived == [URLS[2]] * 3:
            break
        await worker.look()
        await asyncio.sleep(0)
    assert office.receiver.arrived == [URLS[2]] * 3
    office.receiver.slow.pop(URLS[1]).set()
    await worker.finish()
    await emptied(worker)
    assert office.receiver.arrived == [*[URLS[2]] * 3, *[URLS[1]] * 3]


async def test_a_worker_has_so_many_under_way(office: Office):
    await office.subscribe(UNDER_WAY + 3)
    release = asyncio.Event()
    office.receiver.slow = dict.fromkeys(URLS, release)
    await office.happen()
    worker = office.worker()
    assert [await worker.look() for _ in range(2)] == [UNDER_WAY, 0]
    release.set()
    await worker.finish()
    assert await worker.look() == 3
    await worker.finish()


async def test_what_a_killed_worker_had_in_hand_is_sent_by_another_when_its_lease_ends(office: Office):
    await office.subscribe(1)
    office.receiver.slow[URLS[1]] = asyncio.Event()
    await office.happen()
    killed, other = office.worker(), office.worker()
    assert await killed.look() == 1
    for task in killed._under_way.values():
        task.cancel()
    office.receiver.slow.clear()
    office.now += LEASE - 1
    assert await other.look() == 0
    office.now += 1
    assert await other.look() == 1
    await other.finish()
    assert office.receiver.arrived == [URLS[1]]


async def test_what_breaks_while_it_is_told_comes_due_again_and_breaks_nothing_else(
    office: Office, caplog: pytest.LogCaptureFixture
):
    def broken(*_: object) -> Mapping[str, object]:
        raise ZeroDivisionError

    await office.subscribe(2)
    await office.happen()
    await emptied(office.worker(replace(TELLING, body=broken)))
    assert "while delivering" in caplog.text
    assert "whsec_" not in caplog.text
    office.now += LEASE
    await emptied(office.worker())
    assert sorted(office.receiver.arrived) == URLS[1:3]


async def test_a_secret_that_no_longer_opens_is_one_logged_line_and_a_failed_delivery(
    office: Office, caplog: pytest.LogCaptureFixture
):
    await office.subscribe(2)
    other = replace(
        webhook(3, events=EVENTS, url=URLS[3]),
        sealed=Sealer(bytes(31) + b"k", ordinary).seal(PURPOSE, an_id(3), b"whsec_secret"),
    )
    assert await office.scene.store.webhooks.insert(other, office.scene.change(), limit=100)
    await office.happen()
    await emptied(office.worker())
    (failed,) = await office.scene.store.webhooks.deliveries(an_id(3), limit=9)
    assert (failed.attempts, failed.due_at, failed.delivered_at, failed.status, failed.body) == (
        1,
        None,
        None,
        None,
        None,
    )
    kept = await office.scene.store.webhooks.by_id(an_id(3))
    assert kept is not None
    assert kept.gave_up_at == office.now
    (line,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert line.exc_info is None
    assert line.getMessage() == (
        f"delivery {failed.id} to hooks.example is given up: "
        "a sealed value of webhook_secret does not open: changed, moved, or another instance key"
    )
    office.now += 365 * 86_400_000
    assert await office.worker().look() == 0
    assert sorted(office.receiver.arrived) == URLS[1:3]


async def test_a_running_worker_hears_of_a_change_and_finishes_when_it_is_stopped(office: Office):
    await office.subscribe(1)
    worker = office.worker()
    running = asyncio.create_task(worker.run())
    office.receiver.slow[URLS[1]] = asyncio.Event()
    await office.happen()
    worker._ambient.written.set()
    for _ in range(1000):
        if worker._under_way:
            break
        await asyncio.sleep(0.01)
    running.cancel()
    office.receiver.slow[URLS[1]].set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert office.receiver.arrived == [URLS[1]]
    (kept,) = await office.scene.store.webhooks.deliveries(an_id(1), limit=9)
    assert kept.delivered_at == office.now
