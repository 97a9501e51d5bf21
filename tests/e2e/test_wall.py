"""The wall in a process of its own, on real sockets, against callers who mean harm or merely do not know better."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

ROOT = Path(__file__).parents[2]
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


class Wall:
    """A running server process."""

    def __init__(self, workers=1, seconds=10.0):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.wall_program", str(self.port), str(workers), str(seconds)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.said() == "ready"

    def said(self):
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.settimeout(30)
        return connection

    def head(self, method, path, *lines):
        host = f"Host: 127.0.0.1:{self.port}"
        return "\r\n".join([f"{method} {path} HTTP/1.1", host, *lines, "", ""]).encode()

    def get(self, path):
        """The JSON of one well-behaved GET."""
        with self.connect() as connection:
            connection.sendall(self.head("GET", path, "Connection: close"))
            return json.loads(everything(connection).partition(b"\r\n\r\n")[2])

    def last_words(self, *sent):
        """All that comes back until the server closes."""
        with self.connect() as connection:
            for piece in sent:
                try:
                    connection.sendall(piece)
                except (BrokenPipeError, ConnectionResetError):
                    break
            return everything(connection)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def everything(connection):
    heard = b""
    try:
        while piece := connection.recv(65536):
            heard += piece
    except ConnectionResetError:
        pass
    return heard


def unnamed(heard):
    """An answer without what differs from one to the next: its headers in any order, and its body."""
    head, _, body = re.sub(rb"(?mi)^(x-request-id|date): .*\r\n", b"", heard).partition(b"\r\n\r\n")
    return sorted(head.split(b"\r\n")), re.sub(rb'"request_id":"[^"]*"', b"", body)


def statuses(heard):
    return [int(status) for status in STATUS.findall(heard)]


@contextmanager
def wall(**options):
    running = Wall(**options)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.end()
        running.process.stdout.close()


@pytest.fixture(scope="module")
def patient():
    """A server with the bounds that operators get."""
    with wall() as running:
        yield running


@pytest.fixture(scope="module")
def hasty():
    """A server that loses patience soon, so that the tests need not have any."""
    with wall(seconds=0.3) as running:
        yield running


CLOSE = "Connection: close"


def test_requests_sent_at_once_are_answered_in_order(patient):
    heard = patient.last_words(
        patient.head("GET", "/items/1")
        + patient.head("POST", "/echo", "Content-Length: 3")
        + b"two"
        + patient.head("GET", "/items/3", CLOSE)
    )
    assert statuses(heard) == [200, 200, 200]
    assert heard.index(b'{"id":"1"}') < heard.index(b'"two"') < heard.index(b'{"id":"3"}')


def test_an_answer_that_waits_and_one_that_does_not_are_sent_in_order(patient):
    heard = patient.last_words(
        patient.head("GET", "/items/1")
        + patient.head("GET", "/slow")
        + patient.head("GET", "/items/2")
        + patient.head("POST", "/echo", "Content-Length: 3", CLOSE)
        + b"end"
    )
    assert statuses(heard) == [200, 200, 200, 200]
    places = [heard.index(said) for said in (b'{"id":"1"}', b"done", b'{"id":"2"}', b'"end"')]
    assert places == sorted(places)


@pytest.mark.parametrize("method", ["POST", "HEAD", "GET", "PUT"])
@pytest.mark.parametrize("path", ["/echo", "/items/1", "/nowhere", "/items/%zz"])
def test_a_request_in_one_piece_and_in_two_gets_the_same_answer(patient, method, path):
    sent = patient.head(method, path, "Content-Length: 4", CLOSE, "X-Role: reader") + b"body"
    whole = patient.last_words(sent)
    with patient.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(sent[:-2])
        assert patient.get("/items/2") == {"id": "2"}  # by now the first piece has been read
        connection.sendall(sent[-2:])
        assert unnamed(everything(connection)) == unnamed(whole)


def test_a_handler_may_limit_the_time_of_what_it_waits_for_first(patient):
    assert b"in time" in patient.last_words(patient.head("GET", "/limited", CLOSE))


def test_a_chunked_body_is_read_whole(patient):
    head = patient.head("POST", "/echo", "Transfer-Encoding: chunked", CLOSE)
    assert b'"body":"one two"' in patient.last_words(head + b"4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n")


def test_http_1_0_is_answered_and_closed(patient):
    sent = patient.head("GET", "/items/1").replace(b"HTTP/1.1", b"HTTP/1.0")
    assert b'{"id":"1"}' in patient.last_words(sent)


def test_an_absolute_target_is_the_path_in_it(patient):
    assert b'{"id":"7"}' in patient.last_words(patient.head("GET", f"http://127.0.0.1:{patient.port}/items/7", CLOSE))


def test_no_answer_names_the_server(patient):
    heard = patient.last_words(patient.head("GET", "/items/1", CLOSE)).lower()
    assert b"\r\nserver:" not in heard
    assert heard.count(b"\r\ndate:") == 1


@pytest.mark.attack(109)
@pytest.mark.parametrize(
    "lines",
    [
        ["X: " + "a" * 1_000_000],
        ["X" * 1_000_000 + ": a"],
        ["X: " + "a" * 17_000],
        [f"X-{number}: a" for number in range(200)],
    ],
    ids=["long value", "long name", "just too long", "many"],
)
def test_a_head_that_is_too_large_is_answered_431(patient, lines):
    assert statuses(patient.last_words(patient.head("GET", "/items/1", *lines))) == [431]


@pytest.mark.attack(109)
def test_a_head_without_an_end_is_answered_431(patient):
    assert statuses(patient.last_words(b"GET /" + b"a" * 1_000_000)) == [431]


def test_a_head_of_15_kilobytes_is_read(patient):
    heard = patient.last_words(patient.head("GET", "/items/1", "X: " + "a" * 15_000, CLOSE))
    assert statuses(heard) == [200]


@pytest.mark.attack(109)
@pytest.mark.parametrize(
    "raw",
    [
        b"GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/3.0\r\n\r\n",
        b"BREW / HTTP/1.1\r\n\r\n",
        b"CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_not_http_as_we_speak_it_is_a_bad_request(hasty, raw):
    assert statuses(hasty.last_words(raw)) == [400]


@pytest.mark.attack(109)
@pytest.mark.parametrize("path", ["/items/%00", "/items/%ff", "/items/%", "/items/%0d%0aX:%20y"])
def test_a_path_that_cannot_be_decoded_is_a_bad_request_in_the_owner_s_words(patient, path):
    heard = patient.last_words(patient.head("GET", path, CLOSE))
    assert statuses(heard) == [400]
    assert b"application/problem+json" in heard


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 3", "Content-Length: 3"),
        ("Content-Length: 3", "Content-Length: 4"),
        ("Content-Length: 3", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 3"),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding: xchunked",),
        ("Content-Length: -1",),
        ("Content-Length: 0x3",),
        ("Content-Length: 99999999999999999999999",),
    ],
)
def test_a_body_whose_length_is_in_doubt_is_refused_and_nothing_after_it_is_read(patient, lines):
    smuggled = patient.head("GET", "/items/smuggled", CLOSE)
    heard = patient.last_words(patient.head("POST", "/echo", *lines) + b"abc" + smuggled)
    assert statuses(heard) == [400]
    assert b"smuggled" not in heard


def test_a_chunk_that_lies_about_its_size_is_refused(patient):
    head = patient.head("POST", "/echo", "Transfer-Encoding: chunked")
    assert statuses(patient.last_words(head + b"3\r\nabcdef\r\n0\r\n\r\n")) == [400]


def test_a_trailer_does_not_pass_for_a_header(patient):
    head = patient.head("POST", "/echo", "Transfer-Encoding: chunked", CLOSE)
    heard = patient.last_words(head + b"3\r\nabc\r\n0\r\nX-Role: admin\r\n\r\n")
    assert heard.endswith(b'{"body":"abc","role":null}')


@pytest.mark.parametrize(
    "flood",
    [b"0\r\nX: " + b"a" * 1_000_000, b"1;" + b"a" * 1_000_000, b"1\r\na\r\n" * 60_000],
    ids=["trailer", "chunk extension", "tiny chunks"],
)
def test_a_flood_round_a_body_ends_the_connection(patient, flood):
    heard = patient.last_words(patient.head("POST", "/echo", "Transfer-Encoding: chunked") + flood)
    assert statuses(heard) == [431]


@pytest.mark.attack(57)
@pytest.mark.parametrize(
    ("line", "body"),
    [
        ("Content-Length: 1000000", b"x" * 1_000_000),
        ("Content-Length: 100000000000", b"x" * 1_000_000),
        (
            "Transfer-Encoding: chunked",
            b"10000\r\n" + b"x" * 65536 + b"\r\n10000\r\n" + b"x" * 65536 + b"\r\n0\r\n\r\n",
        ),
    ],
)
def test_a_body_too_large_is_answered_413_and_the_next_request_on_that_connection_is_not(patient, line, body):
    heard = patient.last_words(patient.head("POST", "/echo", line), body, patient.head("GET", "/items/next"))
    assert statuses(heard) == [413]
    assert b"connection: close" in heard.partition(b"\r\n\r\n")[0]


def test_a_caller_who_asks_first_is_told_that_the_body_is_too_large_before_sending_it(patient):
    head = patient.head("POST", "/echo", "Content-Length: 1000000", "Expect: 100-continue")
    assert statuses(patient.last_words(head)) == [413]


def test_a_caller_who_asks_first_is_told_to_go_on(patient):
    with patient.connect() as connection:
        connection.sendall(patient.head("POST", "/echo", "Content-Length: 2", "Expect: 100-continue", CLOSE))
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"ok")
        assert everything(connection).endswith(b'{"body":"ok","role":null}')


def test_a_refused_body_leaves_the_connection_usable(patient):
    bad = patient.head("POST", "/json", "Content-Type: application/json", "Content-Length: 1") + b"{"
    heard = patient.last_words(bad + patient.head("GET", "/items/1", CLOSE))
    assert statuses(heard) == [400, 200]


def test_what_comes_after_garbage_is_not_read_but_what_came_before_is_answered(patient):
    heard = patient.last_words(patient.head("GET", "/items/1") + b"\0garbage" + patient.head("GET", "/items/2"))
    assert statuses(heard) == [200, 400]


def test_an_upgrade_is_answered_as_if_it_had_not_been_asked_for(patient):
    upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAA")
    assert statuses(patient.last_words(patient.head("GET", "/items/1", *upgrade))) == [200]


@pytest.mark.attack(109)
@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"", [408]),
        (b"\r\n\r\n", [408]),
        (b"GET / HT", [408]),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: ", [408]),
        (b"POST /echo HTTP/1.1\r\nHost: HOST\r\nContent-Length: 10\r\n\r\nabc", [408]),
        (b"POST /echo HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", [408]),
    ],
)
def test_who_does_not_finish_a_request_is_not_waited_for(hasty, sent, answer):
    assert statuses(hasty.last_words(sent.replace(b"HOST", b"127.0.0.1:%d" % hasty.port))) == answer


@pytest.mark.attack(109)
def test_a_trickle_does_not_buy_time(hasty):
    with hasty.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        connection.settimeout(0.05)
        for _ in range(90):
            try:
                heard = connection.recv(1000)
                break
            except TimeoutError:
                connection.sendall(b"X: a\r\n")
        assert statuses(heard) == [408]


def test_empty_lines_between_requests_do_not_buy_time(hasty):
    with hasty.connect() as connection:
        connection.sendall(hasty.head("GET", "/items/1"))
        assert statuses(connection.recv(1000)) == [200]
        connection.sendall(b"\r\n")
        assert statuses(everything(connection)) == [408]


def closed_streams(running, expected):
    """The number of streams closed, asked until it is the one expected or a minute of asking has passed."""
    for _ in range(600):
        if (found := running.get("/closed")) == expected:
            return found
        signal.sigtimedwait([], 0.1)
    return found


def test_a_stream_is_closed_when_its_reader_leaves(patient):
    before = patient.get("/closed")
    with patient.connect() as connection:
        connection.sendall(patient.head("GET", "/stream"))
        connection.recv(100_000)
    assert closed_streams(patient, before + 1) == before + 1


def test_a_stream_is_closed_when_its_reader_stops_reading(hasty):
    before = hasty.get("/closed")
    with hasty.connect() as connection:
        connection.sendall(hasty.head("GET", "/stream"))
        connection.recv(1000)
        assert closed_streams(hasty, before + 1) == before + 1


def test_a_request_under_way_is_answered_before_the_process_ends():
    with wall() as running, running.connect() as connection:
        connection.sendall(running.head("GET", "/slow"))
        assert running.said() == "slow"
        assert running.end() == 0
        assert everything(connection).endswith(b"done")
        assert running.said() == "closed"


def test_workers_share_the_work_and_end_together():
    with wall(workers=2) as running:
        pids = {running.get("/process") for _ in range(200)}
        assert running.process.pid not in pids
        assert running.end() == 0
        for pid in pids:
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)


def test_when_a_worker_dies_the_server_ends_and_says_that_it_failed():
    with wall(workers=2) as running:
        os.kill(running.get("/process"), signal.SIGKILL)
        assert running.process.wait(30) == 1


def test_workers_end_in_order_when_the_process_that_started_them_is_killed_and_the_port_is_free():
    with wall(workers=2) as running, running.connect() as connection:
        connection.sendall(running.head("GET", "/items/1"))
        assert statuses(connection.recv(1000)) == [200]
        running.process.kill()
        assert connection.recv(1000) == b""
        assert running.process.stdout.read().split() == ["closed", "closed"]
        socket.create_server(("127.0.0.1", running.port)).close()


PIECES = st.sampled_from(
    [
        b"GET /items/1 HTTP/1.1\r\n",
        b"POST /json HTTP/1.1\r\n",
        b"OPTIONS * HTTP/1.1\r\n",
        b"GET http://evil.test/closed HTTP/1.1\r\n",
        b"HEAD /closed?%ff=%00 HTTP/1.0\r\n",
        b"Host: HOST\r\n",
        b"Host: evil.test\r\n",
        b"Content-Type: application/json\r\n",
        b"Content-Length: 5\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Expect: 100-continue\r\n",
        b"Connection: upgrade\r\nUpgrade: h2c\r\n",
        b"X-Forwarded-For: ,,;\r\n",
        b"Cookie: a=b; =; ;\r\n",
        b"\r\n",
        b"5\r\n[1,2]\r\n",
        b"0\r\n\r\n",
        b'{"a":',
        b"[1,2]",
        b"\0",
        b"\xff\xfe",
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(sent=st.lists(PIECES | st.binary(max_size=40), max_size=12))
def test_whatever_is_sent_is_answered_below_500_or_closed(hasty, sent):
    host = b"127.0.0.1:%d" % hasty.port
    heard = hasty.last_words(b"".join(sent).replace(b"HOST", host), hasty.head("GET", "/items/1", CLOSE))
    assert all(status < 500 for status in statuses(heard))
