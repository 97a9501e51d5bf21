"""Last-used times: noted in memory, written in batches, at most a moment behind; a crash may lose that moment.

Whoever shows them settles them first, so that nobody who used a thing is shown that it was not used.
"""

import asyncio
import logging
from collections.abc import Hashable

from licet.store.sql.engine import Engine
from licet.store.sql.gather import Gathered
from licet.store.sql.statement import Value, Values

SECONDS = 1.0
"""How long a use may stand in memory alone."""

logger = logging.getLogger(__name__)


class Touches:
    """The uses that are not written yet, the last of each row."""

    def __init__(self, engine: Engine, seconds: float = SECONDS) -> None:
        self._engine = engine
        self._seconds = seconds
        self._noted: dict[Hashable, tuple[tuple[Gathered, ...], Values]] = {}
        self._unwritten: set[int] = set()
        self._flushing: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()

    def note(self, *verbs: Gathered, **values: Value) -> None:
        """Remember a use of one thing, to be written soon by one or several verbs; the first has the key."""
        self._noted[id(verbs[0]), *map(values.__getitem__, verbs[0].key)] = verbs, values
        self._unwritten.add(id(verbs[0]))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._later())

    async def settle(self, verb: Gathered) -> None:
        """Write what was noted by a verb that has the key, before its rows are read."""
        if id(verb) in self._unwritten:
            await asyncio.shield(self.flush())  # a reader who goes away takes nobody's use along

    async def flush(self) -> None:
        """Write what was noted now, behind what is being written."""
        async with self._writing:
            noted, self._noted = self._noted, {}
            outcomes = await asyncio.gather(
                *(self._engine.gather(verb, **values) for verbs, values in noted.values() for verb in verbs),
                return_exceptions=True,
            )
            self._unwritten = {id(verbs[0]) for verbs, _ in self._noted.values()}
        if lost := [outcome for outcome in outcomes if isinstance(outcome, BaseException)]:
            logger.warning("%d last-used times were not written: %s", len(lost), lost[0])

    async def close(self) -> None:
        """Write what was noted and note nothing more."""
        if self._flushing is not None:
            self._flushing.cancel()
        await self.flush()

    async def _later(self) -> None:
        while self._noted:
            await asyncio.sleep(self._seconds)
            await self.flush()
