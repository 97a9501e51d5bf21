"""Sessions of every surface, by digest."""

from collections.abc import Sequence
from dataclasses import fields

from licet.domain.user import Session, User
from licet.store.sql import ending, families, users
from licet.store.sql.columns import insert, qualified
from licet.store.sql.engine import Engine
from licet.store.sql.gather import Gathered, Last
from licet.store.sql.script import Row, Script, ask
from licet.store.sql.statement import Statement
from licet.store.sql.touches import Touches

COLUMNS = tuple(field.name for field in fields(Session))

# One in the place of itself is the same row under a new token: who comes into it meanwhile finds it there.
INSERT = Statement(f"""
    {insert("sessions", COLUMNS)}
    ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "id")}""")
SIGNED_IN = Statement(f"""
    UPDATE users SET last_login_at = {{greatest}}(coalesce(last_login_at, 0), :created_at)
    WHERE {users.AS_PROVEN} RETURNING id""")
BY_DIGEST = Statement(f"""
    SELECT {qualified("s", COLUMNS)}, {qualified("u", users.COLUMNS, "of_")}
    FROM sessions AS s JOIN users AS u ON u.id = s.user_id WHERE s.digest = :digest""")
TOUCH = Gathered(
    one=Statement("UPDATE sessions SET last_used_at = {greatest}(last_used_at, :now) WHERE id = :id RETURNING id"),
    many=Statement("""
        UPDATE sessions AS kept SET last_used_at = GREATEST(kept.last_used_at, used.now)
        FROM unnest(:id::text[], :now::bigint[]) AS used (id, now) WHERE kept.id = used.id RETURNING kept.id"""),
    key=("id",),
    duplicates=Last(),
)


class Sessions:
    """Sessions."""

    def __init__(self, engine: Engine, touches: Touches) -> None:
        self._engine = engine
        self._touches = touches

    async def insert(
        self, session: Session, *, keep: int | None, instead_of: str | None = None, password_hash: str = ""
    ) -> bool:
        """Write one, in the place of another; beyond `keep` of the same user and surface the oldest end.

        False when the person is gone or inactive, or their password is another: what ended theirs ends this one.
        """
        return await self._engine.run(_insert, session, keep, instead_of, password_hash)

    async def by_digest(self, digest: bytes) -> tuple[Session, User] | None:
        """The session and its user, whatever their state."""
        return await self._engine.recall(BY_DIGEST, _first, digest=digest)

    async def touch(self, session_id: str, now: int) -> None:
        """Remember a use."""
        self._touches.note(TOUCH, id=session_id, now=now)

    async def end(self, session_id: str, now: int) -> Sequence[str] | None:
        """End one; the ids of the applications that are told, None when it was gone."""
        ended = await self._engine.run(ending.end, ending.ONE, now, id=session_id)
        return ended.told if ended.sessions else None

    async def leave(self, session_id: str, now: int, *, sparing: str) -> Sequence[str]:
        """End one with the families that came of it, but for those of a scope; the ids of who is told."""
        return await self._engine.run(_leave, session_id, now, sparing)

    async def end_all(self, user_id: str, surface: str | None, now: int) -> int:
        """End all of a user, or those of one surface; how many."""
        which = ending.OF_USER if surface is None else ending.OF_SURFACE
        return len((await self._engine.run(ending.end, which, now, user_id=user_id, surface=surface)).sessions)


def _first(rows: Sequence[Row]) -> tuple[Session, User] | None:
    return (Session(**{name: rows[0][name] for name in COLUMNS}), users.user(rows[0], "of_")) if rows else None


def _insert(session: Session, keep: int | None, instead_of: str | None, password_hash: str) -> Script[bool]:
    # First the user's row: of two sign-ins at once one waits here, and sees the other's session below.
    who = {"user_id": session.user_id, "password_hash": password_hash}
    if not (yield from ask(SIGNED_IN, created_at=session.created_at, **who)):
        return False
    if instead_of not in {None, session.id}:
        yield from ending.end(ending.ONE, session.created_at, id=instead_of)
    yield from ask(INSERT, **{name: getattr(session, name) for name in COLUMNS})
    if keep is not None:
        same = {"user_id": session.user_id, "surface": session.surface, "id": session.id}
        yield from ending.end(ending.OLDEST, session.created_at, **same, others=max(keep - 1, 0))
    return True


def _leave(session_id: str, now: int, sparing: str) -> Script[Sequence[str]]:
    ended = yield from ending.end(ending.ONE, now, id=session_id)
    yield from ask(families.END_OF_SESSION, session_id=session_id, sparing=f'"{sparing}"', now=now)
    return ended.told
