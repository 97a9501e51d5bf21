"""Makers of webhooks and of what they are told."""

from typing import Any

from licet.domain.revision import Change
from licet.domain.webhook import Webhook
from tests.contract.stores.scene import ACME, ALICE, Scene, an_id

EVENTS = ("application.created", "member.added")


def webhook(number: int, **more: Any) -> Webhook:
    said = {"organization_id": ACME, "surface": "native", "url": "https://hooks.example/in", "events": EVENTS}
    made = {"sealed": b"sealed", "created_by": ALICE, "created_at": number, "updated_at": number}
    return Webhook(**{"id": an_id(number), **said, **made, **more})


async def subscribed(scene: Scene, number: int = 1, **more: Any) -> Webhook:
    """Write webhook number so-and-so."""
    made = webhook(number, **more)
    change = scene.change(made.id, action="webhook.created", organization_id=made.organization_id)
    assert await scene.store.webhooks.insert(made, change, limit=20)
    return made


async def happened(scene: Scene, action: str = "member.added", **more: Any) -> Change:
    """Write a change of acme's."""
    change = scene.change(**{"action": action, "organization_id": ACME, **more})
    await scene.store.audit.write(change)
    return change


async def events(scene: Scene, number: int = 1) -> list[str]:
    """What a webhook was told or is to be told, newest first."""
    return [each.event for each in await scene.store.webhooks.deliveries(an_id(number), limit=100)]
