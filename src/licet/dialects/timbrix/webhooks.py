"""Webhooks of an organization, and what was delivered to them."""

from licet.dialects.record import Setup
from licet.dialects.timbrix import render
from licet.dialects.timbrix.callers import Callers
from licet.dialects.timbrix.organization_fields import DELIVERY, NEW_WEBHOOK, WEBHOOK, WEBHOOK_ID
from licet.dialects.timbrix.organizations import named
from licet.domain.actor import Actor
from licet.domain.webhook import Webhook
from licet.web.reply import Reply
from licet.web.request import Request


class Webhooks:
    """For owner and admins."""

    def __init__(self, setup: Setup, callers: Callers) -> None:
        self._webhooks = setup.services.webhooks
        self._organizations = setup.services.organizations
        self._callers = callers

    async def create(self, request: Request) -> Reply:
        """One more; its signing secret is shown this once."""
        actor = await self._callers.actor(request)
        organization = await self._organizations.managed(actor, named(request))
        said = NEW_WEBHOOK.decode(request.json())

        async def make() -> object:
            made = await self._webhooks.create(actor, organization.id, said)
            return {**WEBHOOK.encode(made.webhook), "secret": made.secret}

        return render.created(await self._callers.once(actor, request, make))

    async def all(self, request: Request) -> Reply:
        """Every webhook, oldest first, never a secret."""
        actor = await self._callers.actor(request)
        return render.ok([WEBHOOK.encode(each) for each in await self._webhooks.of(actor, named(request))])

    async def update(self, request: Request) -> Reply:
        """Change what the body says and keep the rest."""
        actor, present = await self._found(request)
        changed = await self._webhooks.update(actor, present, WEBHOOK.decode(request.json(), present))
        return render.ok(WEBHOOK.encode(changed))

    async def delete(self, request: Request) -> Reply:
        """It is told nothing more."""
        await self._webhooks.remove(*await self._found(request))
        return render.done()

    async def deliveries(self, request: Request) -> Reply:
        """The latest hundred, newest first."""
        _, webhook = await self._found(request)
        return render.ok([DELIVERY.encode(each) for each in await self._webhooks.deliveries(webhook)])

    async def _found(self, request: Request) -> tuple[Actor, Webhook]:
        actor = await self._callers.actor(request)
        webhook_id = WEBHOOK_ID.read(request.params["webhookId"]) or ""
        return actor, await self._webhooks.get(actor, webhook_id, named(request))
