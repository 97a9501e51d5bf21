"""Who calls: whoever may register, and the client behind its registration access token (RFC 6750 section 2.1)."""

from collections.abc import Awaitable
from typing import TypeVar

from licet.dialects.record import Setup
from licet.domain.actor import INSTANCE_ORGANIZATION_ID, Actor
from licet.errors import RegistrationClosed, Unauthenticated
from licet.web.limits import CREDENTIAL_FAILURES
from licet.web.request import Request

Found = TypeVar("Found")

SURFACE = "rfc"
REGISTER = "applications:register"


class Authentication:
    """The doors of this surface."""

    def __init__(self, setup: Setup) -> None:
        self._credentials = setup.services.credentials
        self._limiter = setup.limiter
        self._accepts = setup.accepts
        self._registration = setup.settings["registration"]

    async def registrar(self, request: Request) -> tuple[Actor, str | None]:
        """Who registers, and the organization that will own the application.

        Raises:
            RegistrationClosed, Unauthenticated, ScopeMissing, Throttled: as the operator's setting and the token are.
        """
        if self._registration == "open":
            return _anybody(request), INSTANCE_ORGANIZATION_ID
        if self._registration != "initial_access_token":
            raise RegistrationClosed
        token = self._credentials.personal_token(_bearer(request), SURFACE, self._accepts, request.request_id)
        actor = (await self._counted(request, token)).actor
        actor.need_scope(REGISTER)
        return actor, actor.home or actor.organization_id

    async def client(self, request: Request) -> tuple[Actor, str]:
        """The client of the path and the token that proved it (Unauthenticated, Throttled)."""
        value = _bearer(request)
        client = self._credentials.application(request.params["client_id"], value, SURFACE, request.request_id)
        return await self._counted(request, client), value

    async def _counted(self, request: Request, looked_up: Awaitable[Found]) -> Found:
        try:
            return await looked_up
        except Unauthenticated:
            await self._limiter.hit(CREDENTIAL_FAILURES, request.client)
            raise


def _anybody(request: Request) -> Actor:
    return Actor(
        id=None,
        name="registration",
        surface=SURFACE,
        request_id=request.request_id,
        roles={},
        permissions=frozenset(),
    )


def _bearer(request: Request) -> str:
    headers = request.headers_all("authorization")
    scheme, _, value = (headers[0] if len(headers) == 1 else "").strip().partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated
    return value.strip()
