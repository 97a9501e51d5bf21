"""A path and method have one route; a path without one has one owner."""

import pytest

from licet import errors
from licet.web.problem import render
from licet.web.reply import Reply
from licet.web.route import Route, Surface
from licet.web.table import Table


async def answer(_request):
    return Reply.empty()


def surface(name, *routes, owns=()):
    return Surface(name, owns, tuple(Route(*route.split(" "), answer) for route in routes), render)


TABLE = Table(
    [
        surface(
            "apps", "GET /apps", "POST /apps", "GET /apps/{id}", "PUT /apps/{id}", "POST /apps/search", owns=("/",)
        ),
        surface("secrets", "GET /apps/{app}/secrets/{secret}", "GET /apps/mine/secrets", owns=("/apps/", "/x")),
        surface("odd", "OPTIONS /odd", "HEAD /odd", owns=("/x",)),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "pattern", "params"),
    [
        ("GET", "/apps", "/apps", {}),
        ("HEAD", "/apps", "/apps", {}),
        ("GET", "/%61pps", "/apps", {}),
        ("GET", "/apps/7", "/apps/{id}", {"id": "7"}),
        ("GET", "/apps/a%2Fb%20c", "/apps/{id}", {"id": "a/b c"}),
        ("GET", "/apps/search", "/apps/{id}", {"id": "search"}),
        ("POST", "/apps/search", "/apps/search", {}),
        ("GET", "/apps/mine", "/apps/{id}", {"id": "mine"}),
        ("GET", "/apps/mine/secrets", "/apps/mine/secrets", {}),
        ("GET", "/apps/mine/secrets/s", "/apps/{app}/secrets/{secret}", {"app": "mine", "secret": "s"}),
        ("OPTIONS", "/odd", "/odd", {}),
    ],
)
def test_the_route_is_found_literal_before_parameter(method, path, pattern, params):
    bound, found = TABLE.find(method, path)
    assert (bound.route.path, found) == (pattern, params)


@pytest.mark.parametrize(
    "path", ["/", "/app", "/apps/", "/apps/a/", "/apps//secrets/s", "/apps%2F7", "//apps", "/apps/../apps", "*", ""]
)
def test_a_path_that_only_resembles_a_route_is_unknown(path):
    with pytest.raises(errors.UnknownRoute):
        TABLE.find("GET", path)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/apps", ("GET", "HEAD", "OPTIONS", "POST")),
        ("DELETE", "/apps/search", ("GET", "HEAD", "OPTIONS", "POST", "PUT")),
        ("GET", "/odd", ("HEAD", "OPTIONS")),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(method, path, allowed):
    with pytest.raises(errors.MethodNotAllowed) as refusal:
        TABLE.find(method, path)
    assert refusal.value.allowed == allowed


@pytest.mark.parametrize(
    ("path", "owner"), [("/", "apps"), ("/apps/9", "secrets"), ("/apps", "apps"), ("/xy", "secrets")]
)
def test_the_longest_prefix_owns_a_path_and_of_equals_the_first(path, owner):
    found = TABLE.owner(path)
    assert found is not None
    assert found.name == owner


def test_a_path_nobody_claims_has_no_owner():
    assert Table([surface("a", owns=("/a",))]).owner("/b") is None


def test_a_method_and_path_with_two_owners_are_refused_when_the_table_is_made():
    with pytest.raises(ValueError, match=r"GET /a/\{other\} has two owners"):
        Table([surface("one", "GET /a/{id}"), surface("two", "GET /a/{other}")])


def shared(name):
    return Surface(name, (), (Route("GET", "/a", answer, shared=True),), render)


def test_surfaces_may_share_a_route_that_each_of_them_calls_shared():
    bound, _ = Table([shared("one"), shared("two"), shared("three")]).find("GET", "/a")
    assert [one.surface.name for one in (bound, *bound.beside)] == ["one", "two", "three"]


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
def test_a_route_that_one_of_two_does_not_share_has_two_owners(order):
    surfaces = {"one": shared("one"), "two": surface("two", "GET /a")}
    with pytest.raises(ValueError, match="GET /a has two owners"):
        Table([surfaces[name] for name in order])
