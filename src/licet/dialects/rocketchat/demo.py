"""The demo's application of this surface, and a call to copy."""

from licet.dialects.record import Demo, Sample
from licet.dialects.rocketchat.formats import CLIENT_ID, NAME, SECRET, SESSION, USER_ID, joined
from licet.domain.actor import INSTANCE_ORGANIZATION_ID, Actor
from licet.domain.application import Application
from licet.domain.text import words
from licet.services.application_ports import Query
from licet.services.applications import Registration
from licet.services.house import Services

WIKI = "Wiki login"


async def demo(given: Demo) -> tuple[Sample, ...]:
    """One application, and how an administrator updates it."""
    services, admin = given.setup.services, given.users["admin"]
    application = await _application(services, await services.credentials.person(admin, NAME))
    opened = await services.sessions.open(admin, SESSION)
    body = {
        "appId": application.id,
        "name": application.client_name,
        "active": True,
        "redirectUri": joined(application.redirect_uris),
    }
    sample = Sample(
        title="Update an application, Rocket.Chat's way",
        method="POST",
        url=f"{given.setup.origin}/api/v1/oauth-apps.update",
        headers={"X-Auth-Token": opened.token, "X-User-Id": USER_ID.spell(admin.id)},
        body=body,
    )
    return (sample,)


async def _application(services: Services, actor: Actor) -> Application:
    page = await services.applications.page(actor, Query(surface=NAME, q=words(WIKI), limit=1))
    if page.items:
        return page.items[0]
    registered = await services.applications.register(
        actor,
        Registration(
            settings={
                "client_name": WIKI,
                "redirect_uris": ["https://wiki.example.org/login/cb"],
                "organization_id": INSTANCE_ORGANIZATION_ID,
                "client_secret_retrievable": True,
            },
            client_id=CLIENT_ID,
            secret=SECRET,
        ),
    )
    return registered.application
