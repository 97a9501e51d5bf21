"""An instance that tells nobody by itself, so that a test says when."""

import asyncio
from contextlib import suppress

import pytest

from tests.conformance.protocol import app

HEARS = "https://app.example/backchannel"


@pytest.fixture
async def quiet(house):
    """The same house without its own chores."""
    for chore in house.instance._chores:
        chore.cancel()
        with suppress(asyncio.CancelledError):
            await chore
    return house


@pytest.fixture
async def listener(quiet):
    """An application whose server hears of sign-outs."""
    return await app(quiet, backchannel_logout_uri=HEARS, backchannel_logout_session_required=True)
