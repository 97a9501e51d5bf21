"""The one numbered list of migrations, and how it is applied: in order, each once, by whoever comes first."""

from collections.abc import Sequence

from licet.errors import DatabaseTooNew
from licet.store.sql import notifications, oauth_schema, webhook_schema
from licet.store.sql.engine import Engine
from licet.store.sql.schema import TABLES
from licet.store.sql.script import ALONE, Script, ask
from licet.store.sql.statement import Statement

MIGRATIONS: Sequence[Sequence[Statement]] = (
    (*TABLES, *oauth_schema.TABLES, *webhook_schema.TABLES, *notifications.TABLES),
)
"""Migration 1 stands first. What has been released is never changed, only followed."""

_BEGUN = Statement("SELECT {begun} AS begun")
_BEGIN = Statement("CREATE TABLE schema_version (version {bigint} PRIMARY KEY NOT NULL)")
_VERSION = Statement("SELECT coalesce(max(version), 0) AS version FROM schema_version")
_APPLIED = Statement("INSERT INTO schema_version (version) VALUES (:version)")


async def schema_version(engine: Engine) -> int:
    """The number of the last migration applied; 0 for a new database."""
    return await engine.run(_version)


async def migrate(engine: Engine, migrations: Sequence[Sequence[Statement]] = MIGRATIONS) -> int:
    """Apply what is missing, in one transaction that others wait for; how many were applied.

    Raises DatabaseTooNew, and changes nothing, when the database is ahead of the program.
    """
    return await engine.run(_migrate, migrations)


def _version() -> Script[int]:
    begun = yield from ask(_BEGUN)
    if not begun[0]["begun"]:
        return 0
    rows = yield from ask(_VERSION)
    return int(rows[0]["version"])


def _migrate(migrations: Sequence[Sequence[Statement]]) -> Script[int]:
    yield from ask(ALONE)
    version = yield from _version()
    if version > len(migrations):
        raise DatabaseTooNew(
            f"the database has schema version {version} and this program knows {len(migrations)}: "
            "run the newer program, or restore the backup made before it ran"
        )
    if version == 0:
        yield from ask(_BEGIN)
    for number, statements in enumerate(migrations[version:], start=version + 1):
        for statement in statements:
            yield from ask(statement)
        yield from ask(_APPLIED, version=number)
    return len(migrations) - version
