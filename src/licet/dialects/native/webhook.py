"""How webhooks of this surface are told: the registry's own words, and retries for most of a day's work."""

from collections.abc import Mapping
from dataclasses import asdict

from licet.dialects.native.fields import spelled
from licet.dialects.native.formats import moment
from licet.domain.webhook import Due
from licet.services.deliveries import Telling
from licet.services.impact_ports import Alive

MINUTE, HOUR = 60, 3600


def body(due: Due, alive: Alive | None) -> Mapping[str, object]:
    """What is sent: the event, and the change that it is, as the audit log has it."""
    change = due.change
    return {
        "id": change.id,
        "event": due.delivery.event,
        "created_at": moment(change.at),
        "organization_id": due.webhook.organization_id,
        "data": {
            "action": change.action,
            "target": change.target,
            "client_id": due.client_id or change.after.get("client_id"),
            "actor": {"id": change.actor_id, "name": change.actor_name},
            "surface": change.surface,
            "request_id": change.request_id,
            "before": spelled(change.before),
            "after": spelled(change.after),
            **({"stops": asdict(alive)} if alive else {}),
        },
    }


TELLING = Telling(body=body, spell=str, pauses=(1, 5, 30, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR))
