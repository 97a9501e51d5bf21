"""What a worker changes it acts on at once, the others by the bound that is promised: 500 ms."""

import asyncio
from dataclasses import replace

import pytest

from licet.bootstrap import WATCH_EVERY
from licet.services.clients import Clients
from licet.store.sql.registry import Registry
from tests.conformance.protocol import SECRET, app

BOUND = 0.5


class Slow:
    """A store that has read an application and has not answered yet."""

    def __init__(self, store):
        self.secrets, self.registry, self.applications = store.secrets, store.registry, self
        self.has_read, self.may_answer = asyncio.Event(), asyncio.Event()
        self._read = store.applications.by_client_id

    async def by_client_id(self, client_id):
        found = await self._read(client_id)
        self.has_read.set()
        await self.may_answer.wait()
        return found


def another_worker(house):
    """The cache of a worker that wrote nothing itself."""
    store = replace(house.store, registry=Registry(house.store.registry._engine))
    return Clients(replace(house.services.ambient, store=store))


async def two_workers(house):
    """The caches of two workers on one database, both of which know an application that a third changes."""
    machine = await app(house)
    workers = [another_worker(house), another_worker(house)]
    for worker in workers:
        await worker.look()
        assert await worker.find(machine.client_id) is not None
    return machine, workers


def test_two_looks_fit_into_the_bound():
    assert 2 * WATCH_EVERY < BOUND


@pytest.mark.attack(42)
async def test_a_disabled_application_is_disabled_on_every_worker_at_its_next_look(house):
    machine, workers = await two_workers(house)
    await house.services.applications.update(
        await house.actor("alice"), machine.client_id, lambda _: {"enabled": False}
    )
    for worker in workers:
        assert (await worker.find(machine.client_id)).application.enabled
        await worker.look()
        assert not (await worker.find(machine.client_id)).application.enabled


@pytest.mark.attack(42, 61)
async def test_a_revoked_secret_proves_nothing_on_any_worker_at_its_next_look(house):
    machine, workers = await two_workers(house)
    alice, now = await house.actor("alice"), house.clock.now
    second = await house.services.secrets.add(alice, machine.client_id, SECRET)
    for worker in workers:
        await worker.look()
        assert (await worker.find(machine.client_id)).proved_by(second.value, now) is not None
    await house.services.secrets.revoke(alice, machine.client_id, second.secret.id)
    for worker in workers:
        await worker.look()
        assert (await worker.find(machine.client_id)).proved_by(second.value, now) is None
        assert (await worker.find(machine.client_id)).proved_by(machine.secret, now) is not None


async def test_a_deleted_application_is_unknown_on_every_worker_at_its_next_look(house):
    machine, workers = await two_workers(house)
    await house.services.applications.delete(await house.actor("alice"), machine.client_id)
    for worker in workers:
        await worker.look()
        assert await worker.find(machine.client_id) is None


async def test_what_did_not_change_stays_in_memory(house):
    machine, (worker, _) = await two_workers(house)
    before = await worker.find(machine.client_id)
    await worker.look()
    assert await worker.find(machine.client_id) is before


async def test_what_was_read_before_a_change_is_not_kept_after_the_look_that_saw_it(house):
    machine, (worker, _) = await two_workers(house)
    worker._kept.clear()
    slow = Slow(worker._store)
    worker._store = slow
    reading = asyncio.create_task(worker.find(machine.client_id))
    await slow.has_read.wait()
    await house.services.applications.update(
        await house.actor("alice"), machine.client_id, lambda _: {"enabled": False}
    )
    await worker.look()
    slow.may_answer.set()
    await reading
    assert not (await worker.find(machine.client_id)).application.enabled


@pytest.mark.attack(42, 61)
async def test_the_worker_that_changes_something_acts_on_it_before_it_answers(house):
    machine, alice, now = await app(house), await house.actor("alice"), house.clock.now
    worker = Clients(house.services.ambient)

    async def live(secret):
        client = await worker.find(machine.client_id)
        return client is not None and client.application.enabled and client.proved_by(secret, now) is not None

    assert await live(machine.secret)
    second = await house.services.secrets.add(alice, machine.client_id, SECRET)
    assert await live(second.value)
    await house.services.secrets.revoke(alice, machine.client_id, second.secret.id)
    assert not await live(second.value)
    for enabled in (False, True):
        await house.services.applications.update(alice, machine.client_id, lambda _, said=enabled: {"enabled": said})
        assert await live(machine.secret) is enabled
    await house.services.applications.delete(alice, machine.client_id)
    assert not await live(machine.secret)
    await house.services.applications.restore(alice, machine.client_id)
    assert await live(machine.secret)


async def test_a_running_instance_looks_by_itself(house):
    machine = await app(house)
    assert (await machine.for_itself()).status_code == 200
    await house.services.applications.update(
        await house.actor("alice"), machine.client_id, lambda _: {"enabled": False}
    )
    house.services.clients._heeded = house.store.registry.raised  # as if another process had written it
    async with asyncio.timeout(30):
        while (await machine.for_itself()).status_code == 200:  # noqa: ASYNC110 - nothing tells when it has looked
            await asyncio.sleep(0.01)
