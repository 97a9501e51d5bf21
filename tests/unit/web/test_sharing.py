"""Of surfaces that share a route, the application that a request names finds the one that answers."""

from types import SimpleNamespace

import pytest

from licet.web.application import Application
from licet.web.edge import Edge
from licet.web.problem import render
from licet.web.reply import Reply
from licet.web.route import Route, Surface
from licet.web.sharing import by_application
from tests.unit.web.driver import call

KNOWN = {
    "app_left": ("left",),
    "app_right": ("right",),
    "plain_right": ("right",),
    "app_both": ("left", "right"),
    "plain_both": ("right", "left"),
    "app_neither": ("elsewhere",),
    "plain_neither": ("elsewhere",),
    "plain_left_and_else": ("left", "elsewhere"),
}


class Clients:
    async def find(self, client_id):
        protocols = KNOWN.get(client_id)
        return protocols and SimpleNamespace(application=SimpleNamespace(protocols=protocols))


def surface(name, prefix):
    async def answer(_request):
        return Reply.text(name)

    return Surface(name, (), (Route("GET", "/authorize", answer, shared=True),), render, client_prefix=prefix)


BOTH = Application(
    [surface("left", ""), surface("right", "app_")], Edge(["http://licet.test"]), choice=by_application(Clients())
)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("client_id=app_left", "left"),
        ("client_id=plain_right", "right"),
        ("client_id=plain_left_and_else", "left"),
        ("client_id=app_both", "right"),
        ("client_id=plain_both", "left"),
        ("client_id=app_neither", "right"),
        ("client_id=plain_neither", "left"),
        ("client_id=app_nobody", "right"),
        ("client_id=nobody", "left"),
        ("client_id=", "left"),
        ("state=x", "left"),
        ("", "left"),
        ("client_id=app_right&client_id=app_left", "right"),
        ("client_id=%zz", "left"),
    ],
)
async def test_an_applications_one_surface_answers_and_otherwise_the_one_whose_ids_begin_alike(query, name):
    assert (await call(BOTH, "GET", f"/authorize?{query}")).body.decode() == name


async def test_a_shared_route_of_one_surface_is_its_own():
    alone = Application([surface("right", "app_")], Edge(["http://licet.test"]), choice=by_application(Clients()))
    assert (await call(alone, "GET", "/authorize?client_id=app_left")).body.decode() == "right"
