"""The authorization endpoint (RFC 6749 section 3.1): which check runs for which endpoint, in which order.

Before the redirect URI is verified nothing may be redirected, after it almost everything must be: what the first checks
refuse is said on a page; once there is a `ReturnAddress`, a refusal is a value that carries it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from licet.domain.family import AuthorizationRequest
from licet.errors import ProtocolRefusal
from licet.oauth import arriving, asking, authentication, openid, returning
from licet.oauth.asking import Asked
from licet.oauth.context import Context
from licet.oauth.return_address import ReturnAddress

Check = Callable[[Context, Asked], Awaitable[Asked]]


@dataclass(frozen=True, slots=True)
class SentBack:
    """A refusal that the client must hear of, and where it hears; `pushed` as in `Asked`."""

    address: ReturnAddress
    refusal: ProtocolRefusal
    pushed: bytes | None = None


CHECKS: tuple[tuple[Check, bool, bool, bool, bool], ...] = (
    # check                              authorize  again  pushed  device
    (asking.bounded,                     True,      True,  True,   True),
    (asking.client_known,                True,      True,  False,  False),
    (arriving.no_request_uri,            False,     False, True,   False),
    (arriving.pushed_taken,              True,      False, False,  False),
    (arriving.request_object_taken,      True,      False, True,   False),
    (returning.redirect_uri_registered,  True,      True,  True,   False),
    # from here on the client hears of it
    (returning.response_mode_known,      True,      True,  True,   False),
    (arriving.no_remote_request,         True,      False, False,  False),
    (arriving.pushed_where_required,     True,      False, False,  False),
    (arriving.signed_where_required,     True,      False, True,   False),
    (asking.no_request_object,           False,     False, False,  True),
    (asking.response_type_allowed,       True,      True,  True,   False),
    (asking.scope_allowed,               True,      True,  True,   True),
    (asking.resources_registered,        True,      True,  True,   True),
    (asking.details_allowed,             True,      True,  True,   False),
    (asking.challenge_present,           True,      True,  True,   False),
    (asking.key_readable,                True,      True,  True,   False),
    (openid.prompt_readable,             True,      True,  True,   False),
    (openid.max_age_readable,            True,      True,  True,   False),
    (openid.claims_readable,             True,      True,  True,   False),
    (authentication.acr_reachable,       True,      True,  True,   False),
    (openid.hint_readable,               True,      True,  True,   False),
)  # fmt: skip
"""A device authorization comes from an authenticated client and sends nobody anywhere; so does a pushed request, which
is then checked again by whom it brings. Again: of a request that was kept, how it arrived is not asked any more."""
AUTHORIZE = tuple(step for step, authorizes, *_ in CHECKS if authorizes)
ARRIVAL = frozenset(step for step, authorizes, again, *_ in CHECKS if authorizes and not again)
PUSHED = tuple(step for step, _, _, pushes, _ in CHECKS if pushes)
DEVICE = tuple(step for step, *_, devices in CHECKS if devices)


@dataclass(frozen=True, slots=True)
class AuthorizationServer:
    """One surface as an authorization server, with the checks of its authorization endpoint in its own order.

    `consent_at` is the surface's own page of consent, which takes the request as it came; empty for the standard one.
    """

    context: Context
    checks: tuple[Check, ...] = AUTHORIZE
    consent_at: str = ""

    async def check(
        self,
        parameters: Mapping[str, str],
        resources: tuple[str, ...] = (),
        repeated: frozenset[str] = frozenset(),
    ) -> Asked | SentBack:
        """A request, checked; a ProtocolRefusal when nobody may be redirected, `SentBack` when they must."""
        return await self._through(self.checks, Asked(parameters=parameters, resources=resources, repeated=repeated))

    async def again(self, stored: AuthorizationRequest) -> Asked | SentBack:
        """The same of a request that was kept; how it had arrived was settled then."""
        asked = Asked(parameters=stored.parameters, resources=stored.resources, pushed=stored.pushed)
        return await self._through(tuple(step for step in self.checks if step not in ARRIVAL), asked)

    async def _through(self, steps: tuple[Check, ...], asked: Asked) -> Asked | SentBack:
        for step in steps:
            try:
                asked = await step(self.context, asked)
            except ProtocolRefusal as refusal:
                if asked.address is None or not self.context.provider.rules.tells_client:
                    raise
                return SentBack(asked.address, refusal, asked.pushed)
        return asked


async def check_device(context: Context, asked: Asked) -> Asked:
    """A device authorization request of an authenticated client (RFC 8628 section 3.1), checked."""
    for step in DEVICE:
        asked = await step(context, asked)
    return asked


async def check_pushed(context: Context, asked: Asked) -> Asked:
    """A pushed authorization request of an authenticated client (RFC 9126 section 2.1), checked."""
    for step in PUSHED:
        asked = await step(context, asked)
    return asked
