"""Token introspection (RFC 7662): what a token is good for, told to who may know it."""

from licet.domain.application import Application
from licet.domain.family import Family
from licet.domain.profile import profile_of
from licet.errors import InvalidRequest
from licet.oauth.binding import cnf, token_type
from licet.oauth.caller import Caller
from licet.oauth.client_auth import authenticate
from licet.oauth.context import Context
from licet.oauth.details import details_claim
from licet.oauth.presented import Presented, presented
from licet.oauth.request import TokenRequest

Claims = dict[str, object]
INACTIVE: Claims = {"active": False}
SIGNED_TYPE = "token-introspection+jwt"


async def introspect(context: Context, request: TokenRequest) -> Claims:
    """The claims of a live token to the application it was issued to or is meant for; `active: false` otherwise."""
    return await _told(context, await authenticate(context, request), request)


async def introspect_signed(context: Context, request: TokenRequest) -> str:
    """The same in a JWT for whoever asks (RFC 9701 section 5)."""
    caller = await authenticate(context, request)
    claims = {
        "iss": context.provider.issuer,
        "aud": caller.application.client_id,
        "iat": context.now() // 1000,
        "token_introspection": await _told(context, caller, request),
    }
    # RFC 9701 §6: RS256, where the profile allows it.
    usual = profile_of(caller.application, context.provider.profile).signs
    signer = await context.ring.signer(caller.application.introspection_signed_response_alg or usual)
    return await signer.token(claims, SIGNED_TYPE)


async def _told(context: Context, caller: Caller, request: TokenRequest) -> Claims:
    token = request.get("token")
    if token is None:
        raise InvalidRequest.missing("token")
    # A wrong token_type_hint only orders the search (RFC 7662 §2.1), and there is nothing to order here.
    found = await presented(context, token)
    if found is not None and _may_know(caller.application, found):
        return _claims(context, found)
    return await _refresh_token(context, caller.application, token) or INACTIVE


def _may_know(application: Application, found: Presented) -> bool:
    issued_to = found.application.client_id == application.client_id
    meant_for = application.client_id in found.audience or application.default_resource in found.audience
    return issued_to or (application.confidential and meant_for)


def _claims(context: Context, found: Presented) -> Claims:
    return {
        "active": True,
        "iss": context.provider.issuer,
        "client_id": found.application.client_id,
        "sub": context.subjects.of(found.application, found.user.id if found.user else None, acts_for=found.acts_for),
        "aud": found.audience[0] if len(found.audience) == 1 else list(found.audience),
        "scope": " ".join(found.scope),
        "token_type": token_type(found.bound_to),
        "iat": found.issued_at // 1000,
        "exp": found.expires_at // 1000,
        **({"cnf": cnf(found.bound_to)} if found.bound_to else {}),
        **({"jti": found.jti} if found.jti is not None else {}),
        **details_claim(found.details),
        **_signed_in(found.family),
        **({"act": found.act} if found.act is not None else {}),
        **({"username": found.user.username} if found.user is not None else {}),
    }


def _signed_in(family: Family | None) -> Claims:
    # RFC 9470 §6.2: how and when the person behind it signed in.
    if family is None or family.auth_time is None:
        return {}
    return {"auth_time": family.auth_time // 1000, "acr": family.acr, "amr": list(family.amr)}


async def _refresh_token(context: Context, application: Application, token: str) -> Claims | None:
    """A present refresh token, to the application that holds it."""
    read = context.refresh_tokens.read(token)
    family = await context.ambient.store.families.by_id(read[0]) if read else None
    if read is None or family is None or family.client_id != application.client_id:
        return None
    now = context.now()
    expires_at = min(family.expires_at, family.idle_expires_at or 0)
    user = await context.ambient.store.users.by_id(family.user_id)
    if family.revoked_at is not None or read[1] != family.generation or now >= expires_at:
        return None
    if user is None or not user.active:
        return None
    return {
        "active": True,
        "iss": context.provider.issuer,
        "client_id": family.client_id,
        "sub": context.subjects.of(application, family.user_id),
        "scope": " ".join(family.scope),
        "exp": expires_at // 1000,
        "username": user.username,
    }
