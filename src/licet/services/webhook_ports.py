"""What webhooks and API keys need kept, in atomic verbs; the same promises as in `ports`.

Nobody writes a delivery: the store does, in the transaction of the change that it tells of, for every webhook that
asks for one of the change's events.
"""

from collections.abc import Sequence
from typing import Protocol

from licet.domain.api_key import ApiKey
from licet.domain.revision import Change
from licet.domain.webhook import Delivery, Due, Webhook


class Webhooks(Protocol):
    """Webhooks of organizations, and what is to be delivered to them."""

    async def insert(self, webhook: Webhook, change: Change, *, limit: int) -> bool:
        """Write one; False when its organization is gone or has `limit` already."""

    async def by_id(self, webhook_id: str) -> Webhook | None:
        """The webhook, or None."""

    async def of(self, organization_id: str) -> Sequence[Webhook]:
        """Those of an organization, oldest first."""

    async def replace(self, seen: Webhook, webhook: Webhook, change: Change) -> bool:
        """Write what leads from the state seen to the new one; False when it is gone.

        What still waited for one that is now off is dropped.
        """

    async def remove(self, webhook_id: str, change: Change) -> bool:
        """Delete one with its deliveries; False when it was gone."""

    async def deliveries(self, webhook_id: str, *, limit: int) -> Sequence[Delivery]:
        """Its deliveries, newest first."""

    async def claim(self, now: int, *, until: int, besides: Sequence[str], size: int) -> Sequence[Due]:
        """Take deliveries that are due, each webhook's oldest, and count an attempt: they are due again at `until`.

        No two callers get the same one before that; `besides` names webhooks to leave alone.
        """

    async def note(self, delivery: Delivery, *, gave_up_at: int | None) -> bool:
        """Write what became of an attempt; False when the delivery is gone or another attempt has begun since."""


class ApiKeys(Protocol):
    """API keys of organizations, by digest."""

    async def insert(self, key: ApiKey, change: Change, *, limit: int) -> bool:
        """Write one; False when its organization is gone or has `limit` live ones already."""

    async def by_digest(self, digest: bytes) -> ApiKey | None:
        """The key, whatever its state."""

    async def of(self, organization_id: str) -> Sequence[ApiKey]:
        """An organization's keys, newest first, ended ones too."""

    async def revoke(self, organization_id: str, key_id: str, change: Change) -> bool:
        """End one at once; False when it is unknown or had ended."""

    async def touch(self, key_id: str, now: int) -> None:
        """Remember a use; gathered, may be lost by a crash."""
