"""The delivering end of the outbox: claimed, signed, sent, and tried again.

A delivery is claimed for a while before it is sent, so that no two workers send the same one and a killed worker's
comes due again. An event may thus arrive twice, and is known by its id; it never gets lost.
"""

import asyncio
import hmac
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import orjson

from licet.domain.webhook import KEPT_BYTES, Delivery, Due
from licet.errors import Broken, Unreachable
from licet.services.ambient import Ambient
from licet.services.chores import again
from licet.services.impact_ports import Alive
from licet.services.ports import Fetched

PURPOSE = "webhook_secret"
"""What a sealed signing secret is for; bound into the seal beside the webhook's id."""
LEASE = 10_000
"""How long (ms) a claimed delivery is left to who claimed it: twice what one may take."""
UNDER_WAY = 16
"""So many are sent at once by one worker, one to each webhook: a slow receiver keeps no other waiting."""
LOOK_EVERY = 0.5
"""Seconds between two looks when nothing is heard of."""
SETTLES = 0.05
"""Seconds that a change is given to be committed after it was announced."""
STOPS = frozenset({"application.suspended"})
SUCCESS = 2
"""The class of answers that say it arrived (RFC 9110 section 15); a redirect is none."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How a surface tells of an event: the body's JSON, its spelling of ids, and the seconds before each retry.

    Of what stops an application the body is told what lived of it.
    """

    body: Callable[[Due, Alive | None], Mapping[str, object]]
    spell: Callable[[str], str]
    pauses: tuple[int, ...]


class Deliveries:
    """What one worker delivers; `tellings` by surface."""

    def __init__(self, ambient: Ambient, tellings: Mapping[str, Telling]) -> None:
        self._ambient = ambient
        self._store = ambient.store.webhooks
        self._tellings = tellings
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._looking = asyncio.Lock()
        self._more = False

    async def run(self) -> None:
        """Deliver until cancelled; what is under way then is finished."""
        try:
            await again("looking for deliveries", self._round)
        finally:
            await self.finish()

    async def look(self) -> int:
        """Claim what is due and begin to send it; how many."""
        async with self._looking:
            now, busy = self._ambient.clock(), tuple(self._under_way)
            if len(busy) >= UNDER_WAY:
                return 0
            claimed = await self._store.claim(now, until=now + LEASE, besides=busy, size=UNDER_WAY - len(busy))
            for due in claimed:
                task = asyncio.create_task(self._deliver(due))
                self._under_way[due.webhook.id] = task
                task.add_done_callback(partial(self._done, due.webhook.id))
            return len(claimed)

    async def finish(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._under_way.values())

    def _done(self, webhook_id: str, _: asyncio.Task[None]) -> None:
        self._under_way.pop(webhook_id, None)
        self._more = True  # the same webhook may have more to hear, and that is committed
        self._ambient.written.set()

    async def _round(self) -> None:
        await self.look()
        await self._rest()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await self._ambient.written.wait()
                await asyncio.sleep(0 if self._more else SETTLES)
        self._more = False
        self._ambient.written.clear()

    async def _deliver(self, due: Due) -> None:
        try:
            secret = self._secret(due)
            told = replace(due.delivery, due_at=None) if secret is None else await self._tried(due, secret)
            gave_up = told.due_at is None and told.delivered_at is None
            await self._store.note(told, gave_up_at=self._ambient.clock() if gave_up else None)
        except Exception:
            # Its lease ends, and it comes due again.
            log.exception("while delivering %s", due.delivery.id)

    def _secret(self, due: Due) -> bytes | None:
        try:
            return self._ambient.sealer.open(PURPOSE, due.webhook.id, due.webhook.sealed)
        except Broken as broken:
            # No retry would open it, and nothing is sent unsigned.
            log.warning("delivery %s to %s is given up: %s", due.delivery.id, due.webhook.host, broken)
            return None

    async def _tried(self, due: Due, secret: bytes) -> Delivery:
        return self._outcome(due, await self._sent(due, secret))

    async def _sent(self, due: Due, secret: bytes) -> Fetched | None:
        telling, webhook = self._tellings[due.webhook.surface], due.webhook
        body = orjson.dumps(telling.body(due, await self._stopped(due)))
        headers = {
            "content-type": "application/json",
            "x-webhook-id": telling.spell(webhook.id),
            "x-webhook-timestamp": str(self._ambient.clock() // 1000),
            "x-webhook-signature": signature(secret, body),
        }
        try:
            return await self._ambient.fetch(webhook.url, body=body, headers=headers, most=KEPT_BYTES, cut=True)
        except Unreachable:
            # The URL may hold a secret of its receiver: the log names the host alone.
            log.info("delivery %s: %s is out of reach", due.delivery.id, webhook.host)
            return None

    async def _stopped(self, due: Due) -> Alive | None:
        if due.delivery.event not in STOPS:
            return None
        return await self._ambient.store.living.count(due.change.target, due.change.at)

    def _outcome(self, due: Due, answer: Fetched | None) -> Delivery:
        now, pauses = self._ambient.clock(), self._tellings[due.webhook.surface].pauses
        tried = replace(
            due.delivery,
            status=answer.status if answer else None,
            body=answer.body if answer else None,
            due_at=None,
        )
        if answer is not None and answer.status // 100 == SUCCESS:
            return replace(tried, delivered_at=now)
        if tried.attempts > len(pauses):
            return tried
        return replace(tried, due_at=now + pauses[tried.attempts - 1] * 1000)


def signature(secret: bytes, body: bytes) -> str:
    """`sha256=` and the lower-case hex HMAC-SHA-256 of the raw body under the signing secret."""
    return f"sha256={hmac.digest(secret, body, 'sha256').hex()}"
