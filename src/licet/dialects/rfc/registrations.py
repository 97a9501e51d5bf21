"""Registration (RFC 7591) and its management by the client itself (RFC 7592)."""

from collections.abc import Mapping, Sequence
from typing import Any

from licet.dialects.record import Setup
from licet.dialects.rfc.authentication import REGISTER, Authentication
from licet.dialects.rfc.fields import INFORMATION, REGISTRATION, UPDATE, Information
from licet.dialects.rfc.formats import CLIENT_ID, CLIENT_SECRET, REGISTRATION_TOKEN, said
from licet.dialects.rfc.render import current, gone, registered
from licet.domain.actor import Actor
from licet.domain.application import SETTINGS, Application, Patch, needs_secret
from licet.domain.profile import PROFILES
from licet.domain.registration import Policy, as_spoken
from licet.domain.scope import split
from licet.domain.secret import Form, Secret, matches
from licet.errors import BodyTooLarge, Fault, Invalid
from licet.oauth.client_auth import offered
from licet.services.applications import Registration
from licet.web.limits import Limit
from licet.web.reply import Reply
from licet.web.request import Request

PATH = "/oauth2/register"
PROTOCOL = "native"
"""What registers here authorizes at the standard endpoints: one protocol surface, whichever API manages it."""
HOUR = 3_600_000


class Registrations:
    """The registration endpoint and the client configuration endpoints."""

    def __init__(self, setup: Setup) -> None:
        said_by = setup.settings
        self._authentication = Authentication(setup)
        self._services = setup.services
        self._limiter = setup.limiter
        self._origin = setup.origin
        self._bytes: int = said_by["registration_bytes"]
        self._pace = Limit("registrations from an address", said_by["registrations_per_hour"], HOUR)
        self._policy = Policy(
            grant_types=said_by["registration_grant_types"],
            redirect_uris=said_by["registration_redirect_uris"],
            default_scope=split(said_by["registration_default_scope"]),
            scope=said_by["registration_scopes"],
            auth_methods=tuple(method.name for method in offered(setup.context.provider)),
            signs=PROFILES[setup.context.provider.profile].signs,
        )

    async def register(self, request: Request) -> Reply:
        """POST (RFC 7591 section 3)."""
        actor, organization_id = await self._authentication.registrar(request)
        await self._limiter.hit(self._pace, request.client)
        asked = REGISTRATION.decode(self._metadata(request))
        settled = self._policy.settled(asked, None, await self._services.catalogue.scopes())
        made = await self._services.applications.register(
            actor,
            Registration(
                settings={**settled, "organization_id": organization_id, "protocols": (PROTOCOL,)},
                client_id=CLIENT_ID,
                secret=CLIENT_SECRET if needs_secret(settled) else None,
                registration_token=REGISTRATION_TOKEN,
                needs=REGISTER,
            ),
        )
        token = made.registration_access_token or ""
        return registered(await self._information(made.application, token, made.client_secret))

    async def read(self, request: Request) -> Reply:
        """GET (RFC 7592 section 2.1)."""
        actor, token = await self._authentication.client(request)
        application = await self._services.applications.get(actor, request.params["client_id"])
        return current(await self._information(application, token))

    async def update(self, request: Request) -> Reply:
        """PUT (RFC 7592 section 2.2): the metadata as a whole; what is left out takes its default again."""
        actor, token = await self._authentication.client(request)
        metadata = self._metadata(request)
        catalogue = await self._services.catalogue.scopes()
        before = await self._services.applications.get(actor, request.params["client_id"])
        live = await self._live(actor, before)

        def read(present: Application) -> Patch:
            asked = UPDATE.decode(metadata, as_spoken(present, catalogue))
            _refuse_another(asked, live)
            settings = {name: value for name, value in asked.items() if name in SETTINGS}
            return self._policy.settled(settings, present, catalogue)

        def needs(present: Application, wanted: Application) -> Form | None:
            # When it has to prove itself from now on and has nothing to prove itself with.
            changed = wanted.token_endpoint_auth_method != present.token_endpoint_auth_method
            sealed = wanted.token_endpoint_auth_method == "client_secret_jwt"
            fit = any(one.sealed or not sealed for one in live)
            return CLIENT_SECRET if changed and wanted.needs_secret and not fit else None

        made = await self._services.applications.reregister(actor, before.client_id, read, needs)
        return current(await self._information(made.application, token, made.client_secret))

    async def delete(self, request: Request) -> Reply:
        """DELETE (RFC 7592 section 2.3)."""
        actor, _ = await self._authentication.client(request)
        await self._services.applications.delete(actor, request.params["client_id"])
        return gone()

    def _metadata(self, request: Request) -> object:
        if len(request.body) > self._bytes:
            raise BodyTooLarge
        return said(request.json())

    async def _live(self, actor: Actor, application: Application) -> Sequence[Secret]:
        now = self._services.ambient.clock()
        secrets = await self._services.secrets.of(actor, application.client_id)
        return [secret for secret in secrets if secret.live(now)]

    async def _information(self, application: Application, token: str, secret: str | None = None) -> dict[str, Any]:
        information = Information(
            application=as_spoken(application, await self._services.catalogue.scopes()),
            registration_client_uri=f"{self._origin}{PATH}/{application.client_id}",
            registration_access_token=token,
            client_secret=secret,
        )
        return INFORMATION.encode(information)


def _refuse_another(asked: Mapping[str, Any], live: Sequence[Secret]) -> None:
    """Refuse an update that names another client or another secret (RFC 7592 section 2.2)."""
    faults = []
    if "client_id" in asked:
        faults.append(Fault(("client_id",), "immutable", "the client_id of this registration"))
    if "client_secret" in asked and not any(matches(secret.digest, asked["client_secret"]) for secret in live):
        faults.append(Fault(("client_secret",), "immutable", "a live secret of this client"))
    if faults:
        raise Invalid(faults)
