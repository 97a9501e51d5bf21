"""Authorize and consent: a request is answered at once, or a transaction waits for its person's decision."""

from collections import Counter
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlencode

from licet.dialects.record import Setup
from licet.dialects.teable.access import Access, to_login
from licet.dialects.teable.body import body_of
from licet.dialects.teable.formats import SURFACE
from licet.dialects.teable.protocol.fields import ASKED
from licet.dialects.teable.protocol.render import (
    TRANSACTION_INVALID,
    TRANSACTION_MISSING,
    TRANSACTION_OF_ANOTHER,
    Said,
    at_authorize,
    found,
    told,
)
from licet.dialects.teable.render import ok
from licet.domain.application import Application
from licet.domain.family import AuthorizationRequest
from licet.domain.secret import matches
from licet.errors import AccessDenied, ProtocolRefusal, UnknownLink
from licet.oauth import waiting
from licet.oauth.asking import Asked
from licet.oauth.authorize import SentBack
from licet.oauth.decide import Need, Progress, SignedIn, decide
from licet.oauth.waiting import Waiting
from licet.services.credentials import Caller
from licet.web.authorizing import answered
from licet.web.reply import Reply
from licet.web.request import Request

AUTHORIZE, DECISION = "/api/oauth/authorize", "/oauth/decision"
PARAMETERS = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)
FLOW = "authorization-code"


class Pending(NamedTuple):
    """A transaction that waits for the caller: what was asked, as it stands now, and the scopes that were shown."""

    waiting: Waiting
    asked: Asked
    shown: tuple[str, ...]


class AskedFor(NamedTuple):
    """What a person is shown before they decide; nothing that opens anything."""

    application: Application
    scope: tuple[str, ...]


class Authorize:
    """The handlers of `/api/oauth/authorize` and `/api/oauth/decision`."""

    def __init__(self, setup: Setup, access: Access) -> None:
        self._access = access
        self._authorizations = setup.services.authorizations
        self._server = setup.servers.of(SURFACE)

    async def ask(self, request: Request) -> Reply:
        """An authorization request, answered at once where the person allowed as much before."""
        caller = await self._access.visitor(request)
        if caller is None:
            return to_login(request)
        pairs = [(name, value) for name, value in request.query() if name in PARAMETERS]
        counted = Counter(name for name, _ in pairs)
        repeated = frozenset(name for name, times in counted.items() if times > 1)
        try:
            asked = await self._server.check(dict(reversed(pairs)), repeated=repeated)
        except ProtocolRefusal as refusal:
            return at_authorize(refusal, request)
        if isinstance(asked, SentBack):
            return at_authorize(asked.refusal, request)
        outcome = await decide(self._server.context, asked, person_of(caller))
        if not isinstance(outcome, Need):
            return await answered(self._server, asked, outcome)
        # It stays bound to where it would lead now: when it is decided, another URI may be the first.
        kept = replace(asked, parameters={**asked.parameters, "redirect_uri": asked.to.redirect_uri})
        value = await waiting.begin(self._server.context, kept, _holder(caller), shown=asked.scope)
        return found(f"{DECISION}?{urlencode({'transaction_id': value})}")

    async def look(self, request: Request) -> Reply:
        """What a transaction asks for; reading it uses nothing up."""
        caller = await self._access.session(request)
        pending = await self.pending(request.params["transactionId"], caller)
        if not isinstance(pending, Pending):
            return told(pending)
        return ok(ASKED.encode(AskedFor(pending.asked.client.application, pending.shown)))

    async def decide(self, request: Request) -> Reply:
        """Yes or no; either way the transaction is spent."""
        caller = await self._access.visitor(request)
        if caller is None:
            return to_login(request)
        said = body_of(request)
        said = said if isinstance(said, dict) else {}
        value = said.get("transaction_id")
        if not isinstance(value, str) or not value:
            return told(TRANSACTION_MISSING)
        pending = await self.pending(value, caller)
        if not isinstance(pending, Pending):
            return told(pending)
        return await self._decided(pending, caller, denied=bool(said.get("cancel")))

    async def pending(self, value: str, caller: Caller) -> Pending | Said:
        """The transaction of that value, if it is the caller's and can still be granted."""
        context = self._server.context
        stored = await waiting.of_value(context.ambient, value)
        if stored is None or stored.surface != SURFACE or stored.browser is None:
            return TRANSACTION_INVALID
        if not matches(stored.browser, _holder(caller)):
            return TRANSACTION_OF_ANOTHER
        asked = await self._again(stored)
        if asked is None:
            return TRANSACTION_INVALID
        # What the application was given since the page was shown is not part of the decision.
        shown = tuple(name for name in stored.consented or () if name in asked.client.application.scopes)
        return Pending(Waiting(self._server, value, stored, asked), asked, shown)

    async def _again(self, stored: AuthorizationRequest) -> Asked | None:
        try:
            asked = await self._server.again(stored)
        except ProtocolRefusal:
            return None
        return asked if isinstance(asked, Asked) else None

    async def _decided(self, pending: Pending, caller: Caller, *, denied: bool) -> Reply:
        person = person_of(caller)
        asked = replace(pending.asked, scope=pending.shown)
        progress = Progress(chosen=True, consented=pending.shown, denied=denied)
        outcome = await decide(self._server.context, asked, person, progress)
        if isinstance(outcome, Need):
            return told(TRANSACTION_INVALID)
        try:
            await waiting.take(pending.waiting)
        except UnknownLink:
            return told(TRANSACTION_INVALID)
        reply = await answered(self._server, asked, outcome)
        action = "oauth-app.authorize-denied" if isinstance(outcome, AccessDenied) else "oauth-app.authorize"
        await self._authorizations.note(caller.actor, action, asked.client.application, {"flow": FLOW})
        return reply


def person_of(caller: Caller) -> SignedIn:
    """The person of a session, for the protocol."""
    return SignedIn(caller.user, caller.credential.id, caller.credential.created_at)


def _holder(caller: Caller) -> str:
    """Whose a transaction is: a person's, in whichever of their browsers."""
    return f"user:{caller.user.id}"
