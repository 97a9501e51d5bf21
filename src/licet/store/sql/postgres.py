"""PostgreSQL through asyncpg: prepared statements, a transaction per script, one statement per gathered batch."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, cast

import asyncpg

from licet.errors import Conflict, MalformedRequest, StoreUnavailable
from licet.store.sql.ear import Ear
from licet.store.sql.gather import Gathered, Gatherer
from licet.store.sql.script import P, Row, Script, T
from licet.store.sql.statement import Statement, Value

CONNECTIONS = 10
CACHED_STATEMENTS = 512
CONNECT_SECONDS = 10
PAUSES = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64)
"""Seconds before another attempt, at most: each is shortened at random, so that two losers do not meet again."""

AGAIN = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
UNSAYABLE = (UnicodeEncodeError, OverflowError, asyncpg.CharacterNotInRepertoireError)
"""A text or number that no row can hold; looking for it finds nothing."""
GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # an administrator ended the connection or the server
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,  # the server became a standby
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # asyncpg was about to send to a server that had just said goodbye
    OSError,
)


class PostgreSQL:
    """A pool of connections; made by `connect`."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", jitter: Callable[[], float], ear: Ear | None) -> None:
        self._pool = pool
        self._ear = ear
        self._jitter = jitter
        self._gatherers: dict[int, Gatherer] = {}
        self._under_way = 0
        self._idle = asyncio.Event()
        self._closed = False

    async def read(self, statement: Statement, /, **values: Value) -> list[Row]:
        """The rows of one statement that changes nothing."""
        try:
            return await self._fetch(statement, statement.by_position(values))
        except MalformedRequest:
            return []

    async def recall(self, statement: Statement, make: Callable[[Sequence[Row]], T], /, **values: Value) -> T:
        """What is made of the rows, asked anew: only the server knows whether anything has changed."""
        return make(await self.read(statement, **values))

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

    async def find(self, verb: Gathered, /, **values: Value) -> Row | None:
        """One row of a gathered verb that changes nothing."""
        try:
            return await self.gather(verb, **values)
        except MalformedRequest:
            return None

    async def until_changed(self, seconds: float) -> None:
        """Until somebody is heard to have written, at the latest after so many seconds."""
        await (self._ear.wait(seconds) if self._ear is not None else asyncio.sleep(seconds))

    async def close(self) -> None:
        """Finish what is under way, then close the connections."""
        for gatherer in self._gatherers.values():
            await gatherer.drain()
        self._closed = True
        if self._ear is not None:
            await self._ear.close()
        self._idle.clear()
        if self._under_way:
            await self._idle.wait()
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
        """Try again what lost a race inside the database; any other failure of the engine is told in our words."""
        if self._closed:
            raise StoreUnavailable("the store is closed")
        self._under_way += 1
        try:
            for pause in PAUSES:
                with suppress(*AGAIN):
                    return await attempt()
                await asyncio.sleep(pause * self._jitter())
            return await attempt()
        except asyncpg.IntegrityConstraintViolationError as error:
            raise Conflict(str(error)) from error
        except asyncpg.DataError as error:
            if isinstance(error.__cause__ or error, UNSAYABLE):
                raise MalformedRequest from error
            raise
        except (*AGAIN, *GONE) as error:
            raise StoreUnavailable(str(error)) from error
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()


async def connect(url: str, jitter: Callable[[], float], *, listen: bool) -> PostgreSQL:
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
    return PostgreSQL(pool, jitter, Ear(url) if listen else None)


async def _keep(_connection: object) -> None:
    """Nothing here sets session state, so a connection goes back to the pool without a round trip."""
