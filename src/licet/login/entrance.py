"""What the pages are built from."""

from dataclasses import dataclass

from licet.oauth.context import Context
from licet.oauth.provider import STANDARD
from licet.oauth.waiting import Servers
from licet.services.house import Services
from licet.web.browser import Browsers
from licet.web.forms import Forms
from licet.web.limits import Limiter
from licet.web.sign_in import SignIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """The instance as people meet it.

    `servers` are those that send people here; `context` is the standard one, whose device codes and sign-outs are ours.
    """

    services: Services
    limiter: Limiter
    context: Context
    servers: Servers
    browsers: Browsers
    sign_in: SignIn
    forms: Forms
    sign_up_open: bool


def entrance(services: Services, limiter: Limiter, servers: Servers, *, key: bytes, sign_up_open: bool) -> Entrance:
    """The entrance of one instance; `key` ties forms to browsers."""
    return Entrance(
        services=services,
        limiter=limiter,
        context=servers.of(STANDARD).context,
        servers=servers,
        browsers=Browsers(services.sessions, services.ambient.entropy),
        sign_in=SignIn(services.sessions, limiter),
        forms=Forms(key),
        sign_up_open=sign_up_open,
    )
