"""The demo's self-registered application, and the call with which it changes itself."""

import hmac

from licet.dialects.record import Demo, Sample
from licet.dialects.rfc.authentication import SURFACE
from licet.dialects.rfc.formats import CLIENT_ID, REGISTRATION_TOKEN
from licet.dialects.rfc.registrations import PATH, PROTOCOL
from licet.domain.actor import Actor
from licet.domain.application import Patch
from licet.domain.secret import Form
from licet.domain.text import words
from licet.domain.trust import ANY, SAME, SURFACE as BY_SURFACE, ExchangePolicy
from licet.services.application_ports import Query
from licet.services.applications import Registration

NAME = "Self-registered demo"
REDIRECT_URI = "http://127.0.0.1:8199/cb"
SCOPE = ("openid", "profile", "email", "offline_access")
POLICY = ExchangePolicy(name="demo", clients=(BY_SURFACE + SURFACE,), subjects=(ANY,), audiences=(SAME,))
"""Self-registered applications may exchange any live access token of this instance for one of the same audience."""


async def demo(made: Demo) -> tuple[Sample, ...]:
    """Make what is missing, and answer the call that changes it."""
    services = made.setup.services
    admin = await services.credentials.person(made.users["admin"], SURFACE)
    if POLICY.name not in {policy.name for policy in await services.trust.policies(admin)}:
        await services.trust.put_policy(admin, POLICY)
    alice = await services.credentials.person(made.users["alice"], SURFACE)
    token = _token(made)
    client_id = await _client_id(made, alice, token)
    update = {
        "client_id": client_id,
        "client_name": f"{NAME}, renamed",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": " ".join(SCOPE),
        "token_endpoint_auth_method": "none",
    }
    sample = Sample(
        title="Update an application as itself (RFC 7592)",
        method="PUT",
        url=f"{made.setup.origin}{PATH}/{client_id}",
        headers={"Authorization": f"Bearer {token}"},
        body=update,
    )
    return (sample,)


async def _client_id(made: Demo, alice: Actor, token: str) -> str:
    services, organization_id = made.setup.services, made.organizations["acme"]
    query = Query(organizations=(organization_id,), surface=SURFACE, q=words(NAME), limit=1)
    found = (await services.applications.page(alice, query)).items
    if found:
        return found[0].client_id
    settings: Patch = {
        "organization_id": organization_id,
        "protocols": (PROTOCOL,),
        "client_name": NAME,
        "redirect_uris": (REDIRECT_URI,),
        "scope": SCOPE,
        "token_endpoint_auth_method": "none",
    }
    registration = Registration(settings=settings, client_id=CLIENT_ID, registration_token=Form(token, "0", 0))
    return (await services.applications.register(alice, registration)).application.client_id


def _token(made: Demo) -> str:
    """The application's registration token, the same at every start: what was given out once cannot be asked for."""
    return REGISTRATION_TOKEN.prefix + hmac.new(made.setup.cookie_key, NAME.encode(), "sha256").hexdigest()
