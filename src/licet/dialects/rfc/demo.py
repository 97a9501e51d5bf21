"""The demo's self-registered application: one a start, made anew, because nobody can ask again for its token."""

from licet.dialects.record import Demo, Sample
from licet.dialects.rfc.authentication import SURFACE
from licet.dialects.rfc.formats import CLIENT_ID, REGISTRATION_TOKEN
from licet.dialects.rfc.registrations import PATH, PROTOCOL
from licet.domain.trust import ANY, SAME, SURFACE as BY_SURFACE, ExchangePolicy
from licet.services.applications import Registration
from licet.services.ports import Query

NAME = "Self-registered demo"
REDIRECT_URI = "http://127.0.0.1:8199/cb"
SCOPE = ("openid", "profile", "email", "offline_access")
POLICY = ExchangePolicy(name="demo", clients=(BY_SURFACE + SURFACE,), subjects=(ANY,), audiences=(SAME,))
"""Self-registered applications may exchange any live access token of this instance for one of the same audience."""


async def demo(made: Demo) -> tuple[Sample, ...]:
    """Put a fresh application in the last start's place, and answer the call that changes it."""
    services = made.setup.services
    await services.trust.put_policy(await services.credentials.person(made.users["admin"], SURFACE), POLICY)
    organization_id = made.organizations["acme"]
    actor = await services.credentials.person(made.users["alice"], SURFACE)
    query = Query(organizations=(organization_id,), surface=SURFACE, q=tuple(NAME.lower().split()))
    for application in (await services.applications.page(actor, query)).items:
        await services.applications.delete(actor, application.client_id)
    fresh = await services.applications.register(
        actor,
        Registration(
            settings={
                "organization_id": organization_id,
                "protocols": (PROTOCOL,),
                "client_name": NAME,
                "redirect_uris": (REDIRECT_URI,),
                "scope": SCOPE,
                "token_endpoint_auth_method": "none",
            },
            client_id=CLIENT_ID,
            registration_token=REGISTRATION_TOKEN,
        ),
    )
    update = {
        "client_id": fresh.application.client_id,
        "client_name": f"{NAME}, renamed",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": " ".join(SCOPE),
        "token_endpoint_auth_method": "none",
    }
    sample = Sample(
        title="Update an application as itself (RFC 7592)",
        method="PUT",
        url=f"{made.setup.origin}{PATH}/{fresh.application.client_id}",
        headers={"Authorization": f"Bearer {fresh.registration_access_token}"},
        body=update,
    )
    return (sample,)
