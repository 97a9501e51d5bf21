"""A database of so many applications, with the very rows that the store writes for each, but in bulk."""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import asyncpg

from licet.domain.application import Application
from licet.store.sql import terms
from licet.store.sql.application import COLUMNS, values

PIECE = 20_000
NOUNS = ("Wiki", "Payroll", "Calendar", "Figures", "Backup", "Chat", "Tickets", "Shop")
SCOPES = ("read", "write", "mcp", "openid", "email")
START = 1_780_000_000_000
Rows = dict[str, list[tuple[object, ...]]]
TABLES = {
    "applications": COLUMNS,
    "application_terms": ("term", "age", "application_id", "enabled"),
    "application_words": ("word", "age", "application_id", "enabled", "words"),
}


def application(number: int, organization_id: str) -> Application:
    """The application of a number: one in ten is off, scopes, hosts and names repeat as they do in life."""
    at = START + number * 1000
    return Application(
        id=f"{number:024x}",
        client_id=f"bench{number:012d}",
        created_by=None,
        surface="native",
        version=1,
        created_at=at,
        updated_at=at,
        saved_at=at,
        last_used_at=at if number % 3 else None,
        organization_id=organization_id,
        enabled=number % 10 != 0,
        protocols=("native",),
        client_name=f"{NOUNS[number % len(NOUNS)]} of team {number % 997}",
        redirect_uris=(f"https://team{number % 50}.example/cb",),
        scope=(SCOPES[number % len(SCOPES)], "profile"),
    )


def pieces(count: int, organization_id: str) -> Iterator[Rows]:
    """The rows of every table, some thousands of applications at a time."""
    for start in range(0, count, PIECE):
        yield _rows(range(start, min(start + PIECE, count)), organization_id)


def _rows(numbers: Sequence[int], organization_id: str) -> Rows:
    rows: Rows = {table: [] for table in TABLES}
    for number in numbers:
        made = application(number, organization_id)
        kept, found, on = values(made), terms.words(made), int(made.enabled)
        rows["applications"].append(tuple(kept[name] for name in COLUMNS))
        rows["application_terms"] += [(term, -made.created_at, made.id, on) for term in sorted(terms.terms(made))]
        spaced = terms.spaced(found)
        rows["application_words"] += [(word, -made.created_at, made.id, on, spaced) for word in found]
    return rows


def fill_sqlite(path: Path, count: int, organization_id: str) -> None:
    """Fill a database that Licet has made and that nobody serves."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    for rows in pieces(count, organization_id):
        for table, columns in TABLES.items():
            marks = ", ".join("?" * len(columns))
            connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows[table])
        connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def fill_postgresql(url: str, count: int, organization_id: str) -> None:
    """The same by COPY, and what autovacuum would have done by then."""
    asyncio.run(_copy(url, count, organization_id))


async def _copy(url: str, count: int, organization_id: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for rows in pieces(count, organization_id):
            for table, columns in TABLES.items():
                await connection.copy_records_to_table(table, records=rows[table], columns=columns)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
