"""What lives of an application: counted, dated and ended."""

from collections.abc import Collection, Mapping

from licet.domain.application import Application
from licet.domain.family import OpaqueToken
from licet.domain.revision import Change
from licet.services.impact_ports import Alive, UseKind
from licet.store.sql import registry
from licet.store.sql.access_tokens import DELETE, LIVE
from licet.store.sql.audit import record
from licet.store.sql.engine import Engine
from licet.store.sql.families import REVOKE, revoke_all
from licet.store.sql.gather import Gathered, Last
from licet.store.sql.script import Script, ask
from licet.store.sql.statement import Statement, Value
from licet.store.sql.touches import Touches

NOTED_EVERY = 60_000
"""A use is written at most once in so many ms."""
REMEMBERED = 10_000
"""Uses of which it is known that they were just written."""

# A scope is one of a JSON list of texts, and holds neither quotes nor backslashes.
_HAS_ONE = """(:every = 1 OR EXISTS (
    SELECT 1 FROM {each wanted} WHERE {position}(HOLDER.scope, '"' || value || '"') > 0))"""
_FAMILY = f"""f.application_id = :application_id AND f.revoked_at IS NULL AND f.expires_at > :now
    AND {_HAS_ONE.replace("HOLDER", "f")}
    AND EXISTS (SELECT 1 FROM users AS u WHERE u.id = f.user_id AND u.active = 1)"""
ACCESS_TOKENS = Statement(f"""
    SELECT count(*) AS count FROM opaque_tokens AS t
    WHERE t.application_id = :application_id AND {LIVE} AND {_HAS_ONE.replace("HOLDER", "t")}""")
REFRESH_TOKENS = Statement(f"""
    SELECT count(*) AS count FROM families AS f
    WHERE {_FAMILY} AND f.generation > 0 AND f.idle_expires_at > :now""")
# Without a refresh token a family ends with its access token.
USERS = Statement(f"""
    SELECT count(DISTINCT f.user_id) AS count FROM families AS f
    WHERE {_FAMILY} AND (f.code_digest IS NULL OR f.code_claimed_at IS NOT NULL)
    AND (f.generation = 0 OR f.idle_expires_at > :now OR EXISTS (
        SELECT 1 FROM opaque_tokens AS t WHERE t.family_id = f.id AND t.expires_at > :now))""")
PENDING = Statement("""
    SELECT redirect_uri, count(*) AS count FROM families
    WHERE application_id = :application_id AND code_digest IS NOT NULL AND code_claimed_at IS NULL
    AND code_expires_at > :now AND revoked_at IS NULL GROUP BY redirect_uri""")
USES = Statement("""
    SELECT name, last_used_at FROM application_uses WHERE application_id = :application_id AND kind = :kind""")
USE = Gathered(
    one=Statement("""
        INSERT INTO application_uses (application_id, kind, name, last_used_at)
        VALUES (:application_id, :kind, :name, :now)
        ON CONFLICT (application_id, kind, name) DO UPDATE
        SET last_used_at = {greatest}(application_uses.last_used_at, excluded.last_used_at)
        RETURNING application_id, kind, name"""),
    many=Statement("""
        INSERT INTO application_uses (application_id, kind, name, last_used_at)
        SELECT * FROM unnest(:application_id::text[], :kind::text[], :name::text[], :now::bigint[])
        ON CONFLICT (application_id, kind, name) DO UPDATE
        SET last_used_at = GREATEST(application_uses.last_used_at, excluded.last_used_at)
        RETURNING application_id, kind, name"""),
    key=("application_id", "kind", "name"),
    duplicates=Last(),
)
NOT_BEFORE = Statement("UPDATE applications SET tokens_not_before = :now WHERE id = :application_id")
END_ALL = Statement("DELETE FROM opaque_tokens WHERE application_id = :application_id")


class Living:
    """What lives of applications."""

    def __init__(self, engine: Engine, touches: Touches, registry: registry.Registry) -> None:
        self._engine = engine
        self._touches = touches
        self._registry = registry
        self._noted: dict[tuple[str, UseKind, Collection[str]], int] = {}

    async def count(self, application_id: str, now: int, *, scopes: Collection[str] | None = None) -> Alive:
        """What is alive; with `scopes` only what has one of them."""
        asked: dict[str, Value] = {
            "application_id": application_id,
            "now": now,
            "every": int(scopes is None),
            "wanted": list(scopes or ()),
        }
        counts = [await self._engine.read(each, **asked) for each in (ACCESS_TOKENS, REFRESH_TOKENS, USERS)]
        return Alive(*(int(rows[0]["count"]) for rows in counts))

    async def pending_codes(self, application_id: str, now: int) -> Mapping[str, int]:
        """How many codes wait to be redeemed, by the redirect URI that they were sent to."""
        rows = await self._engine.read(PENDING, application_id=application_id, now=now)
        return {row["redirect_uri"]: int(row["count"]) for row in rows}

    async def uses(self, application_id: str, kind: UseKind) -> Mapping[str, int]:
        """When each was used last."""
        await self._touches.settle(USE)
        rows = await self._engine.read(USES, application_id=application_id, kind=kind)
        return {row["name"]: row["last_used_at"] for row in rows}

    async def use(self, application_id: str, kind: UseKind, names: Collection[str], now: int) -> None:
        """Remember a use."""
        key = (application_id, kind, names)
        if now - self._noted.get(key, -NOTED_EVERY) < NOTED_EVERY:
            return
        if len(self._noted) >= REMEMBERED:
            self._noted.clear()
        self._noted[key] = now
        for name in names:
            self._touches.note(USE, application_id=application_id, kind=kind, name=name, now=now)

    async def end_all(self, application: Application, change: Change) -> None:
        """End every token of an application."""
        await self._registry.run(_end_all, application, change)

    async def end(self, token: OpaqueToken, change: Change) -> bool:
        """End an access token with its family."""
        return await self._engine.run(_end, token, change)


def end_tokens(application: Application, now: int) -> Script[None]:
    """End what lives of an application: families, rows, and by their date the tokens that are neither."""
    yield from ask(revoke_all(("application_id",)), application_id=application.id, now=now)
    yield from ask(END_ALL, application_id=application.id)
    yield from ask(NOT_BEFORE, application_id=application.id, now=now)
    yield from registry.changed(application.client_id)


def _end_all(application: Application, change: Change) -> Script[None]:
    yield from end_tokens(application, change.at)
    yield from record(change)


def _end(token: OpaqueToken, change: Change) -> Script[bool]:
    alive = True
    if token.family_id is not None:
        alive = bool((yield from ask(REVOKE, id=token.family_id, now=change.at)))
    gone = not (yield from ask(DELETE, digest=token.digest))
    if gone or not alive:
        return False
    yield from record(change)
    return True
