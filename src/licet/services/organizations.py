"""Organizations and their members: who may manage what is decided by these roles."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from licet.domain.actor import MANAGE_ORGANIZATIONS, MANAGERS, SYSTEM_USER_ID, Actor, Role
from licet.domain.kinds import Text
from licet.domain.organization import SLUG, Member, Organization
from licet.domain.revision import Change
from licet.errors import (
    Conflict,
    Fault,
    Invalid,
    NameTaken,
    RoleFixed,
    RoleTooLow,
    StillOwned,
    Unauthenticated,
    UnknownMember,
    UnknownOrganization,
    UnknownUser,
)
from licet.services.ambient import Ambient

NAME = Text(3, 100, trim=True)


class Organizations:
    """Organizations, for their members and for the instance's administrators."""

    def __init__(self, ambient: Ambient) -> None:
        self._ambient = ambient
        self._store = ambient.store.organizations
        self._users = ambient.store.users

    async def create(self, actor: Actor, *, name: str, slug: str, logo: str | None = None) -> Organization:
        """A new team; the caller becomes its owner (Invalid, NameTaken)."""
        actor.need_scope("organizations:write")
        if actor.id is None:
            raise Unauthenticated
        faults = _faults(name, slug)
        if faults:
            raise Invalid(faults)
        now = self._ambient.clock()
        organization = Organization(
            id=self._ambient.id(), name=name, slug=slug, logo=logo, created_at=now, updated_at=now
        )
        change = self._ambient.change(
            actor,
            "organization.created",
            organization.id,
            organization_id=organization.id,
            after={"name": name, "slug": slug},
        )
        if not await self._store.insert(organization, actor.id, change):
            raise NameTaken("slug")
        return organization

    async def find(self, actor: Actor, name: str) -> Organization:
        """An organization by id or slug, if the caller is in it or administers them all (UnknownOrganization)."""
        found = await self._store.by_id(name) or await self._store.by_slug(name)
        if found is None or not (found.id in actor.roles or actor.may(MANAGE_ORGANIZATIONS)):
            raise UnknownOrganization
        return found

    async def page(self, actor: Actor, *, after: str | None = None, limit: int = 50) -> Sequence[Organization]:
        """The caller's organizations by slug; all of them for an administrator."""
        everybody = None if actor.may(MANAGE_ORGANIZATIONS) else actor.id
        return await self._store.page(everybody, after=after, limit=limit)

    async def update(self, actor: Actor, organization_id: str, said: Mapping[str, Any]) -> Organization:
        """Change `name` and `logo` as far as they are said; the slug never changes (RoleTooLow, Invalid)."""
        organization = await self.managed(actor, organization_id)
        wanted = replace(organization, **said, updated_at=self._ambient.clock())
        faults = _faults(wanted.name, wanted.slug)
        if faults:
            raise Invalid(faults)
        change = self._ambient.change(
            actor,
            "organization.updated",
            organization.id,
            organization_id=organization.id,
            before={"name": organization.name},
            after={"name": wanted.name},
        )
        if not await self._store.replace(organization, wanted, change):
            raise UnknownOrganization
        return wanted

    async def delete(self, actor: Actor, organization_id: str) -> None:
        """Delete a team that owns no application; its owner or an administrator may (StillOwned, Conflict)."""
        organization = await self.managed(actor, organization_id)
        if organization.kind != "team":
            raise Conflict
        if actor.roles.get(organization.id) != "owner":
            actor.need(MANAGE_ORGANIZATIONS)
        change = self._ambient.change(actor, "organization.deleted", organization.id, organization_id=organization.id)
        outcome = await self._store.remove(organization.id, change)
        if outcome == "unknown":
            raise UnknownOrganization
        if outcome == "owns_applications":
            raise StillOwned

    async def members(self, actor: Actor, organization_id: str) -> Sequence[Member]:
        """Members, for any member."""
        organization = await self.find(actor, organization_id)
        return await self._store.members(organization.id)

    async def member(self, actor: Actor, organization_id: str, user_id: str) -> Member:
        """One of them, for any member (UnknownMember)."""
        for member in await self.members(actor, organization_id):
            if member.user_id == user_id:
                return member
        raise UnknownMember

    async def add_member(self, actor: Actor, organization_id: str, user_id: str, role: Role) -> None:
        """Add a user as admin or member (UnknownUser, NameTaken when already in)."""
        organization = await self.managed(actor, organization_id)
        if role == "owner":
            raise RoleFixed
        # The built-in user can never sign in: nothing is handed to it.
        if user_id == SYSTEM_USER_ID or await self._users.by_id(user_id) is None:
            raise UnknownUser
        change = self._member_change(actor, "member.added", organization, user_id, role=role)
        if not await self._store.add_member(organization.id, user_id, role, change):
            raise NameTaken("user_id")

    async def set_role(self, actor: Actor, organization_id: str, user_id: str, role: Role) -> None:
        """Change a member's role; the owner's and the sole admin's own stay (RoleFixed, UnknownMember)."""
        organization = await self.managed(actor, organization_id)
        if role == "owner":
            raise RoleFixed
        change = self._member_change(actor, "member.role_updated", organization, user_id, role=role)
        _judge(await self._store.set_role(organization.id, user_id, role, change, by_self=user_id == actor.id))

    async def remove_member(self, actor: Actor, organization_id: str, user_id: str) -> None:
        """Remove a member, or leave; the owner stays, and so does the sole admin (RoleFixed, UnknownMember)."""
        actor.need_scope("organizations:write")
        organization = await self.find(actor, organization_id)
        if user_id != actor.id:
            await self.managed(actor, organization_id)
        change = self._member_change(actor, "member.removed", organization, user_id)
        _judge(await self._store.remove_member(organization.id, user_id, change, by_self=user_id == actor.id))

    async def hand_over(self, actor: Actor, organization_id: str, user_id: str) -> None:
        """Make another member the owner; only the owner or an administrator may (RoleTooLow, UnknownMember)."""
        organization = await self.managed(actor, organization_id)
        administers = actor.may(MANAGE_ORGANIZATIONS)
        if actor.roles.get(organization.id) != "owner" and not administers:
            raise RoleTooLow
        if organization.kind != "team":
            raise RoleFixed
        change = self._member_change(actor, "organization.handed_over", organization, user_id, role="owner")
        by = None if administers else actor.id
        outcome = await self._store.hand_over(organization.id, user_id, change, by=by)
        if outcome == "not_owner":
            raise RoleTooLow
        if outcome == "unknown":
            raise UnknownMember

    async def managed(self, actor: Actor, name: str) -> Organization:
        """An organization, by id or slug, that the caller manages (ScopeMissing, UnknownOrganization, RoleTooLow)."""
        actor.need_scope("organizations:write")
        organization = await self.find(actor, name)
        if actor.roles.get(organization.id) not in MANAGERS and not actor.may(MANAGE_ORGANIZATIONS):
            raise RoleTooLow
        return organization

    def _member_change(
        self, actor: Actor, action: str, organization: Organization, user_id: str, **after: object
    ) -> Change:
        return self._ambient.change(
            actor, action, user_id, organization_id=organization.id, after={"user_id": user_id, **after}
        )


def _judge(outcome: Literal["done", "unknown", "fixed"]) -> None:
    if outcome == "unknown":
        raise UnknownMember
    if outcome == "fixed":
        raise RoleFixed


def _faults(name: str, slug: str) -> list[Fault]:
    faults = list(NAME.check(name, ("name",)))
    if SLUG.fullmatch(slug) is None:
        faults.append(Fault(("slug",), "bad_value", "3 to 50 of lower-case letters, digits and inner hyphens"))
    return faults
