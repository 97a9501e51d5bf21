"""`/api/manage/webhooks`: who is told when something of an organization changes, and what was delivered."""

from dataclasses import replace

from licet.dialects.native import render
from licet.dialects.native.applications import CREDENTIALS
from licet.dialects.native.authentication import Authentication
from licet.dialects.native.fields import SHOWN_ONCE, collected, having, shown, shown_time
from licet.dialects.native.once import IDEMPOTENCY_KEY, once
from licet.dialects.native.reading import PATCHES, body, query
from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.domain.kinds import Choice, Flag, Nullable, Number, Text, Texts
from licet.domain.webhook import EVENTS, Delivery, Target
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

TAG = "Webhooks"
COLLECTION = "/api/manage/webhooks"
ONE = f"{COLLECTION}/{{webhook_id}}"

_ORGANIZATION = Field(
    theirs="organization_id", ours="organization_id", kind=Text(1, 100), absent=Absent.REFUSE, about="By id or slug."
)
_URL = Field(theirs="url", ours="url", kind=Target(), about="https; redirects are not followed.")
_EVENTS = Field(
    theirs="events",
    ours="events",
    kind=Texts(Choice(tuple(EVENTS)), minimum=1, maximum=len(EVENTS)),
    take=lambda value, _: tuple(value),
    about="What it is told of.",
)
_ENABLED = Field(theirs="enabled", ours="enabled", kind=Flag(), about="Off: it is told nothing.")
WEBHOOK = Shape(
    name="Webhook",
    fields=(
        shown("id", Text()),
        shown("organization_id", Text()),
        shown("surface", Text(), "In whose words it is told: those of the surface that it was made through."),
        _URL,
        _EVENTS,
        _ENABLED,
        shown_time("created_at"),
        shown_time("updated_at"),
        shown_time("gave_up_at", "When a delivery was last given up; null since one arrived, or the webhook changed."),
    ),
    unknown=Unknown.REFUSE,
    echoes=True,
)
NEW_WEBHOOK = Shape(
    name="NewWebhook",
    fields=(
        _ORGANIZATION,
        replace(_URL, absent=Absent.REFUSE),
        replace(_EVENTS, absent=Absent.REFUSE),
        _ENABLED,
    ),
    unknown=Unknown.REFUSE,
)
WEBHOOKS = Shape(name="Webhooks", fields=(_ORGANIZATION,), unknown=Unknown.REFUSE)


def _answer(delivery: Delivery) -> str | None:
    return None if delivery.body is None else delivery.body.decode("utf-8", "replace")


DELIVERY = Shape(
    name="WebhookDelivery",
    fields=(
        shown("id", Text()),
        shown("webhook_id", Text()),
        shown("event", Text()),
        shown("attempts", Number(0, 2**31)),
        shown("status", Nullable(Number(0, 999)), "Of the last answer; null when there was none."),
        Field(theirs="body", kind=Nullable(Text()), read_only=True, show=_answer, about="Its first kilobyte."),
        shown_time("created_at"),
        shown_time("delivered_at", "Null until it has arrived."),
        shown_time("due_at", "When it is tried again; null when it is not."),
    ),
    unknown=Unknown.REFUSE,
)
EVENT = Shape(name="EventName", fields=(shown("event", Text()), shown("about", Text())), unknown=Unknown.REFUSE)


