"""An instance with every dialect on, for rules about all routes and all surfaces."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from licet import bootstrap
from licet.settings import load
from licet.web.route import Surface
from licet.web.table import Bound, Node, Table


@cache
def table() -> Table:
    """The route table of an instance that was started and ended again; that no route has two owners, it has checked."""
    with tempfile.TemporaryDirectory() as folder:
        said = {"demo": True, "data": folder}
        return asyncio.run(_table(load({}, file=Path(os.devnull), given=said, options=bootstrap.options())))


async def _table(settings):
    instance = await bootstrap.start(settings)
    try:
        return next(iter(instance.application._tables.values()))
    finally:
        await instance.close()


def routes() -> list[Bound]:
    """Every route with its surface."""
    return list(_below(table()._tree))


def surfaces() -> dict[str, Surface]:
    """Every surface by its name."""
    return {surface.name: surface for _, surface in table()._owners}


def _below(node: Node) -> Iterator[Bound]:
    for bound in node.methods.values():
        yield from (bound, *bound.beside)
    for child in (*node.literals.values(), *([node.parameter] if node.parameter else ())):
        yield from _below(child)
