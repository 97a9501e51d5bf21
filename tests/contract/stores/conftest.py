"""The contract of the store: every test here runs on both engines, and none may opt out."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from licet import store
from licet.services.ports import Store
from licet.store import open_engine
from licet.store.sql.engine import Engine
from tests.contract.stores.scene import Scene, furnish
from tests.postgres import fresh_database


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> str | None:
    """The PostgreSQL to make a database in; None for SQLite, which needs none."""
    return request.getfixturevalue("postgres_url") if request.param == "postgresql" else None


@pytest.fixture
async def store_url(server: str | None, tmp_path: Path) -> str:
    """An empty database of each engine."""
    return await fresh_database(server) if server else f"sqlite:///{tmp_path / 'licet.db'}"


@pytest.fixture
async def engine(store_url: str) -> AsyncIterator[Engine]:
    opened = await open_engine(store_url)
    yield opened
    await opened.close()


@pytest.fixture
async def kept(store_url: str) -> AsyncIterator[Store]:
    """An open store with its schema and nothing in it."""
    opened = await store.open(store_url)
    await opened.upkeep.migrate()
    yield opened
    await opened.upkeep.close()


@pytest.fixture
async def scene(kept: Store) -> Scene:
    """A store with alice and bob, and alice's organization acme."""
    return await furnish(kept)
