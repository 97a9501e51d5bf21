"""Client secrets on this surface: any number side by side, each shown once."""

from licet.dialects.record import Setup
from licet.dialects.teable.access import Access
from licet.dialects.teable.fields import NEW_SECRET
from licet.dialects.teable.formats import CLIENT_SECRET, ROW_ID
from licet.dialects.teable.render import created, done
from licet.domain.actor import Reach
from licet.web.reply import Reply
from licet.web.request import Request


class Secrets:
    """Handlers below `/api/oauth/client/{clientId}/secret`."""

    def __init__(self, setup: Setup, access: Access) -> None:
        self._access = access
        self._secrets = setup.services.secrets

    async def add(self, request: Request) -> Reply:
        """Add a secret; a body is not looked at."""
        actor = (await self._access.person(request)).actor
        minted = await self._secrets.add(actor, request.params["clientId"], CLIENT_SECRET, reach=Reach.CREATOR)
        return created(NEW_SECRET.encode(minted))

    async def remove(self, request: Request) -> Reply:
        """Remove a secret; an id that none could have is unknown like any other."""
        actor = (await self._access.person(request)).actor
        secret_id = ROW_ID.read(request.params["secretId"]) or ""
        await self._secrets.revoke(actor, request.params["clientId"], secret_id, reach=Reach.CREATOR)
        return done()
