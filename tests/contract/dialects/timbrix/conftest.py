"""An application of the surface as a client, and a person with a browser."""

from collections.abc import AsyncIterator

import pytest

from tests.conformance.person import Person, person
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.protocol import Client, client


@pytest.fixture
async def someone(house: House) -> AsyncIterator[Person]:
    """A person with a browser."""
    async with person(house) as one:
        yield one


@pytest.fixture
async def payroll(house: House, someone: Person) -> Client:
    """An application of alice's, which asks to read the organization and its members."""
    return await client(house, someone)
