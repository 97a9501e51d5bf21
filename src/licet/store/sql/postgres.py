"""PostgreSQL through asyncpg: prepared statements, a transaction per script, one statement per gathered batch."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import asyncpg

from licet.errors import Conflict, StoreUnavailable
from licet.store.sql.gather import Gathered, Gatherer
from licet.store.sql.script import P, Row, Script, T
from licet.store.sql.statement import Statement, Value

CONNECTIONS = 10
CACHED_STATEMENTS = 512
CONNECT_SECONDS = 10
ATTEMPTS = 8
FIRST_PAUSE = 0.005
"""Seconds; doubled with every attempt, and shortened at random so that two losers do not meet again."""

AGAIN = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
UNSAYABLE = (UnicodeEncodeError, asyncpg.CharacterNotInRepertoireError)
"""A text that no row can hold: looking for it finds nothing."""
GONE = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError, asyncpg.CannotConnectNowError)


class PostgreSQL:
    """A pool of connections; made by `connect`."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", jitter: Callable[[], float]) -> None:
        self._pool = pool
        self._jitter = jitter
        self._gatherers: dict[int, Gatherer] = {}

    async def read(self, statement: Statement, /, **values: Value) -> list[Row]:
        """The rows of one statement that changes nothing."""
        try:
            return await self._fetch(statement, statement.by_position(values))
        except UNSAYABLE:
            return []

    async def write(self, statement: Statement, /, **values: Value) -> list[Row]:
        """One statement, one round trip, its own transaction."""
        return await self._fetch(statement, statement.by_position(values))

    async def run(self, script: Callable[P, Script[T]], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """One script in one transaction."""
        return await self._again(lambda: self._transaction(script(*args, **kwargs)))

    async def gather(self, verb: Gathered, /, **values: Value) -> Row | None:
        """One row of a gathered verb."""
        gatherer = self._gatherers.get(id(verb))
        if gatherer is None:
            gatherer = self._gatherers[id(verb)] = Gatherer(verb, self._fetch)
        return await gatherer.call(values)

    async def close(self) -> None:
        """Finish what is under way, then close the connections."""
        for gatherer in self._gatherers.values():
            await gatherer.drain()
        await self._pool.close()

    async def _fetch(self, statement: Statement, values: Sequence[Any]) -> list[Row]:
        async def attempt() -> list[Row]:
            async with self._pool.acquire() as connection:
                return cast("list[Row]", await connection.fetch(statement.postgres, *values))

        return await self._again(attempt)

    async def _transaction(self, script: Script[T]) -> T:
        async with self._pool.acquire() as connection, connection.transaction():
            try:
                statement, values = next(script)
                while True:
                    rows = await connection.fetch(statement.postgres, *statement.by_position(values))
                    statement, values = script.send(cast("list[Row]", rows))
            except StopIteration as end:
                return cast("T", end.value)

    async def _again(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try again what lost a race inside the database; the last failure is told."""
        for failures in range(1, ATTEMPTS + 1):
            try:
                return await attempt()
            except AGAIN as error:
                if failures == ATTEMPTS:
                    raise StoreUnavailable(str(error)) from error
                await asyncio.sleep(FIRST_PAUSE * 2**failures * self._jitter())
            except asyncpg.IntegrityConstraintViolationError as error:
                raise Conflict(str(error)) from error
            except GONE as error:
                raise StoreUnavailable(str(error)) from error
        raise AssertionError


async def connect(url: str, jitter: Callable[[], float]) -> PostgreSQL:
    """Open the pool. `StoreUnavailable` says in words what kept it from opening, never the password."""
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=CONNECTIONS,
            timeout=CONNECT_SECONDS,
            statement_cache_size=CACHED_STATEMENTS,
            max_cached_statement_lifetime=0,
            reset=_keep,
            server_settings={"application_name": "licet", "jit": "off"},
        )
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
        raise StoreUnavailable(f"cannot open the PostgreSQL database: {error or type(error).__name__}") from error
    return PostgreSQL(pool, jitter)


async def _keep(_connection: object) -> None:
    """Nothing here sets session state, so a connection goes back to the pool without a round trip."""
