import json

import click
import pytest

from licet.cli.render import Stopped, failed, judged
from licet.errors import BadSettings, Broken, Fault, Invalid, StoreUnavailable, UnknownUser

PROBLEM = "application/problem+json"


def refused(status, media_type, body):
    with pytest.raises(click.ClickException) as raised:
        judged(status, media_type, body if isinstance(body, bytes) else json.dumps(body).encode())
    return raised.value.exit_code, raised.value.message


def test_a_good_answer_is_its_document():
    assert judged(200, "application/json", b'{"a": 1}') == {"a": 1}
    assert judged(201, "application/json", b"[]") == []
    assert judged(204, "text/plain", b"") is None


def test_a_refusal_says_its_sentence_and_every_fault():
    problem = {
        "type": "urn:licet:problem:invalid",
        "title": "Invalid request",
        "status": 400,
        "detail": "The request has faults.",
        "errors": [
            {"pointer": "/client_name", "code": "absent", "detail": "This is required."},
            {"pointer": "/redirect_uris/0", "code": "bad_redirect_uri", "detail": "A redirect URI must be absolute."},
            {"pointer": "", "code": "too_long", "detail": "This must not be longer than 65536 bytes."},
        ],
    }
    code, message = refused(400, PROBLEM, problem)
    assert code == 1
    assert message.splitlines() == [
        "The request has faults.",
        "client_name: This is required.",
        "redirect_uris/0: A redirect URI must be absolute.",
        "request: This must not be longer than 65536 bytes.",
    ]


def test_what_a_refusal_names_beside_its_sentence_is_said():
    problem = {"title": "Scope missing", "detail": "The credential lacks a scope.", "scope": "secrets:write"}
    assert refused(403, PROBLEM, problem) == (1, "The credential lacks a scope. (scope: secrets:write)")


def test_a_broken_instance_is_another_exit_code_than_a_refusal():
    assert refused(503, PROBLEM, {"detail": "The database cannot be reached."}) == (
        3,
        "The database cannot be reached.",
    )


@pytest.mark.parametrize(
    ("status", "media_type", "body"),
    [
        (200, "text/html", b"<!doctype html>"),
        (200, "application/json", b""),
        (301, "text/html", b""),
        (404, "text/html", b"<h1>nginx</h1>"),
        (502, "application/json", b'{"error": "bad gateway"}'),
        (400, PROBLEM, b"[]"),
        (400, PROBLEM, b"\xff"),
    ],
)
def test_an_answer_of_something_else_is_no_refusal(status, media_type, body):
    code, message = refused(status, media_type, body)
    assert code == 3
    assert message.startswith(f"this is no answer of Licet's native API: status {status}, ")


@pytest.mark.attack("terminal escape sequences in a name")
def test_a_hostile_server_does_not_command_the_terminal():
    _, message = refused(400, PROBLEM, {"detail": "\x1b[2Jgone", "errors": [{"pointer": "/\x07", "detail": "\x1bc"}]})
    assert message == "\\x1b[2Jgone\n\\x07: \\x1bc"


@pytest.mark.parametrize(
    ("failure", "code", "message"),
    [
        (UnknownUser("private"), 1, "There is no such user."),
        (Invalid([Fault(("slug",), "bad_value", "3 to 50 letters")]), 1, "slug: bad_value (expected 3 to 50 letters)"),
        (BadSettings("port (LICET_PORT) is not a whole number"), 3, "port (LICET_PORT) is not a whole number"),
        (StoreUnavailable(), 3, "The database cannot be reached."),
        (Broken("a key does not open"), 3, "a key does not open"),
    ],
)
def test_a_failure_is_one_line_and_an_exit_code(failure, code, message):
    said = failed(failure)
    assert (said.exit_code, said.message) == (code, message)
    assert isinstance(said, Stopped) is (code == 3)
