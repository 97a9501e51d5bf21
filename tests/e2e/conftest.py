"""Running instances for the tests that want real processes and real sockets."""

from collections.abc import Iterator

import pytest

from tests.e2e.server import Served, serve
from tests.postgres import own_database


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A demo instance with limits off, one per engine and test process; tests leave what others need as it is."""
    folder = tmp_path_factory.mktemp(request.param)
    quiet = {"LICET_LIMITS": "off"}
    if request.param == "sqlite":
        with serve(folder, "", environment=quiet) as running:
            yield running
        return
    with (
        own_database(request.getfixturevalue("postgres_url")) as database,
        serve(folder, database, environment=quiet) as running,
    ):
        yield running
