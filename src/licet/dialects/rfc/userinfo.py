"""The UserInfo endpoint (OpenID Connect Core section 5.3), opened by an access token (RFC 6750, RFC 9449)."""

from licet.dialects.record import Setup
from licet.dialects.rfc.reading import form
from licet.dialects.rfc.render import known, render, signed
from licet.dialects.rfc.sharing import Sharing
from licet.errors import InvalidRequest, Refused, Unauthenticated
from licet.oauth.presented import DPOP, Presented, opened
from licet.oauth.request import Brought
from licet.oauth.userinfo import in_a_jwt, userinfo
from licet.web.held import held, with_nonce
from licet.web.limits import CREDENTIAL_FAILURES
from licet.web.reply import Reply
from licet.web.request import FORM, Request

PARAMETER = "access_token"


class UserInfo:
    """What an application may know of the person whose token it holds."""

    def __init__(self, setup: Setup) -> None:
        self._context = setup.context
        self._limiter = setup.limiter
        self._sharing = Sharing(setup)

    async def tell(self, request: Request) -> Reply:
        """GET and POST."""
        try:
            found = await self._opened(request, _brought(request))
        except Refused as refusal:
            reply = with_nonce(render(refusal, request), request, self._context)
            return await self._sharing.of_anybody(request, reply)
        try:
            claims = await userinfo(self._context, found)
            token = await in_a_jwt(self._context, found.application, claims)
            reply = known(claims) if token is None else signed(token, "application/jwt")
        except Refused as refusal:
            reply = render(refusal, request)
        reply = with_nonce(reply, request, self._context)
        return await self._sharing.of_client(request, reply, found.application.client_id)

    async def _opened(self, request: Request, brought: Brought) -> Presented:
        try:
            return await opened(self._context, brought)
        except Unauthenticated:
            await self._limiter.hit(CREDENTIAL_FAILURES, request.client)
            raise


def _brought(request: Request) -> Brought:
    """The one access token of a request (Unauthenticated without one, InvalidRequest for more than one)."""
    if any(name == PARAMETER for name, _ in request.query()):
        # RFC 9700 §4.3.2: a URL stands in logs and histories.
        raise InvalidRequest("An access token must not stand in the query.")
    brought = [_split(header) for header in request.headers_all("authorization")]
    if request.method == "POST" and request.media_type == FORM:
        # RFC 6750 §2.2.
        sent = form(request)[0].get(PARAMETER)
        brought += [("bearer", sent)] if sent is not None else []
    if len(brought) > 1:
        raise InvalidRequest("More than one access token was sent.")
    if not brought or brought[0][0] not in {"bearer", DPOP}:
        raise Unauthenticated
    scheme, token = brought[0]
    return Brought(token, scheme, held(request))


def _split(header: str) -> tuple[str, str]:
    """Scheme in lower case, and what follows it."""
    scheme, _, value = header.strip().partition(" ")
    return scheme.lower(), value.strip()
