"""A whole instance in the process, on a fresh database of each engine, furnished with the demo's people."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.dialects.house import EPOCH, House, Template, keep_copy, make_template, open_house, restore
from tests.postgres import own_database


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("furnished")
    return asyncio.run(make_template(folder, f"sqlite:///{folder / 'licet.db'}"))


@pytest.fixture(scope="session")
def postgresql_template(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[Template]:
    with own_database(postgres_url) as url:
        template = asyncio.run(make_template(tmp_path_factory.mktemp("furnished"), url))
        asyncio.run(keep_copy(url))
        yield template


@pytest.fixture(params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest) -> Template:
    # Apart from `house`, whose loop is running already: a template is made in a loop of its own.
    return request.getfixturevalue(f"{request.param}_template")


@pytest.fixture
async def house(template: Template, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """An instance of its own for each test; `@pytest.mark.settings(limits=False)` says what differs from the demo's."""
    shutil.copy(template.folder / "instance.key", tmp_path / "instance.key")
    marker = request.node.get_closest_marker("settings")
    given: dict[str, Any] = dict(marker.kwargs) if marker else {}
    url = template.url
    if url.startswith("sqlite"):
        shutil.copy(template.folder / "licet.db", tmp_path / "licet.db")
        url = f"sqlite:///{tmp_path / 'licet.db'}"
    else:
        await restore(url)
    async with open_house(tmp_path, url, template, EPOCH, given) as opened:
        yield opened
