"""What an organization may have only so many of: its row is locked while they are counted, so that two wait in line."""

from licet.domain.revision import Change
from licet.store.sql.audit import record
from licet.store.sql.script import Script, ask
from licet.store.sql.statement import Statement, Values

LOCK = Statement("SELECT id FROM organizations WHERE id = :organization_id {locked}")


def add(count: Statement, insert: Statement, row: Values, change: Change, *, limit: int) -> Script[bool]:
    """Insert one; False when its organization is gone, or `count` finds `limit` already."""
    if not (yield from ask(LOCK, **row)):
        return False
    present = yield from ask(count, **row)
    if present[0]["count"] >= limit:
        return False
    yield from ask(insert, **row)
    yield from record(change)
    return True
