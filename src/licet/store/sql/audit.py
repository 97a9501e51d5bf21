"""Changes: the audit log, and with the same rows the revisions of applications."""

from collections.abc import Mapping, Sequence
from functools import cache

from licet.domain.revision import Change
from licet.services.ports import AuditQuery
from licet.store.sql import outbox
from licet.store.sql.columns import insert, pack, unpack
from licet.store.sql.engine import Engine
from licet.store.sql.script import Row, Script
from licet.store.sql.statement import Statement, Value, Values

COLUMNS = (
    "id", "at", "action", "actor_id", "actor_name", "surface", "request_id", "target", "organization_id", "version",
    "before", "after",
)  # fmt: skip

INSERT = Statement(insert("changes", COLUMNS))
# The version tells apart what was written within one millisecond.
REVISIONS = Statement("""
    SELECT * FROM changes WHERE target = :target AND (
        :before = '' OR (version, id) < (SELECT version, id FROM changes WHERE id = :before))
    ORDER BY version DESC, id DESC LIMIT :size""")
FILTERS: Mapping[str, str] = {
    "organization_id": "organization_id = :organization_id",
    "actor_id": "actor_id = :actor_id",
    "target": "target = :target",
    "action": "action = :action",
    "before": "id < :before",
}


def values(change: Change) -> dict[str, Value]:
    """A change as a row."""
    row = {name: getattr(change, name) for name in COLUMNS}
    return row | {"version": change.version or 0, "before": pack(change.before), "after": pack(change.after)}


def change(row: Row, prefix: str = "") -> Change:
    """A row as a change."""
    return Change(
        **{name: row[prefix + name] for name in COLUMNS[:9]},
        version=row[prefix + "version"] or None,
        before=unpack(row[prefix + "before"]),
        after=unpack(row[prefix + "after"]),
    )


def record(written: Change) -> Script[None]:
    """Write a change beside what it tells of, and for whoever is to hear of it."""
    yield INSERT, values(written)
    yield from outbox.fill(written)


def recorded(statement: Statement, row: Values, change: Change) -> Script[bool]:
    """One conditional statement with its change; False, and no change is written, when it found no row."""
    if not (yield statement, row):
        return False
    yield from record(change)
    return True


def put(new: Statement, known: Statement, row: Values, change: Change) -> Script[bool]:
    """Insert a row, or write it over the one of its key, with its change; True when it is new."""
    added = bool((yield new, row))
    if not added:
        yield known, row
    yield from record(change)
    return added


@cache
def _page(filters: tuple[str, ...]) -> Statement:
    where = " AND ".join(FILTERS[name] for name in filters) or "1 = 1"
    return Statement(f"SELECT * FROM changes WHERE {where} ORDER BY id DESC LIMIT :size")


class Audit:
    """The audit log."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def page(self, query: AuditQuery) -> Sequence[Change]:
        """A page, newest first: the ids of changes sort by time."""
        wanted = {name: value for name in FILTERS if (value := getattr(query, name)) is not None}
        return [change(row) for row in await self._engine.read(_page(tuple(wanted)), **wanted, size=query.limit)]

    async def write(self, written: Change) -> None:
        """Write one that hangs on no other verb."""
        await self._engine.run(record, written)
