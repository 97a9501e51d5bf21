"""Organizations and who is in them."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Literal

from licet.domain.actor import Role
from licet.domain.organization import Member, Organization, is_fixed
from licet.domain.revision import Change
from licet.domain.user import User
from licet.store.sql import api_keys, outbox
from licet.store.sql.audit import record, recorded
from licet.store.sql.columns import changed, insert, update
from licet.store.sql.engine import Engine
from licet.store.sql.script import Row, Script, Step, ask
from licet.store.sql.statement import Statement, Value

COLUMNS = tuple(field.name for field in fields(Organization))
Outcome = Literal["done", "unknown", "fixed"]
HandedOver = Literal["done", "unknown", "not_owner"]

INSERT = Statement(f"{insert('organizations', COLUMNS)} ON CONFLICT DO NOTHING RETURNING id")
BY_ID = Statement("SELECT * FROM organizations WHERE id = :id")
BY_SLUG = Statement("SELECT * FROM organizations WHERE slug = :slug")
PAGE = Statement("SELECT * FROM organizations WHERE slug > :after ORDER BY slug LIMIT :size")
PAGE_OF = Statement("""
    SELECT o.* FROM memberships AS m JOIN organizations AS o ON o.id = m.organization_id
    WHERE m.user_id = :member_id AND o.slug > :after ORDER BY o.slug LIMIT :size""")
LOCK = Statement("SELECT id FROM organizations WHERE id = :id {locked}")
OWNS = Statement("SELECT 1 FROM applications WHERE organization_id = :id AND purge_at IS NULL LIMIT 1")
DELETE_TOMBSTONES = Statement("DELETE FROM applications WHERE organization_id = :id")
DELETE = Statement("DELETE FROM organizations WHERE id = :id")
MEMBERS = Statement("""
    SELECT m.organization_id, m.user_id, u.username, u.name, u.email, m.role, m.created_at
    FROM memberships AS m JOIN users AS u ON u.id = m.user_id
    WHERE m.organization_id = :id ORDER BY u.username_key""")
LOCK_USER = Statement("SELECT id FROM users WHERE id = :id {locked}")
ROLES = Statement("SELECT user_id, role FROM memberships WHERE organization_id = :id")
ADD_MEMBER = Statement("""
    INSERT INTO memberships (organization_id, user_id, role, created_at)
    VALUES (:id, :user_id, :role, :created_at) ON CONFLICT DO NOTHING RETURNING user_id""")
SET_ROLE = Statement("UPDATE memberships SET role = :role WHERE organization_id = :id AND user_id = :user_id")
REMOVE_MEMBER = Statement("DELETE FROM memberships WHERE organization_id = :id AND user_id = :user_id")
_OWNED = "application_id IN (SELECT id FROM applications WHERE organization_id = :id)"
END_OF_MEMBER = (
    api_keys.REVOKE_OF_MEMBER,
    Statement(f"UPDATE families SET revoked_at = :now WHERE user_id = :user_id AND revoked_at IS NULL AND {_OWNED}"),
    Statement(f"DELETE FROM opaque_tokens WHERE user_id = :user_id AND {_OWNED}"),
)
"""What ends with a membership: the member's API keys there, and tokens for them of the organization's applications."""


def values(organization: Organization) -> dict[str, Value]:
    """An organization as a row."""
    return {name: getattr(organization, name) for name in COLUMNS}


def organization(row: Row) -> Organization:
    """A row as an organization."""
    return Organization(**{name: row[name] for name in COLUMNS})


def write(new: Organization, owner_id: str | None) -> Script[bool]:
    """Insert one with its owner; False when its slug is taken."""
    if not (yield from ask(INSERT, **values(new))):
        return False
    if owner_id is not None:
        yield from ask(ADD_MEMBER, id=new.id, user_id=owner_id, role="owner", created_at=new.created_at)
    return True


def join(organization_id: str, user: User) -> Script[None]:
    """Add a new user as a plain member."""
    yield from ask(ADD_MEMBER, id=organization_id, user_id=user.id, role="member", created_at=user.created_at)


def erase(organization_id: str, at: int) -> Script[None]:
    """Delete one that owns nothing but tombstones, memberships and all."""
    yield from ask(DELETE_TOMBSTONES, id=organization_id)
    yield from ask(DELETE, id=organization_id)
    yield from outbox.end(organization_id, at)


class Organizations:
    """Organizations and who is in them; a change of membership locks the organization's row."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def insert(self, new: Organization, owner_id: str | None, change: Change) -> bool:
        """Write one with its owner; False when the slug is taken."""
        return await self._engine.run(_insert, new, owner_id, change)

    async def by_id(self, organization_id: str) -> Organization | None:
        """The organization, or None."""
        return _first(await self._engine.read(BY_ID, id=organization_id))

    async def by_slug(self, slug: str) -> Organization | None:
        """The organization, or None."""
        return _first(await self._engine.read(BY_SLUG, slug=slug))

    async def page(self, member_id: str | None, *, after: str | None, limit: int) -> Sequence[Organization]:
        """Organizations by slug; of one member, or all."""
        if member_id is None:
            rows = await self._engine.read(PAGE, after=after or "", size=limit)
        else:
            rows = await self._engine.read(PAGE_OF, member_id=member_id, after=after or "", size=limit)
        return [organization(row) for row in rows]

    async def replace(self, seen: Organization, new: Organization, change: Change) -> bool:
        """Write what leads from one name and logo to another; False when it is gone."""
        columns = ("updated_at", *changed(("name", "logo"), values(seen), values(new)))
        return await self._engine.run(recorded, update("organizations", columns), values(new), change)

    async def remove(self, organization_id: str, change: Change) -> Literal["removed", "unknown", "owns_applications"]:
        """Delete one that owns no application; tombstones go with it."""
        return await self._engine.run(_remove, organization_id, change)

    async def members(self, organization_id: str) -> Sequence[Member]:
        """Its members, by user name."""
        return [Member(**dict(row)) for row in await self._engine.read(MEMBERS, id=organization_id)]

    async def add_member(self, organization_id: str, user_id: str, role: Role, change: Change) -> bool:
        """Add one; False when they are in already."""
        return await self._engine.run(_add_member, organization_id, user_id, role, change)

    async def set_role(
        self, organization_id: str, user_id: str, role: Role, change: Change, *, by_self: bool
    ) -> Outcome:
        """Change a role; the owner's is fixed, and so is the sole admin's own."""
        step = (SET_ROLE, {"id": organization_id, "user_id": user_id, "role": role})
        return await self._engine.run(_unless_fixed, step, change, by_self=by_self)

    async def remove_member(self, organization_id: str, user_id: str, change: Change, *, by_self: bool) -> Outcome:
        """Remove one; the owner stays, and so does the sole admin who removes themself."""
        return await self._engine.run(_remove_member, organization_id, user_id, change, by_self=by_self)

    async def hand_over(
        self, organization_id: str, new_owner_id: str, change: Change, *, by: str | None = None
    ) -> HandedOver:
        """Make a member the owner and the present owner an admin; only if that is still `by`, when given."""
        return await self._engine.run(_hand_over, organization_id, new_owner_id, change, by=by)


