"""The one rule for redirect URIs, and the attacks on it."""

import ada_url
import pytest
from hypothesis import given, settings, strategies as st

from licet.domain import redirect_uri
from licet.domain.redirect_uri import Kind

ALLOWED = [
    ("https://acme.example/cb", Kind.HTTPS),
    ("https://acme.example", Kind.HTTPS),
    ("https://Acme.example:8443/cb?tenant=7&next=%2Fhome", Kind.HTTPS),
    ("https://acme.example/@user/c%C3%A4b;v=1", Kind.HTTPS),
    ("https://192.0.2.7/cb", Kind.HTTPS),
    ("https://[2001:db8::1]/cb", Kind.HTTPS),
    ("https://localhost:8443/cb", Kind.HTTPS),
    ("http://127.0.0.1/callback", Kind.LOOPBACK),
    ("http://[::1]:5000/callback", Kind.LOOPBACK),
    ("http://localhost:3000/", Kind.LOOPBACK),
    ("com.example.app:/oauth2redirect", Kind.PRIVATE_USE),
    ("com.example.app://oauth2redirect/cb", Kind.PRIVATE_USE),
    ("cursor://anysphere.cursor-deeplink/mcp/auth", Kind.PRIVATE_USE),
    ("myapp:///cb", Kind.PRIVATE_USE),
]

INSECURE = ["http://example.com", "http://localhost.evil.test/cb", "http://127.0.0.1.evil.test", "http://LOCALHOST/cb"]


@pytest.mark.parametrize(("uri", "kind"), ALLOWED)
def test_an_allowed_uri_has_no_fault_and_its_kind(uri, kind):
    assert redirect_uri.fault(uri) is None
    assert redirect_uri.classify(uri) is kind
    assert not redirect_uri.is_insecure(uri)


@pytest.mark.parametrize("uri", INSECURE)
def test_plain_http_beyond_loopback_passes_only_where_the_surface_says_so(uri):
    assert redirect_uri.fault(uri) == "must be https, except on 127.0.0.1, [::1] and localhost"
    assert redirect_uri.fault(uri, allow_insecure=True) is None
    assert redirect_uri.is_insecure(uri)


def refused(uri, sentence):
    assert redirect_uri.fault(uri, allow_insecure=True) == sentence
    assert redirect_uri.fault(uri, allow_insecure=False) == sentence


@pytest.mark.attack(2)
@pytest.mark.parametrize(
    "requested",
    [
        "https://acme.example/cb?x=1&y=2&z=3",
        "https://acme.example/cb?y=2&x=1",
        "https://acme.example/cb;param?x=1&y=2",
        "https://acme.example/cb/?x=1&y=2",
        "https://acme.example/CB?x=1&y=2",
        "https://ACME.example/cb?x=1&y=2",
        "HTTPS://acme.example/cb?x=1&y=2",
        "https://acme.example:443/cb?x=1&y=2",
        "https://acme.example/c%62?x=1&y=2",
    ],
)
def test_a_request_that_differs_in_any_character_does_not_match(requested):
    registered = "https://acme.example/cb?x=1&y=2"
    assert redirect_uri.matches(registered, registered, any_port=False)
    assert not redirect_uri.matches(registered, requested, any_port=True)


