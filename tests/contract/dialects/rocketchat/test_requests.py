"""What every route of this surface shares: how bodies and queries are read, headers, unknown routes, other origins."""

import re

import pytest

from tests.contract.dialects.house import House
from tests.contract.dialects.rocketchat.scene import NO_LOGIN, WIKI, created, get, invalid, post

CREATE = "/api/v1/oauth-apps.create"
LACKS_A_NAME = invalid("must have required property 'name'")
ALLOWED_HEADERS = (
    "Origin, X-Requested-With, Content-Type, Accept, X-User-Id, X-Auth-Token, x-visitor-token, Authorization, "
    "MCP-Protocol-Version"
)


async def send(house: House, content: bytes, media_type: str | None):
    headers = await house.chat("admin")
    if media_type is not None:
        headers["content-type"] = media_type
    return await house.call("POST", CREATE, content=content, headers=headers)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{'name': 1}",
        b'{"name": "a", "name": "b", "active": true, "redirectUri": "a:/cb"}',
        b'{"name": "\xff", "active": true, "redirectUri": "a:/cb"}',
        b'{"name": "a\\u0000", "active": true, "redirectUri": "a:/cb"}',
        b'{"name": "a\\ud800", "active": true, "redirectUri": "a:/cb"}',
        b'{"name": NaN, "active": true, "redirectUri": "a:/cb"}',
        b"[" * 20_000,
    ],
)
async def test_a_json_body_that_cannot_be_read_counts_as_empty(house: House, content: bytes):
    answer = await send(house, content, "application/json")
    assert (answer.status_code, answer.json()) == (400, LACKS_A_NAME)


@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
async def test_a_json_body_is_read(house: House, media_type: str):
    answer = await send(house, b'{"name":"n","active":true,"redirectUri":"a:/cb"}', media_type)
    assert answer.status_code == 200


@pytest.mark.parametrize("content", [b"null", b"true", b"5", b'"text"', b"[]", b'[{"name":"n"}]'])
async def test_a_json_body_that_is_no_object_is_refused(house: House, content: bytes):
    answer = await send(house, content, "application/json")
    assert (answer.status_code, answer.json()) == (400, invalid("must be object"))


async def test_a_form_is_a_flat_map_of_strings(house: House):
    answer = await send(
        house, b"name=a+b%21&active=true&redirectUri=https%3A%2F%2Fa.example%2Fcb", "application/x-www-form-urlencoded"
    )
    made = answer.json()["application"]
    assert (made["name"], made["active"], made["redirectUri"]) == ("a b!", True, "https://a.example/cb")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"name=a&name=b&active=true&redirectUri=https://a.example/cb", "must be string"),
        (b"name=a&active=true&active=false&redirectUri=https://a.example/cb", "must be boolean"),
        (b"name=a&active=true&redirectUri=https://a.example/cb&redirectUri=https://b.example/cb", "must be string"),
    ],
)
async def test_of_a_name_that_a_form_says_twice_neither_value_counts(house: House, content: bytes, text: str):
    answer = await send(house, content, "application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()) == (400, invalid(text))


async def test_a_form_that_cannot_be_read_counts_as_empty(house: House):
    answer = await send(house, b"name=%ff&active=true&redirectUri=a", "application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()) == (400, LACKS_A_NAME)


async def test_multipart_counts_as_empty(house: House):
    headers = await house.chat("admin")
    answer = await house.call("POST", CREATE, files={"name": b"n"}, headers=headers)
    assert (answer.status_code, answer.json()) == (400, LACKS_A_NAME)


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/xml"])
async def test_any_other_body_is_a_text(house: House, media_type: str | None):
    answer = await send(house, b'{"name":"n","active":true,"redirectUri":"a:/cb"}', media_type)
    assert (answer.status_code, answer.json()) == (400, invalid("must be object"))


async def test_a_body_over_the_limit_is_refused_in_the_envelope(house: House):
    answer = await send(house, b'{"name":"' + b"n" * 70_000 + b'"}', "application/json")
    assert (answer.status_code, answer.json()) == (413, {"success": False, "error": "The body is too large."})


async def test_thousands_of_redirect_uris_are_written_or_refused_but_never_break(house: House):
    uri = ",".join(f"a:/{number}" for number in range(5000))
    assert (await post(house, "oauth-apps.create", {**WIKI, "redirectUri": uri})).status_code in {200, 400}


@pytest.mark.parametrize("query", ["_id=%zz", "_id=%ff", "%00=1", "x=%", "&".join("a=1" for _ in range(300))])
@pytest.mark.parametrize("route", ["oauth-apps.get", "oauth-apps.list", "me"])
async def test_a_query_that_cannot_be_read_is_refused(house: House, route: str, query: str):
    answer = await get(house, f"{route}?{query}")
    assert (answer.status_code, answer.json()) == (400, {"success": False, "error": "Invalid query parameters"})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/nothing"),
        ("DELETE", "/api/v1/oauth-apps.delete"),
        ("PUT", "/api/v1/oauth-apps.update"),
        ("GET", "/api/v1/oauth-apps.create"),
        ("POST", "/api/v1/oauth-apps.list"),
        ("POST", "/api/v1/method.call/updateOAuthApp"),
        ("POST", "/api/v1/method.call/deleteOAuthApp"),
        ("POST", "/api/v1/oauth-apps.update/"),
        ("GET", "/api/v1/"),
        ("PUT", "/oauth/authorize"),
        ("DELETE", "/oauth/token"),
        ("POST", "/oauth/userinfo"),
        ("GET", "/avatar/admin/large"),
    ],
)
async def test_an_unknown_route_is_not_found(house: House, method: str, path: str):
    answer = await house.call(method, path)
    assert (answer.status_code, answer.json()) == (404, {"success": False, "error": "Resource not found"})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/info", 200),
        ("GET", "/api/v1/me", 401),
        ("POST", "/api/v1/oauth-apps.create", 401),
        ("POST", "/api/v1/login", 401),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/oauth-apps.list?x=%zz", 400),
    ],
)
async def test_every_answer_has_the_headers_of_this_surface(house: House, method: str, path: str, status: int):
    answer = await house.call(method, path)
    headers = answer.headers
    assert answer.status_code == status
    assert headers.get_list("content-type") == ["application/json"]
    assert headers.get_list("cache-control") == ["no-store"]
    assert headers.get_list("pragma") == ["no-cache"]
    assert re.fullmatch(r"[0-9a-f]{24}", headers["x-instance-id"])
    assert headers.get_list("access-control-allow-origin") == ["*"]
    assert headers.get_list("access-control-allow-headers") == [ALLOWED_HEADERS]
    assert "access-control-allow-methods" not in headers


