"""What every service stands on: the store, the clock, randomness, the sealer and the way out, handed in once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from licet.domain.actor import Actor
from licet.domain.application import Application
from licet.domain.ids import Entropy, new_id
from licet.domain.revision import Change, Values, of_application
from licet.errors import Unreachable
from licet.services.ports import Fetch, Fetched, Store
from licet.services.sealing import Sealer

Clock = Callable[[], int]
"""Milliseconds since the epoch."""


async def nowhere(url: str, **_: object) -> Fetched:
    """No way out: what stands here until a guarded one is handed in."""
    raise Unreachable(f"{url[:200]!r}: there is no way out")


@dataclass(frozen=True, slots=True)
class Ambient:
    """The ground of all services; tests hand in their own clock, entropy and way out.

    `written` is set when a change is about to be written, and wakes who delivers webhooks. It is a hint: the change may
    still be refused, and changes of other workers do not set it.
    """

    store: Store
    clock: Clock
    entropy: Entropy
    sealer: Sealer
    fetch: Fetch = nowhere
    written: asyncio.Event = field(default_factory=asyncio.Event)

    def id(self) -> str:
        """A new internal id."""
        return new_id(self.entropy)

    def change_id(self) -> str:
        """A new id that sorts by time, for what is listed newest first: 48 bits of ms, 48 random bits, hex."""
        self.written.set()
        return f"{self.clock():012x}{self.entropy(6).hex()}"

    def change(
        self,
        actor: Actor,
        action: str,
        target: str,
        *,
        organization_id: str | None = None,
        before: Values | None = None,
        after: Values | None = None,
    ) -> Change:
        """The audit row of a change that is not an application's."""
        return Change(
            id=self.change_id(),
            at=self.clock(),
            action=action,
            actor_id=actor.id,
            actor_name=actor.name,
            surface=actor.surface,
            request_id=actor.request_id,
            target=target,
            organization_id=organization_id,
            before=before or {},
            after=after or {},
        )

    def revision(
        self,
        actor: Actor,
        action: str,
        before: Application | None,
        after: Application | None,
        *,
        beside: Values | None = None,
    ) -> Change:
        """The change that leads from one state of an application to another; one of the two may be missing.

        What stands `beside` is no setting: a reason, the id of a secret. It is kept with the new values.
        """
        made = of_application(actor, action, before, after, change_id=self.change_id(), at=self.clock())
        return replace(made, after={**made.after, **beside}) if beside else made
