"""The one application that this surface brings: the product's own command-line client, owned by the built-in user."""

from licet.dialects.record import Setup
from licet.dialects.teable.formats import SURFACE
from licet.dialects.teable.scopes import NAMES
from licet.domain.actor import INSTANCE_ORGANIZATION_ID, MANAGE_APPLICATIONS, SYSTEM_USER_ID, Actor
from licet.domain.application import AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN, Patch

CLIENT_ID = "clttckxmg4deadomjhs"
_WITHHELD = {"user|spaces_read", "user|self_hosted_licenses_read", "user|notifications_send"}

SETTINGS: Patch = {
    "organization_id": INSTANCE_ORGANIZATION_ID,
    "client_name": "Teable CLI",
    # The first is the product's; the other two are for readers that spell loopback otherwise.
    "redirect_uris": ("http://127.0.0.1/callback", "http://localhost/callback", "http://[::1]/callback"),
    "scope": tuple(name for name in NAMES if name not in _WITHHELD),
    "grant_types": (AUTHORIZATION_CODE, REFRESH_TOKEN, DEVICE_CODE),
    "token_endpoint_auth_method": "none",
    "application_type": "native",
    "client_uri": "https://www.npmjs.com/package/@teable/cli",
    "logo_uri": "logo/email-logo",
}


async def ensure(setup: Setup) -> None:
    """Register it at every start, unless it is there; what an administrator made of it stays."""
    system = Actor(
        id=SYSTEM_USER_ID,
        name="system",
        surface=SURFACE,
        roles={},
        permissions=frozenset({MANAGE_APPLICATIONS}),
    )
    await setup.services.applications.ensure(system, CLIENT_ID, SETTINGS)
