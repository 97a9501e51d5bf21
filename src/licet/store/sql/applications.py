"""Applications, their revisions and their tombstones."""

from collections.abc import AsyncIterator, Sequence

from licet.domain.application import Application
from licet.domain.revision import Change
from licet.domain.secret import Secret
from licet.services.application_ports import Page, Query, Selection
from licet.store.sql import audit, living, registry, secrets, terms
from licet.store.sql.application import COLUMNS, application, values
from licet.store.sql.columns import assign, insert, update
from licet.store.sql.engine import Engine
from licet.store.sql.gather import Gathered, Last
from licet.store.sql.listing import page, stream
from licet.store.sql.script import Script, ask
from licet.store.sql.statement import Statement
from licet.store.sql.touches import Touches

_KEPT = ("id", "client_id", "created_at", "last_used_at", "tokens_not_before")
_REPLACED = tuple(name for name in COLUMNS if name not in _KEPT)
_ALWAYS = ("version", "updated_at", "saved_at", "saved_by", "settings")
"""What every change writes; the other columns, with their indexes, it writes only where it leads to another value."""
_OF = {"words": "client_name"}

INSERT = Statement(f"{insert('applications', (*COLUMNS, 'registration_digest'))} ON CONFLICT DO NOTHING RETURNING id")
BY_CLIENT_ID = Statement("SELECT * FROM applications WHERE client_id = :client_id AND purge_at IS NULL")
BY_ID = Statement("SELECT * FROM applications WHERE id = :id AND purge_at IS NULL")
# One conditional statement: of two writers who saw the same version, one finds it gone.
_IF_SEEN = "id = :id AND version = :seen AND purge_at IS NULL"
TOUCH = Statement("UPDATE applications SET saved_at = :saved_at, saved_by = :saved_by WHERE id = :id")
BURY = update("applications", ("purge_at",), _IF_SEEN)
TOMBSTONE = Statement("SELECT * FROM applications WHERE client_id = :client_id AND purge_at > :now")
UNBURY = Statement(f"""
    UPDATE applications SET purge_at = NULL, {assign(_REPLACED)} WHERE id = :id AND purge_at IS NOT NULL
    RETURNING id""")
REGISTRATION_DIGEST = Statement("SELECT registration_digest FROM applications WHERE id = :id AND purge_at IS NULL")
COUNT = Statement("SELECT count(*) AS count FROM application_terms WHERE term = :term")
USED = Gathered(
    one=Statement("UPDATE applications SET last_used_at = {greatest}(last_used_at, :now) WHERE id = :id RETURNING id"),
    many=Statement("""
        UPDATE applications AS kept SET last_used_at = GREATEST(kept.last_used_at, used.now)
        FROM unnest(:id::text[], :now::bigint[]) AS used (id, now) WHERE kept.id = used.id RETURNING kept.id"""),
    key=("id",),
    duplicates=Last(),
)


