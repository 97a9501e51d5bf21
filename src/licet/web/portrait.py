"""An application as people are shown it, before they trust it: its name guarded, its place told beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from licet.domain import redirect_uri
from licet.domain.application import Application
from licet.domain.family import Details
from licet.domain.redirect_uri import Kind
from licet.domain.scope import Risk, Scope
from licet.domain.text import guard, is_web_url, trimmed

LONGEST_NAME = 80
HOME = "Home page"


@dataclass(frozen=True, slots=True)
class Portrait:
    """An application; `links` are label and address, of those that may be shown as links.

    `unverified`: it registered itself. `posable`: any program on the person's device could pass itself off as it.
    """

    name: str
    client_id: str
    initial: str
    unverified: bool
    posable: bool
    links: tuple[tuple[str, str], ...]

    @property
    def homepage(self) -> str | None:
        """Its home page, where that may be shown as a link."""
        return dict(self.links).get(HOME)


@dataclass(frozen=True, slots=True)
class Line:
    """One scope for people."""

    name: str
    about: str
    risk: Risk


@dataclass(frozen=True, slots=True)
class Detail:
    """One authorization detail (RFC 9396): its type, and what else it says."""

    type: str
    members: tuple[tuple[str, str], ...]


def portrait(application: Application) -> Portrait:
    """The application as people see it; one that registered itself is somebody nobody here knows."""
    name = guard(trimmed(application.client_name) or application.client_id)
    shown = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
    addresses = (
        (HOME, application.client_uri),
        ("Terms", application.tos_uri),
        ("Privacy", application.policy_uri),
    )
    links = tuple((label, address) for label, address in addresses if address and is_web_url(address))
    initial = next((character for character in shown if character.isalnum()), "?").upper()
    unverified, posable = application.created_by is None, only_on_loopback(application)
    return Portrait(shown, application.client_id, initial, unverified, posable, links)


def destination(uri: str) -> str:
    """Where a redirect URI leads, in words."""
    match redirect_uri.classify(uri):
        case Kind.LOOPBACK:
            return f"a program on this device ({redirect_uri.host(uri)})"
        case Kind.PRIVATE_USE:
            return f"an app on this device ({uri.partition(':')[0]})"
        case _:
            return redirect_uri.host(uri) or uri


def only_on_loopback(application: Application) -> bool:
    """Whether any program of this device could pose as the application: nobody's domain name stands behind it."""
    kinds = {redirect_uri.classify(uri) for uri in application.redirect_uris}
    return bool(kinds) and kinds <= {Kind.LOOPBACK, Kind.PRIVATE_USE}


def detailed(details: Details) -> Sequence[Detail]:
    """Authorization details as people see them: every member, nothing left out and nothing hidden in it."""
    return [
        Detail(
            guard(str(detail["type"])),
            tuple((guard(name), guard(_said(value))) for name, value in detail.items() if name != "type"),
        )
        for detail in details
    ]


def _said(value: object) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def lines(scope: Iterable[str], catalogue: Mapping[str, Scope]) -> Sequence[Line]:
    """Scopes with what they mean, the riskiest first."""
    known = [(name, catalogue.get(name)) for name in scope]
    found = [Line(name, (row and row.description) or name, row.risk if row else "medium") for name, row in known]
    return sorted(found, key=lambda line: ("high", "medium", "low").index(line.risk))
