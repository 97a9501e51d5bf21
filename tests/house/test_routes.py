"""Who owns which paths: every route stands where its surface is at home, and every unknown path has an answerer."""

import pytest

from licet.bootstrap import DIALECTS
from licet.dialects.operation import Operation
from licet.dialects.record import Dialect
from licet.web.reply import Reply
from licet.web.route import Route, Surface
from licet.web.table import Table
from tests.house import instance

# Where browsers are sent and programs have no business: no operations of an API.
FOR_BROWSERS = {
    "/api/oauth/authorize",
    "/auth/login",
    "/oauth/authorize",
    "/oauth/decision",
    "/oauth/device",
    "/oauth/error/{error}",
    "/avatar/{name}",
    "/admin/third-party-login",
    "/oauth2/authorize",
    "/oauth2/authorize/{request}",
    "/oauth2/logout",
    "/setting/authorized-apps",
    "/setting/oauth-app",
}
# The one path that two dialects share: the application that a request names decides.
SHARED = {"GET /api/oauth/authorize": {"teable", "timbrix"}}
# A star stands for whatever follows; of two patterns the longer one holds.
OWNERS = {
    "rfc": ("/oauth2/*", "/.well-known/*"),
    "native": ("/api/applications*", "/api/manage/*"),
    "teable": (
        "/api/oauth/client*",
        "/api/oauth/access_token",
        "/api/oauth/decision*",
        "/api/oauth/device/*",
        "/api/auth/*",
        "/api/access-token*",
        "/api/notifications",
        "/api/base/access/all",
        "/auth/login",
        "/oauth/decision",
        "/oauth/device",
        "/setting/*",
    ),
    "timbrix": (
        "/api/oauth/apps*",
        "/api/oauth/token*",
        "/api/oauth/transfers/*",
        "/api/oauth/scopes",
        "/api/oauth/introspect",
        "/api/oauth/revoke",
        "/api/organizations*",
        "/api/api-keys*",
        "/.well-known/oauth-authorization-server/api",
        "/api/.well-known/oauth-authorization-server",
    ),
    "rocketchat": (
        "/api/v1/*",
        "/api/info",
        "/oauth/authorize",
        "/oauth/token",
        "/oauth/userinfo",
        "/oauth/error/*",
        "/avatar/*",
        "/admin/third-party-login",
    ),
    "ours": (
        "/",
        "/login*",
        "/consent*",
        "/device*",
        "/logout*",
        "/account*",
        "/console*",
        "/openapi*",
        "/healthz",
        "/readyz",
        "/metrics",
    ),
}
# What nobody serves is said by the longest prefix that somebody owns.
ANSWERERS = {
    "/": "native",
    "/nowhere": "native",
    "/api/nowhere": "native",
    "/api/applications/x/y/z": "native",
    "/api/oauth/nowhere": "teable",
    "/api/oauth/apps/x/y/z": "timbrix",
    "/api/v1/nowhere": "rocketchat",
    "/oauth2/nowhere": "rfc",
    "/openapi/nowhere.json": "reference",
}


def room(surface: str) -> str:
    return surface if surface in OWNERS else "ours"


def fits(pattern: str, path: str) -> bool:
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern


def owner(path: str) -> str | None:
    """Whose path it is, by the table."""
    claims = [(len(pattern), name) for name, patterns in OWNERS.items() for pattern in patterns if fits(pattern, path)]
    return max(claims)[1] if claims else None


def test_every_dialect_is_on():
    assert {dialect.name for dialect in DIALECTS} <= instance.surfaces().keys()


def test_every_route_stands_within_its_owners_paths():
    astray = [
        f"{surface.name}: {route.method} {route.path}"
        for route, surface, *_ in instance.routes()
        if owner(route.path) != room(surface.name)
        and surface.name not in SHARED.get(f"{route.method} {route.path}", set())
    ]
    assert astray == []


def test_only_one_route_is_shared():
    shared = {f"{bound.route.method} {bound.route.path}" for bound in instance.routes() if bound.beside}
    assert shared <= SHARED.keys()


def test_every_route_of_a_dialect_says_what_it_does():
    names = {dialect.name for dialect in DIALECTS}
    silent = [
        f"{surface.name}: {route.method} {route.path}"
        for route, surface, *_ in instance.routes()
        # A pre-flight is a browser's own question.
        if surface.name in names and route.method != "OPTIONS" and route.path not in FOR_BROWSERS
        if not isinstance(route.operation, Operation)
    ]
    assert silent == []


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_what_opens_a_route_is_a_credential_that_its_dialect_describes(dialect: Dialect):
    said = {
        kind
        for route, surface, *_ in instance.routes()
        if surface.name == dialect.name and isinstance(route.operation, Operation)
        for together in route.operation.security
        for kind in together.split()
    }
    assert said == set(dialect.security)


@pytest.mark.parametrize(("path", "name"), ANSWERERS.items())
def test_an_unknown_path_is_answered_by_the_owner_of_the_longest_prefix(path: str, name: str):
    found = instance.table().owner(path)
    assert found is not None
    assert found.name == name


async def _nothing(_request):
    return Reply.empty()


def test_a_route_with_two_owners_is_found():
    one, other = (
        Surface(name, owns=(), routes=(Route("GET", f"/things/{{{name}}}", _nothing),), render=_nothing)
        for name in ("one", "other")
    )
    with pytest.raises(ValueError, match="two owners"):
        Table([one, other])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/oauth/client/{clientId}", "teable"),
        ("/api/oauth/tokens", "timbrix"),
        ("/.well-known/oauth-authorization-server/api", "timbrix"),
        ("/.well-known/openid-configuration", "rfc"),
        ("/api/elsewhere", None),
    ],
)
def test_the_longer_pattern_holds(path: str, name: str | None):
    assert owner(path) == name
