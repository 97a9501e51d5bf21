"""Which addresses are somebody else's: none that a network, a machine or a cloud keeps for itself.

The table is our own, since what `ipaddress` calls global has changed between versions of Python.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

SPECIAL = tuple(
    ip_network(network)
    for network in (
        # RFC 6890 §2.2.2, and what the IANA registry of special-purpose IPv4 addresses has added since.
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        # The metadata service of a cloud that keeps it at an address which looks public.
        "168.63.129.16/32",
        # Of global unicast IPv6 (2000::/3): protocol assignments with Teredo, documentation, 6to4, AS112.
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
UNICAST = ip_network("2000::/3")
"""All other IPv6 is loopback, local, multicast, or another address in disguise (IPv4-mapped, NAT64)."""

_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)\.?")


def is_public(address: Address) -> bool:
    """Whether an address may be somebody else's."""
    if isinstance(address, IPv6Address) and address not in UNICAST:
        return False
    return not any(address in network for network in SPECIAL)


def literal(host: str) -> Address | None:
    """The address that the host of a URL spells, None for a name; ValueError for a number spelled in any other way."""
    if host.startswith("["):
        return IPv6Address(host[1:-1])
    # As browsers see it, a host that ends in a number is an IPv4 address: decimal, octal and hexadecimal forms too.
    return IPv4Address(host) if _NUMERIC.fullmatch(host) else None


def same(one: str, other: Address) -> bool:
    """Whether a text is that address."""
    return ip_address(one) == other