async def test_the_list_and_the_literal_have_them_too(house: House):
    made = await created(house)
    for answer in (
        await get(house, "oauth-apps.list"),
        await post(house, "oauth-apps.delete", {"appId": made["_id"]}),
    ):
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["pragma"] == "no-cache"
        assert answer.headers["x-instance-id"]


async def test_one_instance_has_one_id(house: House):
    ids = {
        (await house.call("GET", path)).headers["x-instance-id"] for path in ("/api/info", "/api/v1/me", "/api/v1/x")
    }
    assert len(ids) == 1


async def preflight(house: House, origin: str = "https://app.example"):
    asked = {"origin": origin, "access-control-request-method": "POST"}
    return await house.call("OPTIONS", "/api/v1/oauth-apps.update", headers=asked)


async def test_a_preflight_is_refused_while_the_setting_is_off(house: House):
    answer = await preflight(house)
    assert answer.status_code == 405
    assert answer.text == 'CORS not enabled. Go to "Admin > General > REST Api" to enable it.'
    assert answer.headers["x-instance-id"]
    assert "access-control-allow-origin" not in answer.headers
    assert "access-control-allow-headers" not in answer.headers


@pytest.mark.settings(rocketchat_cors="https://app.example, https://other.example")
async def test_with_a_list_a_foreign_origin_is_refused(house: House):
    answer = await preflight(house, "https://evil.example")
    assert (answer.status_code, answer.text) == (403, "Invalid origin")
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.settings(rocketchat_cors="https://app.example, https://other.example")
@pytest.mark.parametrize("origin", ["https://app.example", "https://other.example"])
async def test_with_a_list_its_origins_may_go_on(house: House, origin: str):
    answer = await preflight(house, origin)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["access-control-allow-headers"] == ALLOWED_HEADERS
    assert answer.headers["access-control-allow-methods"] == "GET, POST, PUT, DELETE, HEAD, PATCH"
    assert answer.headers["vary"] == "Origin"


@pytest.mark.settings(rocketchat_cors="*")
async def test_with_a_star_everybody_may_go_on(house: House):
    answer = await preflight(house)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "GET, POST, PUT, DELETE, HEAD, PATCH"
    assert "vary" not in answer.headers


async def test_login_is_asked_for_before_anything_is_said_of_the_query(house: House):
    answer = await house.call("GET", "/api/v1/oauth-apps.list?nonsense=1")
    assert (answer.status_code, answer.json()) == (401, NO_LOGIN)


@pytest.mark.parametrize(
    ("method", "route"),
    [("POST", "logout"), ("GET", "logout"), ("GET", "me"), ("POST", "users.logout"), ("GET", "users.info")],
)
async def test_a_route_of_somebodys_own_is_closed_to_nobody(house: House, method: str, route: str):
    answer = await house.call(method, f"/api/v1/{route}")
    assert (answer.status_code, answer.json()) == (401, NO_LOGIN)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/oauth/token"), ("PUT", "/oauth/token"), ("PUT", "/oauth/authorize")]
)
async def test_json_of_the_provider_says_its_charset_and_is_not_for_other_origins(house: House, method: str, path: str):
    answer = await house.call(method, path, headers={"origin": "https://app.example"})
    assert answer.headers.get_list("content-type") == ["application/json; charset=utf-8"]
    assert {"access-control-allow-origin", "x-instance-id"}.isdisjoint(answer.headers)