def _first(rows: Sequence[Row]) -> Organization | None:
    return organization(rows[0]) if rows else None


def _insert(new: Organization, owner_id: str | None, change: Change) -> Script[bool]:
    written = yield from write(new, owner_id)
    if written:
        yield from record(change)
    return written


def _remove(organization_id: str, change: Change) -> Script[Literal["removed", "unknown", "owns_applications"]]:
    if not (yield from ask(LOCK, id=organization_id)):
        return "unknown"
    if (yield from ask(OWNS, id=organization_id)):
        return "owns_applications"
    yield from erase(organization_id, change.at)
    yield from record(change)
    return "removed"


def _roles(organization_id: str) -> Script[dict[str, str]]:
    """Who has which role, with the organization's row locked: nobody changes them meanwhile."""
    yield from ask(LOCK, id=organization_id)
    rows = yield from ask(ROLES, id=organization_id)
    return {row["user_id"]: row["role"] for row in rows}


def _add_member(organization_id: str, user_id: str, role: Role, change: Change) -> Script[bool]:
    yield from ask(LOCK, id=organization_id)
    member = {"id": organization_id, "user_id": user_id, "role": role, "created_at": change.at}
    return (yield from recorded(ADD_MEMBER, member, change))


def _unless_fixed(step: Step, change: Change, *, by_self: bool) -> Script[Outcome]:
    statement, values = step
    roles = yield from _roles(values["id"])
    if values["user_id"] not in roles:
        return "unknown"
    if roles[values["user_id"]] == values.get("role"):
        return "done"
    if is_fixed(roles, values["user_id"], by_self=by_self):
        return "fixed"
    yield from ask(statement, **values)
    yield from record(change)
    return "done"


def _remove_member(organization_id: str, user_id: str, change: Change, *, by_self: bool) -> Script[Outcome]:
    gone = {"id": organization_id, "user_id": user_id}
    outcome = yield from _unless_fixed((REMOVE_MEMBER, gone), change, by_self=by_self)
    for statement in END_OF_MEMBER if outcome == "done" else ():
        yield from ask(statement, **gone, now=change.at)
    return outcome


def _hand_over(organization_id: str, new_owner_id: str, change: Change, *, by: str | None) -> Script[HandedOver]:
    # Who becomes the owner is not deleted meanwhile; a user is locked before an organization, here as there.
    yield from ask(LOCK_USER, id=new_owner_id)
    roles = yield from _roles(organization_id)
    if by is not None and roles.get(by) != "owner":
        return "not_owner"
    if new_owner_id not in roles:
        return "unknown"
    owner = next((user_id for user_id, role in roles.items() if role == "owner"), new_owner_id)
    yield from ask(SET_ROLE, id=organization_id, user_id=owner, role="admin")
    yield from ask(SET_ROLE, id=organization_id, user_id=new_owner_id, role="owner")
    yield from record(change)
    return "done"
