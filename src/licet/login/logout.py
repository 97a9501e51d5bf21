"""`/logout`: a session ends, at its person's word or at an application's that knows it.

OpenID Connect RP-Initiated Logout 1.0: who asks is believed for an ID Token of this very session; everybody else's
wish is put before the person. Nobody is sent anywhere that the application has not registered.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from licet.domain import redirect_uri
from licet.errors import InvalidRequest
from licet.login.entrance import Entrance
from licet.login.page import framing, page
from licet.login.turn import Turn, turn
from licet.oauth.decide import SignedIn
from licet.oauth.logout import frames
from licet.oauth.presented import verified
from licet.services.clients import Client
from licet.web.forms import read
from licet.web.places import LOGOUT
from licet.web.portrait import portrait
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route
from licet.web.sending import located

CARRIED = ("client_id", "post_logout_redirect_uri", "state")


@dataclass(frozen=True, slots=True)
class Leave:
    """A wish to sign out: the claims of a good hint, whose wish it is, and where the person goes then, if anywhere."""

    hint: Mapping[str, object] | None
    client: Client | None
    to: str | None


class Logout:
    """The handlers of the sign-out page."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance

    async def show(self, request: Request) -> Reply:
        """At once for an ID Token of this session; the question for everybody else."""
        said = request.query_one()
        leave = await self._leave(said)
        here = await turn(self._entrance, request, None)
        if here.person is None:
            return Reply.redirect(leave.to) if leave.hint and leave.to else page("signed_out.html", frames=(), to=None)
        if self._same_session(leave, here.person):
            return await self._left(request, here.person, leave)
        reply = page(
            "sign_out.html",
            ends_at=(leave.to,) if leave.to else (),
            token=self._entrance.forms.token(here.browser, *_about(here.person, leave)),
            carried=_carried(said, leave),
            person=here.person.user,
            application=portrait(leave.client.application) if leave.client else None,
        )
        return reply.with_headers(here.cookies)

    async def end(self, request: Request) -> Reply:
        """The person has said yes."""
        said = read(request)
        leave = await self._leave(said)
        here: Turn = await turn(self._entrance, request, None)
        if here.person is None:
            return Reply.redirect(LOGOUT)
        self._entrance.forms.check(said, here.browser, *_about(here.person, leave))
        return await self._left(request, here.person, leave)

    async def _left(self, request: Request, person: SignedIn, leave: Leave) -> Reply:
        told = await self._entrance.services.authorizations.end_session(person.session_id)
        loaded = frames(self._entrance.context.provider.issuer, person.session_id, told)
        if loaded:
            forgotten = self._entrance.browsers.forgotten(request)
            return framing("signed_out.html", loaded, leave.to).with_headers([forgotten])
        return Reply.redirect(leave.to or LOGOUT, headers=[self._entrance.browsers.forgotten(request)])

    async def _leave(self, said: Mapping[str, str]) -> Leave:
        hint = await verified(self._entrance.context, said["id_token_hint"], "JWT") if "id_token_hint" in said else None
        client_id = said.get("client_id") or (str(hint["aud"]) if hint else "")
        if hint and hint["aud"] != client_id:
            raise InvalidRequest("The parameters id_token_hint and client_id name two applications.")
        client = await self._entrance.context.clients.find(client_id) if client_id else None
        return Leave(hint, client, self._to(client, said))

    def _to(self, client: Client | None, said: Mapping[str, str]) -> str | None:
        uri = said.get("post_logout_redirect_uri")
        if uri is None or client is None or not client.application.enabled:
            return None
        registered = client.application.post_logout_redirect_uris
        if not any(redirect_uri.matches(own, uri, any_port=True) for own in registered):
            raise InvalidRequest("The post-logout redirect URI is not registered for this application.")
        if redirect_uri.is_insecure(uri) and not self._entrance.context.provider.allow_insecure_redirects:
            raise InvalidRequest("The post-logout redirect URI is plain http, and nobody is sent there.")
        return located(uri, {"state": said["state"]} if said.get("state") else {})

    def _same_session(self, leave: Leave, person: SignedIn) -> bool:
        if leave.hint is None or leave.client is None:
            return False
        meant = self._entrance.context.subjects.read(leave.client.application, str(leave.hint.get("sub")))
        return (leave.hint.get("sid"), meant) == (person.session_id, person.user.id)

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (Route("GET", LOGOUT, self.show), Route("POST", LOGOUT, self.end))


def _about(person: SignedIn, leave: Leave) -> tuple[str, ...]:
    return "logout", person.session_id, leave.to or ""


def _carried(said: Mapping[str, str], leave: Leave) -> Mapping[str, str]:
    """What the form hands on; the hint has done its work by naming the application."""
    known = leave.client.application.client_id if leave.client else ""
    carried = {name: said[name] for name in CARRIED if said.get(name)}
    return {**carried, "client_id": known} if known else carried
