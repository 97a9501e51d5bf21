"""Problem documents: every failure there is has its own, which never changes and never says too much."""

from collections.abc import Iterator

import pytest

from licet import errors
from licet.dialects.native.render import PROBLEMS, SENTENCES, render
from licet.web.request import Request

REQUEST = Request(
    {
        "type": "http",
        "method": "GET",
        "raw_path": b"/",
        "query_string": b"",
        "scheme": "http",
        "headers": [],
        "client": None,
    },
    "r1",
)


def every(kind: type[errors.Failure]) -> Iterator[type[errors.Failure]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from every(narrower)


def test_every_failure_has_a_problem_of_its_own():
    kinds = set(every(errors.Refused)) | set(every(errors.Broken))
    assert kinds == set(PROBLEMS)
    assert len({problem.name for problem in PROBLEMS.values()}) == len(PROBLEMS)


def test_every_kind_of_fault_has_a_sentence():
    assert set(SENTENCES) == set(errors.FaultCode.__args__)


@pytest.mark.parametrize(
    ("failure", "status", "document", "headers"),
    [
        (
            errors.UnknownApplication("client_id 7"),
            404,
            (
                b'{"type":"urn:licet:problem:unknown-application","title":"Unknown application","status":404,'
                b'"detail":"There is no such application."}'
            ),
            [],
        ),
        (
            errors.Throttled("sign-ins", 7),
            429,
            (
                b'{"type":"urn:licet:problem:throttled","title":"Too many requests","status":429,'
                b'"detail":"Too many requests.","retry_after":7}'
            ),
            [("retry-after", "7")],
        ),
        (
            errors.MethodNotAllowed(["PUT", "GET"]),
            405,
            (
                b'{"type":"urn:licet:problem:method-not-allowed","title":"Method not allowed","status":405,'
                b'"detail":"This method is not served here."}'
            ),
            [("allow", "GET, PUT")],
        ),
        (
            errors.Broken("the password is hunter2"),
            500,
            (
                b'{"type":"urn:licet:problem:broken","title":"Internal error","status":500,'
                b'"detail":"Something went wrong."}'
            ),
            [],
        ),
        (
            ValueError("the password is hunter2"),
            500,
            (
                b'{"type":"urn:licet:problem:broken","title":"Internal error","status":500,'
                b'"detail":"Something went wrong."}'
            ),
            [],
        ),
        (
            errors.Invalid([errors.Fault(("password",), "bad_value", "longer", "hunter2")]),
            400,
            (
                b'{"type":"urn:licet:problem:invalid","title":"Invalid request","status":400,'
                b'"detail":"The request has faults.","errors":'
                b'[{"pointer":"/password","code":"bad_value","detail":"This must be longer."}]}'
            ),
            [],
        ),
    ],
)
def test_a_failure_is_said_in_these_words(
    failure: Exception, status: int, document: bytes, headers: list[tuple[str, str]]
):
    reply = render(failure, REQUEST)
    assert (reply.status, reply.body) == (status, document)
    assert reply.headers == [("content-type", "application/problem+json"), *headers]
