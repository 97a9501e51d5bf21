import asyncio

import pytest

from licet import store
from licet.errors import DatabaseTooNew
from licet.store import open_engine
from licet.store.migrations import MIGRATIONS, migrate, schema_version
from licet.store.sql.statement import Statement

FIRST = (Statement("CREATE TABLE first (id {bigint})"),)
SECOND = (
    Statement("ALTER TABLE first ADD COLUMN name {text}"),
    Statement("INSERT INTO first (id, name) VALUES (1, 'x')"),
)
BROKEN = (Statement("CREATE TABLE third (id {bigint})"), Statement("INSERT INTO nowhere VALUES (1)"))
ROWS = Statement("SELECT id, name FROM first")


async def test_a_new_database_gets_every_migration_once(engine):
    assert await schema_version(engine) == 0
    assert [await migrate(engine, (FIRST, SECOND)) for _ in range(2)] == [2, 0]
    assert [tuple(row) for row in await engine.read(ROWS)] == [(1, "x")]


async def test_an_older_database_gets_what_is_missing(engine):
    assert await migrate(engine, (FIRST,)) == 1
    assert await migrate(engine, (FIRST, SECOND)) == 1
    assert await schema_version(engine) == 2


async def test_two_programs_that_start_at_once_migrate_once(empty_url):
    engines = [await open_engine(empty_url) for _ in range(4)]
    applied = await asyncio.gather(*(migrate(engine) for engine in engines))
    assert sorted(applied) == [0, 0, 0, len(MIGRATIONS)]
    for engine in engines:
        await engine.close()


async def test_a_migration_that_fails_leaves_the_database_as_it_was(engine):
    await migrate(engine, (FIRST,))
    with pytest.raises(Exception, match="nowhere"):
        await migrate(engine, (FIRST, SECOND, BROKEN))
    assert await schema_version(engine) == 1
    assert await migrate(engine, (FIRST, SECOND)) == 1


async def test_a_database_of_a_newer_program_is_refused_in_words(engine):
    await migrate(engine, (FIRST, SECOND))
    with pytest.raises(DatabaseTooNew, match="schema version 2 and this program knows 1: run the newer program"):
        await migrate(engine, (FIRST,))
    assert await schema_version(engine) == 2


async def test_the_store_says_its_engine_and_its_versions(empty_url):
    opened = await store.open(empty_url)
    assert await opened.upkeep.schema_version() == (0, len(MIGRATIONS))
    assert await opened.upkeep.migrate() == len(MIGRATIONS)
    assert await opened.upkeep.schema_version() == (len(MIGRATIONS), len(MIGRATIONS))
    assert (await opened.upkeep.check()).split()[0] == ("SQLite" if empty_url.startswith("sqlite") else "PostgreSQL")
    await opened.upkeep.close()
