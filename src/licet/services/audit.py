"""The audit log: who changed what, through which surface. Written by the verbs themselves, read here."""

from collections.abc import Sequence

from licet.domain.actor import VIEW_AUDIT, Actor
from licet.domain.revision import Change
from licet.services.ambient import Ambient
from licet.services.ports import AuditQuery


class Audit:
    """The audit log, for auditors and for managers of an organization."""

    def __init__(self, ambient: Ambient) -> None:
        self._store = ambient.store.audit

    async def page(self, actor: Actor, query: AuditQuery) -> Sequence[Change]:
        """A page, newest first: of an organization that the caller manages, or with the permission of anything."""
        if query.organization_id not in actor.managed_organizations:
            actor.administer(VIEW_AUDIT)
        return await self._store.page(query)
