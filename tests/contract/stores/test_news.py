"""What one worker writes another learns of: by looking, and sooner where the database tells."""

import asyncio

from licet import store
from licet.store.sql.statement import Statement
from tests.contract.stores.scene import an_id, secret

NEVER, OFTEN = 3600, 0.01
"""Seconds between two looks: so many that only being told ends the wait, or so few that nobody notices."""

HANG_UP = Statement("""
    SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'LISTEN%'""")


async def test_another_worker_learns_of_a_change(scene, store_url):
    looks = NEVER if store_url.startswith("postgresql") else OFTEN
    await scene.add(1)
    other = await store.open(store_url)
    try:
        async with asyncio.timeout(30):
            await other.registry.until_changed(looks)  # what there was before it began to listen
            before = await other.registry.versions()
            waiting = asyncio.create_task(other.registry.until_changed(looks))
            await asyncio.sleep(0)
            await scene.store.secrets.add(secret(1, an_id(1)), scene.change(an_id(1)), limit=None, now=1)
            await waiting
            assert await other.registry.versions() != before
    finally:
        await other.upkeep.close()


async def test_who_does_not_listen_looks(store_url, scene):
    await scene.add(1)
    deaf = await store.open(store_url, listen=False)
    try:
        async with asyncio.timeout(30):
            await deaf.registry.until_changed(OFTEN)
    finally:
        await deaf.upkeep.close()


async def test_a_listener_that_lost_its_connection_learns_of_changes_again(scene, store_url):
    await scene.add(1)
    other = await store.open(store_url)
    try:
        async with asyncio.timeout(30):
            await other.registry.until_changed(OFTEN)
            if store_url.startswith("postgresql"):
                await scene.store.upkeep._engine._fetch(HANG_UP, [])
            before = await other.registry.versions()
            await scene.store.secrets.add(secret(1, an_id(1)), scene.change(an_id(1)), limit=None, now=1)
            while await other.registry.versions() == before:
                await other.registry.until_changed(OFTEN)
    finally:
        await other.upkeep.close()
