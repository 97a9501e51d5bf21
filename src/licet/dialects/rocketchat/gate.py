"""The way to every handler, in its one order: query, credential, schema, permission, rate limit, action."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.rocketchat import render
from licet.dialects.rocketchat.formats import NAME, USER_ID
from licet.dialects.rocketchat.reading import bearer, read_body, read_query
from licet.domain.actor import BYPASS_LIMITS, Actor
from licet.domain.user import User
from licet.errors import MalformedRequest, Refused, Throttled, Unauthenticated
from licet.oauth.presented import presented
from licet.web.limits import Limit, Standing
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

RATE_LIMIT, RATE_WINDOW = "rocketchat_rate_limit", "rocketchat_rate_window_ms"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls; `end` ends what proved it."""

    actor: Actor
    user: User
    end: Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way: what was sent (a body; a query where the method has no body), and by whom."""

    request: Request
    sent: Any
    known: Caller | None

    @property
    def caller(self) -> Caller:
        """Who calls; there always is one behind a door that asks for a credential."""
        if self.known is None:
            raise Unauthenticated
        return self.known


Action = Callable[[Call], Awaitable[Reply]]
Guard = Callable[[Call], Reply | None]
"""Looks at a call before it counts: the refusal, or None to let it pass."""


def fits(judge: Callable[[object], Reply | None]) -> Guard:
    """A guard that asks for the schema."""
    return lambda call: judge(call.sent)


def needs(permission: str) -> Guard:
    """A guard that asks for an instance permission."""
    return lambda call: None if call.caller.actor.may(permission) else render.forbidden()


class Gate:
    """Makes the routes of this surface."""

    def __init__(self, setup: Setup) -> None:
        self._services = setup.services
        self._context = setup.context
        self._accepts = setup.accepts
        self._limiter = setup.limiter
        self._limit = Limit("calls of an address to a route", setup.options[RATE_LIMIT], setup.options[RATE_WINDOW])

    def route(self, path: str, action: Action, operation: Operation, *guards: Guard, method: str = "POST") -> Route:
        """A route for callers with a credential."""

        async def handle(request: Request) -> Reply:
            query = _query(request)
            caller = await self._caller(request, query)
            return await self._enter(Call(request, _sent(request, query), caller), action, guards)

        return Route(method, f"/api/v1/{path}", handle, operation)

    def open(self, path: str, action: Action, operation: Operation, *guards: Guard) -> Route:
        """A counted route for everybody."""

        async def handle(request: Request) -> Reply:
            return await self._enter(Call(request, _sent(request, _query(request)), None), action, guards)

        return Route("POST", f"/api/v1/{path}", handle, operation)

    def uncounted(self, path: str, action: Action, operation: Operation) -> Route:
        """A route for everybody that says more to a caller with a credential and is never limited."""

        async def handle(request: Request) -> Reply:
            query = _query(request)
            try:
                caller = await self._caller(request, query)
            except Unauthenticated:
                caller = None
            return await action(Call(request, query, caller))

        return Route("GET", path, handle, operation)

    async def _caller(self, request: Request, query: dict[str, Any]) -> Caller:
        in_query = query.pop("access_token", None)
        token, user_id = request.header("x-auth-token"), request.header("x-user-id")
        if token and user_id:
            return await self._by_pair(request, token, user_id)
        in_header = bearer(request)
        return await self._by_access_token(request, in_query if in_header is None else in_header)

    async def _by_pair(self, request: Request, token: str, user_id: str) -> Caller:
        found = await self._services.credentials.either(token, NAME, self._accepts, request.request_id)
        if found.user.id != USER_ID.read(user_id):
            raise Unauthenticated
        if found.kind == "session":
            return Caller(found.actor, found.user, partial(self._services.sessions.end, found.credential.id))
        remove = partial(self._services.personal_tokens.remove, found.actor, found.credential.id)
        return Caller(found.actor, found.user, remove)

    async def _by_access_token(self, request: Request, token: object) -> Caller:
        """The person of an access token that this surface issued: it can do all that they can."""
        found = await presented(self._context, token) if isinstance(token, str) else None
        if found is None or found.user is None:
            raise Unauthenticated
        actor = await self._services.credentials.person(found.user, NAME, request.request_id)
        revoke = partial(self._context.ambient.store.access_tokens.revoke, found.digest)
        return Caller(actor, found.user, revoke)

    async def _enter(self, call: Call, action: Action, guards: Sequence[Guard]) -> Reply:
        for guard in guards:
            refusal = guard(call)
            if refusal is not None:
                return refusal
        if call.known is not None and call.known.actor.may(BYPASS_LIMITS):
            return await action(call)
        return await self._counted(call, action)

    async def _counted(self, call: Call, action: Action) -> Reply:
        request = call.request
        try:
            standing = await self._limiter.hit(self._limit, request.client, request.route, request.method)
        except Throttled as refusal:
            used_up = Standing(self._limit.maximum, 0, refusal.reset_at)
            return render.render(refusal, request).with_headers(render.standing_headers(used_up))
        try:
            reply = await action(call)
        except Refused as refusal:
            reply = render.render(refusal, request)
        return reply.with_headers(render.standing_headers(standing)) if standing else reply


def _query(request: Request) -> dict[str, Any]:
    try:
        return read_query(request)
    except MalformedRequest:
        raise MalformedRequest("Invalid query parameters") from None


def _sent(request: Request, query: Mapping[str, Any]) -> object:
    return read_body(request) if request.method == "POST" else query
