"""What stands between us and the caller: the names we answer for, and the proxies whose word counts."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from licet import errors
from licet.web.request import Request

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class Edge:
    """Places a request: who calls, by which configured name. Nothing here believes a header that anybody may send.

    `origins` are the public origins (`https://auth.example.com`, `http://127.0.0.1:8000`); other hosts are misdirected.
    `trusted_proxies` are the networks (CIDR) whose `X-Forwarded-For`, `-Proto` and `-Host` are believed.
    `certificate_headers` are where they give a client's certificate, and say that they verified it; empty for nowhere.
    """

    def __init__(
        self,
        origins: Iterable[str],
        trusted_proxies: Iterable[str] = (),
        *,
        certificate_headers: tuple[str, str] = ("", ""),
    ) -> None:
        self._origins = {authority: origin for origin in origins for authority in _authorities(origin)}
        self._networks = tuple(ip_network(network) for network in trusted_proxies)
        self._certificate, self._verified = certificate_headers
        self._trusts = lru_cache(1024)(self._is_trusted)

    @property
    def authorities(self) -> frozenset[str]:
        """Every value of `Host` that is answered."""
        return frozenset(self._origins)

    def place(self, request: Request) -> None:
        """Set client, scheme, host and origin; MalformedRequest without one Host, MisdirectedHost for a foreign."""
        hosts = request.headers_all("host")
        if len(hosts) != 1:
            # RFC 9112 §3.2: answered with 400.
            raise errors.MalformedRequest("A request names exactly one Host.")
        authority = hosts[0]
        if self._networks and self._trusts(request.client):
            authority = _last(request, "x-forwarded-host") or authority
            request.client = self._caller(request, request.client)
            request.certificate = self._certified(request) if self._certificate else None
            request.scheme = _scheme(_last(request, "x-forwarded-proto")) or request.scheme
        request.host = authority.lower()
        try:
            request.origin = self._origins[request.host]
        except KeyError:
            raise errors.MisdirectedHost from None

    def _caller(self, request: Request, peer: str) -> str:
        """The caller's address: of the forwarded ones, from the last to the first, the first that is no trusted proxy.

        What is no address ends the search: whoever wrote it is taken for the caller.
        """
        caller = peer
        for hop in reversed(",".join(request.headers_all("x-forwarded-for")).split(",")):
            address = _address(hop)
            if address is None:
                break
            caller = str(address)
            if not self._trusts(caller):
                break
        return caller

    def _certified(self, request: Request) -> tuple[str, bool] | None:
        """The certificate that the proxy gives, and whether it verified it; None for none."""
        given = request.headers_all(self._certificate)
        if len(given) > 1:
            # A proxy that adds its header to one that came from outside believes anybody.
            raise errors.MalformedRequest("A request has at most one client certificate.")
        verified = bool(self._verified) and request.headers_all(self._verified) == ["SUCCESS"]
        return (given[0], verified) if given and given[0] else None

    def _is_trusted(self, peer: str) -> bool:
        address = _address(peer)
        return address is not None and any(address in network for network in self._networks)


def _authorities(origin: str) -> tuple[str, ...]:
    parts = urlsplit(origin)
    if parts.scheme not in _DEFAULT_PORTS or not parts.netloc or f"{parts.scheme}://{parts.netloc}" != origin:
        raise errors.BadSettings(f"{origin!r} is not an origin such as https://auth.example.com")
    authority, port = parts.netloc.lower(), _DEFAULT_PORTS[parts.scheme]
    if parts.port is None:
        return authority, authority + port
    return (authority, authority.removesuffix(port)) if authority.endswith(port) else (authority,)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address as it is written in a forwarding header; an IPv4 address mapped into IPv6 is the IPv4 one."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _last(request: Request, name: str) -> str:
    """The last element of a list header: what the nearest proxy said."""
    return ",".join(request.headers_all(name)).rpartition(",")[2].strip()


def _scheme(value: str) -> str:
    return value.lower() if value.lower() in _DEFAULT_PORTS else ""
