"""What a demo instance shows of this surface: an application of a team, and the call that updates it."""

from licet.dialects.native.authentication import NAME
from licet.dialects.native.formats import CLIENT_ID, CLIENT_SECRET, PERSONAL_TOKEN
from licet.dialects.record import Demo, Sample, Setup
from licet.domain.actor import Actor
from licet.domain.text import words
from licet.services.application_ports import Query
from licet.services.applications import Registration
from licet.services.personal_tokens import Wanted

CLIENT_NAME = "Acme Dashboard"
TOKEN_NAME = "demo"
SCOPES = ("applications:read", "applications:write", "secrets:write")


async def demo(shown: Demo) -> tuple[Sample, ...]:
    """Make what is missing; the token is made anew, since its value can be said only once."""
    actor = await shown.setup.services.credentials.person(shown.users["alice"], NAME)
    client_id = await _client_id(shown.setup, actor, shown.organizations["acme"])
    token = await _token(shown.setup, actor)
    sample = Sample(
        title="Update an application through the management API",
        method="PATCH",
        url=f"{shown.setup.origin}/api/applications/{client_id}",
        headers={"Authorization": f"Bearer {token}"},
        body={"description": "Figures for everybody at Acme"},
    )
    return (sample,)


async def _client_id(setup: Setup, actor: Actor, organization_id: str) -> str:
    asked = Query(organizations=(organization_id,), surface=NAME, q=words(CLIENT_NAME), limit=1)
    found = (await setup.services.applications.page(actor, asked)).items
    if found:
        return found[0].client_id
    settings = {
        "organization_id": organization_id,
        "client_name": CLIENT_NAME,
        "redirect_uris": ["https://dashboard.example.com/callback", "http://127.0.0.1:8080/callback"],
        "scope": ["openid", "profile", "email"],
        "client_uri": "https://dashboard.example.com/",
    }
    registered = await setup.services.applications.register(
        actor, Registration(settings=settings, client_id=CLIENT_ID, secret=CLIENT_SECRET)
    )
    return registered.application.client_id


async def _token(setup: Setup, actor: Actor) -> str:
    tokens = setup.services.personal_tokens
    for token in await tokens.of(actor):
        if token.name == TOKEN_NAME:
            return (await tokens.renew(actor, token.id, PERSONAL_TOKEN, expires_at=None)).value
    return (await tokens.create(actor, Wanted(name=TOKEN_NAME, scopes=SCOPES), PERSONAL_TOKEN)).value
