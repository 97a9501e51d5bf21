"""How webhooks of this surface are told: its names of events and fields, its ids, its three retries."""

from collections.abc import Callable, Mapping
from typing import Any

from licet.dialects.timbrix import formats
from licet.dialects.timbrix.events import NAMES, told
from licet.dialects.timbrix.live_fields import effect
from licet.dialects.timbrix.organization_fields import WEBHOOK_ID
from licet.domain.ids import to_uuid
from licet.domain.webhook import Due
from licet.services.deliveries import Telling
from licet.services.impact_ports import Alive

_APPLICATION = "application."
_BESIDE: Mapping[str, tuple[str, Callable[[Any], object]]] = {
    "user_id": ("userId", formats.USER.spell),
    "client_id": ("clientId", str),
    "scope": ("scopes", list),
    "role": ("role", str),
    "name": ("name", str),
    "slug": ("slug", str),
    "host": ("host", str),
    "events": ("events", lambda names: [NAMES[name] for name in names]),
}
"""What a change that is no application's may say; whatever else it says is not told."""


def body(due: Due, alive: Alive | None) -> Mapping[str, object]:
    """What is sent: the event in its envelope."""
    return {
        "id": formats.EVENT.spell(due.change.id),
        "event": NAMES[due.delivery.event],
        "createdAt": formats.moment(due.change.at),
        "organizationId": to_uuid(due.webhook.organization_id),
        "data": {"actor": due.change.actor_name, **_data(due), **({"effect": effect(alive)} if alive else {})},
    }


def _data(due: Due) -> Mapping[str, object]:
    change = due.change
    if due.delivery.event.startswith(_APPLICATION):
        sides = {"before": told(change.before, change.after), "after": told(change.after, change.before)}
        return {"clientId": due.client_id, **sides}
    said = {**change.before, **change.after}
    data = {theirs: write(said[ours]) for ours, (theirs, write) in _BESIDE.items() if ours in said}
    return data | ({"webhookId": WEBHOOK_ID.spell(change.target)} if "host" in said else {})


TELLING = Telling(body=body, spell=WEBHOOK_ID.spell, pauses=(1, 5, 30))
