"""Authorization: a page for browsers, and the form behind it, which programs that have a login token send themselves.

What is refused is said where it arises, and never sent on to the application.
"""

from collections.abc import Mapping

from licet.dialects.record import Setup
from licet.dialects.rocketchat.formats import NAME
from licet.dialects.rocketchat.provider import pages, render
from licet.dialects.rocketchat.provider.pages import Form
from licet.dialects.rocketchat.provider.reading import ASKED, Said, said, spelled, texts
from licet.dialects.rocketchat.provider.server import AUTHORIZE, PAGE
from licet.errors import CrossSite, MalformedRequest, ProtocolRefusal, Refused, Unauthenticated
from licet.oauth import waiting
from licet.oauth.asking import Asked
from licet.oauth.authorize import AuthorizationServer, SentBack
from licet.oauth.decide import Need, Progress, SignedIn, decide
from licet.web.authorizing import answered
from licet.web.browser import Browsers
from licet.web.csrf import same_site
from licet.web.forms import FIELD, Forms
from licet.web.refused import on_page
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

TOKENS = ("token", "access_token")
YES = "yes"


class Authorize:
    """The handlers of one instance."""

    def __init__(self, setup: Setup) -> None:
        self._server = setup.servers.of(NAME)
        self._front = AuthorizationServer(setup.context, PAGE)
        self._browsers = Browsers(setup.services.sessions, setup.services.ambient.entropy)
        self._credentials = setup.services.credentials
        self._accepts = setup.accepts
        self._forms = Forms(setup.cookie_key)
        self._sign_up = setup.settings["sign_up"] == "open"

    @on_page
    async def ask(self, request: Request) -> Reply:
        """GET: the page that fits where the person stands."""
        try:
            asked = await self._front.check(spelled(said(request), ASKED))
        except ProtocolRefusal as refusal:
            page = render.error_page(refusal)
            if page is None:
                raise
            return page
        if isinstance(asked, SentBack):
            raise asked.refusal
        return await self._page(request, asked)

    async def answer(self, request: Request) -> Reply:
        """POST: a yes, of our own page or of a program, and off to the application with a code."""
        try:
            spoken = said(request)
            if spoken.get("allow") != YES:
                return render.denied()
            if not any(spoken.get(name) for name in (*TOKENS, FIELD)):
                return render.unknown("No token")
            return await self._answered(await self._person(request, spoken), texts(spoken, ASKED))
        except Unauthenticated:
            return render.unknown("Invalid token")
        except Refused as refusal:
            return render.refused(refusal)

    async def _answered(self, person: SignedIn, parameters: Mapping[str, str]) -> Reply:
        """The code, sent: the yes has been said; whether it may be is asked where every code is decided on."""
        asked = await self._server.check(parameters)
        if isinstance(asked, SentBack):
            raise asked.refusal
        outcome = await decide(self._server.context, asked, person, Progress(chosen=True, consented=asked.scope))
        if not isinstance(outcome, SignedIn):
            raise Unauthenticated
        return await answered(self._server, asked, outcome)

    async def _page(self, request: Request, asked: Asked) -> Reply:
        person = await self._browsers.person(request)
        outcome = await decide(self._server.context, asked, person)
        if isinstance(outcome, ProtocolRefusal):
            raise outcome
        browser, cookies = self._browsers.named(request)
        if person is None or outcome is Need.LOGIN:
            value = await waiting.begin(self._server.context, asked, browser)
            reply = pages.sign_in(asked.client.application, value, sign_up=self._sign_up)
            return reply.with_headers(cookies)
        action = f"{AUTHORIZE}?{request.raw_query.decode('latin-1')}"
        form = Form(action, self._forms.token(browser, *_about(asked.parameters, person)))
        if isinstance(outcome, Need):
            return pages.consent(asked, person, form).with_headers(cookies)
        return pages.again(asked, form).with_headers(cookies)

    async def _person(self, request: Request, spoken: Said) -> SignedIn:
        """Whose yes it is: by a login token or personal access token, else by the session of our page's browser."""
        token = next((spoken[name] for name in TOKENS if spoken.get(name)), None)
        if token is None:
            return await self._in_browser(request, spoken)
        if not isinstance(token, str):
            raise Unauthenticated
        caller = await self._credentials.either(token, NAME, self._accepts, request.request_id)
        return SignedIn(caller.user, caller.credential.id, caller.credential.created_at)

    async def _in_browser(self, request: Request, spoken: Said) -> SignedIn:
        person, form = await self._browsers.person(request), spoken[FIELD]
        if person is None or not same_site(request) or not isinstance(form, str):
            raise Unauthenticated
        about = _about({name: value for name in ASKED if (value := spoken.get(name))}, person)
        try:
            self._forms.check({FIELD: form}, self._browsers.name(request), *about)
        except (MalformedRequest, CrossSite):
            raise Unauthenticated from None
        return person


def _about(parameters: Said, person: SignedIn) -> tuple[str, ...]:
    """Everything that a yes is a yes to."""
    asked = (f"{name}={parameters[name]}" for name in ASKED if parameters.get(name))
    return ("authorize", NAME, person.session_id, *asked)


def routes(setup: Setup) -> tuple[Route, ...]:
    """The page, the form, and the pages of what is wrong."""
    authorize = Authorize(setup)
    return (
        Route("GET", AUTHORIZE, authorize.ask),
        Route("POST", AUTHORIZE, authorize.answer),
        Route("GET", f"{render.ERRORS}{{error}}", pages.fault),
    )
