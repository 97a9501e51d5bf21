"""Every failure of the house has its answer here."""

import inspect
from collections.abc import Iterator

import pytest

from licet import errors
from licet.dialects.rocketchat.render import render
from licet.web.request import Request


def leaves(kind: type[errors.Failure]) -> Iterator[type[errors.Failure]]:
    children = [child for child in kind.__subclasses__() if child.__module__ == errors.__name__]
    if not children:
        yield kind
    for child in children:
        yield from leaves(child)


def made(kind: type[errors.Failure]) -> errors.Failure:
    values = {"faults": [errors.Fault(("name",), "too_short")], "allowed": ["GET"], "retry_after": 1}
    needed = [
        name
        for name, parameter in inspect.signature(kind).parameters.items()
        if parameter.default is inspect.Parameter.empty
    ]
    return kind(**{name: values.get(name, "x") for name in needed})


def asked(path: str) -> Request:
    scope = {
        "headers": [],
        "method": "POST",
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "client": None,
    }
    request = Request(scope, "r")
    request.route = path
    return request


@pytest.mark.parametrize("kind", [*leaves(errors.Failure), errors.Conflict, errors.MalformedRequest, errors.Broken])
@pytest.mark.parametrize("path", ["/api/v1/oauth-apps.update", "/api/v1/me"])
def test_every_failure_is_said_in_the_envelope(kind: type[errors.Failure], path: str):
    reply = render(made(kind), asked(path))
    assert 400 <= reply.status < 600
    assert reply.body.startswith(b'{"success":false,')
    assert b"stack" not in reply.body


def test_a_broken_server_says_nothing_but_that():
    reply = render(errors.StoreUnavailable("postgresql://secret"), asked("/api/v1/me"))
    assert (reply.status, reply.body) == (500, b'{"success":false,"error":"Internal server error"}')
