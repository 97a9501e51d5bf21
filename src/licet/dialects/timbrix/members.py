"""Members of an organization: listed, given another role, removed."""

from licet.dialects.record import Setup
from licet.dialects.timbrix import formats, render
from licet.dialects.timbrix.callers import Callers
from licet.dialects.timbrix.organization_fields import MEMBER, NEW_ROLE
from licet.dialects.timbrix.organizations import named
from licet.web.reply import Reply
from licet.web.request import Request


class Members:
    """Who is in an organization."""

    def __init__(self, setup: Setup, callers: Callers) -> None:
        self._organizations = setup.services.organizations
        self._callers = callers

    async def all(self, request: Request) -> Reply:
        """Everybody in it, for any member."""
        actor = await self._callers.actor(request)
        members = await self._organizations.members(actor, named(request))
        return render.ok([MEMBER.encode(member) for member in members])

    async def set_role(self, request: Request) -> Reply:
        """Another role for one; the owner's stays, and so does the sole admin's own."""
        actor = await self._callers.actor(request)
        organization = await self._organizations.managed(actor, named(request))
        member = await self._organizations.member(actor, organization.id, formats.read_user(request.params["memberId"]))
        role = NEW_ROLE.decode(request.json())["role"]
        await self._organizations.set_role(actor, organization.id, member.user_id, role)
        return render.ok(MEMBER.encode(await self._organizations.member(actor, organization.id, member.user_id)))

    async def remove(self, request: Request) -> Reply:
        """One fewer; their API keys and tokens of this organization end."""
        actor = await self._callers.actor(request)
        user_id = formats.read_user(request.params["memberId"])
        await self._organizations.remove_member(actor, named(request), user_id)
        return render.done()
