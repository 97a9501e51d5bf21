"""People, what they hold, and what they leave behind."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, cast

from licet.domain.actor import ADMIN, SYSTEM_USER_ID, Role
from licet.domain.organization import Organization
from licet.domain.revision import Change
from licet.domain.user import User
from licet.errors import UnknownLink, UnknownUser
from licet.services.people_ports import Admission, Standing
from licet.store.sql import api_keys, ending, families, links, organizations
from licet.store.sql.audit import record
from licet.store.sql.columns import after_prefix, changed, insert, pack, unpack, update
from licet.store.sql.engine import Engine
from licet.store.sql.gather import Gathered, Last
from licet.store.sql.kept import kept
from licet.store.sql.script import Row, Script, ask
from licet.store.sql.statement import Statement, Value

Taken = Literal["username", "email"] | None
Replaced = Taken | Literal["sole_admin"]
Removed = Literal["removed", "unknown", "in_use", "sole_admin"]
PLAIN = (
    "id", "username", "name", "email", "password_hash", "organization_id", "created_at", "updated_at", "last_login_at",
)  # fmt: skip
COLUMNS = (*PLAIN, "email_verified", "active", "roles")
_KEYS = ("username_key", "email_key")
_REPLACED = tuple(
    name for name in (*COLUMNS, *_KEYS) if name not in {"id", "created_at", "updated_at", "last_login_at"}
)
AS_PROVEN = "id = :user_id AND active = 1 AND coalesce(password_hash, '') = :password_hash"
"""Somebody who may still be given what ends with them: another password ends all there was until then."""
_STANDS = {"active", "roles"}
"""What makes an administrator of somebody, or no more."""

INSERT = Statement(f"{insert('users', (*COLUMNS, *_KEYS))} ON CONFLICT DO NOTHING RETURNING id")
TAKEN = Statement("""
    SELECT username_key = :username_key AS username FROM users
    WHERE (username_key = :username_key OR email_key = :email_key) AND id <> :id
    ORDER BY username_key = :username_key DESC""")
BY_ID = Gathered(
    one=Statement("SELECT * FROM users WHERE id = :id"),
    many=Statement("SELECT * FROM users WHERE id = ANY(:id::text[])"),
    key=("id",),
    duplicates=Last(),
)
BY_USERNAME = Statement("SELECT * FROM users WHERE username_key = :key")
BY_EMAIL = Statement("SELECT * FROM users WHERE email_key = :key")
BY_IDS = Statement("SELECT * FROM users WHERE id IN (SELECT value FROM {each ids})")
PAGE = Statement("""
    SELECT * FROM users WHERE username_key >= :q AND username_key < :end AND username_key > :after
    ORDER BY username_key LIMIT :size""")
IDLE = Statement("""
    SELECT * FROM users WHERE active = 1 AND id <> :system AND coalesce(last_login_at, created_at) < :before
    ORDER BY id""")
STANDING = Statement("""
    SELECT 'user' AS kind, roles AS name, '' AS value FROM users WHERE id = :id
    UNION ALL SELECT 'role', organization_id, role FROM memberships WHERE user_id = :id
    UNION ALL SELECT 'permission', permission, roles FROM permissions""")
END_TOKENS = Statement("DELETE FROM personal_tokens WHERE user_id = :id")
END_LINKS = Statement("DELETE FROM links WHERE user_id = :id AND claimed_at IS NULL")
OWNED = Statement("""
    SELECT id FROM organizations WHERE id IN (SELECT organization_id FROM memberships WHERE user_id = :id AND role =
    'owner') ORDER BY id {locked}""")
IN_USE = Statement("""
    SELECT 1 FROM applications WHERE organization_id IN (SELECT value FROM {each owned}) AND purge_at IS NULL
    UNION ALL
    SELECT 1 FROM memberships WHERE organization_id IN (SELECT value FROM {each owned}) AND user_id <> :id
    LIMIT 1""")
_ADMINISTERS = f"active = 1 AND {{position}}(roles, '{pack(ADMIN)}') > 0"
# Locked in one order: of two administrators who let each other go at once, the second finds themself alone.
ADMINISTRATORS = Statement(f"""
    SELECT id FROM users WHERE {_ADMINISTERS} AND EXISTS (SELECT 1 FROM users WHERE id = :id AND {_ADMINISTERS})
    ORDER BY id {{locked}}""")
DELETE = Statement("DELETE FROM users WHERE id = :id")
# An operator's own name stays, also where they acted for the person or on them.
FORGET_ACTOR = Statement("""
    UPDATE changes SET actor_name = :pseudonym WHERE actor_id = :id AND actor_name NOT LIKE 'cli:%'""")
FORGET_TARGET = Statement("""
    UPDATE changes SET before = '{}', after = '{}',
        actor_name = CASE WHEN actor_name LIKE 'sign-up:%' THEN :pseudonym ELSE actor_name END
    WHERE target = :id""")


def values(user: User) -> dict[str, Value]:
    """A user as a row."""
    return {name: getattr(user, name) for name in PLAIN} | {
        "email_verified": int(user.email_verified),
        "active": int(user.active),
        "roles": pack(user.roles),
        "username_key": user.username.casefold(),
        "email_key": None if user.email is None else user.email.casefold(),
    }


def user(row: Row, prefix: str = "") -> User:
    """A row as a user; `prefix` stands before the names of its columns."""
    return User(
        **{name: row[prefix + name] for name in PLAIN},
        email_verified=bool(row[prefix + "email_verified"]),
        active=bool(row[prefix + "active"]),
        roles=tuple(unpack(row[prefix + "roles"])),
    )


class Users:
    """People."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def insert(
        self, new: User, personal: Organization, change: Change, admission: Admission | None = None
    ) -> Taken:
        """Write a user with the personal organization they own; an invitation is used up with it."""
        return await self._engine.run(_insert, new, personal, change, admission)

    async def by_id(self, user_id: str) -> User | None:
        """The user, or None."""
        row = await self._engine.find(BY_ID, id=user_id)
        return None if row is None else _one(row)

    async def by_username(self, username: str) -> User | None:
        """The user of that name, upper and lower case alike."""
        return _first(await self._engine.read(BY_USERNAME, key=username.casefold()))

    async def by_email(self, email: str) -> User | None:
        """The user of that address, upper and lower case alike."""
        return _first(await self._engine.read(BY_EMAIL, key=email.casefold()))

    async def by_ids(self, user_ids: Collection[str]) -> Mapping[str, User]:
        """Users by id."""
        return {row["id"]: user(row) for row in await self._engine.read(BY_IDS, ids=list(user_ids))}

    async def page(self, *, q: str, after: str | None, limit: int) -> Sequence[User]:
        """Users whose name begins with `q`, by user name."""
        q = q.casefold()
        rows = await self._engine.read(PAGE, q=q, end=after_prefix(q), after=(after or "").casefold(), size=limit)
        return [user(row) for row in rows]

    async def replace(
        self, seen: User, new: User, change: Change, *, end_credentials: bool, link: bytes | None = None
    ) -> Replaced:
        """Write what leads from one state of a user to another (UnknownUser); the last sign-in is the sessions'."""
        return await self._engine.run(_replace, seen, new, change, end_credentials=end_credentials, link=link)

    async def remove(self, gone: User, change: Change, *, pseudonym: str) -> Removed:
        """Delete a person and what they own alone; what they did stays in the audit log under a pseudonym."""
        return await self._engine.run(_remove, gone.id, change, pseudonym)

    async def standing(self, user_id: str) -> Standing:
        """Roles and permissions at this moment, in one look."""
        return await self._engine.recall(STANDING, _standing, id=user_id)

    async def kept(self, user_id: str) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """What is kept about a person beside their row and the audit log."""
        return await kept(self._engine, user_id)

    async def idle_since(self, before: int, role: str | None) -> Sequence[User]:
        """Active users who have not signed in since then; who never has counts from their creation."""
        found = [user(row) for row in await self._engine.read(IDLE, before=before, system=SYSTEM_USER_ID)]
        return [each for each in found if role is None or role in each.roles]


