"""Webhooks of an organization: made, changed, removed and looked after by its owner and admins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from licet.domain.actor import Actor
from licet.domain.revision import Values
from licet.domain.webhook import SECRET, Delivery, Webhook
from licet.errors import TooMany, UnknownOrganization, UnknownWebhook
from licet.services.ambient import Ambient
from licet.services.deliveries import PURPOSE
from licet.services.organizations import Organizations

AT_MOST = 20
"""So many webhooks an organization may have: every change of its is told to each."""
DELIVERIES = 100
"""So many deliveries are shown."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new webhook and its signing secret, which nobody can ask for again."""

    webhook: Webhook
    secret: str


class Webhooks:
    """Webhooks; every method asks for a manager of the owning organization."""

    def __init__(self, ambient: Ambient, organizations: Organizations) -> None:
        self._ambient = ambient
        self._store = ambient.store.webhooks
        self._organizations = organizations

    async def create(self, actor: Actor, organization_id: str, said: Mapping[str, Any]) -> Made:
        """A new one, told in the words of the caller's surface (UnknownOrganization, RoleTooLow, TooMany).

        `said` has `url` and `events`, judged by the surface's kinds, and whatever else a webhook may say.
        """
        organization = await self._organizations.managed(actor, organization_id)
        webhook_id, secret, now = self._ambient.id(), SECRET.make(self._ambient.entropy), self._ambient.clock()
        webhook = Webhook(
            id=webhook_id,
            organization_id=organization.id,
            surface=actor.surface,
            sealed=self._ambient.sealer.seal(PURPOSE, webhook_id, secret.encode()),
            created_by=actor.id,
            created_at=now,
            updated_at=now,
            **_settings(said),
        )
        change = self._ambient.change(
            actor, "webhook.created", webhook.id, organization_id=organization.id, after=_told(webhook)
        )
        if not await self._store.insert(webhook, change, limit=AT_MOST):
            raise TooMany
        return Made(webhook, secret)

    async def of(self, actor: Actor, organization_id: str) -> Sequence[Webhook]:
        """Those of an organization, oldest first (UnknownOrganization, RoleTooLow)."""
        organization = await self._organizations.managed(actor, organization_id)
        return await self._store.of(organization.id)

    async def get(self, actor: Actor, webhook_id: str, organization_id: str | None = None) -> Webhook:
        """One by its id, and of an organization if one is named (UnknownWebhook, UnknownOrganization, RoleTooLow)."""
        actor.need_scope("organizations:write")
        if organization_id is not None:
            organization_id = (await self._organizations.managed(actor, organization_id)).id
        found = await self._store.by_id(webhook_id)
        if found is None or organization_id not in {None, found.organization_id}:
            raise UnknownWebhook
        try:
            await self._organizations.managed(actor, found.organization_id)
        except UnknownOrganization:
            raise UnknownWebhook from None
        return found

    async def update(self, actor: Actor, present: Webhook, said: Mapping[str, Any]) -> Webhook:
        """Change what is said and keep the rest; who changes one has seen that it failed (UnknownWebhook)."""
        wanted = replace(present, **_settings(said))
        if wanted == present:
            return present
        wanted = replace(wanted, updated_at=self._ambient.clock(), gave_up_at=None)
        change = self._ambient.change(
            actor,
            "webhook.updated",
            present.id,
            organization_id=present.organization_id,
            before=_told(present),
            after=_told(wanted),
        )
        if not await self._store.replace(present, wanted, change):
            raise UnknownWebhook
        return wanted

    async def remove(self, actor: Actor, present: Webhook) -> None:
        """Delete one; what still waited for it is not delivered (UnknownWebhook)."""
        change = self._ambient.change(
            actor, "webhook.deleted", present.id, organization_id=present.organization_id, before=_told(present)
        )
        if not await self._store.remove(present.id, change):
            raise UnknownWebhook

    async def deliveries(self, webhook: Webhook) -> Sequence[Delivery]:
        """The latest deliveries of one, newest first."""
        return await self._store.deliveries(webhook.id, limit=DELIVERIES)


def _settings(said: Mapping[str, Any]) -> dict[str, Any]:
    settings = dict(said)
    if "events" in settings:
        settings["events"] = tuple(dict.fromkeys(settings["events"]))
    return settings


def _told(webhook: Webhook) -> Values:
    # A webhook's URL may hold a secret of its receiver.
    return {"host": webhook.host, "events": list(webhook.events), "enabled": webhook.enabled}
