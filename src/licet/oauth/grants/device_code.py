"""The device grant's poll (RFC 8628 section 3.4): pending until a person decided, then once."""

from dataclasses import replace

from licet.domain.application import DEVICE_CODE
from licet.domain.family import DeviceCode, Proof
from licet.domain.secret import digest
from licet.errors import (
    AccessDenied,
    AuthorizationPending,
    Broken,
    ExpiredToken,
    InvalidGrant,
    InvalidRequest,
    PolledTooSoon,
)
from licet.oauth.caller import Caller
from licet.oauth.checks import capped, person_may
from licet.oauth.context import Context
from licet.oauth.families import Allowed, begun
from licet.oauth.grants.grant import Grant
from licet.oauth.request import TokenRequest


async def prove(context: Context, caller: Caller, asked: TokenRequest) -> Proof:
    """What the person has decided."""
    code = asked.get("device_code")
    if code is None:
        raise InvalidRequest.missing("device_code")
    device = await _approved(context, caller, code)
    allowed = Allowed(
        user_id=device.user_id or "",
        scope=device.scope,
        resources=device.resources,
        auth_time=device.auth_time,
        session_id=device.session_id,
        # RFC 8628 §5.4: what a phished person gives away ends soon, unless they were asked for more.
        refreshes=context.provider.rules.device_refreshes or "offline_access" in device.scope,
    )
    family = replace(
        begun(context, caller.application, allowed), redeemed_by=caller.proven_by, bound_to=caller.bound_to
    )
    await person_may(context, family)
    return Proof(
        family=family,
        scope=capped(family.scope, caller.application),
        resources=family.resources,
        refresh_generation=1 if family.refreshes else None,
    )


async def spend(context: Context, asked: TokenRequest, proof: Proof) -> None:
    """Take the approval, once: one whose tokens could not be made is good for a later poll."""
    code, family = asked.get("device_code"), proof.family
    if code is None or family is None:
        raise Broken("a device's proof is of a code and a family")
    if not await context.ambient.store.devices.claim(digest(code), family, context.now()):
        raise InvalidGrant


async def _approved(context: Context, caller: Caller, code: str) -> DeviceCode:
    """The device authorization of a code, once a person has said yes."""
    rules, now = context.provider.rules, context.now()
    polled = await context.ambient.store.devices.poll(digest(code), now, slower=rules.slower)
    ours = (caller.application.client_id, context.provider.surface)
    if polled is None or (polled[0].client_id, polled[0].surface) != ours:
        raise InvalidGrant
    device, too_soon = polled
    if device.state == "denied" and rules.denied_once and not await _closed(context, device):
        raise InvalidGrant
    _decided(device, now, too_soon=too_soon)
    if DEVICE_CODE not in caller.application.grant_types:
        await _closed(context, device)
        raise AccessDenied
    return device


async def _closed(context: Context, device: DeviceCode) -> bool:
    """Put an end to what was decided; True for the first of any number of callers."""
    return await context.ambient.store.devices.close(device.digest)


def _decided(device: DeviceCode, now: int, *, too_soon: bool) -> None:
    if now >= device.expires_at:
        raise ExpiredToken
    if device.state == "denied":
        raise AccessDenied
    if device.state == "claimed":
        raise InvalidGrant
    if device.state == "pending":
        # RFC 8628 §3.5: only who is told to wait is told to wait longer; a decision is never kept back.
        raise PolledTooSoon if too_soon else AuthorizationPending


GRANT = Grant(grant_type=DEVICE_CODE, parameters=("device_code",), prove=prove, identifies=True, spend=spend)
