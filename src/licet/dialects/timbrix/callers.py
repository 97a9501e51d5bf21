"""Who calls, for which organization, and whether for the first time."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import orjson

from licet.dialects.record import Setup
from licet.dialects.timbrix.scopes import NAME
from licet.domain.actor import Actor, Role, manages
from licet.domain.ids import from_uuid
from licet.errors import (
    CredentialNotAccepted,
    MalformedRequest,
    RoleTooLow,
    ScopeMissing,
    Unauthenticated,
    UnknownOrganization,
)
from licet.oauth.presented import Presented, presented
from licet.web.limits import CREDENTIAL_FAILURES
from licet.web.request import Request

LONGEST_KEY = 255
TOKEN_SCOPE = "write:oauth-apps"
ADMIN: Role = "admin"
"""What an application that acts for itself is in its own organization, where it ends tokens."""


class Callers:
    """The management bearer of this surface, and what its bearer may name."""

    def __init__(self, setup: Setup) -> None:
        self._services = setup.services
        self._limiter = setup.limiter
        self._accepts = setup.accepts
        self._context = setup.context

    async def actor(self, request: Request) -> Actor:
        """The person behind the bearer.

        Raises:
            Unauthenticated: nobody's; Throttled after too many of these from one address.
            CredentialNotAccepted: an application's access token, which manages nothing.
        """
        caller = await self._bearer(request)
        if isinstance(caller, Presented):
            raise CredentialNotAccepted
        return caller

    async def ending_tokens(self, request: Request) -> Actor:
        """The same for the one call that an access token with its scope opens too (ScopeMissing without it).

        It reaches no further than the organization of its application, and than its person does there.
        """
        caller = await self._bearer(request)
        if isinstance(caller, Actor):
            return caller
        if TOKEN_SCOPE not in caller.scope:
            raise ScopeMissing(TOKEN_SCOPE)
        home = caller.application.organization_id
        if caller.user is None:
            name, roles = f"client:{caller.application.client_id}", {home: ADMIN}
            return Actor(
                id=None, name=name, surface=NAME, request_id=request.request_id, roles=roles, permissions=frozenset()
            )
        person = await self._services.credentials.person(caller.user, NAME, request.request_id)
        roles = {key: role for key, role in person.roles.items() if key == home}
        return replace(person, roles=roles, permissions=frozenset())

    async def _bearer(self, request: Request) -> Actor | Presented:
        said = request.headers_all("authorization")
        scheme, _, value = "".join(said).partition(" ")
        if len(said) > 1 or scheme.lower() != "bearer":
            raise Unauthenticated
        credential = value.strip()
        try:
            return (await self._services.credentials.either(credential, NAME, self._accepts, request.request_id)).actor
        except Unauthenticated:
            token = await presented(self._context, credential)
            if token is not None and not token.bound_to:
                return token
            await self._limiter.hit(CREDENTIAL_FAILURES, request.client)
            raise

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
