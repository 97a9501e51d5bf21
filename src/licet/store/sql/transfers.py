"""Offers of applications to other organizations."""

from dataclasses import fields

from licet.domain.application import Application
from licet.domain.revision import Change
from licet.services.impact_ports import Transfer
from licet.store.sql import registry, terms
from licet.store.sql.applications import rewrite
from licet.store.sql.audit import record
from licet.store.sql.columns import insert
from licet.store.sql.engine import Engine
from licet.store.sql.script import Row, Script, ask
from licet.store.sql.statement import Statement

COLUMNS = tuple(field.name for field in fields(Transfer))

INSERT = Statement(insert("transfers", COLUMNS))
BY_ID = Statement("SELECT * FROM transfers WHERE id = :id AND expires_at > :now")
LOCK = Statement("SELECT id FROM transfers WHERE id = :id {locked}")
WITHDRAW = Statement("DELETE FROM transfers WHERE application_id = :application_id")


def _transfer(row: Row) -> Transfer:
    return Transfer(**{name: row[name] for name in COLUMNS})


class Transfers:
    """Offers."""

    def __init__(self, engine: Engine, registry: registry.Registry) -> None:
        self._engine = engine
        self._registry = registry

    async def insert(self, transfer: Transfer, change: Change) -> None:
        """Write one in the place of an earlier one."""
        await self._engine.run(_insert, transfer, change)

    async def by_id(self, transfer_id: str, now: int) -> Transfer | None:
        """An open one."""
        rows = await self._engine.read(BY_ID, id=transfer_id, now=now)
        return _transfer(rows[0]) if rows else None

    async def accept(self, transfer: Transfer, seen: Application, moved: Application, change: Change) -> bool:
        """Move the application and close the offer."""
        return await self._registry.run(_accept, transfer, seen, moved, change)


def _insert(transfer: Transfer, change: Change) -> Script[None]:
    yield from ask(WITHDRAW, application_id=transfer.application_id)
    yield from ask(INSERT, **{name: getattr(transfer, name) for name in COLUMNS})
    yield from record(change)


def _accept(transfer: Transfer, seen: Application, moved: Application, change: Change) -> Script[bool]:
    if not (yield from ask(LOCK, id=transfer.id)):
        return False
    if not (yield from rewrite(seen, moved)):
        return False
    yield from ask(WITHDRAW, application_id=seen.id)
    yield from terms.index(seen, moved)
    yield from registry.changed(moved.client_id)
    yield from record(change)
    return True
