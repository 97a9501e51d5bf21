"""Personal access tokens of every surface, by digest."""

from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache

from licet.domain.revision import Change
from licet.domain.user import PersonalToken, User
from licet.errors import Unauthenticated
from licet.store.sql import users
from licet.store.sql.audit import record, recorded
from licet.store.sql.columns import changed, insert, pack, qualified, unpack, update
from licet.store.sql.engine import Engine
from licet.store.sql.gather import Gathered, Last
from licet.store.sql.script import Row, Script, ask
from licet.store.sql.statement import Statement, Value
from licet.store.sql.touches import Touches

COLUMNS = tuple(field.name for field in fields(PersonalToken))
_REPLACED = tuple(name for name in COLUMNS if name not in {"id", "user_id", "surface", "created_at", "last_used_at"})

LOCK_USER = Statement(f"SELECT id FROM users WHERE {users.AS_PROVEN} {{locked}}")
NAMED = Statement("SELECT id FROM personal_tokens WHERE user_id = :user_id AND surface = :surface AND name = :name")
INSERT = Statement(insert("personal_tokens", COLUMNS))
BY_DIGEST = Statement(f"""
    SELECT {qualified("t", COLUMNS)}, {qualified("u", users.COLUMNS, "of_")}
    FROM personal_tokens AS t JOIN users AS u ON u.id = t.user_id WHERE t.digest = :digest""")
OF = Statement("""
    SELECT * FROM personal_tokens WHERE user_id = :user_id AND surface = :surface ORDER BY created_at DESC, id
    DESC""")
REMOVE = Statement("DELETE FROM personal_tokens WHERE id = :id AND user_id = :user_id RETURNING id")
TOUCH = Gathered(
    one=Statement("""
        UPDATE personal_tokens SET last_used_at = {greatest}(coalesce(last_used_at, 0), :now) WHERE id = :id
        RETURNING id"""),
    many=Statement("""
        UPDATE personal_tokens AS kept SET last_used_at = GREATEST(kept.last_used_at, used.now)
        FROM unnest(:id::text[], :now::bigint[]) AS used (id, now) WHERE kept.id = used.id RETURNING kept.id"""),
    key=("id",),
    duplicates=Last(),
)


def values(token: PersonalToken) -> dict[str, Value]:
    """A token as a row."""
    row = {name: getattr(token, name) for name in COLUMNS}
    return row | {"scopes": pack(token.scopes), "narrowed_to": pack(token.narrowed_to)}


def token(row: Row) -> PersonalToken:
    """A row as a token."""
    scopes = unpack(row["scopes"])
    return PersonalToken(
        **{name: row[name] for name in COLUMNS if name not in {"scopes", "narrowed_to"}},
        scopes=None if scopes is None else tuple(scopes),
        narrowed_to=tuple((name, tuple(parts)) for name, parts in unpack(row["narrowed_to"])),
    )


def _first(rows: Sequence[Row]) -> tuple[PersonalToken, User] | None:
    return _of_user(rows[0]) if rows else None


@lru_cache(1024)  # every request asks, and the same row means the same
def _of_user(row: Row) -> tuple[PersonalToken, User]:
    return token(row), users.user(row, "of_")


class PersonalTokens:
    """Personal access tokens."""

    def __init__(self, engine: Engine, touches: Touches) -> None:
        self._engine = engine
        self._touches = touches

    async def insert(self, new: PersonalToken, change: Change, *, unique_name: bool, password_hash: str = "") -> bool:
        """Write one; False when its name must be unique and is not (Unauthenticated: whose it is has changed)."""
        return await self._engine.run(_insert, new, change, password_hash, unique_name=unique_name)

    async def by_digest(self, digest: bytes) -> tuple[PersonalToken, User] | None:
        """The token and its user, whatever their state."""
        return await self._engine.recall(BY_DIGEST, _first, digest=digest)

    async def of(self, user_id: str, surface: str) -> Sequence[PersonalToken]:
        """A user's tokens on one surface, newest first."""
        await self._touches.settle(TOUCH)
        return [token(row) for row in await self._engine.read(OF, user_id=user_id, surface=surface)]

    async def replace(self, seen: PersonalToken, new: PersonalToken, change: Change) -> bool:
        """Write what leads from one state of a token to another; False when it is gone."""
        row = values(new)
        # With the id there is something to write also where nothing differs.
        statement = update("personal_tokens", ("id", *changed(_REPLACED, values(seen), row)))
        return await self._engine.run(recorded, statement, row, change)

    async def touch(self, token_id: str, now: int) -> None:
        """Remember a use."""
        self._touches.note(TOUCH, id=token_id, now=now)

    async def remove(self, user_id: str, token_id: str, change: Change) -> bool:
        """Remove one of a user's own; False when it was gone."""
        return await self._engine.run(recorded, REMOVE, {"id": token_id, "user_id": user_id}, change)


def _insert(new: PersonalToken, change: Change, password_hash: str, *, unique_name: bool) -> Script[bool]:
    row = values(new)
    if not (yield from ask(LOCK_USER, user_id=new.user_id, password_hash=password_hash)):
        raise Unauthenticated
    if unique_name and (yield from ask(NAMED, **row)):
        return False
    yield from ask(INSERT, **row)
    yield from record(change)
    return True
