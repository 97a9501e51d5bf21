"""The standard's own surface: the OAuth endpoints below `/oauth2`, as their RFCs write them.

Owns `/oauth2` and `/.well-known`. What an application may be is the domain's, who may change it the services'; the
management API of this instance is another surface's.
"""

from licet.dialects.record import Dialect, Setup
from licet.dialects.rfc.authentication import SURFACE
from licet.dialects.rfc.authorize import Authorize
from licet.dialects.rfc.demo import demo
from licet.dialects.rfc.end_session import EndSession
from licet.dialects.rfc.operations import DELETE, ERROR, READ, REGISTER, SECURITY, WRITE
from licet.dialects.rfc.registrations import PATH, Registrations
from licet.dialects.rfc.render import render
from licet.web.route import Route, Surface

__all__ = ["DIALECT"]

_CLIENT = f"{PATH}/{{client_id}}"


def surface(setup: Setup) -> Surface:
    """The routes of one instance."""
    registrations = Registrations(setup)
    routes = (
        Route("POST", PATH, registrations.register, REGISTER),
        Route("GET", _CLIENT, registrations.read, READ),
        Route("PUT", _CLIENT, registrations.update, WRITE),
        Route("DELETE", _CLIENT, registrations.delete, DELETE),
        *Authorize(setup).routes(),
        *EndSession().routes(),
    )
    return Surface(SURFACE, owns=("/oauth2", "/.well-known"), routes=routes, render=render)


DIALECT = Dialect(
    name=SURFACE,
    title="OAuth 2.0 dynamic client registration",
    accepts=frozenset({"native"}),
    protocol=False,
    surface=surface,
    security=SECURITY,
    error=(ERROR, "application/json"),
    package=__name__,
    demo=demo,
)