def _standing(rows: Sequence[Row]) -> Standing:
    return _meant(tuple(rows))


@lru_cache(1024)  # every request asks, and the same rows mean the same
def _meant(rows: tuple[Row, ...]) -> Standing:
    found: dict[str, dict[str, str]] = {"user": {}, "role": {}, "permission": {}}
    for row in rows:
        found[row["kind"]][row["name"]] = row["value"]
    held = {role for roles in found["user"] for role in unpack(roles)}
    return Standing(
        roles=MappingProxyType(cast("dict[str, Role]", found["role"])),
        permissions=frozenset(name for name, roles in found["permission"].items() if held & {*unpack(roles)}),
    )


@lru_cache(1024)  # the same row means the same
def _one(row: Row) -> User:
    return user(row)


def _first(rows: Sequence[Row]) -> User | None:
    return user(rows[0]) if rows else None


def _insert(new: User, personal: Organization, change: Change, admission: Admission | None) -> Script[Taken]:
    row = values(new)
    if not (yield from ask(INSERT, **row)):
        return (yield from _taken(row)) or "username"
    yield from organizations.write(personal, new.id)
    yield from record(change)
    if admission is not None:
        yield from _enter(new, admission)
    return None


def _enter(new: User, admission: Admission) -> Script[None]:
    if not (yield from links.claim(admission.digest, new.created_at)):
        raise UnknownLink  # what was written before is undone
    if admission.organization_id is not None:
        yield from organizations.join(admission.organization_id, new)
    for change in admission.changes:
        yield from record(change)


