"""The route table of one host: made once, looked up by one dictionary access when a path has no parameter."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from licet import errors
from licet.web.parsing import parse_path
from licet.web.route import Route, Surface


class Bound(NamedTuple):
    """A route, whose it is, and the names of its path parameters; `beside` it those that share its place."""

    route: Route
    surface: Surface
    names: tuple[str, ...]
    beside: "tuple[Bound, ...]" = ()


@dataclass(slots=True)
class Node:
    """One step of the tree of segments."""

    literals: dict[str, "Node"] = field(default_factory=dict)
    parameter: "Node | None" = None
    methods: dict[str, Bound] = field(default_factory=dict)


class Table:
    """Finds the route of a method and path, and the owner of a path without one; the first `owns` of a length wins."""

    def __init__(self, surfaces: Iterable[Surface]) -> None:
        self._tree = Node()
        self._exact: dict[str, dict[str, Bound]] = {}
        owners = []
        for surface in surfaces:
            owners += [(prefix, surface) for prefix in surface.owns]
            for route in surface.routes:
                self._add(route, surface)
        self._owners = sorted(owners, key=lambda owner: -len(owner[0]))

    def find(self, method: str, raw_path: str) -> tuple[Bound, dict[str, str]]:
        """The route and its parameters; MalformedRequest, UnknownRoute or MethodNotAllowed."""
        methods = self._exact.get(raw_path)
        if methods is not None:
            bound = _of(methods, method)
            if bound is not None:
                return bound, {}
        segments = parse_path(raw_path)
        straight = _straight(self._tree, segments)
        if straight is not None and method in straight[0].methods:
            node, values = straight
            bound = node.methods[method]
            return bound, dict(zip(bound.names, values, strict=True))
        allowed: set[str] = set()
        for node, values in _walk(self._tree, segments):
            bound = _of(node.methods, method)
            if bound is not None:
                return bound, dict(zip(bound.names, values, strict=True))
            allowed.update(node.methods)
        if not allowed:
            raise errors.UnknownRoute
        raise errors.MethodNotAllowed(_answered(allowed))

    def owner(self, path: str) -> Surface | None:
        """The surface whose prefix of this path is the longest, or None."""
        return next((surface for prefix, surface in self._owners if path.startswith(prefix)), None)

    def _add(self, route: Route, surface: Surface) -> None:
        node, names = self._tree, []
        for segment in route.path.split("/")[1:]:
            if segment.startswith("{"):
                names.append(segment.strip("{}"))
                if node.parameter is None:
                    node.parameter = Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment, Node())
        bound, first = Bound(route, surface, tuple(names)), node.methods.get(route.method)
        if first is not None and not (route.shared and first.route.shared):
            raise ValueError(f"{route.method} {route.path} has two owners")
        node.methods[route.method] = first._replace(beside=(*first.beside, bound)) if first else bound
        if not names:
            self._exact[route.path] = node.methods


def _straight(node: Node, segments: Sequence[str]) -> tuple[Node, Sequence[str]] | None:
    """Where the segments lead without a turn back: the first of the nodes of `_walk`, if there is any that way."""
    values = []
    for segment in segments:
        following = node.literals.get(segment)
        if following is None:
            following = node.parameter if segment else None
            values.append(segment)
        if following is None:
            return None
        node = following
    return node, values


def _walk(node: Node, segments: Sequence[str]) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """Every node that the segments lead to, literal before parameter; a parameter is never empty."""
    if not segments:
        if node.methods:
            yield node, ()
        return
    first, rest = segments[0], segments[1:]
    literal = node.literals.get(first)
    if literal is not None:
        yield from _walk(literal, rest)
    if node.parameter is not None and first:
        for found, values in _walk(node.parameter, rest):
            yield found, (first, *values)


def _of(methods: dict[str, Bound], method: str) -> Bound | None:
    """The route for a method; HEAD is GET without the body where nobody asked for more."""
    return methods.get(method) or (methods.get("GET") if method == "HEAD" else None)


def _answered(methods: set[str]) -> set[str]:
    """What `Allow` names: the routes' methods, and those that the wall answers itself."""
    return methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
