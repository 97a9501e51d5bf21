"""One dispatcher: every request takes the same steps, and the surface that owns the path says every failure."""

import asyncio
import logging
import re

import pytest

from licet import errors
from licet.web.application import Application
from licet.web.edge import Edge
from licet.web.reply import Reply
from licet.web.route import Route, Surface
from tests.unit.web.driver import HOST, Caller, call, scope

JSON = ("content-type", "application/json")


def render(failure, request):
    status = 500 if isinstance(failure, errors.Broken) else 418
    return Reply.json({"mine": type(failure).__name__}, status)


async def echo(request):
    return Reply.json({"params": request.params, "body": request.body.decode(), "route": request.route})


async def read(request):
    return Reply.json(request.json())


async def fail(_request):
    raise ZeroDivisionError("division by hunter2")


async def wait_for_the_database(_request):
    raise errors.StoreUnavailable("connection refused")


async def forbid(_request):
    raise errors.Forbidden("not today")


async def nothing(_request):
    return Reply(204, b"ignored")


async def page(_request):
    return Reply.html("<p>hi", headers=[("cache-control", "private"), ("referrer-policy", "same-origin")])


ROUTES = (
    Route("GET", "/api/things/{id}", echo),
    Route("POST", "/api/things", echo),
    Route("PUT", "/api/json", read),
    Route("GET", "/api/fail", fail),
    Route("GET", "/api/away", wait_for_the_database),
    Route("GET", "/api/forbid", forbid),
    Route("GET", "/api/nothing", nothing),
    Route("GET", "/api/page", page),
)
API = Surface("api", ("/api/",), ROUTES, render)
APPLICATION = Application([API], Edge(["http://licet.test", "http://other.test"]))


async def test_a_request_reaches_its_handler_with_parameters_and_the_whole_body():
    answer = await call(APPLICATION, "GET", "/api/things/a%20b")
    assert answer.body == b'{"params":{"id":"a b"},"body":"","route":"/api/things/{id}"}'
    answer = await call(APPLICATION, "POST", "/api/things", body=[b"on", b"", b"e"])
    assert answer.body == b'{"params":{},"body":"one","route":"/api/things"}'


async def test_every_answer_carries_the_standing_headers_and_a_request_id_of_our_own():
    answer = await call(APPLICATION, "GET", "/api/things/1", headers=[HOST, ("x-request-id", "mine")])
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("referrer-policy") == "no-referrer"
    assert answer.header("cache-control") == "no-store"
    assert answer.header("content-length") == str(len(answer.body))
    made = answer.header("x-request-id")
    assert made is not None
    assert len(made) == 16
    assert set(made) <= set("0123456789abcdef")


async def test_a_handler_s_own_headers_win_over_the_standing_ones():
    answer = await call(APPLICATION, "GET", "/api/page")
    assert [value for name, value in answer.headers if name == "cache-control"] == ["private"]
    assert [value for name, value in answer.headers if name == "referrer-policy"] == ["same-origin"]


async def test_head_is_get_without_the_body():
    answer = await call(APPLICATION, "HEAD", "/api/page")
    assert (answer.status, answer.body, answer.header("content-length")) == (200, b"", "5")


async def test_no_content_has_neither_body_nor_length():
    answer = await call(APPLICATION, "GET", "/api/nothing")
    assert (answer.status, answer.body, answer.header("content-length")) == (204, b"", None)


@pytest.mark.parametrize(
    ("method", "target", "failure"),
    [
        ("GET", "/api/none", b'{"mine":"UnknownRoute"}'),
        ("DELETE", "/api/fail", b'{"mine":"MethodNotAllowed"}'),
        ("GET", "/api/forbid", b'{"mine":"Forbidden"}'),
        ("PUT", "/api/json", b'{"mine":"UnsupportedMediaType"}'),
        ("GET", "/api/%ff", b'{"mine":"MalformedRequest"}'),
        ("GET", "/api/a%00", b'{"mine":"MalformedRequest"}'),
        ("GET", "/api/%", b'{"mine":"MalformedRequest"}'),
    ],
)
async def test_a_refusal_is_said_in_the_owner_s_words(method, target, failure):
    answer = await call(APPLICATION, method, target)
    assert (answer.status, answer.body) == (418, failure)


