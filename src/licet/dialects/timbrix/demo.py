"""The demo's application of this surface, and the call that updates it."""

from licet.dialects.record import Demo, Sample
from licet.dialects.timbrix.applications import GIVEN
from licet.dialects.timbrix.scopes import NAME
from licet.domain.application import Patch

CLIENT_ID = "app_b9c38bbc3acb6586"
OWNER, ORGANIZATION = "alice", "acme"
SETTINGS: Patch = {
    "client_name": "Payroll Connector",
    "description": "Reads members for payroll",
    "redirect_uris": ("https://payroll.example/cb",),
    "scope": ("read:organization", "read:members"),
}


async def furnish(demo: Demo) -> tuple[Sample, ...]:
    """Alice's application in the demo's organization."""
    services = demo.setup.services
    actor = await services.credentials.person(demo.users[OWNER], NAME)
    settings = {**GIVEN, **SETTINGS, "organization_id": demo.organizations[ORGANIZATION]}
    await services.applications.ensure(actor, CLIENT_ID, settings)
    return (Sample(title="Update an application, Timbrix's way", command=_command(demo)),)


def _command(demo: Demo) -> str:
    origin, json = demo.setup.origin, "-H 'Content-Type: application/json' -d"
    sign_in = f"""{json} '{{"username":"{OWNER}","password":"{demo.password}"}}'"""
    token = f"""$(curl -s {origin}/api/manage/session {sign_in} | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')"""
    change = f"""{json} '{{"description":"Reads members for payroll, weekly"}}'"""
    return f'curl -X PUT {origin}/api/oauth/apps/{CLIENT_ID} -H "Authorization: Bearer {token}" {change}'