def _replace(seen: User, new: User, change: Change, *, end_credentials: bool, link: bytes | None) -> Script[Replaced]:
    if link is not None and not (yield from links.claim(link, change.at)):
        raise UnknownLink
    row = values(new)
    differing = changed(_REPLACED, values(seen), row)
    if taken := (yield from _taken(row)):
        return taken
    if _STANDS.intersection(differing) and not _administers(new) and (yield from _alone(new.id)):
        return "sole_admin"
    if not (yield update("users", ("updated_at", *differing)), row):
        raise UnknownUser
    if seen.active and not new.active:
        yield from ask(api_keys.REVOKE_OF_USER, id=new.id, now=change.at)
    if end_credentials:
        yield from ending.end(ending.OF_USER, change.at, user_id=new.id)
        yield from ask(END_TOKENS, id=new.id)
        yield from ask(END_LINKS, id=new.id)
        yield from ask(families.revoke_all(("user_id",)), user_id=new.id, now=change.at)
    yield from record(change)
    return None


def _administers(user: User) -> bool:
    return user.active and ADMIN in user.roles


def _alone(user_id: str) -> Script[bool]:
    """Whether nobody else administers the instance; who does is locked until the script is over."""
    return [row["id"] for row in (yield from ask(ADMINISTRATORS, id=user_id))] == [user_id]


def _taken(row: dict[str, Value]) -> Script[Taken]:
    rows = yield from ask(TAKEN, **row)
    if not rows:
        return None
    return "username" if rows[0]["username"] else "email"


def _remove(user_id: str, change: Change, pseudonym: str) -> Script[Removed]:
    if (yield from _alone(user_id)):
        return "sole_admin"
    # Whoever hands them an organization locks this row, too: they own it before we look, or are gone.
    if not (yield from ask(organizations.LOCK_USER, id=user_id)):
        return "unknown"
    owned = [row["id"] for row in (yield from ask(OWNED, id=user_id))]
    if (yield from ask(IN_USE, owned=owned, id=user_id)):
        return "in_use"
    for organization_id in owned:
        yield from organizations.erase(organization_id, change.at)
    yield from ending.end(ending.OF_USER, change.at, user_id=user_id)
    yield from ask(api_keys.REVOKE_OF_USER, id=user_id, now=change.at)
    yield from ask(DELETE, id=user_id)
    yield from ask(families.revoke_all(("user_id",)), user_id=user_id, now=change.at)
    yield from record(change)
    yield from ask(FORGET_ACTOR, id=user_id, pseudonym=pseudonym)
    yield from ask(FORGET_TARGET, id=user_id, pseudonym=pseudonym)
    return "removed"