class Applications:
    """The registry as it is kept."""

    def __init__(self, engine: Engine, touches: Touches, registry: registry.Registry) -> None:
        self._engine = engine
        self._touches = touches
        self._registry = registry

    async def insert(
        self, new: Application, change: Change, *, secret: Secret | None, registration_digest: bytes | None
    ) -> bool:
        """Write a new application with its first secret; False when the client_id is taken."""
        return await self._engine.run(_insert, new, change, secret, registration_digest)

    async def by_client_id(self, client_id: str) -> Application | None:
        """The application, or None."""
        rows = await self._engine.read(BY_CLIENT_ID, client_id=client_id)
        return application(rows[0]) if rows else None

    async def by_id(self, application_id: str) -> Application | None:
        """The application by its internal id, or None."""
        rows = await self._engine.read(BY_ID, id=application_id)
        return application(rows[0]) if rows else None

    async def page(self, query: Query) -> Page:
        """One page, newest first, or by the word found, or by last use: see `listing`."""
        return await page(self._engine, query)

    def stream(self, selection: Selection) -> AsyncIterator[Sequence[Application]]:
        """All of a selection, oldest first, in pieces."""
        return stream(self._engine, selection)

    async def replace(
        self, seen: Application, new: Application, change: Change, *, secret: Secret | None = None
    ) -> bool:
        """Write the new state, and a secret that comes with it, if the version seen still stands."""
        return await self._registry.run(_replace, seen, new, change, secret)

    async def touch(self, application_id: str, saved_at: int, saved_by: str | None) -> None:
        """Remember a write that changed nothing."""
        await self._engine.write(TOUCH, id=application_id, saved_at=saved_at, saved_by=saved_by)

    def used(self, application_id: str, now: int) -> None:
        """Remember a use."""
        self._touches.note(USED, id=application_id, now=now)

    async def remove(self, seen_version: int, old: Application, change: Change, *, purge_at: int) -> bool:
        """Turn it into a tombstone; nothing finds it any more."""
        return await self._registry.run(_remove, seen_version, old, change, purge_at)

    async def tombstone(self, client_id: str, now: int) -> Application | None:
        """A deleted one that can still be restored."""
        rows = await self._engine.read(TOMBSTONE, client_id=client_id, now=now)
        return application(rows[0]) if rows else None

    async def restore(self, new: Application, change: Change) -> bool:
        """Give a tombstone back its life."""
        return await self._registry.run(_restore, new, change)

    async def registration_digest(self, application_id: str) -> bytes | None:
        """Digest of its registration access token, if it has one."""
        rows = await self._engine.read(REGISTRATION_DIGEST, id=application_id)
        return rows[0]["registration_digest"] if rows else None

    async def revisions(self, application_id: str, *, before: str | None, limit: int) -> Sequence[Change]:
        """Its changes, newest first."""
        rows = await self._engine.read(audit.REVISIONS, target=application_id, before=before or "", size=limit)
        return [audit.change(row) for row in rows]

    async def lists_origin(self, origin: str) -> bool:
        """Whether any of them allows a web origin."""
        return bool(await self._engine.read(terms.ANY, term=terms.of("origin", origin)))

    async def count(self) -> int:
        """How many there are."""
        rows = await self._engine.read(COUNT, term=terms.EVERY)
        return int(rows[0]["count"])


def rewrite(seen: Application, new: Application) -> Script[bool]:
    """Write the columns that lead from one state to another, if the version seen still stands."""
    before, after = vars(seen), vars(new)
    changed = (name for name in _REPLACED if before.get(_OF.get(name, name)) != after.get(_OF.get(name, name)))
    columns = tuple(dict.fromkeys((*_ALWAYS, *changed)))
    row = {**values(new, columns), "id": new.id, "seen": seen.version}
    return bool((yield update("applications", columns, _IF_SEEN), row))


def _insert(new: Application, change: Change, secret: Secret | None, registration_digest: bytes | None) -> Script[bool]:
    if not (yield from ask(INSERT, **values(new), registration_digest=registration_digest)):
        return False
    yield from terms.index(None, new)
    if secret is not None:
        yield from secrets.write(secret)
    yield from audit.record(change)
    return True


def _replace(seen: Application, new: Application, change: Change, secret: Secret | None) -> Script[bool]:
    if not (yield from rewrite(seen, new)):
        return False
    yield from terms.index(seen, new)
    if seen.seals_secrets and not new.seals_secrets:
        yield secrets.UNSEAL, {"application_id": new.id}
    if secret is not None:
        yield from secrets.write(secret)
    yield from registry.changed(new.client_id)
    yield from audit.record(change)
    return True


def _remove(seen: int, old: Application, change: Change, purge_at: int) -> Script[bool]:
    if not (yield from ask(BURY, id=old.id, seen=seen, purge_at=purge_at)):
        return False
    yield from terms.index(old, None)
    yield from living.end_tokens(old, change.at)
    yield from audit.record(change)
    return True


def _restore(new: Application, change: Change) -> Script[bool]:
    if not (yield from ask(UNBURY, **values(new))):
        return False
    yield from terms.index(None, new)
    yield from registry.changed(new.client_id)
    yield from audit.record(change)
    return True
