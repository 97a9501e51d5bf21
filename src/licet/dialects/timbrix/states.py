"""Whether an application works: suspended and activated."""

from licet.dialects.record import Setup
from licet.dialects.timbrix import formats, render
from licet.dialects.timbrix.callers import Callers
from licet.dialects.timbrix.fields import APPLICATION, REASON
from licet.dialects.timbrix.live_fields import effect
from licet.web.reply import Reply
from licet.web.request import Request


class States:
    """The switch of one application."""

    def __init__(self, setup: Setup, callers: Callers) -> None:
        self._registry = setup.services.applications
        self._impacts = setup.services.impacts
        self._callers = callers

    async def activate(self, request: Request) -> Reply:
        """Let it work again."""
        return await self._switch(request, enabled=True)

    async def suspend(self, request: Request) -> Reply:
        """Let nothing of it work."""
        return await self._switch(request, enabled=False)

    async def _switch(self, request: Request, *, enabled: bool) -> Reply:
        actor = await self._callers.actor(request)
        actor.need_scope("applications:write")
        client_id = request.params["clientId"]
        await self._registry.get(actor, client_id)
        said = REASON.decode(request.json()) if request.body else {}
        application = await self._registry.update(actor, client_id, lambda _: {"enabled": enabled}, **said)
        touched = effect(await self._impacts.alive(application))
        return render.ok({**APPLICATION.encode(application), "effect": touched}, [("etag", formats.etag(application))])
