"""`/api/applications/{client_id}/secrets`: what proves an application, several at once."""

from functools import partial

from licet.dialects.native import render
from licet.dialects.native.applications import CREDENTIALS, ONE
from licet.dialects.native.authentication import Authentication
from licet.dialects.native.fields import NEW_SECRET, SECRET, SHOWN_ONCE, Dated, collected, having
from licet.dialects.native.formats import CLIENT_SECRET
from licet.dialects.native.lifetime import later
from licet.dialects.native.once import IDEMPOTENCY_KEY, once
from licet.dialects.native.reading import optional_body
from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.domain.actor import Actor
from licet.services.secrets import Terms
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

TAG = "Secrets"
COLLECTION = f"{ONE}/secrets"
LIVE_AT_MOST = 10


class Secrets:
    """Added beside one another and revoked one by one, so that none has to be changed in two places at one moment."""

    def __init__(self, setup: Setup, authentication: Authentication) -> None:
        self._clock = setup.services.ambient.clock
        self._applications = setup.services.applications
        self._secrets = setup.services.secrets
        self._idempotency = setup.services.idempotency
        self._authentication = authentication

    async def all(self, request: Request) -> Reply:
        """Every secret, newest first, never a value."""
        actor = await self._authentication.actor(request)
        secrets = await self._secrets.of(actor, request.params["client_id"])
        now = self._clock()
        return render.ok({"items": [SECRET.encode(Dated(secret, now)) for secret in secrets]})

    async def add(self, request: Request) -> Reply:
        """One more, whose value is said once."""
        actor = await self._authentication.actor(request)
        # An answer that is given again has a secret in it: not for who may not add one any more.
        actor.need_scope("secrets:write")
        await self._applications.managed(actor, request.params["client_id"])
        return await once(self._idempotency, request, actor, partial(self._add, request, actor))

    async def _add(self, request: Request, actor: Actor) -> Reply:
        wanted = NEW_SECRET.decode(optional_body(request))
        now = self._clock()
        terms = Terms(
            label=wanted.get("label", ""), expires_at=later(wanted.get("expires_at"), now), limit=LIVE_AT_MOST
        )
        minted = await self._secrets.add(actor, request.params["client_id"], CLIENT_SECRET, terms=terms)
        return render.created({**SECRET.encode(Dated(minted.secret, now)), "client_secret": minted.value})

    async def revoke(self, request: Request) -> Reply:
        """It proves nothing any more, at once."""
        actor = await self._authentication.actor(request)
        return await once(self._idempotency, request, actor, partial(self._revoke, request, actor))

    async def _revoke(self, request: Request, actor: Actor) -> Reply:
        await self._secrets.revoke(actor, request.params["client_id"], request.params["secret_id"])
        return render.done()

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("GET", COLLECTION, self.all, _LIST),
            Route("POST", COLLECTION, self.add, _ADD),
            Route("DELETE", f"{COLLECTION}/{{secret_id}}", self.revoke, _REVOKE),
        )


_LIST = Operation(
    summary="List an application's secrets",
    about="Dates and the last four characters; no value is ever shown again.",
    tag=TAG,
    answers={render.OK: collected(SECRET)},
    security=CREDENTIALS,
    faults=render.READING,
)
_ADD = Operation(
    summary="Add a secret",
    about=f"Beside the others, at most {LIVE_AT_MOST} that are active.",
    tag=TAG,
    request=NEW_SECRET,
    bodyless=True,
    headers=IDEMPOTENCY_KEY,
    answers={render.CREATED: having(SECRET, client_secret=SHOWN_ONCE)},
    security=CREDENTIALS,
    faults=render.ONCE,
)
_REVOKE = Operation(
    summary="Revoke a secret",
    tag=TAG,
    headers=IDEMPOTENCY_KEY,
    answers={render.NO_CONTENT: None},
    security=CREDENTIALS,
    faults=(*render.READING, render.CONFLICT, render.KEY_REUSED),
)
