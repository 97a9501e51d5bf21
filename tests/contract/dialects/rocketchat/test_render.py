"""Every failure of the house has its answer here."""

import inspect
from collections.abc import Iterator

import orjson
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


@pytest.mark.parametrize("kind", [*leaves(errors.Failure)])
def test_a_refusal_of_the_way_in_has_no_code_of_its_own(kind: type[errors.Failure]):
    reply = render(made(kind), asked("/api/v1/me"))
    body = orjson.loads(reply.body)
    if reply.status == 400:
        assert body.keys() in ({"success", "error"}, {"success", "error", "errorType"}) or "details" in body
    else:
        login = {"status", "message"} if reply.status == 401 and "status" in body else set()
        assert body.keys() == {"success", "error"} | login


def test_arguments_that_no_field_names_are_told_together():
    reply = render(errors.Invalid([errors.Fault(("enabled",), "type", "boolean")]), asked("/api/v1/oauth-apps.create"))
    assert (reply.status, orjson.loads(reply.body)) == (
        400,
        {
            "success": False,
            "error": "Invalid arguments [error-invalid-arguments]",
            "errorType": "error-invalid-arguments",
            "details": {"method": "addOAuthApp"},
        },
    )