@pytest.mark.attack(3)
@pytest.mark.parametrize(
    ("uri", "sentence"),
    [
        ("https://a@evil.tld/cb", "must not name a user"),
        ("https://good@@evil", "must not name a user"),
        ("https://a:b@c@evil.tld/cb", "must not name a user"),
        ("http://localhost@evil.tld/cb", "must not name a user"),
        ("https://good.example\\@evil.tld/cb", "must not contain a backslash"),
        ("https://good.example%5c@evil.tld/cb", "must not contain an encoded backslash or fragment"),
        ("https:\\\\good.example/cb", "must not contain a backslash"),
        ("https://good.example/\tcb", "must not contain white space or control characters"),
        ("https://good.example/cb\n", "must not contain white space or control characters"),
        ("https://good.example/c b", "must not contain white space or control characters"),
        (" https://good.example/cb", "must not contain white space or control characters"),
        ("https://good.example/\u2028cb", "must not contain white space or control characters"),
        ("https://good.example/\u202ecb", "must not contain white space or control characters"),
        ("https://good.example/\x00cb", "must not contain white space or control characters"),
        ("https://good.example/\ud800cb", "must not contain white space or control characters"),
        ("https://good.example/%00", "must not contain encoded white space or control characters"),
        ("https://good.example/cb?x=%0d%0aSet-Cookie:a", "must not contain encoded white space or control characters"),
        ("https://good.example/cb?x=%20", "must not contain encoded white space or control characters"),
        ("https://good.example/%e2%80%a8", "must not contain encoded white space or control characters"),
        ("https://good.example/%C2%85", "must not contain encoded white space or control characters"),
        ("https://good.example/%2fevil", "must not have an encoded slash or dot in its path"),
        ("https://good.example%2fevil.tld/cb", "must be an absolute URI with a valid host"),
        ("https://good.example%2eevil.tld/cb", "must be an absolute URI with a valid host"),
        ("https://good.example%40evil.tld/cb", "must be an absolute URI with a valid host"),
        ("https://good.example/%c0%ae%c0%ae/", "must be percent-encoded UTF-8"),
        ("https://good.example/%", "must consist of URI characters"),
        ("https://good.example/%zz", "must consist of URI characters"),
        ("https://good.example/cb?x=<b>", "must consist of URI characters"),
        ("https://g\u043e\u043ed.example/cb", "must consist of URI characters"),
        ("https://good.example/\u200bcb", "must consist of URI characters"),
    ],
)
def test_a_uri_that_two_parsers_could_read_differently_is_refused(uri, sentence):
    refused(uri, sentence)


@pytest.mark.attack(4)
@pytest.mark.parametrize(
    ("uri", "sentence"),
    [
        ("https://good.example/..;/evil", "must not have dot segments"),
        ("https://good.example/cb/../evil", "must not have dot segments"),
        ("https://good.example/cb/..", "must not have dot segments"),
        ("https://good.example/./cb", "must not have dot segments"),
        ("com.example.app:/../cb", "must not have dot segments"),
        ("https://good.example/%2e%2e/evil", "must not have an encoded slash or dot in its path"),
        ("https://good.example/.%2E/evil", "must not have an encoded slash or dot in its path"),
    ],
)
def test_dot_segments_are_refused_and_not_resolved(uri, sentence):
    refused(uri, sentence)


def test_dots_that_make_no_segment_are_allowed():
    assert redirect_uri.fault("https://good.example/.well-known/...;v=1/cb.html?x=..") is None


@pytest.mark.attack(5)
@pytest.mark.parametrize(
    "uri",
    [
        "http://127.1/cb",
        "http://0x7f000001/cb",
        "http://2130706433/cb",
        "http://127.0.0.01/cb",
        "http://[::ffff:127.0.0.1]/cb",
        "http://[0:0:0:0:0:0:0:1]/cb",
        "https://127.1/cb",
        "https://300.1.1.1/cb",
        "https://acme.example:99999/cb",
    ],
)
def test_a_host_that_browsers_read_as_another_is_refused(uri):
    refused(uri, "must name a host that every reader reads alike")


