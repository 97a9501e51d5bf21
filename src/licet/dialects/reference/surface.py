"""Where the reference stands: a document and a page for each surface that is on, and a list of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from types import ModuleType

import orjson

from licet.dialects.record import Dialect
from licet.dialects.reference import render
from licet.dialects.reference.document import Document, document
from licet.dialects.reference.example import kept_in
from licet.web import problem
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Route, Surface

ROOT = "/openapi"


@dataclass(frozen=True)
class Documented:
    """One surface that is on, and where it is called; everything is made when somebody first asks for it."""

    dialect: Dialect
    surface: Surface
    origin: str

    @cached_property
    def document(self) -> Document:
        """The OpenAPI document."""
        return document(self.dialect, self.surface, self._server, kept_in(self.dialect.package))

    @cached_property
    def json(self) -> bytes:
        """The document as it is sent."""
        return orjson.dumps(self.document)

    @cached_property
    def html(self) -> str:
        """The document as a page."""
        return str(_page().of(self.document, kept_in(self.dialect.package), self.dialect))

    async def program(self, _request: Request) -> Reply:
        """For programs."""
        return render.document(self.json)

    async def people(self, _request: Request) -> Reply:
        """For people."""
        return render.page(self.html)

    @property
    def _server(self) -> str:
        """A surface that is bound to host names is called by the first of them."""
        scheme = self.origin.partition("://")[0]
        return f"{scheme}://{min(self.surface.hosts)}" if self.surface.hosts else self.origin


def surface(documented: Iterable[Documented], *, usual: str) -> Surface:
    """The routes of the reference; `/openapi.json` is the surface of the name `usual`."""
    every = {one.dialect.name: one for one in documented}

    @cache
    def index() -> str:
        return str(_page().index(one.dialect for one in every.values()))

    async def overview(_request: Request) -> Reply:
        return render.page(index())

    async def style(_request: Request) -> Reply:
        return render.style(_page().STYLE)

    routes = [Route("GET", ROOT, overview), Route("GET", f"{ROOT}/style.css", style)]
    for name, one in every.items():
        paths = [f"{ROOT}/{name}.json", *([f"{ROOT}.json"] if name == usual else [])]
        routes += [Route("GET", path, one.program) for path in paths]
        routes.append(Route("GET", f"{ROOT}/{name}", one.people))
    return Surface("reference", owns=(ROOT,), routes=tuple(routes), render=problem.render)


def _page() -> ModuleType:
    return import_module("licet.dialects.reference.page")  # what it stands on would delay every start
