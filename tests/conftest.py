"""What every suite shares: hypothesis profiles, and PostgreSQL for the tests that ask for it."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests import postgres

# No deadlines: how long an example takes says more about the machine than about the code. The short profile tries the
# same examples every time, so that a red run is the change's doing; `make fuzz` looks for new ones.
QUIET = [HealthCheck.too_slow]
settings.register_profile("short", deadline=None, max_examples=100, derandomize=True, suppress_health_check=QUIET)
settings.register_profile("long", deadline=None, max_examples=5_000, suppress_health_check=QUIET)
settings.load_profile("short")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A database of this worker's own on a real server."""
    server = postgres.start()
    try:
        with postgres.own_database(server.url) as url:
            yield url
    finally:
        server.stop()


@pytest.fixture
async def fresh_postgres(postgres_url: str) -> str:
    """The URL of an empty database for one test."""
    return await postgres.fresh_database(postgres_url)
