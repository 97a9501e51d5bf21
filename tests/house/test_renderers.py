"""Every surface can say every failure: in its own words, its own envelope, and without the log's detail."""

import ast
import inspect
import json
from collections.abc import Iterator

import pytest
from jsonschema import Draft202012Validator

from licet import errors
from licet.bootstrap import DIALECTS
from tests.house import instance
from tests.house.tree import LICET, sources
from tests.unit.web.driver import request

SECRET = "for the log alone"
NEEDED = {"faults": [errors.Fault(("name",), "too_short", "1")], "allowed": ["GET"], "retry_after": 7}
"""What failures are made with, by parameter; a word where nothing is said."""


def leaves(kind: type[errors.Failure]) -> Iterator[type[errors.Failure]]:
    below = [child for child in kind.__subclasses__() if child.__module__ == errors.__name__]
    if not below:
        yield kind
    for child in below:
        yield from leaves(child)


def raised() -> set[type[errors.Failure]]:
    """What the source raises by name; some of it has narrower kinds below it."""
    names = {
        getattr(called, "attr", getattr(called, "id", ""))
        for source in sources(LICET)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Raise) and node.exc
        for called in [node.exc.func if isinstance(node.exc, ast.Call) else node.exc]
    }
    found = {getattr(errors, name, None) for name in names}
    return {kind for kind in found if isinstance(kind, type) and issubclass(kind, errors.Failure)}


def made(kind: type[errors.Failure]) -> errors.Failure:
    said = {
        name: NEEDED.get(name, "word")
        for name, parameter in inspect.signature(kind).parameters.items()
        if parameter.default is inspect.Parameter.empty
    }
    failure = kind(**said)
    failure.detail = SECRET
    return failure


KINDS = sorted({*leaves(errors.Failure), *raised(), errors.Broken}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_surface_has_an_answer_to_a_failure(kind: type[errors.Failure]):
    for name, surface in instance.surfaces().items():
        reply = surface.render(made(kind), request())
        assert (reply.status >= 500) == issubclass(kind, errors.Broken), name
        assert 400 <= reply.status < 600, name
        assert SECRET.encode() not in reply.body, name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_failure_stands_in_the_envelope_that_the_reference_describes(kind: type[errors.Failure]):
    for dialect in DIALECTS:
        schema, media_type = dialect.error
        reply = instance.surfaces()[dialect.name].render(made(kind), request())
        assert dict(reply.headers)["content-type"] == media_type, dialect.name
        assert list(Draft202012Validator(schema).iter_errors(json.loads(reply.body))) == [], dialect.name
