"""Signing keys of the instance, sealed."""

from collections.abc import Sequence
from dataclasses import fields

from licet.domain.revision import Change
from licet.services.ports import SealedKey
from licet.store.sql.audit import record
from licet.store.sql.columns import insert
from licet.store.sql.engine import Engine
from licet.store.sql.script import ALONE, Script, ask
from licet.store.sql.statement import Statement

COLUMNS = tuple(field.name for field in fields(SealedKey))

ALL = Statement("SELECT * FROM signing_keys ORDER BY created_at, kid")
INSERT = Statement(insert("signing_keys", COLUMNS))
DELETE_ALL = Statement("DELETE FROM signing_keys")


class Keys:
    """Signing keys."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def all(self) -> Sequence[SealedKey]:
        """Every key, oldest first."""
        return [SealedKey(**{name: row[name] for name in COLUMNS}) for row in await self._engine.read(ALL)]

    async def insert_first(self, keys: Sequence[SealedKey]) -> None:
        """Write the first keys; when another start was faster its keys stand."""
        await self._engine.run(_insert_first, keys)

    async def turn(self, seen: Sequence[SealedKey], wanted: Sequence[SealedKey], *changes: Change) -> bool:
        """Put the ring into a wanted state if it still is as it was seen."""
        return await self._engine.run(_turn, seen, wanted, changes)


def _turn(seen: Sequence[SealedKey], wanted: Sequence[SealedKey], changes: Sequence[Change]) -> Script[bool]:
    yield from ask(ALONE)
    present = yield from ask(ALL)
    if [(row["kid"], row["state"]) for row in present] != [(key.kid, key.state) for key in seen]:
        return False
    yield from ask(DELETE_ALL)
    for key in wanted:
        yield from ask(INSERT, **{name: getattr(key, name) for name in COLUMNS})
    for change in changes:
        yield from record(change)
    return True


def _insert_first(keys: Sequence[SealedKey]) -> Script[None]:
    yield from ask(ALONE)
    if (yield from ask(ALL)):
        return
    for key in keys:
        yield from ask(INSERT, **{name: getattr(key, name) for name in COLUMNS})
