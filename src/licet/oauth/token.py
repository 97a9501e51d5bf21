"""The token endpoint (RFC 6749 section 3.2): the steps that every grant shares, in order; none can be left out."""

from collections.abc import Mapping

from licet.domain.application import DEVICE_CODE, REFRESH_TOKEN
from licet.domain.family import Replay
from licet.errors import InvalidGrant, InvalidRequest, UnauthorizedClient, UnsupportedGrantType
from licet.oauth.binding import bound, must_be_bound
from licet.oauth.caller import Caller
from licet.oauth.client_auth import authenticate
from licet.oauth.context import Context
from licet.oauth.encryption import readable
from licet.oauth.grants import GRANTS
from licet.oauth.grants.grant import Grant
from licet.oauth.holder import alone, holder
from licet.oauth.issue import issue
from licet.oauth.replay import end
from licet.oauth.request import TokenAnswer, TokenRequest


async def answer(context: Context, request: TokenRequest, grants: Mapping[str, Grant] = GRANTS) -> TokenAnswer:
    """The tokens a request gets; any leaf of ProtocolRefusal when it gets none."""
    # 1. Exactly one method proves the application; where a surface says so, its refresh token alone.
    caller = await _caller(context, request)
    application = caller.application
    # 2. The grant is one that this surface has,
    grant = _named(context, request, grants)
    # 3. and one that this application may use.
    denies = grant.grant_type == DEVICE_CODE and context.provider.rules.opt_out_denies
    if grant.grant_type not in application.grant_types and not denies:
        raise UnauthorizedClient
    # 4. What the grant does not declare never reaches it.
    asked = request.only(grant.parameters)
    # 5. What the tokens will be bound to is proven before anything is spent.
    if request.held is not None or must_be_bound(context, application):
        caller = await bound(context, caller, request)
    # What an ID Token would be encrypted to is there before anything is spent, too.
    if grant.identifies:
        await readable(context, application)
    # 6. The grant proves; it issues nothing.
    found = await grant.prove(context, caller, asked)
    # 7. A replay ends what it started, and that is committed before anybody hears of it.
    if isinstance(found, Replay):
        await end(context, caller, found)
        raise InvalidGrant(detail=f"{found.cause.value}, family {found.family_id}", cause=found.cause)
    # 8. The person is shown when what they allowed was used last.
    if found.family is not None:
        await context.ambient.store.consents.touch(found.family.user_id, application.id, context.now())
    # 9. Only what was proven is issued, to nobody but whoever holds the key.
    if caller.bound_to:
        found = found._replace(bound_to=caller.bound_to)
    issued = await issue(context, application, found, identifies=grant.identifies)
    # 10. What must outlive a failure to issue is spent last.
    if grant.spend is not None:
        await grant.spend(context, asked, found)
    return issued


async def _caller(context: Context, request: TokenRequest) -> Caller:
    if context.provider.rules.refresh_alone and request.get("grant_type") == REFRESH_TOKEN and alone(request):
        return await holder(context, request)
    return await authenticate(context, request)


def _named(context: Context, request: TokenRequest, grants: Mapping[str, Grant]) -> Grant:
    grant_type, offered = request.get("grant_type"), context.provider.rules.grant_types
    if grant_type is None:
        raise InvalidRequest.missing("grant_type")
    if grant_type not in grants or (offered is not None and grant_type not in offered):
        raise UnsupportedGrantType(about=grant_type)
    return grants[grant_type]
