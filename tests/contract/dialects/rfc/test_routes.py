"""What this surface answers where it serves nothing, and when the server itself fails."""

import pytest

from licet import errors
from licet.dialects.rfc.render import render
from licet.web.request import Request

NOT_FOUND = {"error": "not_found", "error_description": "Nothing is served at this address."}


@pytest.mark.parametrize(
    "path", ["/oauth2", "/oauth2/", "/oauth2/nothing", "/oauth2/register/a/b", "/.well-known/nothing"]
)
async def test_an_unknown_address_is_an_oauth_error(house, path):
    answer = await house.call("GET", path)
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/oauth2/register", "OPTIONS, POST"), ("/oauth2/register/x", "DELETE, GET, HEAD, OPTIONS, PUT")],
)
async def test_another_method_is_told_which_are_served(house, path, allowed):
    answer = await house.call("PATCH", path)
    assert (answer.status_code, answer.json()) == (
        405,
        {"error": "invalid_request", "error_description": "This method is not served here."},
    )
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("path", ["/oauth2/register/%00", "/oauth2/register/%ff", "/oauth2/register/%"])
async def test_a_path_that_cannot_be_read_is_an_invalid_request(house, path):
    answer = await house.call("GET", path)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"


def leaves(kind):
    return [kind, *(leaf for below in kind.__subclasses__() for leaf in leaves(below))]


def failure(kind):
    """A failure of a kind, whatever it is made with."""
    made = {
        errors.ScopeMissing: lambda: kind("read"),
        errors.PermissionMissing: lambda: kind("manage-users"),
        errors.ScopeNotGrantable: lambda: kind("read"),
        errors.NameTaken: lambda: kind("name"),
        errors.Invalid: lambda: kind([]),
        errors.MethodNotAllowed: lambda: kind(["GET"]),
        errors.Throttled: lambda: kind("calls", 7),
    }
    return made.get(kind, kind)()


@pytest.mark.rfc(6749, "5.2")
@pytest.mark.parametrize("kind", [*leaves(errors.Refused), *leaves(errors.Broken), RuntimeError], ids=str)
def test_every_failure_is_said_in_two_members_of_plain_ascii(kind):
    scope = {"type": "http", "method": "GET", "raw_path": b"/", "query_string": b"", "scheme": "http", "headers": []}
    reply = render(failure(kind), Request({**scope, "client": None}, "0"))
    assert reply.status >= 400
    assert reply.body.startswith(b'{"error":"')
    assert reply.body.isascii()
    assert b"\\" not in reply.body
    assert (reply.status == 401) == any(name == "www-authenticate" for name, _ in reply.headers) or reply.status == 403


async def test_a_fault_of_ours_says_nothing_of_itself(house, monkeypatch):
    async def fails(_):
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(house.store.applications, "by_client_id", fails)
    answer = await house.call("GET", "/oauth2/register/x", headers={"authorization": "Bearer x"})
    assert (answer.status_code, answer.json()) == (
        500,
        {"error": "server_error", "error_description": "Something went wrong."},
    )
