"""Who calls, for which organization, and whether for the first time."""

from collections.abc import Awaitable, Callable

import orjson

from licet.dialects.record import Setup
from licet.dialects.timbrix.scopes import NAME
from licet.domain.actor import Actor, manages
from licet.domain.ids import from_uuid
from licet.errors import MalformedRequest, RoleTooLow, Unauthenticated, UnknownOrganization
from licet.web.limits import CREDENTIAL_FAILURES
from licet.web.request import Request

LONGEST_KEY = 255


class Callers:
    """The management bearer of this surface, and what its bearer may name."""

    def __init__(self, setup: Setup) -> None:
        self._services = setup.services
        self._limiter = setup.limiter
        self._accepts = setup.accepts

    async def actor(self, request: Request) -> Actor:
        """The person behind the bearer (Unauthenticated; Throttled after too many wrong ones from one address)."""
        said = request.headers_all("authorization")
        scheme, _, value = "".join(said).partition(" ")
        if len(said) > 1 or scheme.lower() != "bearer":
            raise Unauthenticated
        try:
            caller = await self._services.credentials.either(value.strip(), NAME, self._accepts, request.request_id)
        except Unauthenticated:
            await self._limiter.hit(CREDENTIAL_FAILURES, request.client)
            raise
        return caller.actor

    async def organization(self, actor: Actor, name: str) -> str:
        """The id of an organization that the caller manages, by UUID or slug.

        RoleTooLow alike for one that they do not manage and one that does not exist.
        """
        try:
            organization = await self._services.organizations.find(actor, from_uuid(name.lower()) or name)
        except UnknownOrganization:
            raise RoleTooLow from None
        if not manages(actor, organization.id):
            raise RoleTooLow
        return organization.id

    async def once(self, actor: Actor, request: Request, call: Callable[[], Awaitable[object]]) -> bytes:
        """What a call answers, as JSON; the same again for the same `Idempotency-Key` and body."""

        async def answer() -> bytes:
            return orjson.dumps(await call())

        key = request.header("idempotency-key")
        if key is None:
            return await answer()
        if not 0 < len(key) <= LONGEST_KEY:
            raise MalformedRequest(f"Idempotency-Key must be 1 to {LONGEST_KEY} characters")
        identity = (actor.credential, f"{request.method} {request.path}", key)
        return (await self._services.idempotency.once(identity, request.body, answer))[0]
