"""What is not served, and how every failure is said."""

import inspect
import json
from collections.abc import Iterator

import pytest

from licet import errors
from licet.dialects.timbrix.render import render
from tests.contract.dialects.house import House
from tests.contract.dialects.timbrix.scene import APPS, call, registered

NO_ROUTE = {"statusCode": 404, "message": "Route not found", "error": "Not Found"}


NOT_SERVED = [("GET", "/sessions"), ("POST", "/tokens/all"), ("GET", "/")]


async def test_a_route_below_an_application_that_is_not_served_is_not_found(house: House):
    for method, path in NOT_SERVED:
        client_id = (await registered(house))["clientId"]
        answer = await call(house, "alice", method, f"{APPS}/{client_id}{path}")
        assert (answer.status_code, answer.json()) == (404, NO_ROUTE)
        assert answer.headers["content-type"] == "application/json"


OWNED = [
    ("POST", "/api/oauth/token/renew/now"),
    ("POST", "/api/oauth/transfers/x"),
    ("POST", "/api/oauth/introspect/x"),
    ("POST", "/api/oauth/revoke/x"),
    ("GET", "/api/organizations/acme/guests"),
    ("POST", "/api/api-keys/other"),
    ("GET", "/.well-known/oauth-authorization-server/api/x"),
    ("GET", "/api/oauth/apps/organization/acme/x"),
]


async def test_a_path_of_this_surface_that_is_not_served_is_not_found(house: House):
    for method, path in OWNED:
        answer = await house.call(method, path)
        assert (answer.status_code, answer.json()) == (404, NO_ROUTE)


async def test_another_method_says_which_are_served(house: House):
    answer = await call(house, "alice", "PATCH", f"{APPS}/app_b9c38bbc3acb6586")
    assert answer.status_code == 405
    assert answer.json() == {"statusCode": 405, "message": "Method not allowed", "error": "Method Not Allowed"}
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"


async def test_a_path_that_cannot_be_read_is_refused(house: House):
    for path in ["%ff", "a%00b", "a%0ab", "%zz"]:
        answer = await call(house, "alice", "GET", f"{APPS}/{path}")
        assert answer.status_code == 400
        assert answer.json()["statusCode"] == 400
        assert answer.json()["error"] == "Bad Request"


async def test_an_odd_client_id_is_an_unknown_one(house: House):
    for client_id in ["'", "a" * 5000, "%F0%9F%92%B0", "..", "app_B9C38BBC3ACB6586", "organization"]:
        answer = await call(house, "alice", "GET", f"{APPS}/x{client_id}")
        assert answer.status_code == 404
        assert answer.json() == {"statusCode": 404, "message": "OAuth application not found", "error": "Not Found"}


def failures(kind: type[errors.Failure]) -> Iterator[errors.Failure]:
    """One of each failure there is."""
    given = {"retry_after": 7, "allowed": ["GET"], "faults": [errors.Fault(("client_name",), "too_long", "100")]}
    names = inspect.signature(kind).parameters
    yield kind(**{name: given.get(name, name) for name in names})
    for leaf in kind.__subclasses__():
        yield from failures(leaf)


EVERY = [*failures(errors.Refused), *failures(errors.Broken)]
IN_USE = {400, 401, 403, 404, 405, 409, 412, 413, 415, 421, 429, 500}


@pytest.mark.parametrize("failure", EVERY, ids=lambda failure: type(failure).__name__)
def test_every_failure_has_its_words_in_the_envelope(failure):
    answer = render(failure, None)
    body = json.loads(answer.body)
    assert list(body) == ["statusCode", "message", "error"]
    assert body["statusCode"] == answer.status
    assert answer.status in IN_USE
    assert body["message"]
    assert "{" not in str(body["message"]).replace("['", "").replace("']", "")
    assert body["error"]
    if isinstance(failure, errors.Broken):
        assert body == {"statusCode": 500, "message": "Internal server error", "error": "Internal Server Error"}


def test_a_bug_is_said_without_its_words():
    body = json.loads(render(RuntimeError("password=hunter2"), None).body)
    assert body == {"statusCode": 500, "message": "Internal server error", "error": "Internal Server Error"}


def test_faults_of_a_rule_are_told_in_this_surface_s_words():
    faults = [
        errors.Fault(("client_name",), "control_character"),
        errors.Fault(("redirect_uris", 0), "bad_redirect_uri", "must be https"),
        errors.Fault(("enabled",), "type", "boolean"),
        errors.Fault(("organization_id",), "bad_choice", "an organization that the caller manages"),
        errors.Fault((), "too_long", "65536 bytes"),
    ]
    assert json.loads(render(errors.Invalid(faults), None).body)["message"] == [
        "name must not contain control characters",
        "redirectUri[0] must be an allowed absolute URI",
        "isActive must be a boolean",
        "organizationId must be an organization that the caller manages",
        "body must be at most 65536 bytes",
    ]