@pytest.mark.attack(5)
@pytest.mark.parametrize("host", ["localhost.evil.test", "127.0.0.1.evil.test", "127.0.0.2", "LOCALHOST", "[::2]"])
def test_no_other_host_gets_the_free_port_of_loopback(host):
    assert redirect_uri.matches(f"http://{host}:1/cb", f"http://{host}:1/cb", any_port=True)
    assert not redirect_uri.matches(f"http://{host}:1/cb", f"http://{host}:2/cb", any_port=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_on_the_three_loopback_hosts_the_port_is_free_if_the_surface_says_so(host):
    for registered, requested in [("", ":5000"), (":1", ":5000"), (":1", "")]:
        uris = f"http://{host}{registered}/cb?x=1", f"http://{host}{requested}/cb?x=1"
        assert redirect_uri.matches(*uris, any_port=True)
        assert not redirect_uri.matches(*uris, any_port=False)


@pytest.mark.attack(6)
@pytest.mark.parametrize(
    "requested",
    [
        "http://a@127.0.0.1:5000/cb",
        "http://a:b@127.0.0.1/cb",
        "http://127.0.0.1:5000/other",
        "http://127.0.0.1:5000/cb/",
        "http://127.0.0.1:5000/cb?x=1",
        "http://127.0.0.1:5000/cb?",
        "http://127.0.0.1:5000/cb#x",
        "http://127.0.0.1:5000",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:99999/cb",
        "http://127.0.0.1:5000\\@evil.test/cb",
        "http://127.0.0.1:5000@evil.test/cb",
        "http://localhost:5000/cb",
        "https://127.0.0.1:5000/cb",
        "HTTP://127.0.0.1:5000/cb",
        "",
    ],
)
def test_on_loopback_nothing_but_the_port_may_vary(requested):
    assert not redirect_uri.matches("http://127.0.0.1/cb", requested, any_port=True)


def test_https_on_a_loopback_host_keeps_its_port():
    assert not redirect_uri.matches("https://localhost:1/cb", "https://localhost:2/cb", any_port=True)


@pytest.mark.attack(7)
@pytest.mark.parametrize("uri", ["https://*.example.com/*", "https://*/cb", "https://a*b.example/cb", "app://*/cb"])
def test_a_wildcard_host_is_refused(uri):
    refused(uri, "must not have a wildcard in its host")


@pytest.mark.attack(7)
def test_a_pattern_in_the_path_is_plain_text():
    assert not redirect_uri.matches("https://acme.example/.*", "https://acme.example/cb", any_port=True)


@pytest.mark.attack(8)
@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "JavaScript://acme.example/alert(1)",
        "data:text/html,hello",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "blob:https://acme.example/1",
        "about:blank",
        "mailto:a@acme.example",
        "view-source://acme.example/",
        "filesystem:https://acme.example/x",
        "intent://acme.example/",
        "ftp://acme.example/cb",
        "ws://acme.example/cb",
        "urn:ietf:wg:oauth:2.0:oob",
    ],
)
def test_a_scheme_that_does_not_send_people_back_is_refused(uri):
    refused(uri, "must not use this scheme")


@pytest.mark.attack(9)
@pytest.mark.parametrize("name", ["code", "state", "iss", "error", "id_token", "response", "%63ode"])
def test_a_parameter_of_the_answer_in_the_query_is_refused(name):
    sentence = "must not have parameters of the answer"
    for query in (f"{name}=1", name, f"x=1&{name}=1", f"x=1;{name}="):
        refused(f"https://acme.example/cb?{query}", sentence)
        refused(f"app://cb?{query}", sentence)


@pytest.mark.attack(9)
def test_parameters_of_the_answer_in_the_fragment_are_refused():
    refused("https://acme.example/cb#code=1", "must not have a fragment")


def test_a_parameter_that_only_resembles_one_of_the_answer_is_allowed():
    assert redirect_uri.fault("https://acme.example/code/state?codes=1&x=code&y=a=state") is None


@pytest.mark.attack(10)
@pytest.mark.parametrize(
    "uri", ["https://acme.example/cb#", "https://acme.example/cb#x", "https://acme.example#@evil/"]
)
def test_a_fragment_is_refused_even_when_empty(uri):
    refused(uri, "must not have a fragment")


@pytest.mark.attack(10)
def test_an_encoded_fragment_is_refused():
    refused("https://acme.example/cb%23code=1", "must not contain an encoded backslash or fragment")


@pytest.mark.attack(11)
@pytest.mark.parametrize(
    ("uri", "finding"),
    [
        ("cursor://host/cb", "scheme_without_dot"),
        ("com.example.app:/cb", None),
        ("https://acme.example/cb", None),
        ("http://127.0.0.1/cb", None),
    ],
)
def test_a_private_use_scheme_without_a_dot_is_allowed_with_a_finding(uri, finding):
    assert redirect_uri.fault(uri) is None
    assert redirect_uri.finding(uri) == finding


@pytest.mark.parametrize(
    "uri",
    ["", "error", "/cb", "//acme.example/cb", "acme.example/cb", "1app://cb", "://cb", "?x=1"],
)
def test_what_is_not_absolute_is_refused(uri):
    refused(uri, "must be an absolute URI")
    assert redirect_uri.classify(uri) is None
    assert redirect_uri.host(uri) is None
    assert redirect_uri.finding(uri) is None


