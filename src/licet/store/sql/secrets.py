"""Client secrets."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Literal

from licet.domain.revision import Change
from licet.domain.secret import Secret
from licet.services.application_ports import Rotated
from licet.store.sql import registry
from licet.store.sql.audit import record
from licet.store.sql.columns import insert
from licet.store.sql.engine import Engine
from licet.store.sql.gather import Gathered, Last
from licet.store.sql.script import Row, Script, ask, ask_one
from licet.store.sql.statement import Statement
from licet.store.sql.touches import Touches

COLUMNS = tuple(field.name for field in fields(Secret))

INSERT = Statement(insert("application_secrets", COLUMNS))
OF = Statement("""
    SELECT * FROM application_secrets WHERE application_id IN (SELECT value FROM {each application_ids})
    ORDER BY created_at DESC, id DESC""")
LOCK = Statement("SELECT client_id FROM applications WHERE id = :application_id AND purge_at IS NULL {locked}")
LIVE = Statement("""
    SELECT id, expires_at FROM application_secrets
    WHERE application_id = :application_id AND (expires_at IS NULL OR expires_at > :now)
    ORDER BY created_at DESC, id DESC""")
END = Statement("UPDATE application_secrets SET expires_at = :ends_at WHERE id = :id")
UNSEAL = Statement("UPDATE application_secrets SET sealed = NULL WHERE application_id = :application_id")
DELETE = Statement("DELETE FROM application_secrets WHERE id = :id AND application_id = :application_id RETURNING id")
TOUCH = Gathered(
    one=Statement("""
        UPDATE application_secrets
        SET last_used_at = {greatest}(coalesce(last_used_at, 0), :now), last_used_from = :address
        WHERE id = :id RETURNING id"""),
    many=Statement("""
        UPDATE application_secrets AS kept
        SET last_used_at = GREATEST(kept.last_used_at, used.now), last_used_from = used.address
        FROM unnest(:id::text[], :now::bigint[], :address::text[]) AS used (id, now, address)
        WHERE kept.id = used.id RETURNING kept.id"""),
    key=("id",),
    duplicates=Last(),
)
TOUCH_APPLICATION = Gathered(
    one=Statement("""
        UPDATE applications SET last_used_at = {greatest}(last_used_at, :now)
        WHERE id = (SELECT application_id FROM application_secrets WHERE id = :id) RETURNING id"""),
    many=Statement("""
        UPDATE applications AS kept SET last_used_at = GREATEST(kept.last_used_at, used.now)
        FROM (SELECT secret.application_id, max(noted.now) AS now
              FROM unnest(:id::text[], :now::bigint[]) AS noted (id, now)
              JOIN application_secrets AS secret ON secret.id = noted.id
              GROUP BY secret.application_id ORDER BY secret.application_id) AS used
        WHERE kept.id = used.application_id RETURNING kept.id"""),
    key=("id",),
    duplicates=Last(),
)


def secret(row: Row) -> Secret:
    """A row as a secret."""
    return Secret(**{name: row[name] for name in COLUMNS})


def write(added: Secret) -> Script[None]:
    """Insert one."""
    yield INSERT, {name: getattr(added, name) for name in COLUMNS}


class Secrets:
    """Client secrets."""

    def __init__(self, engine: Engine, touches: Touches, registry: registry.Registry) -> None:
        self._engine = engine
        self._touches = touches
        self._registry = registry

    async def of(self, application_id: str) -> Sequence[Secret]:
        """All of an application's secrets, newest first."""
        await self._touches.settle(TOUCH)
        return [secret(row) for row in await self._engine.read(OF, application_ids=[application_id])]

    async def of_many(self, application_ids: Collection[str]) -> Mapping[str, Sequence[Secret]]:
        """Secrets of several applications, newest first."""
        await self._touches.settle(TOUCH)
        found: defaultdict[str, list[Secret]] = defaultdict(list)
        for row in await self._engine.read(OF, application_ids=list(application_ids)):
            found[row["application_id"]].append(secret(row))
        return found

    async def add(self, added: Secret, change: Change, *, limit: int | None, now: int) -> bool:
        """Add one; the application's row is locked while its live secrets are counted."""
        return await self._registry.run(_add, added, change, limit, now)

    async def rotate(self, added: Secret, change: Change, *, ends_at: int, force: bool, now: int) -> Rotated | None:
        """Add one and let those before it end; the application's row is locked while they are judged."""
        return await self._registry.run(_rotate, added, change, ends_at, now, force=force)

    async def remove(
        self, application_id: str, secret_id: str, change: Change, *, keep_last: bool, now: int
    ) -> Literal["removed", "unknown", "last"]:
        """Remove one; the application's row is locked while its live secrets are counted."""
        return await self._registry.run(_remove, application_id, secret_id, change, now if keep_last else None)

    def touch(self, secret_id: str, *, now: int, address: str) -> None:
        """Remember a use of the secret and of its application."""
        self._touches.note(TOUCH, TOUCH_APPLICATION, id=secret_id, now=now, address=address)


def _add(added: Secret, change: Change, limit: int | None, now: int) -> Script[bool]:
    application = yield from ask_one(LOCK, application_id=added.application_id)
    if application is None:
        return False
    if limit is not None and len((yield from ask(LIVE, application_id=added.application_id, now=now))) >= limit:
        return False
    yield from write(added)
    yield from registry.changed(application["client_id"])
    yield from record(change)
    return True


def _rotate(added: Secret, change: Change, ends_at: int, now: int, *, force: bool) -> Script[Rotated | None]:
    application = yield from ask_one(LOCK, application_id=added.application_id)
    live = yield from ask(LIVE, application_id=added.application_id, now=now)
    if application is None or (len(live) > 1 and not force):
        return None
    previous = [min(ends_at, row["expires_at"] or ends_at) for row in live[:1]]
    for row, end in zip(live, [*previous, *[now] * len(live)], strict=False):
        yield from ask(END, id=row["id"], ends_at=end)
    yield from write(added)
    yield from registry.changed(application["client_id"])
    yield from record(change)
    return Rotated(next(iter(previous), None))


def _remove(
    application_id: str, secret_id: str, change: Change, keep_last_at: int | None
) -> Script[Literal["removed", "unknown", "last"]]:
    application = yield from ask_one(LOCK, application_id=application_id)
    if application is None:
        return "unknown"
    if keep_last_at is not None:
        live = yield from ask(LIVE, application_id=application_id, now=keep_last_at)
        if [row["id"] for row in live] == [secret_id]:
            return "last"
    if not (yield from ask(DELETE, id=secret_id, application_id=application_id)):
        return "unknown"
    yield from registry.changed(application["client_id"])
    yield from record(change)
    return "removed"
