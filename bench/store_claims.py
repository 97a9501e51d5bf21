"""The ways to claim a one-time code, each against a database of its own; run by `bench.store` where the peers are.

    python -m bench.store_claims <folder for SQLite files> <PostgreSQL URL> <rounds> <claims a round>

prints JSON: way to its rounds, each as operations a second and microseconds of this process's CPU per operation.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiosqlite
import asyncpg
import sqlalchemy
import uvloop
from sqlalchemy.ext.asyncio import create_async_engine

from licet.store import open_engine
from licet.store.sql.columns import insert
from licet.store.sql.gather import First, Gathered
from licet.store.sql.statement import Statement

CALLERS = 32
TABLE = Statement("CREATE TABLE codes (digest {blob} PRIMARY KEY NOT NULL, claimed_at {bigint}) {keyed}")
CODES = Statement(insert("codes", ("digest",)))
CLAIM = Gathered(
    one=Statement("UPDATE codes SET claimed_at = :now WHERE digest = :digest AND claimed_at IS NULL RETURNING digest"),
    many=Statement("""
        UPDATE codes SET claimed_at = asked.now FROM unnest(:digest::bytea[], :now::bigint[]) AS asked (digest, now)
        WHERE codes.digest = asked.digest AND claimed_at IS NULL RETURNING codes.digest"""),
    key=("digest",),
    duplicates=First(),
)
DURABLE = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")

codes = sqlalchemy.Table(
    "codes",
    sqlalchemy.MetaData(),
    sqlalchemy.Column("digest", sqlalchemy.LargeBinary, primary_key=True),
    sqlalchemy.Column("claimed_at", sqlalchemy.BigInteger),
)


class Way(Protocol):
    """A library and how it is used."""

    async def claim(self, digest: bytes) -> bool:
        """Claim a code; durable when it answers."""

    async def close(self) -> None:
        """Let go."""


class Ours:
    """Licet's engine: the writer thread on SQLite, gathered statements on PostgreSQL."""

    async def open(self, url: str) -> Way:
        self._engine = await open_engine(url)
        return self

    async def claim(self, digest: bytes) -> bool:
        return await self._engine.gather(CLAIM, digest=digest, now=1) is not None

    async def close(self) -> None:
        await self._engine.close()


class Aiosqlite:
    """One connection on its own thread, a transaction a claim, callers in line."""

    async def open(self, url: str) -> Way:
        self._connection = await aiosqlite.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        for pragma in DURABLE:
            await self._connection.execute(pragma)
        return self

    async def claim(self, digest: bytes) -> bool:
        found = await self._connection.execute_fetchall(CLAIM.one.sqlite, {"digest": digest, "now": 1})
        return bool(list(found))

    async def close(self) -> None:
        await self._connection.close()


class Asyncpg:
    """A pool and prepared statements, one claim a statement."""

    async def open(self, url: str) -> Way:
        self._pool = await asyncpg.create_pool(url, max_size=10)
        return self

    async def claim(self, digest: bytes) -> bool:
        return bool(await self._pool.fetch(CLAIM.one.postgres, *CLAIM.one.by_position({"digest": digest, "now": 1})))

    async def close(self) -> None:
        await self._pool.close()


class Core:
    """SQLAlchemy Core, a transaction a claim."""

    async def open(self, url: str) -> Way:
        driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}[urlsplit(url).scheme]
        lite = driver.startswith("sqlite")
        # One connection on SQLite: more of them wait for one another's lock instead of in line.
        self._engine = create_async_engine(
            urlsplit(url)._replace(scheme=driver).geturl() if not lite else url.replace("sqlite", driver, 1),
            pool_size=1 if lite else 10,
            max_overflow=0,
        )
        if lite:
            async with self._engine.connect() as connection:
                for pragma in DURABLE:
                    await connection.exec_driver_sql(pragma)
        return self

    async def claim(self, digest: bytes) -> bool:
        statement = (
            sqlalchemy.update(codes)
            .where(codes.c.digest == digest, codes.c.claimed_at.is_(None))
            .values(claimed_at=1)
            .returning(codes.c.digest)
        )
        async with self._engine.begin() as connection:
            return (await connection.execute(statement)).first() is not None

    async def close(self) -> None:
        await self._engine.dispose()


WAYS: Sequence[tuple[str, str, Callable[[], Any]]] = (
    ("PostgreSQL, gathered (Licet)", "postgresql", Ours),
    ("PostgreSQL, asyncpg, prepared, one by one", "postgresql", Asyncpg),
    ("PostgreSQL, SQLAlchemy Core on asyncpg", "postgresql", Core),
    ("SQLite, writer thread, group commit (Licet)", "sqlite", Ours),
    ("SQLite, aiosqlite", "sqlite", Aiosqlite),
    ("SQLite, SQLAlchemy Core on aiosqlite", "sqlite", Core),
)


async def prepared(folder: Path, server: str) -> dict[str, tuple[str, Way]]:
    """Every way with a database of its own, by name, and the URL of that database."""
    ways = {}
    for number, (name, engine, make) in enumerate(WAYS):
        url = f"sqlite:///{folder / f'{number}.db'}"
        if engine == "postgresql":
            url = urlsplit(server)._replace(path=f"/bench_{number}").geturl()
            connection = await asyncpg.connect(server)
            await connection.execute(f"DROP DATABASE IF EXISTS bench_{number}")
            await connection.execute(f"CREATE DATABASE bench_{number}")
            await connection.close()
        ours = await open_engine(url)
        await ours.write(TABLE)
        await ours.close()
        ways[name] = url, await make().open(url)
    return ways


async def fill(url: str, digests: Sequence[bytes]) -> None:
    """Write fresh codes."""
    engine = await open_engine(url)
    await asyncio.gather(*(engine.write(CODES, digest=digest) for digest in digests))
    await engine.close()


async def timed(claim: Callable[[bytes], Awaitable[bool]], digests: Sequence[bytes]) -> tuple[float, float]:
    """All claimed by so many callers: operations a second, and microseconds of CPU each."""
    left = iter(digests)

    async def caller() -> None:
        for digest in left:
            if not await claim(digest):
                raise RuntimeError("a fresh code was refused")

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return len(digests) / (time.perf_counter() - began), (time.process_time() - cpu) / len(digests) * 1e6


async def main(folder: Path, server: str, rounds: int, claims: int) -> None:
    """Every way once a round, each round beginning with another; the first round warms up."""
    ways = await prepared(folder, server)
    names, spent = list(ways), {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            url, way = ways[name]
            digests = [os.urandom(32) for _ in range(claims)]
            await fill(url, digests)
            figures = await timed(way.claim, digests)
            if turn:
                spent[name].append(figures)
    for _, way in ways.values():
        await way.close()
    print(json.dumps(spent))


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
