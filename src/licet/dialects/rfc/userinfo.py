"""The UserInfo endpoint (OpenID Connect Core section 5.3), opened by an access token (RFC 6750)."""

from licet.dialects.record import Setup
from licet.dialects.rfc.reading import form
from licet.dialects.rfc.render import known, render
from licet.dialects.rfc.sharing import Sharing
from licet.errors import InvalidRequest, Refused, Unauthenticated
from licet.oauth.presented import presented
from licet.oauth.userinfo import userinfo
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
            found = await presented(self._context, _token(request))
            if found is None:
                await self._limiter.hit(CREDENTIAL_FAILURES, request.client)
                raise Unauthenticated
        except Refused as refusal:
            return await self._sharing.of_anybody(request, render(refusal, request))
        try:
            reply = known(await userinfo(self._context, found))
        except Refused as refusal:
            reply = render(refusal, request)
        return await self._sharing.of_client(request, reply, found.application.client_id)


def _token(request: Request) -> str:
    """The one access token of a request (Unauthenticated without one, InvalidRequest for more than one)."""
    if any(name == PARAMETER for name, _ in request.query()):
        # RFC 9700 §4.3.2: a URL stands in logs and histories.
        raise InvalidRequest("An access token must not stand in the query.")
    brought = [_bearer(header) for header in request.headers_all("authorization")]
    if request.method == "POST" and request.media_type == FORM:
        # RFC 6750 §2.2.
        sent = form(request)[0].get(PARAMETER)
        brought += [sent] if sent is not None else []
    if len(brought) > 1:
        raise InvalidRequest("More than one access token was sent.")
    if not brought or brought[0] is None:
        raise Unauthenticated
    return brought[0]


def _bearer(header: str) -> str | None:
    scheme, _, value = header.strip().partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None
