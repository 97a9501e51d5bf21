"""The token routes: a code exchanged, a token for the application itself, a refresh; and the two that tell and end.

Each takes this surface's JSON and the standard's form, and answers in the language it was asked in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from licet.dialects.record import Setup
from licet.dialects.shape import Shape
from licet.dialects.timbrix import formats, render
from licet.dialects.timbrix.token_fields import EXCHANGE, OWN, REFRESH, proven_apart
from licet.domain.application import AUTHORIZATION_CODE, CLIENT_CREDENTIALS, REFRESH_TOKEN
from licet.errors import InvalidClient, InvalidRequest, MalformedBody, Refused
from licet.oauth.context import Context
from licet.oauth.grants import GRANTS, client_credentials
from licet.oauth.grants.grant import Grant
from licet.oauth.introspect import introspect
from licet.oauth.request import TokenRequest
from licet.oauth.revoke import revoke
from licet.oauth.token import answer
from licet.web.basic import basic
from licet.web.limits import CREDENTIAL_FAILURES, MINUTE, Limit
from licet.web.parsing import parse_single
from licet.web.reply import Reply
from licet.web.request import FORM, Request

HERE: Mapping[str, Grant] = {**GRANTS, CLIENT_CREDENTIALS: client_credentials.FOR_A_PERSON}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One token route.

    Attributes:
        limit: calls from one address.
        shape: its body as JSON.
        implied: the grant of a request that names none; None where a form must name it.
        grants: the grants it serves.
        alone: whether a refresh token may come alone.
        ungranted: how a grant that is not good is said in JSON.
    """

    limit: Limit
    shape: Shape
    implied: str | None = None
    grants: tuple[str, ...]
    alone: bool = False
    ungranted: render.Row


EXCHANGED = Endpoint(
    limit=Limit("exchanges of codes from an address", 15, MINUTE),
    shape=EXCHANGE,
    grants=(AUTHORIZATION_CODE,),
    ungranted=render.INVALID_CODE,
)
OWNED = Endpoint(
    limit=Limit("tokens for an application itself from an address", 10, MINUTE),
    shape=OWN,
    grants=(CLIENT_CREDENTIALS, AUTHORIZATION_CODE, REFRESH_TOKEN),
    ungranted=render.INVALID_CODE,
)
REFRESHED = Endpoint(
    limit=Limit("refreshes from an address", 20, MINUTE),
    shape=REFRESH,
    implied=REFRESH_TOKEN,
    grants=(REFRESH_TOKEN,),
    alone=True,
    ungranted=render.INVALID_REFRESH,
)


class Tokens:
    """The routes where clients come by themselves."""

    def __init__(self, setup: Setup) -> None:
        self._context = setup.context
        self._limiter = setup.limiter

    async def exchange(self, request: Request) -> Reply:
        """An authorization code for tokens."""
        return await self._answered(EXCHANGED, request)

    async def own(self, request: Request) -> Reply:
        """A token for the application itself, or for a person within their consent; as a form every grant."""
        return await self._answered(OWNED, request)

    async def refresh(self, request: Request) -> Reply:
        """A refresh token for the next pair."""
        return await self._answered(REFRESHED, request)

    async def introspect(self, request: Request) -> Reply:
        """What a token is good for (RFC 7662)."""
        try:
            return render.told(await introspect(self._context, _form(request)))
        except Refused as refusal:
            return await self._refused(refusal, request)

    async def revoke(self, request: Request) -> Reply:
        """End a token (RFC 7009)."""
        try:
            await revoke(self._context, _form(request))
        except Refused as refusal:
            return await self._refused(refusal, request)
        return render.ended()

    async def _answered(self, endpoint: Endpoint, request: Request) -> Reply:
        form = request.media_type == FORM
        try:
            await self._limiter.hit(endpoint.limit, request.client)
            asked = _form(request) if form else _json(endpoint, request)
            if endpoint.implied is not None:
                asked = asked._replace(parameters={"grant_type": endpoint.implied, **asked.parameters})
            return render.tokens(await answer(_at(endpoint, self._context), asked, HERE))
        except Refused as refusal:
            return render.oauth_error(refusal) if form else render.token_refused(refusal, endpoint.ungranted)

    async def _refused(self, refusal: Refused, request: Request) -> Reply:
        """The refusal, or that there were too many, after one that could be a guess."""
        if isinstance(refusal, InvalidClient):
            try:
                await self._limiter.hit(CREDENTIAL_FAILURES, request.client)
            except Refused as throttled:
                return render.oauth_error(throttled)
        return render.oauth_error(refusal)


def _at(endpoint: Endpoint, context: Context) -> Context:
    rules = replace(context.provider.rules, grant_types=endpoint.grants, refresh_alone=endpoint.alone)
    return replace(context, provider=replace(context.provider, rules=rules))


def _json(endpoint: Endpoint, request: Request) -> TokenRequest:
    proof = _apart(request)
    shape = endpoint.shape if proof is None else proven_apart(endpoint.shape)
    said = shape.decode(request.json())
    implied = {} if "grant_type" in said else {"grant_type": endpoint.grants[0]}
    return TokenRequest(parameters={**implied, **said}, basic=proof, address=request.client)


def _form(request: Request) -> TokenRequest:
    proof = _apart(request)
    if request.media_type != FORM:
        raise InvalidRequest(f"The body must be of type {FORM}.")
    said = parse_single(request.body, MalformedBody)
    if said.get("user_id"):
        said["user_id"] = formats.read_user(said["user_id"])
    return TokenRequest(parameters=said, basic=proof, address=request.client)


def _apart(request: Request) -> tuple[str, str] | None:
    """What HTTP Basic brings; nothing is looked for in the query, since a URL stands in logs (RFC 6749 section 3.2)."""
    if request.raw_query:
        raise InvalidRequest("The parameters belong in the body, and the query must be empty.")
    return basic(request)