class Webhooks:
    """For managers of an organization."""

    def __init__(self, setup: Setup, authentication: Authentication) -> None:
        self._webhooks = setup.services.webhooks
        self._idempotency = setup.services.idempotency
        self._authentication = authentication

    async def all(self, request: Request) -> Reply:
        """Those of one organization, oldest first."""
        actor = await self._authentication.actor(request)
        found = await self._webhooks.of(actor, query(request, WEBHOOKS)["organization_id"])
        return render.ok({"items": [WEBHOOK.encode(each) for each in found]})

    async def create(self, request: Request) -> Reply:
        """One more, whose signing secret is said once."""
        actor = await self._authentication.actor(request)
        said = NEW_WEBHOOK.decode(body(request))
        organization_id = said.pop("organization_id")

        async def make() -> Reply:
            made = await self._webhooks.create(actor, organization_id, said)
            document = {**WEBHOOK.encode(made.webhook), "secret": made.secret}
            return render.created(document, [("location", f"{COLLECTION}/{made.webhook.id}")])

        return await once(self._idempotency, request, actor, make)

    async def get(self, request: Request) -> Reply:
        """One."""
        actor = await self._authentication.actor(request)
        return render.ok(WEBHOOK.encode(await self._webhooks.get(actor, request.params["webhook_id"])))

    async def update(self, request: Request) -> Reply:
        """Another address, other events, or the switch."""
        actor = await self._authentication.actor(request)
        present = await self._webhooks.get(actor, request.params["webhook_id"])
        said = WEBHOOK.decode(body(request, PATCHES), present)
        return render.ok(WEBHOOK.encode(await self._webhooks.update(actor, present, said)))

    async def remove(self, request: Request) -> Reply:
        """It is told nothing more."""
        actor = await self._authentication.actor(request)
        await self._webhooks.remove(actor, await self._webhooks.get(actor, request.params["webhook_id"]))
        return render.done()

    async def deliveries(self, request: Request) -> Reply:
        """The latest hundred, newest first."""
        actor = await self._authentication.actor(request)
        webhook = await self._webhooks.get(actor, request.params["webhook_id"])
        found = await self._webhooks.deliveries(webhook)
        return render.ok({"items": [DELIVERY.encode(each) for each in found]})

    async def events(self, request: Request) -> Reply:
        """What there is to be told of."""
        await self._authentication.actor(request)
        return render.ok({"items": [{"event": event, "about": about} for event, about in EVENTS.items()]})

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("GET", COLLECTION, self.all, _LIST),
            Route("POST", COLLECTION, self.create, _CREATE),
            Route("GET", ONE, self.get, _GET),
            Route("PATCH", ONE, self.update, _UPDATE),
            Route("DELETE", ONE, self.remove, _REMOVE),
            Route("GET", f"{ONE}/deliveries", self.deliveries, _DELIVERIES),
            Route("GET", "/api/manage/events", self.events, _ALL_EVENTS),
        )


_LIST = Operation(
    summary="List webhooks",
    tag=TAG,
    query=WEBHOOKS,
    answers={render.OK: collected(WEBHOOK)},
    security=CREDENTIALS,
    faults=render.READING,
)
_CREATE = Operation(
    summary="Make a webhook",
    about="Each event is sent as JSON by POST, with `X-Webhook-Id`, `X-Webhook-Timestamp` (seconds) and "
    "`X-Webhook-Signature`: `sha256=` and the lower-case hex HMAC-SHA-256 of the raw body under `secret`. An answer "
    "of the 2xx class within 5 seconds says that it arrived; else it is sent again after 1, 5 and 30 seconds, 5 and 30 "
    "minutes, 2 and 5 hours, and then given up. An event may come twice: its `id` tells.",
    tag=TAG,
    request=NEW_WEBHOOK,
    headers=IDEMPOTENCY_KEY,
    answers={render.CREATED: having(WEBHOOK, secret=SHOWN_ONCE)},
    security=CREDENTIALS,
    faults=render.ONCE,
)
_GET = Operation(
    summary="Read a webhook",
    tag=TAG,
    answers={render.OK: WEBHOOK},
    security=CREDENTIALS,
    faults=render.READING,
)
_UPDATE = Operation(
    summary="Update a webhook",
    about="Of one that is switched off nothing is sent, also not later what it missed.",
    tag=TAG,
    request=WEBHOOK,
    media_types=PATCHES,
    answers={render.OK: WEBHOOK},
    security=CREDENTIALS,
    faults=render.WRITING,
)
_REMOVE = Operation(
    summary="Remove a webhook",
    tag=TAG,
    answers={render.NO_CONTENT: None},
    security=CREDENTIALS,
    faults=render.READING,
)
_DELIVERIES = Operation(
    summary="Read what a webhook was told",
    about="The latest hundred of a week, newest first.",
    tag=TAG,
    answers={render.OK: collected(DELIVERY)},
    security=CREDENTIALS,
    faults=render.READING,
)
_ALL_EVENTS = Operation(
    summary="List events",
    tag=TAG,
    answers={render.OK: collected(EVENT)},
    security=CREDENTIALS,
    faults=render.ASKING,
)
