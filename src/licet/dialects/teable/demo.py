"""The demo's application of this surface, and its update call to copy."""

from licet.dialects.record import Demo, Sample
from licet.dialects.teable.applications import AUTH_METHOD
from licet.dialects.teable.formats import ACCESS_TOKEN, SURFACE
from licet.domain.actor import Actor
from licet.domain.application import Patch
from licet.services.personal_tokens import Wanted

CLIENT_ID = "cltdemo0acme0sync00"
TOKEN_NAME = "Demo"

_SETTINGS: Patch = {
    "client_name": "Acme Sync",
    "description": "Nightly sync",
    "client_uri": "https://acme.example",
    "logo_uri": "https://acme.example/logo.png",
    "redirect_uris": ("https://acme.example/cb",),
    "scope": ("table|read", "record|read"),
    "token_endpoint_auth_method": AUTH_METHOD,
}
_BODY = {
    "name": "Acme Sync",
    "homepage": "https://acme.example",
    "redirectUris": ["https://acme.example/cb"],
    "scopes": ["table|read", "record|create"],
}


async def demo(demo: Demo) -> tuple[Sample, ...]:
    """Alice's application and a token of hers, which is made anew at every start because it is shown."""
    alice = await demo.setup.services.credentials.person(demo.users["alice"], SURFACE)
    settings = {**_SETTINGS, "organization_id": alice.organization_id}
    await demo.setup.services.applications.ensure(alice, CLIENT_ID, settings)
    sample = Sample(
        title="Update an application, Teable's way",
        method="PUT",
        url=f"{demo.setup.origin}/api/oauth/client/{CLIENT_ID}",
        headers={"Authorization": f"Bearer {await _token(demo, alice)}"},
        body=_BODY,
    )
    return (sample,)


async def _token(demo: Demo, alice: Actor) -> str:
    tokens = demo.setup.services.personal_tokens
    for token in await tokens.of(alice):
        if token.name == TOKEN_NAME:
            return (await tokens.renew(alice, token.id, ACCESS_TOKEN, expires_at=None)).value
    return (await tokens.create(alice, Wanted(name=TOKEN_NAME, narrowed_to=(("scopes", ()),)), ACCESS_TOKEN)).value
