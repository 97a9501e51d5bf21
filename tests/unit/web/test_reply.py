"""A reply says what it was told, and no header can start another."""

import pytest

from licet.web.reply import Reply, encoded


def test_json_keeps_the_order_of_keys_and_has_no_charset():
    reply = Reply.json({"b": 1, "a": [None, "é"]}, 201, [("ETag", '"7"')])
    assert (reply.status, reply.body) == (201, '{"b":1,"a":[null,"é"]}'.encode())
    assert encoded(reply.headers) == [(b"content-type", b"application/json"), (b"etag", b'"7"')]


def test_a_redirect_sees_other_by_default():
    reply = Reply.redirect("/login?next=%2F")
    assert (reply.status, reply.body, reply.headers) == (303, b"", [("location", "/login?next=%2F")])


@pytest.mark.parametrize("location", ["/a\r\nSet-Cookie: b=c", "/é", "/a b", "/a\x00"])
def test_a_location_that_is_not_encoded_is_refused(location):
    with pytest.raises(ValueError, match=r"header|location"):
        Reply.redirect(location)


@pytest.mark.parametrize(
    "pair",
    [
        ("x-a", "b\r\nx-c: d"),
        ("x-a", "b\nc"),
        ("x-a", "b\rc"),
        ("x-a", "b\0"),
        ("x-a", "\u2028"),
        ("x-a\r\nx-b", "c"),
    ],
)
def test_a_header_that_could_start_another_is_refused(pair):
    with pytest.raises(ValueError, match="another header"):
        Reply.empty(headers=[pair])


def test_a_header_added_later_takes_the_place_of_the_first_but_cookies_add_up():
    first = Reply.text("hello", headers=[("cache-control", "public"), ("set-cookie", "a=1")])
    later = first.with_headers([("Cache-Control", "no-store"), ("set-cookie", "b=2")])
    assert later.headers == [
        ("content-type", "text/plain; charset=utf-8"),
        ("set-cookie", "a=1"),
        ("cache-control", "no-store"),
        ("set-cookie", "b=2"),
    ]
    assert ("cache-control", "public") in first.headers
