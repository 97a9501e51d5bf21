"""Pushed authorization requests (RFC 9126): checked and kept before a browser brings their name, and answered once."""

from dataclasses import replace
from typing import NamedTuple

from licet.domain.family import AuthorizationRequest
from licet.domain.secret import digest
from licet.oauth.arriving import URN
from licet.oauth.asking import PARAMETERS, Asked
from licet.oauth.authorize import check_pushed
from licet.oauth.binding import pushed_key
from licet.oauth.client_auth import authenticate
from licet.oauth.context import Context
from licet.oauth.provider import random_value
from licet.oauth.request import TokenRequest
from licet.oauth.waiting import LIFETIME


class PushedAnswer(NamedTuple):
    """What the client is told (RFC 9126 section 2.2)."""

    request_uri: str
    expires_in: int


async def push(context: Context, request: TokenRequest) -> PushedAnswer:
    """The name of a request of an authenticated client; any leaf of ProtocolRefusal when it gets none."""
    caller = await authenticate(context, request, context.provider.pushed_endpoint)
    # What proves the client is no part of what it asks for, and never kept.
    parameters = {name: value for name, value in request.parameters.items() if name in PARAMETERS}
    asked = await check_pushed(context, Asked(parameters=parameters, resources=request.resources, known=caller.client))
    key = await pushed_key(context, request.held, asked.get("dpop_jkt"))
    if key is not None:
        asked = replace(asked, parameters={**asked.parameters, "dpop_jkt": key})
    value, now, lifetime = random_value(context.random), context.now(), context.provider.pushed_lifetime
    stored = AuthorizationRequest(
        digest=digest(value),
        browser=None,
        client_id=caller.application.client_id,
        surface=context.provider.surface,
        parameters={**asked.parameters, "client_id": caller.application.client_id},
        resources=asked.resources,
        created_at=now,
        expires_at=now + lifetime * 1000 + LIFETIME,
    )
    await context.ambient.store.authorization_requests.insert(stored)
    return PushedAnswer(URN + value, lifetime)
