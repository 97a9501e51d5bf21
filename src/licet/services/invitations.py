"""Invitations: links with which somebody signs up once, into the instance and, if it says so, an organization."""

from licet.domain.actor import INSTANCE_ORGANIZATION_ID, MANAGE_USERS, Actor
from licet.domain.user import Link, User
from licet.errors import Fault, Invalid, UnknownLink
from licet.services import links
from licet.services.ambient import Ambient
from licet.services.people_ports import Admission


class Invitations:
    """Invitations, for administrators; whoever comes in by one is a plain user, and a plain member."""

    def __init__(self, ambient: Ambient) -> None:
        self._ambient = ambient

    async def invite(
        self, actor: Actor, *, email: str | None = None, organization_id: str | None = None
    ) -> tuple[Link, str]:
        """A new one and its value, shown only now (ScopeMissing, PermissionMissing, Invalid)."""
        actor.administer(MANAGE_USERS)
        if organization_id is not None and await self._ambient.store.organizations.by_id(organization_id) is None:
            raise Invalid([Fault(("organization_id",), "bad_choice", "an organization")])
        link, value = links.new(self._ambient, "invitation", email=email, organization_id=organization_id)
        change = self._ambient.change(actor, "invitation.created", link.id, organization_id=_told(link))
        await self._ambient.store.links.insert(link, change)
        return link, value

    async def cancel(self, actor: Actor, invitation_id: str) -> None:
        """Take back one that nobody has used (ScopeMissing, PermissionMissing, UnknownLink)."""
        actor.administer(MANAGE_USERS)
        try:
            key = bytes.fromhex(invitation_id)
        except ValueError:
            raise UnknownLink from None
        link = await self._ambient.store.links.look(key, self._ambient.clock())
        if link is None or link.purpose != "invitation":
            raise UnknownLink
        change = self._ambient.change(actor, "invitation.cancelled", link.id, organization_id=_told(link))
        if not await self._ambient.store.links.cancel(key, change):
            raise UnknownLink


def admission(ambient: Ambient, actor: Actor, link: Link, user: User) -> Admission:
    """How an invitation brings somebody in, and into its organization."""
    said, into = {"user_id": user.id}, link.organization_id
    changes = [ambient.change(actor, "invitation.accepted", link.id, organization_id=_told(link), after=said)]
    if into is not None:
        member = {**said, "role": "member"}
        changes.append(ambient.change(actor, "member.added", user.id, organization_id=into, after=member))
    return Admission(link.digest, into, tuple(changes))


def _told(link: Link) -> str:
    # Who is invited into no organization is invited into the instance: its own hears of it.
    return link.organization_id or INSTANCE_ORGANIZATION_ID
