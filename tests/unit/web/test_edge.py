"""Who calls and by which name: configuration decides, a header only where a proxy is trusted."""

import pytest

from licet import errors
from licet.web.edge import Edge
from tests.unit.web.driver import request

EDGE = Edge(["https://auth.example.com", "http://127.0.0.1:8000"], ["10.0.0.0/8", "2001:db8::/32"])


def placed(*headers, peer="10.0.0.1"):
    asked = request(headers=headers)
    asked.client = peer
    EDGE.place(asked)
    return asked


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("auth.example.com", "https://auth.example.com"),
        ("AUTH.example.com:443", "https://auth.example.com"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_a_configured_host_has_its_configured_origin(host, origin):
    assert placed(("host", host)).origin == origin


@pytest.mark.attack(19)
@pytest.mark.parametrize(
    "host", ["", "evil.test", "auth.example.com:80", "auth.example.com.", "127.0.0.1", "a@127.0.0.1:8000"]
)
def test_any_other_host_is_misdirected(host):
    with pytest.raises(errors.MisdirectedHost):
        placed(("host", host))


@pytest.mark.rfc(9112, "3.2")
@pytest.mark.parametrize("hosts", [[], ["auth.example.com", "auth.example.com"], ["auth.example.com", "evil.test"]])
def test_no_host_or_two_cannot_be_read(hosts):
    with pytest.raises(errors.MalformedRequest):
        placed(*[("host", host) for host in hosts])


@pytest.mark.attack(111)
@pytest.mark.parametrize(
    ("peer", "trail", "client"),
    [
        ("192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6", "203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["203.0.113.9, junk, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["203.0.113.9:443"], "10.0.0.1"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("2001:db8::1", ["2001:DB9::0:7"], "2001:db9::7"),
        ("::ffff:10.0.0.1", ["::ffff:203.0.113.9"], "203.0.113.9"),
        ("", ["203.0.113.9"], ""),
    ],
)
def test_the_caller_is_the_nearest_address_no_trusted_proxy_has(peer, trail, client):
    forwarded = [("x-forwarded-for", hop) for hop in trail]
    assert placed(("host", "auth.example.com"), *forwarded, peer=peer).client == client


def test_a_trusted_proxy_names_scheme_and_host():
    asked = placed(("host", "inner:9"), ("x-forwarded-host", "auth.example.com"), ("x-forwarded-proto", "https"))
    assert (asked.scheme, asked.host, asked.origin) == ("https", "auth.example.com", "https://auth.example.com")


def test_of_several_forwarded_hosts_the_nearest_proxy_s_counts():
    with pytest.raises(errors.MisdirectedHost):
        placed(("host", "inner:9"), ("x-forwarded-host", "auth.example.com, evil.test"))


@pytest.mark.attack(111)
def test_a_stranger_s_forwarding_headers_count_for_nothing():
    asked = placed(
        ("host", "auth.example.com"),
        ("x-forwarded-host", "127.0.0.1:8000"),
        ("x-forwarded-proto", "https"),
        peer="192.0.2.1",
    )
    assert (asked.scheme, asked.origin) == ("http", "https://auth.example.com")


def test_a_scheme_we_do_not_speak_is_not_believed():
    assert placed(("host", "auth.example.com"), ("x-forwarded-proto", "gopher")).scheme == "http"


@pytest.mark.parametrize(
    "origin", ["auth.example.com", "https://auth.example.com/", "https://", "ftp://a", "https://a/b"]
)
def test_what_is_not_an_origin_is_a_bad_setting(origin):
    with pytest.raises(errors.BadSettings):
        Edge([origin])


@pytest.mark.attack(81)
def test_a_client_certificate_is_what_a_trusted_proxy_says():
    edge = Edge(["http://127.0.0.1:8000"], ["10.0.0.0/8"], certificate_headers=("X-Cert", "X-Verify"))
    host = ("host", "127.0.0.1:8000")
    for headers, peer, certificate in (
        ([("x-cert", "A"), ("x-verify", "SUCCESS")], "10.0.0.1", ("A", True)),
        ([("x-cert", "A"), ("x-verify", "success")], "10.0.0.1", ("A", False)),
        ([("x-cert", "A"), ("x-verify", "SUCCESS"), ("x-verify", "FAILED")], "10.0.0.1", ("A", False)),
        ([("x-cert", "A")], "10.0.0.1", ("A", False)),
        ([("x-cert", ""), ("x-verify", "NONE")], "10.0.0.1", None),
        ([], "10.0.0.1", None),
        ([("x-cert", "A"), ("x-verify", "SUCCESS")], "192.0.2.1", None),
        ([("x-cert", "A"), ("x-verify", "SUCCESS"), ("x-forwarded-for", "10.0.0.1")], "192.0.2.1", None),
    ):
        asked = request(headers=[host, *headers])
        asked.client = peer
        edge.place(asked)
        assert asked.certificate == certificate, headers
    twice = request(headers=[host, ("x-cert", "A"), ("x-cert", "B")])
    twice.client = "10.0.0.1"
    with pytest.raises(errors.MalformedRequest):
        edge.place(twice)


@pytest.mark.attack(81)
def test_no_header_is_a_certificate_unless_it_is_set_to_be():
    assert placed(("host", "127.0.0.1:8000"), ("x-cert", "A"), ("", "B")).certificate is None
