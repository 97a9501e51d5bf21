"""Client secrets: listed without their values, added beside each other, deleted."""

from licet.dialects.record import Setup
from licet.dialects.timbrix import formats, render
from licet.dialects.timbrix.callers import Callers
from licet.dialects.timbrix.fields import NOTHING, ROTATION, secrets_at
from licet.errors import UnknownSecret
from licet.services.secrets import Rotation, Terms
from licet.web.reply import Reply
from licet.web.request import Request

AT_MOST = 2
"""So many secrets of an application may be active at once."""


class Secrets:
    """Secrets of one application."""

    def __init__(self, setup: Setup, callers: Callers) -> None:
        self._applications = setup.services.applications
        self._secrets = setup.services.secrets
        self._callers = callers
        self._shape = secrets_at(setup.services.ambient.clock)

    async def all(self, request: Request) -> Reply:
        """Every secret, newest first."""
        actor = await self._callers.actor(request)
        found = await self._secrets.of(actor, request.params["clientId"])
        return render.ok([self._shape.encode(secret) for secret in found])

    async def add(self, request: Request) -> Reply:
        """A second one; its value is shown this once."""
        actor = await self._callers.actor(request)
        actor.need_scope("secrets:write")
        client_id = request.params["clientId"]
        await self._applications.managed(actor, client_id)
        if request.body:
            NOTHING.decode(request.json())

        async def mint() -> object:
            minted = await self._secrets.add(actor, client_id, formats.CLIENT_SECRET, terms=Terms(limit=AT_MOST))
            return {**self._shape.encode(minted.secret), "clientSecret": minted.value}

        return render.created(await self._callers.once(actor, request, mint))

    async def regenerate(self, request: Request) -> Reply:
        """A new one, while the one before it goes on for a time; its value is shown this once."""
        actor = await self._callers.actor(request)
        actor.need_scope("secrets:write")
        client_id = request.params["clientId"]
        await self._applications.managed(actor, client_id)
        how = Rotation(**(ROTATION.decode(request.json()) if request.body else {}))

        async def rotate() -> object:
            made = await self._secrets.rotate(actor, client_id, formats.CLIENT_SECRET, how)
            return {
                "clientId": client_id,
                "secretId": formats.SECRET.spell(made.minted.secret.id),
                "clientSecret": made.minted.value,
                "previousSecretExpiresAt": formats.moment(made.previous_expires_at),
            }

        return render.created(await self._callers.once(actor, request, rotate))

    async def delete(self, request: Request) -> Reply:
        """End one at once; the last active one stays."""
        actor = await self._callers.actor(request)
        actor.need_scope("secrets:write")
        client_id = request.params["clientId"]
        await self._applications.managed(actor, client_id)
        secret_id = formats.SECRET.read(request.params["secretId"])
        if secret_id is None:
            raise UnknownSecret
        await self._secrets.revoke(actor, client_id, secret_id, keep_last=True)
        return render.done()
