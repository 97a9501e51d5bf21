"""The pages below `/oauth`: sign in, consent, go on by itself, and what is wrong with a link."""

from collections.abc import Mapping
from dataclasses import dataclass

from licet.dialects.rocketchat.provider.render import PAGES
from licet.domain import redirect_uri
from licet.domain.application import Application
from licet.errors import UnknownRoute
from licet.oauth.asking import Asked
from licet.oauth.decide import SignedIn
from licet.web.forms import FIELD
from licet.web.page import SOMEWHERE_SAFE, Pages
from licet.web.places import APPLICATIONS, LOGIN, LOGOUT, with_request
from licet.web.portrait import portrait
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.sending import SUBMIT

_page = Pages("licet.dialects.rocketchat").page


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a page of ours: where it goes, and the value that ties it to this browser."""

    action: str
    token: str

    @property
    def fields(self) -> Mapping[str, str]:
        """What it says without being asked."""
        return {FIELD: self.token, "allow": "yes"}


def sign_in(application: Application, value: str, *, sign_up: bool) -> Reply:
    """The way to the page where people prove themselves, which a browser goes by itself."""
    place = with_request(LOGIN, value)
    new = f"{place}&new" if sign_up else ""
    return _page("authorize_sign_in.html", application=portrait(application).name, place=place, new=new)


def consent(asked: Asked, person: SignedIn, form: Form) -> Reply:
    """Who asks, that it asks for everything, and the form."""
    to = asked.to.redirect_uri
    return _page(
        "authorize.html",
        ends_at=(to, SOMEWHERE_SAFE),
        application=portrait(asked.client.application),
        destination=redirect_uri.host(to) or to,
        person=person.user,
        form=form,
        home=APPLICATIONS,
        logout=LOGOUT,
    )


def again(asked: Asked, form: Form) -> Reply:
    """The form of somebody who said yes before, which sends itself."""
    return _page(
        "authorize_again.html",
        ends_at=(asked.to.redirect_uri, SOMEWHERE_SAFE),
        script=SUBMIT,
        application=portrait(asked.client.application).name,
        form=form,
    )


async def fault(request: Request) -> Reply:
    """What is wrong with a link that somebody followed."""
    said = PAGES.get(request.params["error"])
    if said is None:
        raise UnknownRoute
    return _page("authorize_fault.html", said=said)
