"""The refresh token grant (RFC 6749 section 6), rotating (RFC 9700 section 4.14.2). A refusal leaves the token good."""

from licet.domain.application import REFRESH_TOKEN
from licet.domain.family import Family, Proof, Replay
from licet.domain.profile import profile_of
from licet.errors import Cause, InvalidGrant, InvalidRequest
from licet.oauth.binding import refreshed_by
from licet.oauth.caller import Caller
from licet.oauth.checks import admitted, capped, person_may, resources_kept, scope_asked
from licet.oauth.context import Context
from licet.oauth.details import details_kept
from licet.oauth.grants.grant import Grant
from licet.oauth.request import TokenRequest


async def prove(context: Context, caller: Caller, asked: TokenRequest) -> Proof | Replay:
    """Check everything, then turn the family to its next generation; a genuine token of another time is a replay."""
    token = asked.get("refresh_token")
    if token is None:
        raise InvalidRequest.missing("refresh_token")
    family, generation = await _living(context, token)
    if family.client_id != caller.application.client_id or family.surface != context.provider.surface:
        # A genuine token in another client's hands has been stolen.
        return Replay(family.id, Cause.REFRESH_FOREIGN)
    if not refreshed_by(family, caller):
        raise InvalidGrant(cause=Cause.KEY_DIFFERS)
    if context.provider.rules.refresh_as_redeemed and (family.redeemed_by == "none") != (caller.proven_by == "none"):
        raise InvalidGrant(cause=Cause.SECRET_UNFIT)
    scope = capped(scope_asked(asked.get("scope"), family.scope), caller.application)
    resources, details = resources_kept(family, asked), details_kept(family.authorization_details, asked)
    await person_may(context, family)
    if family.revoked_at is not None:
        raise InvalidGrant(cause=Cause.REFRESH_ENDED)
    await admitted(context, family)
    rotates = profile_of(caller.application, context.provider.profile).rotates
    return await _turn(context, caller, family, generation, rotates=rotates) or Proof(
        family=family,
        scope=scope,
        resources=resources,
        refresh_generation=generation + rotates,
        authorization_details=details,
        renewed=True,
    )


async def _living(context: Context, token: str) -> tuple[Family, int]:
    """The family and the generation of a genuine token whose time has not run out (InvalidGrant)."""
    read = context.refresh_tokens.read(token)
    family = await context.ambient.store.families.by_id(read[0]) if read else None
    if read is None or family is None:
        raise InvalidGrant(cause=Cause.REFRESH_UNKNOWN)
    if family.expired(read[1], context.now()):
        raise InvalidGrant(cause=Cause.REFRESH_EXPIRED)
    return family, read[1]


async def _turn(context: Context, caller: Caller, family: Family, generation: int, *, rotates: bool) -> Replay | None:
    grace = caller.application.refresh_grace_seconds * 1000
    kept = context.ambient.store.families
    turned = await kept.turn(family.id, generation, now=context.now(), grace=grace, rotates=rotates)
    if turned is None or turned.outcome == "over":
        ended = turned is None or turned.family.revoked_at is not None
        raise InvalidGrant(cause=Cause.REFRESH_ENDED if ended else Cause.REFRESH_EXPIRED)
    return Replay(family.id, Cause.REFRESH_SPENT) if turned.outcome == "replayed" else None


GRANT = Grant(
    grant_type=REFRESH_TOKEN,
    parameters=("refresh_token", "scope", "resource", "authorization_details"),
    prove=prove,
    identifies=True,
)
