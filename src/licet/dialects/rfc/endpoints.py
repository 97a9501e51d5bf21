"""Endpoints where clients authenticate: tokens, introspection, revocation, and what a device begins with."""

import logging
import re
from collections.abc import Awaitable, Callable, Iterable

from licet.dialects.record import Setup
from licet.dialects.rfc.reading import protocol_request
from licet.dialects.rfc.render import device_code, introspected, pushed, render, revoked, signed, tokens
from licet.dialects.rfc.sharing import Sharing
from licet.errors import InvalidClient, InvalidGrant, Refused
from licet.oauth.device import device
from licet.oauth.introspect import introspect, introspect_signed
from licet.oauth.pushed import push
from licet.oauth.request import TokenRequest
from licet.oauth.revoke import revoke
from licet.oauth.token import answer
from licet.web.held import with_nonce
from licet.web.limits import MINUTE, Limit
from licet.web.reply import Reply
from licet.web.request import Request

FAILURES_OF_ADDRESS = Limit("failures at the token endpoint from an address", 500, 5 * MINUTE)
FAILURES_OF_CLIENT = Limit("failures at the token endpoint of a client", 500, 5 * MINUTE)
LONGEST = 200
"""Characters of a client_id that a failure is counted under."""
INTROSPECTION_JWT = "application/token-introspection+jwt"
"""RFC 9701 section 4: who accepts this is answered by a JWT."""
NEVER = re.compile(r"\s*q=0(?:\.0{0,3})?\s*")
"""A weight of nothing (RFC 9110 section 12.4.2)."""
VERIFICATION_PATH = "/device"

log = logging.getLogger("licet.oauth")

Work = Callable[[TokenRequest], Awaitable[Reply]]


class Endpoints:
    """The endpoints of one instance. A success is never counted, a failure by address and by client."""

    def __init__(self, setup: Setup) -> None:
        self._context = setup.context
        self._limiter = setup.limiter
        self._sharing = Sharing(setup)
        self._verification_uri = f"{setup.origin}{VERIFICATION_PATH}"

    async def token(self, request: Request) -> Reply:
        """POST (RFC 6749 section 3.2)."""

        async def work(asked: TokenRequest) -> Reply:
            return tokens(await answer(self._context, asked))

        return await self._answered(request, work)

    async def introspect(self, request: Request) -> Reply:
        """POST (RFC 7662 section 2)."""

        async def work(asked: TokenRequest) -> Reply:
            if _accepts(request.headers_all("accept"), INTROSPECTION_JWT):
                return signed(await introspect_signed(self._context, asked), INTROSPECTION_JWT)
            return introspected(await introspect(self._context, asked))

        return await self._answered(request, work)

    async def revoke(self, request: Request) -> Reply:
        """POST (RFC 7009 section 2)."""

        async def work(asked: TokenRequest) -> Reply:
            await revoke(self._context, asked)
            return revoked()

        return await self._answered(request, work)

    async def device(self, request: Request) -> Reply:
        """POST (RFC 8628 section 3.1)."""

        async def work(asked: TokenRequest) -> Reply:
            return device_code(await device(self._context, asked), self._verification_uri)

        return await self._answered(request, work)

    async def push(self, request: Request) -> Reply:
        """POST (RFC 9126 section 2)."""

        async def work(asked: TokenRequest) -> Reply:
            return pushed(await push(self._context, asked))

        return await self._answered(request, work)

    async def _answered(self, request: Request, work: Work) -> Reply:
        """What the work answers or refuses; the page of an application that may read a success may read its errors."""
        asked = None
        try:
            asked = protocol_request(request)
            reply = await work(asked)
        except Refused as refusal:
            log.debug("%s %s: %s", request.request_id, type(refusal).__name__, refusal.detail)
            reply = render(await self._counted(refusal, request, asked), request)
        reply = with_nonce(reply, request, self._context)
        return await self._sharing.of_client(request, reply, asked.client_id if asked else None)

    async def _counted(self, refusal: Refused, request: Request, asked: TokenRequest | None) -> Refused:
        """The refusal, or Throttled in its place, after a failure that could be a guess."""
        if not isinstance(refusal, InvalidClient | InvalidGrant):
            return refusal
        try:
            await self._limiter.hit(FAILURES_OF_ADDRESS, request.client)
            if asked is not None and asked.client_id:
                await self._limiter.hit(FAILURES_OF_CLIENT, asked.client_id[:LONGEST])
        except Refused as throttled:
            return throttled
        return refusal


def _accepts(headers: Iterable[str], media_type: str) -> bool:
    """Whether a media type is named as one to answer by (RFC 9110 section 12.5.1), and not by a weight of nothing."""
    for named, *parameters in (part.split(";") for header in headers for part in header.lower().split(",")):
        if named.strip() == media_type and not any(map(NEVER.fullmatch, parameters)):
            return True
    return False
