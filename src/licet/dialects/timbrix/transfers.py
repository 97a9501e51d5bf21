"""Applications handed over: restored from a deletion, offered to another organization, accepted there."""

from licet.dialects.record import Setup
from licet.dialects.timbrix import formats, render
from licet.dialects.timbrix.callers import Callers
from licet.dialects.timbrix.fields import APPLICATION
from licet.dialects.timbrix.live_fields import OFFER, TRANSFER
from licet.domain.ids import from_uuid
from licet.errors import UnknownLink
from licet.web.reply import Reply
from licet.web.request import Request


class Transfers:
    """The ways in which an application comes back or moves."""

    def __init__(self, setup: Setup, callers: Callers) -> None:
        self._registry = setup.services.applications
        self._transfers = setup.services.transfers
        self._callers = callers

    async def restore(self, request: Request) -> Reply:
        """Undo a deletion of the last days; tokens stay revoked."""
        actor = await self._callers.actor(request)
        restored = await self._registry.restore(actor, request.params["clientId"])
        return render.ok(APPLICATION.encode(restored), [("etag", formats.etag(restored))])

    async def offer(self, request: Request) -> Reply:
        """Offer one to another organization; nothing moves yet."""
        actor = await self._callers.actor(request)
        actor.need_scope("applications:write")
        client_id = request.params["clientId"]
        await self._registry.get(actor, client_id)
        name = OFFER.decode(request.json())["organization_id"]
        return render.made(TRANSFER.encode(await self._transfers.offer(actor, client_id, _inside(name))))

    async def accept(self, request: Request) -> Reply:
        """Take one over."""
        actor = await self._callers.actor(request)
        transfer_id = formats.TRANSFER.read(request.params["transferId"])
        if transfer_id is None:
            raise UnknownLink
        moved = await self._transfers.accept(actor, transfer_id)
        return render.ok(APPLICATION.encode(moved), [("etag", formats.etag(moved))])


def _inside(name: str) -> str:
    return from_uuid(name.lower()) or name
