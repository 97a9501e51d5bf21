"""A checked authorization request over HTTP: answered at once, or kept while a person does their part."""

from collections.abc import Mapping
from urllib.parse import urlencode

from licet.errors import ConsentRequired, ProtocolRefusal
from licet.oauth import waiting
from licet.oauth.asking import Asked
from licet.oauth.authorize import AuthorizationServer
from licet.oauth.decide import Need, SignedIn, decide, grant
from licet.oauth.return_address import ReturnAddress
from licet.oauth.signed_response import signed
from licet.oauth.waiting import Waiting
from licet.web.browser import Browsers
from licet.web.places import CONSENT, LOGIN, with_request
from licet.web.reply import FOUND, SEE_OTHER, Reply
from licet.web.request import Request
from licet.web.sending import sent

PAGES: Mapping[Need, str] = {Need.LOGIN: LOGIN, Need.SELECT: LOGIN, Need.CREATE: LOGIN, Need.CONSENT: CONSENT}
"""Where a person does what is needed; a page finds out by itself what that is."""


def place(kept: Waiting, need: Need) -> str:
    """Where a person does what a request that waits needs; a surface may ask for consent on a page of its own."""
    if need is Need.CONSENT and kept.server.consent_at:
        return f"{kept.server.consent_at}?{urlencode(kept.stored.parameters)}"
    return with_request(PAGES[need], kept.value)


async def authorized(server: AuthorizationServer, browsers: Browsers, request: Request, asked: Asked) -> Reply:
    """The answer to a new request of a browser, or the way to the page where its person is needed."""
    outcome = await decide(server.context, asked, await browsers.person(request))
    if not isinstance(outcome, Need):
        await waiting.spend(server.context, asked.pushed)
        return await answered(server, asked, outcome)
    browser, cookies = browsers.named(request)
    value = await waiting.begin(server.context, asked, browser)
    return Reply.redirect(with_request(PAGES[outcome], value), FOUND if asked.to.found else SEE_OTHER, cookies)


async def answered(server: AuthorizationServer, asked: Asked, outcome: ProtocolRefusal | SignedIn) -> Reply:
    """The client's answer, sent to where it is owed."""
    if isinstance(outcome, ProtocolRefusal):
        return await refused(server, asked.to, outcome)
    try:
        code = await grant(server.context, asked, outcome, asked.scope)
    except ConsentRequired as refusal:
        return await refused(server, asked.to, refusal)
    return sent(asked.to, await signed(server.context, asked.to, asked.to.success(code)))


async def refused(server: AuthorizationServer, address: ReturnAddress, refusal: ProtocolRefusal) -> Reply:
    """A refusal, sent to where it is owed."""
    return sent(address, await signed(server.context, address, address.refusal(refusal)))
