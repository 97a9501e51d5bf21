"""How an answer from outside is read: bounded, not decompressed, and never believed to be whole when it is not."""

import gzip

import pytest

from licet.web.answer import Answer, Unreadable

HEAD = b"HTTP/1.1 200 OK\r\n"


def read(*pieces, most=100):
    answer = Answer(most)
    for piece in pieces:
        answer.feed(piece)
        if answer.complete:
            return answer.fetched()
    raise AssertionError("it is not complete")


def told(*pieces, most=100):
    fetched = read(*pieces, most=most)
    return fetched.status, fetched.body


def test_a_body_of_declared_length_is_read():
    fetched = read(HEAD + b"Content-Length: 5\r\nETag: x\r\n\r\nhello")
    assert (fetched.status, fetched.body) == (200, b"hello")
    assert fetched.headers == {"content-length": "5", "etag": "x"}


def test_a_body_in_single_bytes_is_read():
    whole = HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nCookie: x\r\n\r\n"
    pieces = [bytes([byte]) for byte in whole]
    assert told(*pieces) == (200, b"hello")
    assert read(*pieces).headers == {"transfer-encoding": "chunked"}


def test_a_body_of_no_declared_length_ends_with_the_connection():
    assert told(HEAD + b"\r\nhel", b"lo", b"") == (200, b"hello")


def test_an_answer_that_announces_another_is_not_it():
    early = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    fetched = read(early + b"HTTP/1.1 204 No Content\r\nETag: x\r\n\r\n")
    assert (fetched.status, fetched.headers) == (204, {"etag": "x"})


def test_a_second_answer_adds_nothing():
    second = HEAD + b"Content-Length: 4\r\nX: y\r\n\r\nevil"
    fetched = read(HEAD + b"Content-Length: 5\r\n\r\nhello" + second)
    assert (fetched.body, fetched.headers) == (b"hello", {"content-length": "5"})


@pytest.mark.attack(66)
def test_a_compressed_body_stays_compressed():
    bomb = gzip.compress(bytes(1_000_000))
    fetched = read(HEAD + b"Content-Encoding: gzip\r\n\r\n" + bomb, b"", most=10_000)
    assert fetched.body == bomb


def test_without_a_wish_for_a_body_none_is_waited_for():
    assert told(HEAD + b"Content-Length: 5\r\n\r\n", most=0) == (200, b"")
    assert told(HEAD + b"Content-Length: 5\r\n\r\nhello", most=0) == (200, b"")


@pytest.mark.attack(66)
@pytest.mark.parametrize(
    "pieces",
    [
        (HEAD + b"\r\n", *[bytes(10)] * 11),
        (HEAD + b"Content-Length: 101\r\n\r\n" + bytes(101),),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n65\r\n" + bytes(101),),
        (HEAD + b"X: " + b"x" * 17_000,),
        (HEAD, *[b"X: y\r\n"] * 3_000),
    ],
)
def test_more_than_was_asked_for_is_refused(pieces):
    with pytest.raises(Unreadable, match="too large"):
        read(*pieces)


@pytest.mark.parametrize(
    "pieces",
    [
        (b"",),
        (HEAD, b""),
        (HEAD + b"Content-Length: 5\r\n\r\nhell", b""),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", b""),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b""),
    ],
)
def test_what_was_cut_short_is_refused(pieces):
    with pytest.raises(Unreadable, match="cut short"):
        read(*pieces)


@pytest.mark.parametrize(
    "piece",
    [
        b"<html>",
        b"\x16\x03\x01",
        HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused(piece):
    with pytest.raises(Unreadable):
        read(piece)


def test_a_body_may_be_cut_where_it_is_too_long():
    answer = Answer(5, cut=True)
    answer.feed(HEAD + b"Content-Length: 9\r\n\r\nhel")
    assert not answer.complete
    answer.feed(b"lo wor")
    assert answer.complete
    assert answer.fetched().body == b"hello"
    whole = Answer(5, cut=True)
    whole.feed(HEAD + b"Content-Length: 2\r\n\r\nhi")
    assert whole.fetched().body == b"hi"
