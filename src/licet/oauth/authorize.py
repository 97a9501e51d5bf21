"""The authorization endpoint (RFC 6749 section 3.1): which check runs for which endpoint, in which order.

Before the redirect URI is verified nothing may be redirected, after it almost everything must be: what the first checks
refuse is said on a page; once there is a `ReturnAddress`, a refusal is a value that carries it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from licet.errors import ProtocolRefusal
from licet.oauth import asking
from licet.oauth.asking import Asked, ReturnAddress
from licet.oauth.context import Context

Check = Callable[[Context, Asked], Awaitable[Asked]]


@dataclass(frozen=True, slots=True)
class SentBack:
    """A refusal that the client must hear of, and where it hears."""

    address: ReturnAddress
    refusal: ProtocolRefusal


CHECKS: tuple[tuple[Check, bool, bool], ...] = (
    # check                          authorize  device
    (asking.bounded,                 True,      True),
    (asking.client_known,            True,      False),
    (asking.redirect_uri_registered, True,      False),
    # from here on the client hears of it
    (asking.response_mode_known,     True,      False),
    (asking.no_request_object,       True,      True),
    (asking.response_type_allowed,   True,      False),
    (asking.scope_allowed,           True,      True),
    (asking.resources_registered,    True,      True),
    (asking.challenge_present,       True,      False),
    (asking.prompt_readable,         True,      False),
    (asking.max_age_readable,        True,      False),
    (asking.claims_readable,         True,      False),
    (asking.hint_readable,           True,      False),
)  # fmt: skip
"""A device authorization comes from an authenticated client and sends nobody anywhere."""
AUTHORIZE = tuple(step for step, authorizes, _ in CHECKS if authorizes)
DEVICE = tuple(step for step, _, devices in CHECKS if devices)


@dataclass(frozen=True, slots=True)
class AuthorizationServer:
    """One surface as an authorization server, with the checks of its authorization endpoint in its own order."""

    context: Context
    checks: tuple[Check, ...] = AUTHORIZE

    async def check(self, parameters: Mapping[str, str], resources: tuple[str, ...] = ()) -> Asked | SentBack:
        """A request, checked; a ProtocolRefusal when nobody may be redirected, `SentBack` when they must."""
        asked = Asked(parameters=parameters, resources=resources)
        for step in self.checks:
            try:
                asked = await step(self.context, asked)
            except ProtocolRefusal as refusal:
                if asked.address is None:
                    raise
                return SentBack(asked.address, refusal)
        return asked


async def check_device(context: Context, asked: Asked) -> Asked:
    """A device authorization request of an authenticated client (RFC 8628 section 3.1), checked."""
    for step in DEVICE:
        asked = await step(context, asked)
    return asked