async def test_our_own_fault_is_logged_and_tells_the_caller_nothing(caplog):
    answer = await call(APPLICATION, "GET", "/api/fail")
    assert (answer.status, answer.body) == (500, b'{"mine":"Broken"}')
    assert "ZeroDivisionError" in caplog.text
    assert str(answer.header("x-request-id")) in caplog.text


async def test_a_path_that_no_surface_owns_gets_a_problem_document():
    answer = await call(APPLICATION, "GET", "/elsewhere")
    assert (answer.status, answer.header("content-type")) == (404, "application/problem+json")
    assert answer.body == (
        b'{"type":"about:blank","title":"Not Found","status":404,'
        b'"detail":"Nothing is served at this address.","code":"not_found"}'
    )


async def test_a_database_that_is_away_is_one_line_of_the_log_for_each_request(caplog):
    answer = await call(APPLICATION, "GET", "/api/away")
    assert answer.body == b'{"mine":"StoreUnavailable"}'
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.getMessage() == f"{answer.header('x-request-id')} GET /api/away failed: connection refused"
    assert record.exc_info is None


async def test_a_surface_whose_renderer_fails_is_spoken_for(caplog):
    def broken(_failure, _request):
        raise KeyError

    application = Application([Surface("b", ("/",), (), broken)], Edge(["http://licet.test"]))
    answer = await call(application, "GET", "/")
    assert (answer.status, answer.header("content-type")) == (500, "application/problem+json")
    assert "could not be rendered by b" in caplog.text


async def test_options_are_answered_with_what_is_allowed():
    answer = await call(APPLICATION, "OPTIONS", "/api/things/1")
    assert (answer.status, answer.header("allow"), answer.body) == (204, "GET, HEAD, OPTIONS", b"")


@pytest.mark.attack(19)
async def test_a_foreign_host_is_answered_before_any_route():
    answer = await call(APPLICATION, "GET", "/elsewhere", headers=[("host", "evil.test")])
    assert (answer.status, answer.header("content-type")) == (421, "application/problem+json")


@pytest.mark.attack(19)
async def test_a_foreign_host_is_refused_by_the_surface_that_owns_the_path():
    for path in ("/api/things/1", "/api/nowhere"):
        answer = await call(APPLICATION, "GET", path, headers=[("host", "evil.test")])
        assert (answer.status, answer.body) == (418, b'{"mine":"MisdirectedHost"}')


async def test_a_surface_of_one_host_refuses_a_foreign_host_for_its_own_paths():
    inner = Surface("inner", ("/inner",), (Route("GET", "/inner", nothing),), render, frozenset({"other.test"}))
    application = Application([API, inner], Edge(["http://licet.test", "http://other.test"]))
    answer = await call(application, "GET", "/inner", headers=[("host", "evil.test")])
    assert (answer.status, answer.body) == (418, b'{"mine":"MisdirectedHost"}')


@pytest.mark.rfc(9112, "3.2")
async def test_two_hosts_are_a_bad_request():
    answer = await call(APPLICATION, "GET", "/elsewhere", headers=[HOST, HOST])
    assert answer.status == 400


async def test_a_surface_bound_to_a_host_is_not_there_on_another():
    inner = Surface("inner", ("/api/in",), (Route("GET", "/api/inner", nothing),), render, frozenset({"other.test"}))
    application = Application([API, inner], Edge(["http://licet.test", "http://other.test"]))
    assert (await call(application, "GET", "/api/inner")).status == 418
    assert (await call(application, "GET", "/api/inner", headers=[("host", "other.test")])).status == 204


async def test_a_surface_finishes_every_answer_of_its_own_failures_too():
    finished = Surface(
        "api", ("/api/",), ROUTES, render, finish=lambda _, reply: reply.with_headers([("x-mine", "yes")])
    )
    application = Application([finished], Edge(["http://licet.test"]))
    for target in ("/api/page", "/api/none", "/api/fail", "/api/%ff"):
        assert (await call(application, "GET", target)).header("x-mine") == "yes"
    assert (await call(application, "OPTIONS", "/api/page")).header("x-mine") == "yes"
    assert (await call(application, "GET", "/elsewhere")).header("x-mine") is None


