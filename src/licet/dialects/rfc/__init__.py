"""The standard's own surface: the OAuth endpoints below `/oauth2`, as their RFCs write them.

Owns `/oauth2` and `/.well-known`. What an application may be is the domain's, who may change it the services'; what a
grant proves and what a token says is the protocol's, in `oauth`; the pages that people meet on the way are `login`'s;
the management API of this instance is another surface's.
"""

from collections.abc import Iterable, Iterator

from licet.dialects.record import Dialect, Setup
from licet.dialects.rfc import discovery, operations, protocol
from licet.dialects.rfc.authentication import SURFACE
from licet.dialects.rfc.authorize import Authorize
from licet.dialects.rfc.demo import demo
from licet.dialects.rfc.discovery import Discovery
from licet.dialects.rfc.end_session import EndSession
from licet.dialects.rfc.endpoints import Endpoints
from licet.dialects.rfc.registrations import PATH, Registrations
from licet.dialects.rfc.render import render
from licet.dialects.rfc.sharing import Sharing
from licet.dialects.rfc.userinfo import UserInfo
from licet.web.route import Handler, Route, Surface

__all__ = ["DIALECT"]

_CLIENT = f"{PATH}/{{client_id}}"


def surface(setup: Setup) -> Surface:
    """The routes of one instance."""
    sharing = Sharing(setup)
    shared = (*_protocol(setup), *_registration(setup, sharing))
    public = tuple(_discovery(setup))
    routes = (
        *shared,
        *public,
        *Authorize(setup).routes(),
        *EndSession().routes(),
        *_preflights(shared, sharing.preflight),
        *_preflights(public, sharing.preflight_public),
    )
    return Surface(SURFACE, owns=("/oauth2", "/.well-known"), routes=routes, render=render)


def _protocol(setup: Setup) -> Iterator[Route]:
    endpoints, userinfo = Endpoints(setup), UserInfo(setup)
    yield Route("POST", discovery.TOKEN, endpoints.token, protocol.TOKEN)
    yield Route("POST", discovery.INTROSPECT, endpoints.introspect, protocol.INTROSPECT)
    yield Route("POST", discovery.REVOKE, endpoints.revoke, protocol.REVOKE)
    yield Route("POST", discovery.DEVICE, endpoints.device, protocol.DEVICE)
    yield Route("POST", discovery.PUSH, endpoints.push, protocol.PUSH)
    yield Route("GET", discovery.USERINFO, userinfo.tell, protocol.USERINFO)
    yield Route("POST", discovery.USERINFO, userinfo.tell, protocol.USERINFO)


def _registration(setup: Setup, sharing: Sharing) -> Iterator[Route]:
    registrations, around = Registrations(setup), sharing.around
    yield Route("POST", PATH, around(registrations.register), operations.REGISTER)
    yield Route("GET", _CLIENT, around(registrations.read), operations.READ)
    yield Route("PUT", _CLIENT, around(registrations.update), operations.WRITE)
    yield Route("DELETE", _CLIENT, around(registrations.delete), operations.DELETE)


def _discovery(setup: Setup) -> Iterator[Route]:
    documents = Discovery(setup)
    for path in discovery.METADATA:
        yield Route("GET", path, documents.metadata, protocol.METADATA)
    yield Route("GET", discovery.JWKS, documents.jwks, protocol.JWKS)


def _preflights(routes: Iterable[Route], handler: Handler) -> Iterator[Route]:
    for path in dict.fromkeys(route.path for route in routes):
        yield Route("OPTIONS", path, handler)


DIALECT = Dialect(
    name=SURFACE,
    title="OAuth 2.0 and OpenID Connect",
    accepts=frozenset({"native"}),
    protocol=False,
    surface=surface,
    security={**protocol.SECURITY, **operations.SECURITY},
    error=(operations.ERROR, "application/json"),
    package=__name__,
    demo=demo,
)
