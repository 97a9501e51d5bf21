"""Ways to set a scene with webhooks: one of acme's, and its receiver."""

from typing import Any

import httpx
import orjson

from licet.services.ports import Fetched
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.scene import call

HOOKS = "/api/organizations/acme/webhooks"
URL = "https://hooks.example/in"
NO_WEBHOOK = {"statusCode": 404, "message": "Webhook not found", "error": "Not Found"}


async def subscribed(house: House, *events: str, who: str = "alice", url: str = URL) -> dict[str, Any]:
    """A new webhook of acme's, with its secret."""
    answer = await call(house, who, "POST", HOOKS, json={"url": url, "events": list(events) or ["oauth_app.updated"]})
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


def answering(house: House, status: int, body: bytes = b"") -> None:
    """From now on the receiver answers so."""
    house.outside.answers[URL] = Fetched(status, {}, body)


async def settled(house: House) -> None:
    """Deliver until nothing is due at this moment."""
    quiet = 0
    while quiet < 2:
        begun = await house.instance.deliveries.look()
        await house.instance.deliveries.finish()
        quiet = 0 if begun else quiet + 1


def told(house: House) -> list[dict[str, Any]]:
    """The bodies that were sent, in order."""
    return [orjson.loads(body) for url, body in house.outside.asked if url == URL and body is not None]


async def deliveries(house: House, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    answer: httpx.Response = await call(house, "alice", "GET", f"{HOOKS}/{webhook['id']}/deliveries")
    assert answer.status_code == 200
    listed: list[dict[str, Any]] = answer.json()
    return listed
