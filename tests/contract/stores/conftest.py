"""The contract of the store: every test here runs on both engines, and none may opt out."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from licet import store
from licet.services.ports import Store
from licet.store import open_engine
from licet.store.sql.engine import Engine
from tests.contract.stores.scene import Scene, empty, furnish
from tests.postgres import fresh_database

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(params=ENGINES)
def server(request: pytest.FixtureRequest) -> str | None:
    """The PostgreSQL to make a database in; None for SQLite, which needs none."""
    return request.getfixturevalue("postgres_url") if request.param == "postgresql" else None


@pytest.fixture
async def empty_url(server: str | None, tmp_path: Path) -> str:
    """An empty database of each engine."""
    return await fresh_database(server) if server else f"sqlite:///{tmp_path / 'licet.db'}"


@pytest.fixture
async def engine(empty_url: str) -> AsyncIterator[Engine]:
    opened = await open_engine(empty_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def migrated(postgres_url: str) -> str:
    """A PostgreSQL database with its schema, which takes longer to make than most tests run."""

    async def make() -> str:
        url = await fresh_database(postgres_url)
        opened = await store.open(url)
        await opened.upkeep.migrate()
        await opened.upkeep.close()
        return url

    return asyncio.run(make())


@pytest.fixture(params=ENGINES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database for `kept`, which may be opened again after it was closed."""
    return request.getfixturevalue("migrated") if request.param == "postgresql" else str(tmp_path / "licet.db")


@pytest.fixture
async def kept(store_url: str) -> AsyncIterator[Store]:
    """An open store with its schema and nothing in it."""
    if store_url.startswith("postgresql"):
        await empty(store_url)
    opened = await store.open(store_url)
    await opened.upkeep.migrate()
    yield opened
    await opened.upkeep.close()


@pytest.fixture
async def scene(kept: Store) -> Scene:
    """A store with alice and bob, and alice's organization acme."""
    return await furnish(kept)
