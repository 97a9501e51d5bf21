"""Organizations: made here; their members, API keys and webhooks are rooms of their own."""

from licet.dialects.record import Setup
from licet.dialects.timbrix import render
from licet.dialects.timbrix.callers import Callers
from licet.dialects.timbrix.organization_fields import NEW_ORGANIZATION, ORGANIZATION
from licet.domain.ids import from_uuid
from licet.web.reply import Reply
from licet.web.request import Request


def named(request: Request) -> str:
    """The organization that a path names: by UUID, or by slug."""
    name = request.params["organizationId"]
    return from_uuid(name.lower()) or name


class Organizations:
    """The caller's own to make."""

    def __init__(self, setup: Setup, callers: Callers) -> None:
        self._organizations = setup.services.organizations
        self._callers = callers

    async def create(self, request: Request) -> Reply:
        """A new one; the caller becomes its owner."""
        actor = await self._callers.actor(request)
        actor.need_scope("organizations:write")
        made = await self._organizations.create(actor, **NEW_ORGANIZATION.decode(request.json()))
        return render.made(ORGANIZATION.encode(made))
