"""Webhooks of organizations, and the other end of the outbox."""

from collections.abc import Sequence
from dataclasses import fields

from licet.domain.revision import Change
from licet.domain.webhook import Delivery, Due, Webhook
from licet.store.sql import audit, owned
from licet.store.sql.columns import assign, changed, insert, qualified, update
from licet.store.sql.engine import Engine
from licet.store.sql.script import Row, Script, ask
from licet.store.sql.statement import Statement, Value

COLUMNS = tuple(field.name for field in fields(Webhook))
DELIVERY = tuple(field.name for field in fields(Delivery))
_REPLACED = ("url", "events", "enabled", "gave_up_at")
_OUTCOME = ("due_at", "delivered_at", "status", "body")

COUNT = Statement("SELECT count(*) AS count FROM webhooks WHERE organization_id = :organization_id")
INSERT = Statement(insert("webhooks", COLUMNS))
BY_ID = Statement("SELECT * FROM webhooks WHERE id = :id AND expires_at IS NULL")
OF = Statement("""
    SELECT * FROM webhooks WHERE organization_id = :organization_id AND expires_at IS NULL ORDER BY created_at, id""")
DROP = Statement("UPDATE webhook_deliveries SET due_at = NULL WHERE webhook_id = :id AND due_at IS NOT NULL")
REMOVE = Statement("DELETE FROM webhooks WHERE id = :id AND expires_at IS NULL RETURNING id")
DELIVERIES = Statement("SELECT * FROM webhook_deliveries WHERE webhook_id = :webhook_id ORDER BY id DESC LIMIT :size")

ANY_DUE = Statement("SELECT 1 AS one FROM webhook_deliveries WHERE due_at <= :now LIMIT 1")
# The condition stands twice: of two who chose the same delivery, the later finds that it is no longer due.
CLAIM = Statement("""
    UPDATE webhook_deliveries SET due_at = :until, attempts = attempts + 1
    WHERE id IN (
        SELECT min(d.id) FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id
        WHERE d.due_at <= :now AND w.enabled = 1 AND d.webhook_id NOT IN (SELECT value FROM {each besides})
        GROUP BY d.webhook_id ORDER BY min(d.due_at) LIMIT :size) AND due_at <= :now
    RETURNING id""")
CLAIMED = Statement(f"""
    SELECT {qualified("d", DELIVERY)}, {qualified("w", COLUMNS, "to_")}, a.client_id,
        {qualified("c", audit.COLUMNS, "of_")}
    FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id JOIN changes AS c ON c.id = d.change_id
    LEFT JOIN applications AS a ON a.id = c.target
    WHERE d.id IN (SELECT value FROM {{each claimed}}) ORDER BY d.id""")
NOTE = Statement(f"""
    UPDATE webhook_deliveries SET {assign(_OUTCOME)} WHERE id = :id AND attempts = :attempts RETURNING id""")
FLAG = Statement("UPDATE webhooks SET gave_up_at = :gave_up_at WHERE id = :webhook_id")
CLEAR = Statement("UPDATE webhooks SET gave_up_at = NULL WHERE id = :webhook_id AND gave_up_at IS NOT NULL")


def values(webhook: Webhook) -> dict[str, Value]:
    """A webhook as a row."""
    row = {name: getattr(webhook, name) for name in COLUMNS}
    return row | {"enabled": int(webhook.enabled), "events": f" {' '.join(webhook.events)} "}


def webhook(row: Row, prefix: str = "") -> Webhook:
    """A row as a webhook."""
    kept = {name: row[prefix + name] for name in COLUMNS}
    return Webhook(**kept | {"enabled": bool(kept["enabled"]), "events": tuple(kept["events"].split())})


def delivery(row: Row) -> Delivery:
    """A row as a delivery."""
    return Delivery(**{name: row[name] for name in DELIVERY})


class Webhooks:
    """Webhooks, and what is to be delivered to them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def insert(self, new: Webhook, change: Change, *, limit: int) -> bool:
        """Write one; False when its organization is gone or has `limit` already."""
        return await self._engine.run(owned.add, COUNT, INSERT, values(new), change, limit=limit)

    async def by_id(self, webhook_id: str) -> Webhook | None:
        """The webhook, or None."""
        rows = await self._engine.read(BY_ID, id=webhook_id)
        return webhook(rows[0]) if rows else None

    async def of(self, organization_id: str) -> Sequence[Webhook]:
        """Those of an organization, oldest first."""
        return [webhook(row) for row in await self._engine.read(OF, organization_id=organization_id)]

    async def replace(self, seen: Webhook, new: Webhook, change: Change) -> bool:
        """Write what leads from one state of a webhook to another; False when it is gone."""
        return await self._engine.run(_replace, seen, new, change)

    async def remove(self, webhook_id: str, change: Change) -> bool:
        """Delete one with its deliveries; False when it was gone."""
        return await self._engine.run(audit.recorded, REMOVE, {"id": webhook_id}, change)

    async def deliveries(self, webhook_id: str, *, limit: int) -> Sequence[Delivery]:
        """Its deliveries, newest first: ids sort by time."""
        rows = await self._engine.read(DELIVERIES, webhook_id=webhook_id, size=limit)
        return [delivery(row) for row in rows]

    async def claim(self, now: int, *, until: int, besides: Sequence[str], size: int) -> Sequence[Due]:
        """Take deliveries that are due; a look that finds none writes nothing."""
        if not await self._engine.read(ANY_DUE, now=now):
            return []
        rows = await self._engine.run(_claim, {"now": now, "until": until, "besides": besides, "size": size})
        return [Due(delivery(row), webhook(row, "to_"), audit.change(row, "of_"), row["client_id"]) for row in rows]

    async def note(self, told: Delivery, *, gave_up_at: int | None) -> bool:
        """Write what became of an attempt; False when another has begun since."""
        return await self._engine.run(_note, told, gave_up_at)


def _replace(seen: Webhook, new: Webhook, change: Change) -> Script[bool]:
    row = values(new)
    columns = ("updated_at", *changed(_REPLACED, values(seen), row))
    if not (yield update("webhooks", columns, "id = :id AND expires_at IS NULL"), row):
        return False
    if not new.enabled:
        yield from ask(DROP, id=new.id)
    yield from audit.record(change)
    return True


def _claim(wanted: dict[str, Value]) -> Script[list[Row]]:
    claimed = yield from ask(CLAIM, **wanted)
    return (yield from ask(CLAIMED, claimed=[row["id"] for row in claimed])) if claimed else []


def _note(told: Delivery, gave_up_at: int | None) -> Script[bool]:
    if not (yield from ask(NOTE, **{name: getattr(told, name) for name in DELIVERY})):
        return False
    if gave_up_at is not None:
        yield from ask(FLAG, webhook_id=told.webhook_id, gave_up_at=gave_up_at)
    elif told.delivered_at is not None:
        yield from ask(CLEAR, webhook_id=told.webhook_id)
    return True
