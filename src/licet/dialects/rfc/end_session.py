"""The end-session endpoint (OpenID Connect RP-Initiated Logout 1.0 section 2): handed over to the page of that name."""

from urllib.parse import urlencode

from licet.errors import InvalidRequest
from licet.web.places import LOGOUT
from licet.web.refused import on_page
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

PATH = "/oauth2/logout"
PARAMETERS = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")


class EndSession:
    """The handlers of the endpoint; they decide nothing, and a form from another site comes again with our cookies."""

    @on_page
    async def ask(self, request: Request) -> Reply:
        """GET."""
        return _handed_over(request.query())

    @on_page
    async def ask_by_form(self, request: Request) -> Reply:
        """POST."""
        return _handed_over(request.form_pairs())

    def routes(self) -> tuple[Route, ...]:
        """Where all this is."""
        return (Route("GET", PATH, self.ask), Route("POST", PATH, self.ask_by_form))


def _handed_over(pairs: list[tuple[str, str]]) -> Reply:
    if len(dict(pairs)) != len(pairs):
        raise InvalidRequest("A parameter is given more than once.")
    known = [(name, value) for name, value in pairs if name in PARAMETERS and value]
    return Reply.redirect(f"{LOGOUT}?{urlencode(known)}" if known else LOGOUT)
