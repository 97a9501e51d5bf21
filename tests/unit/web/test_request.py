"""A request gives what was sent, or refuses it by a name."""

import pytest

from licet import errors
from tests.unit.web.driver import HOST, request


def test_headers_are_found_by_any_case_and_the_first_of_a_name_is_the_header():
    asked = request(headers=[HOST, ("accept", "a"), ("accept", "b")])
    assert asked.header("Accept") == "a"
    assert asked.headers_all("ACCEPT") == ["a", "b"]
    assert asked.header("if-match") is None


def test_cookies_of_several_headers_are_one_jar_and_the_first_of_a_name_wins():
    asked = request(headers=[HOST, ("cookie", "a=1; b=x=y;  c=; junk"), ("cookie", "a=2; d=4")])
    assert asked.cookies() == {"a": "1", "b": "x=y", "c": "", "d": "4"}


def test_the_path_is_decoded_once():
    assert request(target="/caf%C3%A9/%2541").path == "/café/%41"


def test_a_query_is_a_list_that_may_repeat_or_a_mapping_that_may_not():
    assert request(target="/?a=1&a=2&b=%20").query() == [("a", "1"), ("a", "2"), ("b", " ")]
    assert request(target="/?a=1&b=2").query_one() == {"a": "1", "b": "2"}
    with pytest.raises(errors.MalformedRequest):
        request(target="/?a=1&a=2").query_one()


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"]
)
def test_json_is_read_under_any_json_media_type(kind):
    assert request("POST", headers=[HOST, ("content-type", kind)], body=b'{"a": 1}').json() == {"a": 1}


@pytest.mark.attack(109)
@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
def test_json_under_another_media_type_is_refused(kind):
    headers = [HOST, ("content-type", kind)] if kind else [HOST]
    with pytest.raises(errors.UnsupportedMediaType):
        request("POST", headers=headers, body=b"{}").json()


def test_a_form_is_read_with_each_name_once():
    form = [HOST, ("content-type", "application/x-www-form-urlencoded;charset=UTF-8")]
    assert request("POST", headers=form, body=b"a=1+2&b=").form() == {"a": "1 2", "b": ""}
    with pytest.raises(errors.MalformedBody):
        request("POST", headers=form, body=b"a=1&a=2").form()
    with pytest.raises(errors.MalformedBody):
        request("POST", headers=form, body=b"a=%ff").form()


@pytest.mark.attack(109)
def test_a_form_under_another_media_type_is_refused():
    with pytest.raises(errors.UnsupportedMediaType):
        request("POST", headers=[HOST, ("content-type", "application/json")], body=b"{}").form()
