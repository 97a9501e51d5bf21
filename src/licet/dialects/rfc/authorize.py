"""The authorization endpoint (RFC 6749 section 3.1, OpenID Connect Core section 3.1.2), and where its pages return to.

A request is answered at once, or kept while a person signs in and consents. Every page goes back to `resume`, which
decides anew from what is kept: no page can be left out by knowing the address of the next.
"""

import logging
from urllib.parse import urlencode

from licet.dialects.record import Setup
from licet.domain.redirect_uri import Kind, classify
from licet.errors import InvalidRequest, ProtocolRefusal
from licet.oauth import waiting
from licet.oauth.asking import PARAMETERS, Asked
from licet.oauth.authorize import SentBack
from licet.oauth.decide import Need, SignedIn, decide, progress_of
from licet.oauth.waiting import Waiting
from licet.web.authorizing import answered, authorized, place, refused
from licet.web.browser import Browsers
from licet.web.places import AUTHORIZE, resumed
from licet.web.refused import on_page
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route
from licet.web.sending import STEP, stepped

Pairs = list[tuple[str, str]]

log = logging.getLogger("licet.authorize")


class Authorize:
    """The handlers of the endpoint."""

    def __init__(self, setup: Setup) -> None:
        self._servers = setup.servers
        self._server = setup.servers.of(setup.context.provider.surface)
        self._browsers = Browsers(setup.services.sessions, setup.services.ambient.entropy)

    @on_page
    async def ask(self, request: Request) -> Reply:
        """GET: an authorization request."""
        parameters, resources = _read(request.query())
        try:
            asked = await self._server.check(parameters, resources)
        except ProtocolRefusal as refusal:
            log.warning("%s nobody is sent back: %r", request.request_id, refusal)
            raise
        if isinstance(asked, SentBack):
            await waiting.spend(self._server.context, asked.pushed)
            return await refused(self._server, asked.address, asked.refusal)
        return await authorized(self._server, self._browsers, request, asked)

    @on_page
    async def ask_by_form(self, request: Request) -> Reply:
        """POST: the same as GET, as which it comes again.

        A browser sends a form from another site without our cookies, but follows the redirect with them.
        """
        parameters, resources = _read(request.form_pairs())
        pairs = [*parameters.items(), *(("resource", resource) for resource in resources)]
        return Reply.redirect(f"{AUTHORIZE}?{urlencode(pairs)}")

    @on_page
    async def resume(self, request: Request) -> Reply:
        """GET: a page has been left; go on with what waits."""
        kept = await waiting.look(self._servers, request.params["request"], self._browsers.name(request))
        person = await self._browsers.person(request)
        outcome: ProtocolRefusal | SignedIn | Need
        if isinstance(kept.asked, SentBack):
            outcome = kept.asked.refusal
        else:
            outcome = await decide(kept.server.context, kept.asked, person, progress_of(kept.stored, person))
        if isinstance(outcome, Need):
            return Reply.redirect(place(kept, outcome))
        if STEP not in request.query_one() and _may_lead_on(kept):
            return stepped(resumed(kept.value), kept.address.redirect_uri)
        await waiting.take(kept)
        if isinstance(kept.asked, Asked):
            return await answered(kept.server, kept.asked, outcome)
        return await refused(kept.server, kept.asked.address, kept.asked.refusal)

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (
            Route("GET", AUTHORIZE, self.ask),
            Route("POST", AUTHORIZE, self.ask_by_form),
            Route("GET", resumed("{request}"), self.resume),
        )


def _may_lead_on(kept: Waiting) -> bool:
    """Whether the answer may be redirected on from where it is sent, to places that no policy of a page could name.

    What opens an app of a phone is answered at once: only a redirect that still belongs to a person's click opens it.
    """
    native = isinstance(kept.asked, Asked) and kept.asked.client.application.application_type == "native"
    opens_an_app = {Kind.PRIVATE_USE, Kind.HTTPS} if native else {Kind.PRIVATE_USE}
    return kept.address.mode != "form_post" and classify(kept.address.redirect_uri) not in opens_an_app


def _read(pairs: Pairs) -> tuple[dict[str, str], tuple[str, ...]]:
    """The parameters, each once (RFC 6749 section 3.1), but for `resource`, which may repeat (RFC 8707 section 2)."""
    resources = tuple(value for name, value in pairs if name == "resource" and value)
    single = [(name, value) for name, value in pairs if name != "resource"]
    if len(dict(single)) != len(single):
        raise InvalidRequest("A parameter is given more than once.")
    return {name: value for name, value in single if name in PARAMETERS}, resources
