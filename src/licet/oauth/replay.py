"""A spent thing came again: what it started ends, and those who answer for its application can see that it did."""

import logging

from licet.domain.actor import Actor
from licet.domain.family import Replay
from licet.oauth.caller import Caller
from licet.oauth.context import Context

log = logging.getLogger("licet.oauth")


async def end(context: Context, caller: Caller, replay: Replay) -> None:
    """End the family; the first of any number of callers leaves a row in the audit log of its organization."""
    kept = context.ambient.store
    family = await kept.families.by_id(replay.family_id)
    if family is None or not await kept.families.revoke(family.id, context.now()):
        return
    by = caller.application.client_id
    log.warning("%s was presented by %s: everything of the same consent has ended", replay.cause.value, by)
    actor = Actor(id=None, name=f"client:{by}", surface=context.provider.surface, roles={}, permissions=frozenset())
    owner = await context.clients.find(family.client_id)
    change = context.ambient.change(
        actor,
        "authorization.replayed",
        family.id,
        organization_id=owner.application.organization_id if owner else None,
        after={"what": replay.cause.value, "client_id": family.client_id, "user_id": family.user_id},
    )
    await kept.audit.write(change)
