"""Applications handed from one organization to another: offered by the one, moved when the other accepts."""

from dataclasses import replace

from licet.domain.actor import Actor, Reach, manages
from licet.domain.application import Application
from licet.domain.organization import Organization
from licet.errors import Fault, Invalid, RoleTooLow, UnknownLink, VersionMismatch
from licet.services.ambient import Ambient
from licet.services.applications import TRIES, Applications
from licet.services.impact_ports import Transfer

LIFETIME = 7 * 86_400_000
"""How long (ms) an offer stands."""


class Transfers:
    """Offers, for both sides."""

    def __init__(self, ambient: Ambient, applications: Applications) -> None:
        self._ambient = ambient
        self._store = ambient.store
        self._applications = applications

    async def offer(self, actor: Actor, client_id: str, organization: str, *, reach: Reach = Reach.ROLE) -> Transfer:
        """Offer an application to an organization by id or slug; an earlier offer is withdrawn, nothing moves.

        Invalid for an organization that is none, or has it already; other errors as `Applications.update`.
        """
        actor.need_scope("applications:write")
        application = await self._applications.managed(actor, client_id, reach)
        to = await self._organization(organization)
        if to is None or to.id == application.organization_id:
            raise Invalid([Fault(("organization_id",), "bad_choice", "another organization")])
        now = self._ambient.clock()
        offered = Transfer(
            id=self._ambient.id(),
            application_id=application.id,
            from_organization_id=application.organization_id,
            organization_id=to.id,
            created_by=actor.id,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        said = {"organization_id": to.id}
        change = self._ambient.revision(actor, "application.transfer_offered", application, application, beside=said)
        await self._store.transfers.insert(offered, change)
        return offered

    async def accept(self, actor: Actor, transfer_id: str) -> Application:
        """Take an offered application over, as if it were registered anew by the caller.

        Raises:
            UnknownLink: no open offer to an organization of the caller's; RoleTooLow for a mere member of it.
            Invalid, ScopeNotGrantable: the application as it is could not be registered by the caller.
        """
        actor.need_scope("applications:write")
        for _ in range(TRIES):
            transfer = await self._store.transfers.by_id(transfer_id, self._ambient.clock())
            seen = await self._store.applications.by_id(transfer.application_id) if transfer else None
            if transfer is None or seen is None or seen.organization_id != transfer.from_organization_id:
                raise UnknownLink
            if not manages(actor, transfer.organization_id):
                raise RoleTooLow if transfer.organization_id in actor.roles else UnknownLink
            moved = await self._moved(actor, seen, transfer.organization_id)
            change = self._ambient.revision(actor, "application.transferred", seen, moved)
            if await self._store.transfers.accept(transfer, seen, moved, change):
                return moved
        raise VersionMismatch

    async def _moved(self, actor: Actor, seen: Application, organization_id: str) -> Application:
        now = self._ambient.clock()
        moved = replace(
            seen,
            organization_id=organization_id,
            version=seen.version + 1,
            updated_at=now,
            saved_at=now,
            saved_by=actor.id,
        )
        await self._applications.check_new(actor, moved)
        return moved

    async def _organization(self, name: str) -> Organization | None:
        kept = self._store.organizations
        return await kept.by_id(name) or await kept.by_slug(name)
