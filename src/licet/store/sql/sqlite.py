"""SQLite: one writer thread with group commit, and reads on the event loop's own connection.

What arrives while the last batch is under way goes out in one transaction with one durable commit; every caller hears
its own answer only after that. When a script of a batch fails, the batch is undone and its scripts are tried one by
one.

What one step of a task reads is one snapshot, begun by the step: an event loop may take in a request between two turns
of others, and its caller may have heard of what another process committed meanwhile. It ends before anybody hears of a
commit of our own that it does not have: their answer is handed to the loop behind its end.
"""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, cast

from licet.errors import Conflict, Failure, MalformedRequest, StoreUnavailable
from licet.store.sql.gather import Gathered
from licet.store.sql.script import P, Row, Script, T, ask, ask_one, drive
from licet.store.sql.statement import Statement, Value, Values

LARGEST_BATCH = 500
BUSY_SECONDS = 10
CACHED_STATEMENTS = 512
MOST_REMEMBERED = 1024
UNSAYABLE = (UnicodeEncodeError, OverflowError)
"""A text or number that no row can hold; looking for it finds nothing."""
OURS: Mapping[type[Exception], type[Failure]] = {
    sqlite3.IntegrityError: Conflict,
    sqlite3.Error: StoreUnavailable,
    **dict.fromkeys(UNSAYABLE, MalformedRequest),
}
"""What each failure of the engine means; the first that fits."""


class Job(NamedTuple):
    """A script to run and the future of whoever waits for it."""

    start: Callable[[], Script[Any]]
    future: asyncio.Future[Any]


class Outcome(NamedTuple):
    """What became of a script: its answer or its exception."""

    answer: object = None
    error: Exception | None = None


