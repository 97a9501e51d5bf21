"""A registry of any size in seconds: the store's own statements, without a commit for each of them.

An instance is made and ended first, so that its people are there; then `populate` runs the script with which the store
inserts an application, many in one transaction, and `copy` brings all rows of such a database to PostgreSQL.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from licet import store
from licet.domain.application import Application
from licet.domain.revision import Change
from licet.domain.secret import Secret, digest, tail
from licet.services.minting import PURPOSE
from licet.services.sealing import Sealer
from licet.store.key_file import NAME
from licet.store.sql import audit, terms
from licet.store.sql.applications import _insert
from licet.store.sql.script import Row, drive
from licet.store.sql.statement import Statement, Values

Make = Callable[[int], tuple[Application, Secret | None]]
"""The application of a number, and its first secret."""

BY_THE_ROW = {
    terms.ADD_TERMS: (
        "INSERT INTO application_terms (term, age, application_id, enabled) VALUES (?, ?, ?, ?)",
        ("terms", "age", "application_id", "enabled"),
    ),
    terms.ADD_WORDS: (
        "INSERT INTO application_words (word, age, application_id, words, enabled) VALUES (?, ?, ?, ?, ?)",
        ("words", "age", "application_id", "spaced", "enabled"),
    ),
}
"""The statements that write several rows, and the same rows one by one: sorted by their keys they go in at once."""
TRANSACTION = 50_000
"""So many applications are written in one."""
BORN = 1_700_000_000_000
"""When the first was registered, ms; each later one a minute after the one before."""
MINUTE = 60_000


def ids(path: Path, table: str, name: str) -> dict[str, str]:
    """The ids of a table's rows by one of their columns."""
    with sqlite3.connect(path) as connection:
        return dict(connection.execute(f"SELECT {name}, id FROM {table}").fetchall())


def an_id(number: int) -> str:
    """An internal id that no application of the program has."""
    return f"{0xC0DE_0000_0000 + number:024x}"


def born(number: int) -> dict[str, int]:
    """The times of an application that nobody has touched since."""
    return dict.fromkeys(("created_at", "updated_at", "saved_at"), BORN + number * MINUTE)


def populate(path: Path, count: int, make: Make) -> None:
    """Insert so many applications into a database of SQLite that no process has open."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA foreign_keys = ON")
    for start in range(0, count, TRANSACTION):
        connection.execute("BEGIN")
        indexed: dict[str, list[tuple[Any, ...]]] = {text: [] for text, _ in BY_THE_ROW.values()}
        for number in range(start, min(count, start + TRANSACTION)):
            made, secret = make(number)
            assert drive(_insert(made, _registered(made), secret, None), _fetch(connection, indexed))
        for text, rows in indexed.items():
            connection.executemany(text, sorted(rows))
        connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def copy(path: Path, url: str) -> None:
    """Write every row of a database of SQLite into an empty one of PostgreSQL."""
    kept = await store.open(url)
    await kept.upkeep.migrate()
    await kept.upkeep.close()
    source = sqlite3.connect(path)
    target = await asyncpg.connect(url)
    try:
        for (table,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall():
            if table != "schema_version" and not table.startswith("sqlite_"):
                rows = source.execute(f"SELECT * FROM {table}")
                columns = [column[0] for column in rows.description]
                await target.copy_records_to_table(table, records=rows, columns=columns, timeout=600)
        await target.execute("ANALYZE")
    finally:
        await target.close()
        source.close()


def copied(path: Path, url: str) -> str:
    """The same for who runs no loop; the URL."""
    asyncio.run(copy(path, url))
    return url


def _fetch(
    connection: sqlite3.Connection, indexed: dict[str, list[tuple[Any, ...]]]
) -> Callable[[Statement, Values], list[Row]]:
    def fetch(statement: Statement, values: Values) -> list[Row]:
        if statement is audit.INSERT:  # no list reads revisions
            return []
        if statement not in BY_THE_ROW:
            return connection.execute(statement.sqlite, values).fetchall()
        text, (many, *others) = BY_THE_ROW[statement]
        indexed[text] += [(each, *(values[name] for name in others)) for each in values[many]]
        return []

    return fetch


def _registered(made: Application) -> Change:
    return Change(
        id="", at=0, action="", actor_id=None, actor_name="", surface=made.surface, request_id="", target=made.id
    )


def sealed_ones(folder: Path) -> Make:
    """Applications of one person and one organization, each with a secret that may be shown again."""
    database = folder / "licet.db"
    alice, acme = ids(database, "users", "username")["alice"], ids(database, "organizations", "slug")["acme"]
    sealer = Sealer((folder / NAME).read_bytes(), os.urandom)

    def make(number: int) -> tuple[Application, Secret]:
        made = Application(
            id=an_id(number),
            client_id=f"crowd{number}",
            created_by=alice,
            surface="rocketchat",
            version=1,
            **born(number),
            organization_id=acme,
            client_name=f"One of many {number}",
            client_uri="https://many.example",
            redirect_uris=(f"https://app{number}.example/cb",),
            scope=("read:user",),
            client_secret_retrievable=True,
        )
        value = f"{number:043d}"
        secret = Secret(
            id=an_id(number),
            application_id=made.id,
            label="",
            tail=tail(value),
            digest=digest(value),
            sealed=sealer.seal(PURPOSE, an_id(number), value.encode()),
            created_at=made.created_at,
            created_by=alice,
        )
        return made, secret

    return make


def callers(origin: str) -> dict[str, tuple[str, dict[str, str]]]:
    """The unpaged list of each dialect: its path, and the headers of somebody who may read it."""
    with httpx.Client(base_url=origin, timeout=60) as client:
        entered = client.post("/api/v1/login", json={"user": "admin", "password": "password"}).json()["data"]
        managing = client.post("/api/manage/session", json={"username": "alice", "password": "password"}).json()
        client.post("/api/auth/signin", json={"email": "alice@example.com", "password": "password"})
        cookie = f"auth_session={client.cookies['auth_session']}"
    return {
        "Rocket.Chat, unsealing": (
            "/api/v1/oauth-apps.list",
            {"x-auth-token": entered["authToken"], "x-user-id": entered["userId"]},
        ),
        "Timbrix, one organization": (
            "/api/oauth/apps/organization/acme",
            {"authorization": f"Bearer {managing['token']}"},
        ),
        "Teable, one creator": ("/api/oauth/client", {"cookie": cookie}),
    }
