"""`/admin/third-party-login`: the page where administrators look after applications by hand."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from licet.dialects.record import Setup
from licet.dialects.rocketchat.formats import CLIENT_ID, NAME, SECRET, parted
from licet.domain.actor import INSTANCE_ORGANIZATION_ID, MANAGE_APPLICATIONS, Actor, Reach
from licet.domain.application import Application
from licet.domain.text import guard, trimmed
from licet.errors import CrossSite, Invalid
from licet.oauth.decide import SignedIn
from licet.services.application_ports import Query
from licet.services.applications import Registration
from licet.web.browser import Browsers
from licet.web.csrf import same_site
from licet.web.forms import FIELD, Forms
from licet.web.page import Pages
from licet.web.places import LOGIN, THIRD_PARTY
from licet.web.refused import on_page, worded
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route

SAID: Mapping[str, str] = {
    "added": "Application added",
    "updated": "Application updated",
    "deleted": "Your entry has been deleted.",
}
SHOWN = 100
"""Rows of one page of the list."""
ABOUT = "third-party-login"
_PLACE = re.compile(r"([a-z]{1,20})\.(-?[0-9]{1,18})\.([0-9a-z]{1,40})")

Said = Mapping[str, str]
Place = tuple[str | int, ...]

_template = Pages("licet.dialects.rocketchat").page


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows beside the list: an application or a new one, the form's values, and what is said of it.

    `behind` is the place in the list where it goes on; None for its beginning.
    """

    chosen: Application | None
    values: Said
    told: str = ""
    fault: str = ""
    behind: Place | None = None


class Administration:
    """The handlers of the page."""

    def __init__(self, setup: Setup) -> None:
        self._applications = setup.services.applications
        self._secrets = setup.services.secrets
        self._credentials = setup.services.credentials
        self._browsers = Browsers(setup.services.sessions, setup.services.ambient.entropy)
        self._forms = Forms(setup.cookie_key)
        self._origin = setup.origin

    @on_page
    async def show(self, request: Request) -> Reply:
        """The list, and the form for a new application or for one of the list."""
        person = await self._browsers.person(request)
        if person is None:
            return Reply.redirect(f"{LOGIN}?{urlencode({'to': 'administration'})}")
        actor, query = await self._manager(person), request.query_one()
        chosen = await self._applications.look_up_id(query["app"]) if "app" in query else None
        told = SAID.get(query.get("said", ""), "")
        return await self._page(
            request, actor, person, View(chosen, _values(chosen), told=told, behind=_behind(query.get("behind", "")))
        )

    @on_page
    async def save(self, request: Request) -> Reply:
        """Register, change or delete one."""
        if not same_site(request):
            raise CrossSite
        person = await self._browsers.person(request)
        if person is None:
            return Reply.redirect(THIRD_PARTY)
        actor, said = await self._manager(person), request.form()
        self._forms.check(said, self._browsers.name(request), ABOUT, person.session_id)
        chosen = await self._applications.look_up_id(said["app"]) if said.get("app") else None
        if chosen is not None and said.get("do") == "delete":
            await self._applications.delete(actor, chosen.client_id, reach=Reach.PERMISSION)
            return _back("deleted")
        fault = _lacks(said)
        if not fault:
            try:
                return await self._saved(actor, chosen, said)
            except Invalid as invalid:
                fault = worded(invalid)
        return await self._page(request, actor, person, View(chosen, said, fault=fault))

    async def _saved(self, actor: Actor, chosen: Application | None, said: Said) -> Reply:
        settings = {
            "client_name": trimmed(said["name"]),
            "enabled": "active" in said,
            "redirect_uris": list(_uris(said)),
        }
        if chosen is not None:
            await self._applications.update(actor, chosen.client_id, lambda _: settings, reach=Reach.PERMISSION)
            return _back("updated", chosen.id)
        new = {"organization_id": INSTANCE_ORGANIZATION_ID, "client_secret_retrievable": True, **settings}
        wanted = Registration(settings=new, client_id=CLIENT_ID, secret=SECRET)
        return _back("added", (await self._applications.register(actor, wanted)).application.id)

    async def _manager(self, person: SignedIn) -> Actor:
        actor = await self._credentials.person(person.user, NAME)
        actor.need(MANAGE_APPLICATIONS)
        return actor

    async def _page(self, request: Request, actor: Actor, person: SignedIn, view: View) -> Reply:
        page = await self._applications.page(actor, Query(limit=SHOWN, cursor=view.behind))
        browser, cookies = self._browsers.named(request)
        chosen = view.chosen
        secrets = await self._secrets.shown([chosen]) if chosen else {}
        reply = _template(
            "third_party_login.html",
            rows=_rows(page.items),
            older=_older(page.cursor),
            view=view,
            secret=secrets.get(chosen.id) if chosen else None,
            place=THIRD_PARTY,
            origin=self._origin,
            field=FIELD,
            token=self._forms.token(browser, ABOUT, person.session_id),
        )
        return reply.with_headers(cookies)


def _uris(said: Said) -> tuple[str, ...]:
    return parted(said.get("redirectUri", "").replace("\r", ""))


def _lacks(said: Said) -> str:
    if not trimmed(said.get("name", "")):
        return "Name required"
    return "" if _uris(said) else "Redirect URI required"


def _rows(applications: Sequence[Application]) -> Sequence[Mapping[str, object]]:
    return [
        {
            "id": one.id,
            "name": guard(one.client_name) or one.client_id,
            "client_id": one.client_id,
            "active": one.enabled,
        }
        for one in applications
    ]


def _behind(place: str) -> Place | None:
    """Where a link says that the list goes on; anything else is its beginning."""
    found = _PLACE.fullmatch(place)
    return (found[1], int(found[2]), found[3]) if found else None


def _older(cursor: Place | None) -> str | None:
    """The link to where the list goes on; None behind the last."""
    return None if cursor is None else f"{THIRD_PARTY}?{urlencode({'behind': '.'.join(map(str, cursor))})}"


def _values(chosen: Application | None) -> Said:
    if chosen is None:
        return {"active": "on"}
    active = {"active": "on"} if chosen.enabled else {}
    return {"name": chosen.client_name, "redirectUri": "\n".join(chosen.redirect_uris), **active}


def _back(said: str, app: str = "") -> Reply:
    return Reply.redirect(f"{THIRD_PARTY}?{urlencode({'said': said, **({'app': app} if app else {})})}")


def routes(setup: Setup) -> tuple[Route, ...]:
    """The page and its form."""
    administration = Administration(setup)
    return (Route("GET", THIRD_PARTY, administration.show), Route("POST", THIRD_PARTY, administration.save))
