"""Whether a request that carries a cookie was started by our own pages."""

from licet.web.request import Request

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def same_site(request: Request) -> bool:
    """True for a safe method, our own origin, a same-origin fetch, or a program, which sends neither header.

    A page under `Referrer-Policy: no-referrer` sends `Origin: null`; then `Sec-Fetch-Site`, which no script can set,
    decides.
    """
    if request.method in _SAFE:
        return True
    origins, sites = request.headers_all("origin"), request.headers_all("sec-fetch-site")
    if not origins and not sites:
        return True
    return origins == [request.origin] or sites == ["same-origin"]
