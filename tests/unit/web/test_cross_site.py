"""Which other sites may read, and which may act: none that were not named."""

import pytest

from licet.web.cors import Policy, answer_headers, preflight_headers
from licet.web.csrf import same_site
from tests.unit.web.driver import HOST, request

OURS = "https://licet.test"
LISTED = Policy(frozenset({"https://app.example"}), methods=("GET", "PATCH"), headers=("Authorization",))


@pytest.mark.attack(117)
@pytest.mark.parametrize(
    ("method", "headers", "ours"),
    [
        ("GET", [("origin", "https://evil.test")], True),
        ("POST", [], True),
        ("POST", [("origin", OURS)], True),
        ("POST", [("sec-fetch-site", "same-origin")], True),
        ("POST", [("origin", "null"), ("sec-fetch-site", "same-origin")], True),
        ("POST", [("origin", "https://evil.test")], False),
        ("POST", [("origin", "http://licet.test")], False),
        ("POST", [("origin", "https://licet.test.evil.test")], False),
        ("POST", [("origin", "")], False),
        ("POST", [("origin", "null")], False),
        ("POST", [("origin", OURS), ("origin", OURS)], False),
        ("POST", [("sec-fetch-site", "same-site")], False),
        ("POST", [("sec-fetch-site", "cross-site")], False),
        ("POST", [("sec-fetch-site", "none")], False),
        ("DELETE", [("origin", "null"), ("sec-fetch-site", "cross-site")], False),
    ],
)
def test_an_unsafe_request_is_ours_by_origin_by_fetch_site_or_by_a_program(method, headers, ours):
    asked = request(method, headers=[HOST, *headers])
    asked.origin = OURS
    assert same_site(asked) is ours


def test_a_listed_origin_may_read():
    assert answer_headers(LISTED, "https://app.example") == [
        ("vary", "Origin"),
        ("access-control-allow-origin", "https://app.example"),
    ]


@pytest.mark.attack(110)
@pytest.mark.parametrize("origin", [None, "null", "https://evil.test", "https://app.example.evil.test", "*"])
def test_an_origin_that_is_not_listed_may_not(origin):
    assert answer_headers(LISTED, origin) == [("vary", "Origin")]
    assert preflight_headers(LISTED, origin) == [("vary", "Origin")]


def test_a_preflight_tells_methods_and_headers():
    assert preflight_headers(LISTED, "https://app.example") == [
        ("vary", "Origin"),
        ("access-control-allow-origin", "https://app.example"),
        ("access-control-allow-methods", "GET, PATCH"),
        ("access-control-allow-headers", "Authorization"),
        ("access-control-max-age", "600"),
    ]


def test_where_every_origin_may_read_no_answer_varies():
    assert answer_headers(Policy(frozenset({"*"}), exposed=("ETag",)), "null") == [
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", "ETag"),
    ]


@pytest.mark.attack(110)
@pytest.mark.parametrize(
    ("origins", "credentials"),
    [({"*"}, True), ({"null"}, False), ({"https://a.example", "null"}, True), ({"*", "https://a.example"}, False)],
)
def test_a_policy_that_cannot_be_safe_cannot_be_made(origins, credentials):
    with pytest.raises(ValueError, match="origin"):
        Policy(frozenset(origins), credentials=credentials)
