import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner

from licet.cli import main


def licet(*arguments, given=None):
    result = CliRunner().invoke(main, arguments, input=given)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--token", "x"], "--token and --token-file go with --url"),
        (["--token-file", "x"], "--token and --token-file go with --url"),
        (["--url", "https://id.example"], "say either --token or --token-file"),
        (["--url", "https://id.example", "--token", "a", "--token-file", "b"], "say either --token or --token-file"),
        (["--url", "https://id.example", "--token", "a", "--data", "d"], "--url does not go with --data"),
        (["--url", "id.example", "--token", "a"], "is not a URL such as"),
        (["--url", "ftp://id.example", "--token", "a"], "is not a URL such as"),
        (["--url", "https://id.example:port", "--token", "a"], "is not a URL such as"),
        (["--url", "https://[::1", "--token", "a"], "is not a URL such as"),
        (["--url", "https://a:b@id.example", "--token", "a"], "is not a URL such as"),
        (["--url", "http://id.example", "--token", "a"], "everybody on the way could read the token"),
        (["--url", "https://id.example", "--token", "a b"], "the token is not one"),
        (["--url", "https://id.example", "--token", "a\r\nX: y"], "the token is not one"),
        (["--url", "https://id.example", "--token-file", "/nowhere/token"], "--token-file"),
    ],
)
def test_a_way_that_makes_no_sense_is_wrong_usage(arguments, why):
    code, said, error = licet("app", "list", *arguments)
    assert (code, said) == (2, "")
    assert why in error


def test_an_instance_that_is_not_there_is_not_made(tmp_path):
    code, said, error = licet("app", "list", "--data", str(tmp_path / "new"))
    assert (code, said) == (3, "")
    assert "there is no instance here" in error
    assert not (tmp_path / "new").exists()


def test_a_url_that_nobody_answers_is_named():
    code, _, error = licet("app", "list", "--url", "http://127.0.0.1:1", "--token", "x")
    assert code == 3
    assert error.startswith("Error: http://127.0.0.1:1 cannot be reached: ")


class Recorder(BaseHTTPRequestHandler):
    """Answers everything with what the test has put into the server, and notes what it was asked."""

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Recorder) as running:
        running.asked = []
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


EMPTY = (200, {"Content-Type": "application/json"}, b'{"items": [], "next_cursor": null}')


def url(server):
    return f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize("through", ["option", "file", "stdin"])
def test_the_token_is_sent_wherever_it_comes_from(server, through, tmp_path):
    server.answer = EMPTY
    file = tmp_path / "token"
    file.write_text("licet_pat_abc\n")
    arguments, given = {
        "option": (["--token", "licet_pat_abc"], None),
        "file": (["--token-file", str(file)], None),
        "stdin": (["--token-file", "-"], "licet_pat_abc\n"),
    }[through]
    code, _, error = licet("app", "list", "--url", url(server), *arguments, given=given)
    assert (code, error) == (0, "")
    assert server.asked[0][1]["Authorization"] == "Bearer licet_pat_abc"


def test_a_filter_becomes_a_query_and_a_name_stays_one_segment_of_the_path(server):
    server.answer = EMPTY
    licet("app", "list", "--q", "a b&c", "--no-enabled", "--url", f"{url(server)}/prefix/", "--token", "x")
    licet("app", "show", "../x?y", "--url", url(server), "--token", "x")
    assert [path for path, _ in server.asked] == [
        "/prefix/api/applications?q=a+b%26c&enabled=false",
        "/api/applications/..%2Fx%3Fy",
    ]


@pytest.mark.attack("a redirect that steals a token")
def test_no_redirect_is_followed(server):
    server.answer = (302, {"Location": "https://evil.example/"}, b"")
    code, _, error = licet("app", "list", "--url", url(server), "--token", "x")
    assert code == 3
    assert "status 302" in error
    assert len(server.asked) == 1


def test_every_page_is_asked_for_with_the_cursor_of_the_one_before(server):
    pages = iter([b'{"items": [], "next_cursor": "two"}', b'{"items": [], "next_cursor": null}'])

    class Pages:
        def __iter__(self):
            return iter((200, {"Content-Type": "application/json"}, next(pages)))

    server.answer = Pages()
    code, said, _ = licet("app", "list", "--all", "--json", "--url", url(server), "--token", "x")
    assert (code, said) == (0, "")
    assert [path for path, _ in server.asked] == [
        "/api/applications?limit=200",
        "/api/applications?limit=200&cursor=two",
    ]


def test_what_is_destroyed_is_asked_about_and_without_anybody_to_ask_refused(server):
    server.answer = (200, {"Content-Type": "application/json"}, b'{"client_name": "Acme", "version": 1}')
    code, said, error = licet("app", "delete", "a1", "--url", url(server), "--token", "x")
    assert (code, said) == (1, "")
    assert error == "Error: Delete a1 (Acme)? Nobody is there to ask: say --yes.\n"
    assert len(server.asked) == 1
