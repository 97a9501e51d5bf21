"""API keys of an organization: made, listed, and known again by their value."""

from licet.dialects.record import Setup
from licet.dialects.timbrix import render
from licet.dialects.timbrix.callers import Callers
from licet.dialects.timbrix.organization_fields import API_KEY, NEW_API_KEY, VALIDITY, DatedKey
from licet.dialects.timbrix.organizations import named
from licet.errors import Unauthenticated
from licet.services.api_keys import WantedKey
from licet.web.limits import CREDENTIAL_FAILURES
from licet.web.reply import Reply
from licet.web.request import Request


class ApiKeys:
    """For owner and admins; validity, for whoever was shown a key."""

    def __init__(self, setup: Setup, callers: Callers) -> None:
        self._keys = setup.services.api_keys
        self._organizations = setup.services.organizations
        self._clock = setup.services.ambient.clock
        self._limiter = setup.limiter
        self._callers = callers

    async def create(self, request: Request) -> Reply:
        """One more; its value is shown this once."""
        actor = await self._callers.actor(request)
        organization = await self._organizations.managed(actor, named(request))
        wanted = WantedKey(**NEW_API_KEY.decode(request.json()))

        async def issue() -> object:
            issued = await self._keys.create(actor, organization.id, wanted)
            return {**API_KEY.encode(DatedKey(issued.key, self._clock())), "key": issued.value}

        return render.created(await self._callers.once(actor, request, issue))

    async def all(self, request: Request) -> Reply:
        """Every key, newest first, never a value."""
        actor = await self._callers.actor(request)
        keys = await self._keys.of(actor, named(request))
        return render.ok([API_KEY.encode(DatedKey(key, self._clock())) for key in keys])

    async def validate(self, request: Request) -> Reply:
        """What a key is (Unauthenticated for no key of ours, Forbidden for one that has ended)."""
        said = request.headers_all("x-api-key")
        try:
            return render.ok(VALIDITY.encode(await self._keys.validate(said[0] if len(said) == 1 else "")))
        except Unauthenticated:
            await self._limiter.hit(CREDENTIAL_FAILURES, request.client)
            raise
