"""The instance of the dialects' contract tests, for the RFCs' own rules; people and an application."""

from collections.abc import AsyncIterator

import pytest

from tests.conformance.person import Person, person
from tests.conformance.protocol import App, app
from tests.contract.dialects.conftest import house, postgresql_template, sqlite_template, template
from tests.contract.dialects.house import House

__all__ = ["house", "postgresql_template", "sqlite_template", "template"]


@pytest.fixture
async def someone(house: House) -> AsyncIterator[Person]:
    """A person with a browser."""
    async with person(house) as one:
        yield one


@pytest.fixture
async def another(house: House) -> AsyncIterator[Person]:
    """Another person, with another browser."""
    async with person(house) as one:
        yield one


@pytest.fixture
async def web(house: House) -> App:
    """An application of alice's with a secret, which sends people back to https://app.example/cb."""
    return await app(house)
