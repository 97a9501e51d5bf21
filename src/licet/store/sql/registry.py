"""How workers learn that applications changed: a version for each bucket of client ids, so that none of them is hot."""

from collections.abc import Callable, Mapping

from licet.domain.application import bucket
from licet.store.sql.engine import Engine
from licet.store.sql.script import P, Script, T, ask
from licet.store.sql.statement import Statement

RAISE = Statement("""
    INSERT INTO registry_versions (bucket, version) VALUES (:bucket, 1)
    ON CONFLICT (bucket) DO UPDATE SET version = registry_versions.version + 1
    RETURNING {told} AS told""")
VERSIONS = Statement("SELECT bucket, version FROM registry_versions")


def changed(client_id: str) -> Script[None]:
    """Raise the version of an application's bucket, in the transaction that changes it."""
    yield from ask(RAISE, bucket=bucket(client_id))


class Registry:
    """The versions; what raises one is run here, so that the worker that wrote it does not act by what was before."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.raised = 0

    async def run(self, script: Callable[P, Script[T]], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """A script that may raise a version, as one transaction."""
        try:
            return await self._engine.run(script, *args, **kwargs)
        finally:  # whatever became of it: a look too many finds nothing
            self.raised += 1

    async def versions(self) -> Mapping[int, int]:
        """Version by bucket."""
        return {row["bucket"]: row["version"] for row in await self._engine.read(VERSIONS)}

    async def until_changed(self, seconds: float) -> None:
        """Until a version may have been raised: looked for every so many seconds, or heard of sooner."""
        await self._engine.until_changed(seconds)
