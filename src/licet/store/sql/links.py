"""One-time links: of any number of callers, one gets it."""

from dataclasses import fields

from licet.domain.revision import Change
from licet.domain.user import Link
from licet.store.sql.audit import record, recorded
from licet.store.sql.columns import insert
from licet.store.sql.engine import Engine
from licet.store.sql.gather import First, Gathered
from licet.store.sql.script import Row, Script, ask
from licet.store.sql.statement import Statement

COLUMNS = tuple(field.name for field in fields(Link))
_RETURNED = ", ".join(f"links.{name}" for name in COLUMNS)

INSERT = Statement(insert("links", COLUMNS))
LOOK = Statement("SELECT * FROM links WHERE digest = :digest AND claimed_at IS NULL AND expires_at > :now")
CLAIM = Gathered(
    one=Statement("""
        UPDATE links SET claimed_at = :now WHERE digest = :digest AND claimed_at IS NULL AND expires_at > :now
        RETURNING *"""),
    many=Statement(f"""
        UPDATE links SET claimed_at = asked.now FROM unnest(:digest::bytea[], :now::bigint[]) AS asked (digest, now)
        WHERE links.digest = asked.digest AND claimed_at IS NULL AND expires_at > asked.now RETURNING {_RETURNED}"""),
    key=("digest",),
    duplicates=First(),
)


def link(row: Row | None) -> Link | None:
    """A row as a link; none is none."""
    return None if row is None else Link(**{name: row[name] for name in COLUMNS})


def claim(digest: bytes, now: int) -> Script[bool]:
    """Use one up, in the transaction of what it is used for; False when unknown, expired or used."""
    return bool((yield from ask(CLAIM.one, digest=digest, now=now)))


def _insert(new: Link, change: Change | None) -> Script[None]:
    yield from ask(INSERT, **{name: getattr(new, name) for name in COLUMNS})
    if change is not None:
        yield from record(change)


class Links:
    """One-time links."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def insert(self, new: Link, change: Change | None = None) -> None:
        """Write one."""
        await self._engine.run(_insert, new, change)

    async def look(self, digest: bytes, now: int) -> Link | None:
        """A link that is still good, without using it."""
        rows = await self._engine.read(LOOK, digest=digest, now=now)
        return link(rows[0] if rows else None)

    async def cancel(self, digest: bytes, change: Change) -> bool:
        """Use it up for nobody."""
        return await self._engine.run(recorded, CLAIM.one, {"digest": digest, "now": change.at}, change)

    async def claim(self, digest: bytes, now: int) -> Link | None:
        """Use it; None when unknown, expired or used."""
        return link(await self._engine.gather(CLAIM, digest=digest, now=now))
