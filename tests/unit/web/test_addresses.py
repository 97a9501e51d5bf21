"""Which addresses may be somebody else's, and how a host may spell one."""

from ipaddress import ip_address

import pytest

from licet.web.addresses import is_public, literal

SPECIAL = [
    "0.0.0.0",  # noqa: S104 - an address, not a place to listen
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",  # metadata
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",  # metadata
    "169.254.169.254",  # metadata
    "169.254.170.2",  # metadata
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",  # metadata
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",  # IPv4-compatible
    "::ffff:127.0.0.1",  # IPv4-mapped
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",  # IPv4-translated
    "64:ff9b::7f00:1",  # NAT64
    "64:ff9b::808:808",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::7f00:1",  # Teredo
    "2001:2::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",  # 6to4
    "2002:a9fe:a9fe::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",  # metadata
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.attack(63)
@pytest.mark.parametrize("address", SPECIAL)
def test_a_special_address_is_nobody_elses(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "2a00::1"],
)
def test_any_other_address_is(address):
    assert is_public(ip_address(address))


@pytest.mark.attack(63)
@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "127.0.0.01",
        "127.0.0.0x1",
        "127.0.0.1.",
        "1.2.3.4.5",
        "evil.example.1",
        "evil.example.0x7f",
        "134744072",
        "256.1.1.1",
        "0x",
        "[]",
        "[127.0.0.1]",
        "[::1]]",
        "[g::1]",
    ],
)
def test_a_number_is_read_in_its_one_canonical_form(host):
    with pytest.raises(ValueError, match=r".*"):
        literal(host)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
        ("[2606:4700:0:0::1111]", "2606:4700::1111"),
    ],
)
def test_an_address_is_read_without_being_looked_up(host, address):
    assert literal(host) == ip_address(address)


@pytest.mark.parametrize("host", ["app.example", "localhost", "1.example", "0x7f.example", "127.0.0.1.example", "a1"])
def test_a_name_is_no_address(host):
    assert literal(host) is None