class SQLite:
    """A database file; its journal files take over its mode, 0600."""

    def __init__(self, path: Path) -> None:
        self._writer = _Writer(_open(path))
        self._reader = _Reader(_connect(path))
        self._seen = -1

    async def read(self, statement: Statement, /, **values: Value) -> list[Row]:
        """The rows of one statement that changes nothing."""
        return self._reader.rows(statement, values)

    async def recall(self, statement: Statement, make: Callable[[Sequence[Row]], T], /, **values: Value) -> T:
        """What is made of the rows, remembered until the file changes."""
        return self._reader.recall(statement, make, values)

    async def write(self, statement: Statement, /, **values: Value) -> list[Row]:
        """One statement as its own script."""
        return await self._writer.call(lambda: ask(statement, **values))

    async def run(self, script: Callable[P, Script[T]], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """One script: all of it or nothing."""
        return await self._writer.call(lambda: script(*args, **kwargs))

    async def gather(self, verb: Gathered, /, **values: Value) -> Row | None:
        """One row of a gathered verb: the writer's group commit does the gathering."""
        return await self._writer.call(lambda: ask_one(verb.one, **values))

    async def find(self, verb: Gathered, /, **values: Value) -> Row | None:
        """One row, read at once: there is no way to another machine to share."""
        rows = await self.read(verb.one, **values)
        return rows[0] if rows else None

    async def until_changed(self, seconds: float) -> None:
        """Until another connection, our own writer's too, has changed the file: a number in memory tells."""
        while True:
            await asyncio.sleep(seconds)
            seen = self._reader.version()
            if seen != self._seen:
                self._seen = seen
                return

    async def close(self) -> None:
        """Close both connections, the writer's last: the journal is folded into the file when it goes."""
        self._reader.close()
        await self._writer.close()


class _Reader:
    """The event loop's connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._connection.execute("PRAGMA query_only = ON")
        self._version = -1
        self._task: object = None
        self._remembered: dict[tuple[Hashable, ...], Any] = {}

    def version(self) -> int:
        """Another number whenever another connection, our own writer's too, has changed the file."""
        task = asyncio.current_task()
        try:
            if task is None or task is not self._task or not self._connection.in_transaction:
                self._begin(task)
        except sqlite3.Error as error:
            raise StoreUnavailable(str(error)) from error
        return self._version

    def rows(self, statement: Statement, values: Values) -> list[Row]:
        """The rows of the file as it is in this step of the task."""
        self.version()
        try:
            return _fetch(self._connection, statement, values)
        except UNSAYABLE:
            return []
        except sqlite3.Error as error:
            raise StoreUnavailable(str(error)) from error

    def recall(self, statement: Statement, make: Callable[[Sequence[Row]], T], values: Values) -> T:
        """What was made of the rows of the same version."""
        self.version()
        key = (statement, make, *values.values())
        if key not in self._remembered:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = make(self.rows(statement, values))
        return cast("T", self._remembered[key])

    def close(self) -> None:
        """Let go."""
        self._connection.close()

    def _begin(self, task: object) -> None:
        self._end()
        # First of all: who hears of a commit that this snapshot does not have is called behind its end.
        asyncio.get_running_loop().call_soon(self._end)
        self._task = task
        seen, self._version = self._version, -1
        remembered, self._remembered = self._remembered, {}
        self._connection.execute("BEGIN")
        (self._version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if self._version == seen:
            self._remembered = remembered

    def _end(self) -> None:
        self._task = None
        with suppress(sqlite3.ProgrammingError):  # closed meanwhile
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


class _Writer:
    """The one thread that writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._asked: list[Job] = []
        self._jobs: SimpleQueue[Sequence[Job]] = SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="licet-writer", daemon=True)
        self._thread.start()

    async def call(self, start: Callable[[], Script[T]]) -> T:
        """The script's answer, after its commit. A caller that goes away leaves its script in the batch."""
        if self._closed:
            raise StoreUnavailable("the store is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if not self._asked:
            # Behind whatever else this turn of the loop asks for: every hand-over wakes the thread, and costs a commit.
            loop.call_soon(self._hand_over)
        self._asked.append(Job(start, future))
        return await future

    async def close(self) -> None:
        """Finish what was asked before."""
        if not self._closed:
            self._closed = True
            self._hand_over()
            self._jobs.put(())
            await asyncio.to_thread(self._thread.join)

    def _hand_over(self) -> None:
        if self._asked:
            self._jobs.put(self._asked)
            self._asked = []

    def _serve(self) -> None:
        while jobs := self._take():
            outcomes = self._together(jobs)
            with suppress(RuntimeError):  # the loop is gone, and with it whoever waited
                jobs[0].future.get_loop().call_soon_threadsafe(_answer, jobs, outcomes)
        self._connection.close()

    def _take(self) -> list[Job]:
        """Wait for jobs, then take what else is there; the end of it all is an empty batch."""
        jobs = [*self._jobs.get()]
        with suppress(Empty):
            while jobs and len(jobs) < LARGEST_BATCH:
                more = self._jobs.get_nowait()
                if not more:
                    self._jobs.put(more)
                    break
                jobs += more
        return jobs

    def _together(self, jobs: Sequence[Job]) -> list[Outcome]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            # Another process held the file for too long; each script on its own would wait as long again.
            return [_failed(error)] * len(jobs)
        try:
            return [Outcome(answer) for answer in self._transaction(jobs)]
        except Exception as error:  # noqa: BLE001 - whoever raised it is found by trying one by one
            return [_failed(error)] if len(jobs) == 1 else [self._together([job])[0] for job in jobs]

    def _transaction(self, jobs: Sequence[Job]) -> list[object]:
        connection = self._connection
        try:
            answers = [
                drive(job.start(), lambda statement, values: _fetch(connection, statement, values)) for job in jobs
            ]
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return answers


def _answer(jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
    for (_, future), (answer, error) in zip(jobs, outcomes, strict=True):
        if future.done():
            continue
        if error:
            future.set_exception(error)
        else:
            future.set_result(answer)


def _failed(error: Exception) -> Outcome:
    """The error in our words; a script's own stands as it is."""
    for kind, ours in OURS.items():
        if isinstance(error, kind):
            told = ours(str(error))
            told.__cause__ = error
            return Outcome(error=told)
    return Outcome(error=error)


def _fetch(connection: sqlite3.Connection, statement: Statement, values: Values) -> list[Row]:
    return cast("list[Row]", connection.execute(statement.sqlite, statement.by_name(values)).fetchall())


def _open(path: Path) -> sqlite3.Connection:
    """The writer's connection; the file is made here, readable by its owner alone."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = _connect(path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(f"cannot open {path}: {error}") from error
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=CACHED_STATEMENTS
    )
    connection.row_factory = sqlite3.Row
    return connection