@pytest.mark.attack(57)
@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([("content-length", "65537")], [b""]),
        ([("content-length", "9" * 5000)], [b""]),
        ([("transfer-encoding", "chunked")], [b"x" * 40000, b"x" * 40000, b"x" * 40000]),
    ],
)
async def test_a_body_over_the_limit_is_refused_by_the_owner_and_ends_the_connection(headers, body):
    answer = await call(APPLICATION, "POST", "/api/things", headers=[HOST, *headers], body=body)
    assert (answer.status, answer.body) == (418, b'{"mine":"BodyTooLarge"}')
    assert answer.header("connection") == "close"


async def test_a_body_at_the_limit_is_read():
    answer = await call(APPLICATION, "POST", "/api/things", body=[b"x" * 32768, b"x" * 32768])
    assert answer.status == 200


async def test_a_body_that_nobody_read_ends_the_connection():
    answer = await call(APPLICATION, "POST", "/api/none", headers=[HOST, ("content-length", "2")], body=b"{}")
    assert (answer.status, answer.header("connection")) == (418, "close")
    assert (await call(APPLICATION, "POST", "/api/none")).header("connection") is None


async def test_a_caller_that_leaves_in_the_middle_of_its_body_is_not_answered():
    caller = Caller([])
    caller.left.set()
    await APPLICATION(scope("POST", "/api/things"), caller.receive, caller.send)
    assert caller.sent == []


def streaming(chunks):
    async def handler(_request):
        return Reply(200, chunks())

    route = Route("GET", "/", handler)
    return Application([Surface("s", ("/",), (route,), render)], Edge(["http://licet.test"]))


async def test_an_iterator_is_streamed_in_its_own_pieces():
    async def chunks():
        yield b"one,"
        yield b""
        yield b"two"

    caller = Caller()
    await streaming(chunks)(scope("GET", "/"), caller.receive, caller.send)
    assert [message["body"] for message in caller.sent[1:]] == [b"one,", b"two", b""]
    assert [message.get("more_body", False) for message in caller.sent[1:]] == [True, True, False]
    assert caller.answer.header("content-length") is None


async def test_a_stream_is_closed_as_soon_as_the_caller_leaves():
    begun, closed = asyncio.Event(), asyncio.Event()

    async def chunks():
        try:
            yield b"first"
            begun.set()
            await asyncio.Event().wait()
        finally:
            closed.set()

    caller = Caller()
    exchange = asyncio.create_task(streaming(chunks)(scope("GET", "/"), caller.receive, caller.send))
    await asyncio.wait_for(begun.wait(), 5)
    caller.left.set()
    await asyncio.wait_for(exchange, 5)
    assert closed.is_set()


async def test_a_stream_that_breaks_is_cut_so_that_nobody_takes_it_for_whole():
    async def chunks():
        yield b"first"
        raise ZeroDivisionError

    caller = Caller()
    with pytest.raises(ZeroDivisionError):
        await streaming(chunks)(scope("GET", "/"), caller.receive, caller.send)
    assert caller.sent[-1] == {"type": "http.response.body", "body": b"first", "more_body": True}


async def test_head_of_a_stream_closes_it_unread():
    ran = False

    async def chunks():
        nonlocal ran
        ran = True
        yield b"x"

    answer = await call(streaming(chunks), "HEAD", "/")
    assert (answer.status, answer.body, ran) == (200, b"", False)


@pytest.mark.attack(114)
async def test_the_access_line_has_the_pattern_and_never_the_path_or_query(caplog):
    with caplog.at_level(logging.INFO, "licet.access"):
        first = await call(APPLICATION, "GET", "/api/things/hunter2?access_token=hunter2")
        second = await call(APPLICATION, "GET", "/api/hunter2")
        APPLICATION.flush()
    (record,) = [record for record in caplog.records if record.name == "licet.access"]
    lines = record.getMessage().splitlines()
    assert "hunter2" not in record.getMessage()
    assert re.fullmatch(rf"\S+ GET /api/things/{{id}} 200 \d+\.\d ms {first.header('x-request-id')}", lines[0])
    assert re.fullmatch(rf"\S+ GET - 418 \d+\.\d ms {second.header('x-request-id')}", lines[1])


async def test_no_two_requests_have_one_id():
    ids = {(await call(APPLICATION, "GET", "/api/page")).header("x-request-id") for _ in range(100)}
    assert len(ids) == 100
