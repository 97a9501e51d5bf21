"""Tokens for codes and refresh tokens, and who signed in."""

import logging

from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.rocketchat import reference
from licet.dialects.rocketchat.kinds import Words
from licet.dialects.rocketchat.provider import render
from licet.dialects.rocketchat.provider.reading import token_request
from licet.dialects.rocketchat.reading import bearer
from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.errors import InvalidClient, InvalidGrant, Refused
from licet.oauth.presented import presented
from licet.oauth.request import TokenRequest
from licet.oauth.token import answer
from licet.web.limits import CREDENTIAL_FAILURES, MINUTE, Limit
from licet.web.reply import Reply
from licet.web.request import FORM, Request
from licet.web.route import Route

FAILURES_OF_CLIENT = Limit("bad credentials of a client", 300, 5 * MINUTE)
LONGEST = 200
"""Characters of a client_id that a failure is counted under."""


def _sent(name: str, about: str, absent: Absent = Absent.KEEP) -> Field:
    return Field(theirs=name, ours=name, kind=Words(), absent=absent, about=about)


REQUEST = Shape(
    name="TokenRequest",
    fields=(
        _sent("grant_type", "`authorization_code` or `refresh_token`.", Absent.REFUSE),
        _sent("client_id", "Where HTTP Basic does not say it."),
        _sent("client_secret", "Where it is not sent by HTTP Basic."),
        _sent("code", "The authorization code."),
        _sent("redirect_uri", "Where the code was sent."),
        _sent("code_verifier", "For a code that was asked for with a challenge."),
        _sent("refresh_token", "The latest one."),
    ),
    unknown=Unknown.IGNORE,
)

log = logging.getLogger("licet.oauth")


class Tokens:
    """The handlers of one instance."""

    def __init__(self, setup: Setup) -> None:
        self._context = setup.context
        self._limiter = setup.limiter
        self._origin = setup.origin

    async def token(self, request: Request) -> Reply:
        """POST: a code or a refresh token for tokens."""
        asked = None
        try:
            asked = token_request(request)
            return render.tokens(await answer(self._context, asked))
        except Refused as refusal:
            log.debug("%s %s: %s", request.request_id, type(refusal).__name__, refusal.detail)
            return render.refused(await self._counted(refusal, request, asked))

    async def by_get(self, _request: Request) -> Reply:
        """GET: refused, since a URL stands in logs."""
        return render.must_be_post()

    async def userinfo(self, request: Request) -> Reply:
        """Who signed in, by an access token in the header alone."""
        token = bearer(request)
        if token is None:
            return render.unknown("No token")
        found = await presented(self._context, token)
        if found is None or found.user is None:
            return render.unknown("Invalid Token")
        return render.claims(found.user, self._origin)

    async def _counted(self, refusal: Refused, request: Request, asked: TokenRequest | None) -> Refused:
        """The refusal, or Throttled in its place, after a failure that could be a guess."""
        if not isinstance(refusal, InvalidClient | InvalidGrant):
            return refusal
        try:
            await self._limiter.hit(CREDENTIAL_FAILURES, request.client)
            if asked is not None and asked.client_id:
                await self._limiter.hit(FAILURES_OF_CLIENT, asked.client_id[:LONGEST])
        except Refused as throttled:
            return throttled
        return refusal


def routes(setup: Setup) -> tuple[Route, ...]:
    """The token endpoint and userinfo."""
    tokens = Tokens(setup)
    exchange = Operation(
        summary="Get tokens",
        about="For an authorization code or a refresh token; by HTTP Basic, or with the credentials in the body.",
        tag="oauth",
        request=REQUEST,
        media_types=(FORM, "application/json"),
        answers={render.OK: reference.TOKENS},
        security=("", "client"),
        faults=(render.REFUSED, render.UNKNOWN),
    )
    refused = Operation(summary="Refused", tag="oauth", faults=(render.REFUSED,))
    userinfo = Operation(
        summary="Know who signed in",
        tag="oauth",
        answers={render.OK: reference.OBJECT, render.UNKNOWN: reference.TEXT},
        security=("access_token",),
    )
    return (
        Route("POST", "/oauth/token", tokens.token, exchange),
        Route("GET", "/oauth/token", tokens.by_get, refused),
        Route("GET", "/oauth/userinfo", tokens.userinfo, userinfo),
    )
