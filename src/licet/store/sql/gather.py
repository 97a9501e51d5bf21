"""Gathered verbs: what arrives while the last batch is under way goes out as one statement.

Four rules, each learned by measuring: a batch never does one thing twice, so keys are deduplicated inside it; keys
are sorted, so that two batches cannot deadlock; a batch of one takes the single-row statement; and when a batch fails
its rows are tried one by one, so that a bad row never takes its neighbours with it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

from licet.store.sql.script import Row
from licet.store.sql.statement import Statement, Values

LARGEST_BATCH = 500


class Duplicates(Protocol):
    """What becomes of rows with the same key in one batch."""

    def merge(self, same: Sequence[Values]) -> Values:
        """The one row sent for all of them."""

    def share(self, row: Row | None, same: Sequence[Values]) -> Sequence[Row | None]:
        """The answer of each, from the answer to the one row sent."""


class First:
    """The first has it, the others are told that it is gone: single use."""

    def merge(self, same: Sequence[Values]) -> Values:
        """The first."""
        return same[0]

    def share(self, row: Row | None, same: Sequence[Values]) -> Sequence[Row | None]:
        """The row for the first alone."""
        return [row, *[None] * (len(same) - 1)]


class Last:
    """The last value stands, and all hear so."""

    def merge(self, same: Sequence[Values]) -> Values:
        """The last."""
        return same[-1]

    def share(self, row: Row | None, same: Sequence[Values]) -> Sequence[Row | None]:
        """The same row for all."""
        return [row] * len(same)


@dataclass(frozen=True, slots=True)
class Sum:
    """Amounts are added up, and each hears the running total after its own: counters."""

    column: str

    def merge(self, same: Sequence[Values]) -> Values:
        """One row with the sum of the amounts."""
        return {**same[-1], self.column: sum(values[self.column] for values in same)}

    def share(self, row: Row | None, same: Sequence[Values]) -> Sequence[Row | None]:
        """The total less what came after."""
        if row is None or len(same) == 1:
            return [row] * len(same)
        total = row[self.column] - sum(values[self.column] for values in same)
        return [{**dict(row), self.column: (total := total + values[self.column])} for values in same]


@dataclass(frozen=True, slots=True)
class Gathered:
    """A verb on one row with two texts side by side.

    `one` takes plain parameters; `many` (PostgreSQL only) the same names as arrays, and returns the columns of `key`,
    which names every parameter that the verb's condition rests on, the clock left out.
    """

    one: Statement
    many: Statement
    key: tuple[str, ...]
    duplicates: Duplicates


class Batch:
    """The rows of one batch: merged by key on the way out, shared out on the way back."""

    def __init__(self, verb: Gathered, rows: Sequence[Values]) -> None:
        self._verb = verb
        self._key = itemgetter(*verb.key)
        self._order = sorted(range(len(rows)), key=lambda place: self._key(rows[place]))
        self._rows = rows
        self._same = [list(places) for _, places in groupby(self._order, key=lambda place: self._key(rows[place]))]
        self.sent = [verb.duplicates.merge([rows[place] for place in places]) for places in self._same]

    def columns(self) -> list[list[Any]]:
        """The rows to send as one array per parameter."""
        return [[values[name] for values in self.sent] for name in self._verb.many.names]

    def shared(self, answers: Sequence[Row]) -> list[Row | None]:
        """Each row's own answer, in the order they came."""
        by_key = {self._key(answer): answer for answer in answers}
        shared: list[Row | None] = [None] * len(self._rows)
        for places, sent in zip(self._same, self.sent, strict=True):
            answer = by_key.get(self._key(sent))
            same = [self._rows[place] for place in places]
            for place, own in zip(places, self._verb.duplicates.share(answer, same), strict=True):
                shared[place] = own
        return shared


Fetch = Callable[[Statement, Sequence[Any]], Awaitable[list[Row]]]
Caller = tuple[Values, asyncio.Future[Row | None]]


class Gatherer:
    """Collects the calls of one verb while its last batch is under way; answers each after its commit."""

    def __init__(self, verb: Gathered, fetch: Fetch) -> None:
        self._verb = verb
        self._fetch = fetch
        self._waiting: list[Caller] = []
        self._sending: asyncio.Task[None] | None = None

    async def call(self, values: Values) -> Row | None:
        """This row's own answer. A caller that goes away leaves its row in the batch."""
        future: asyncio.Future[Row | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((values, future))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())
        return await future

    async def drain(self) -> None:
        """Wait until nothing is under way."""
        if self._sending:
            await self._sending

    async def _send(self) -> None:
        while self._waiting:
            callers, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
            await self._answer(callers)
        self._sending = None

    async def _answer(self, callers: Sequence[Caller]) -> None:
        if len(callers) == 1:
            return await self._answer_one(*callers[0])
        try:
            batch = Batch(self._verb, [values for values, _ in callers])
            answers = batch.shared(await self._fetch(self._verb.many, batch.columns()))
        except Exception:  # noqa: BLE001 - whatever broke the batch, each row meets it, or not, on its own
            for caller in callers:
                await self._answer_one(*caller)
            return None
        for (_, future), answer in zip(callers, answers, strict=True):
            if not future.done():
                future.set_result(answer)
        return None

    async def _answer_one(self, values: Values, future: asyncio.Future[Row | None]) -> None:
        try:
            rows = await self._fetch(self._verb.one, self._verb.one.by_position(values))
        except Exception as error:  # noqa: BLE001 - it is the caller's to handle
            if not future.done():
                future.set_exception(error)
        else:
            if not future.done():
                future.set_result(rows[0] if rows else None)
