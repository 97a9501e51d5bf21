"""The demo's application of this surface, and the call that updates it."""

from licet.dialects.record import Demo, Sample
from licet.dialects.timbrix.applications import GIVEN
from licet.dialects.timbrix.scopes import NAME
from licet.domain.application import Patch
from licet.domain.secret import Form
from licet.services.personal_tokens import Wanted

CLIENT_ID = "app_b9c38bbc3acb6586"
OWNER, ORGANIZATION = "alice", "acme"
SETTINGS: Patch = {
    "client_name": "Payroll Connector",
    "description": "Reads members for payroll",
    "redirect_uris": ("https://payroll.example/cb",),
    "scope": ("read:organization", "read:members"),
}
TOKEN_NAME = "Timbrix demo"
TOKEN = Form("licet_pat_", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 43)
TOKEN_SCOPES = ("applications:read", "applications:write", "secrets:write")


async def furnish(demo: Demo) -> tuple[Sample, ...]:
    """Alice's application in the demo's organization, and a token of hers, made anew because it is shown."""
    services = demo.setup.services
    actor = await services.credentials.person(demo.users[OWNER], NAME)
    settings = {**GIVEN, **SETTINGS, "organization_id": demo.organizations[ORGANIZATION]}
    await services.applications.ensure(actor, CLIENT_ID, settings)
    sample = Sample(
        title="Update an application, Timbrix's way",
        method="PUT",
        url=f"{demo.setup.origin}/api/oauth/apps/{CLIENT_ID}",
        headers={"Authorization": f"Bearer {await _token(demo)}"},
        body={"description": "Reads members for payroll, weekly"},
    )
    return (sample,)


async def _token(demo: Demo) -> str:
    """A personal access token of the surface whose tokens open this one."""
    (issuer,) = demo.setup.accepts
    tokens = demo.setup.services.personal_tokens
    alice = await demo.setup.services.credentials.person(demo.users[OWNER], issuer)
    for token in await tokens.of(alice):
        if token.name == TOKEN_NAME:
            return (await tokens.renew(alice, token.id, TOKEN, expires_at=None)).value
    return (await tokens.create(alice, Wanted(name=TOKEN_NAME, scopes=TOKEN_SCOPES), TOKEN)).value