@pytest.mark.parametrize(
    "uri",
    [
        "https:/acme.example/cb",
        "https:acme.example/cb",
        "https:///acme.example/cb",
        "https://?x=1",
        "https://a..example/cb",
        "https://acme.example:/cb",
        "https://acme.example:port/cb",
        "localhost:3000/cb",
        "acme.example:443/cb",
        "app:opaque",
    ],
)
def test_a_uri_without_a_host_of_its_own_is_refused(uri):
    refused(uri, "must be an absolute URI with a valid host")


def test_length_is_counted_to_the_byte():
    longest = "https://acme.example/" + "a" * (2048 - 21)
    assert redirect_uri.fault(longest) is None
    refused(longest + "a", "must not exceed 2048 bytes")


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("https://Acme.Example:8443/cb", "acme.example"),
        ("http://[::1]:5000/cb", "[::1]"),
        ("cursor://Host/cb", "host"),
        ("com.example.app:/cb", None),
        ("app:///cb", None),
    ],
)
def test_the_host_of_the_list_filter_is_in_lower_case_and_without_a_port(uri, host):
    assert redirect_uri.host(uri) == host


PIECES = st.sampled_from(
    [
        *("https://", "http://", "app:", "com.app:/", "//", "javascript:", "HTTP:", "localhost", "127.0.0.1", "[::1]"),
        *("good.example", "evil", "xn--", "0x7f", "[", "]", "@", ":", ":80", "/", "..", ".", "%2e", "%2F", "%c0%ae"),
        *(
            "%",
            "?",
            "&",
            ";",
            "=",
            "code",
            "#",
            "\\",
            " ",
            "\t",
            "\n",
            "\0",
            "\u202e",
            "\ud800",
            "é",
            "*",
            "+",
            "-",
            "_",
        ),
    ]
)
URIS = st.lists(PIECES, max_size=8).map("".join)


@settings(max_examples=50, deadline=None)
@given(URIS, URIS)
def test_no_text_whatever_makes_the_rule_raise(text, other):
    for allow_insecure in (False, True):
        assert isinstance(redirect_uri.fault(text, allow_insecure=allow_insecure), str | None)
    redirect_uri.classify(text), redirect_uri.is_insecure(text), redirect_uri.host(text), redirect_uri.finding(text)
    assert redirect_uri.matches(text, other, any_port=True) in {True, False}


LABELS = st.from_regex(r"[A-Za-z0-9_]{1,6}(?:-[a-z0-9]{1,3})?", fullmatch=True)
HOSTS = st.one_of(
    st.lists(LABELS, min_size=1, max_size=3).map(".".join),
    st.sampled_from(["127.0.0.1", "[::1]", "[2001:DB8::1]", "[1:0:0:2::]", "127.1", "1.2.3.4.", "xn--a", ""]),
)
SHAPED = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["https://", "http://", "app://", "com.app:/", "APP:", "HtTpS://"]),
    HOSTS,
    st.sampled_from(["", ":80", ":65536", ":0", "@evil", "\\evil"]),
    st.sampled_from(["", "/", "/cb", "//cb", "/./", "/a;b", "/%C3%A4", "/%2e", "/[x]", "/a|b"]),
    st.sampled_from(["", "?", "?x=1", "?code=1", "?a[]=%2F", "?\u00e9", "#"]),
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(SHAPED, URIS))
def test_whatever_is_allowed_is_one_plain_text_that_browsers_read_with_the_same_host(uri):
    if redirect_uri.fault(uri, allow_insecure=True) is None:
        read = ada_url.URL(uri)
        assert read.hostname.lower() == (redirect_uri.host(uri) or "")
        assert read.protocol[:-1] == uri.partition(":")[0].lower()
        assert (read.username, read.password, read.hash) == ("", "", "")
        assert read.pathname in uri or read.pathname == "/"
        assert uri.isascii()
        assert uri.isprintable()
        assert not set(uri) & set(' \\#<>"`{}|^')
        assert redirect_uri.matches(uri, uri, any_port=False)
