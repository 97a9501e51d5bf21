"""Addresses where pages and endpoints send a browser to one another; it is all that they know of each other."""

from urllib.parse import urlencode

AUTHORIZE = "/oauth2/authorize"
LOGIN = "/login"
CONSENT = "/consent"
DEVICE = "/device"
LOGOUT = "/logout"
APPLICATIONS = "/account/applications"
THIRD_PARTY = "/admin/third-party-login"


def with_request(page: str, value: str) -> str:
    """A page's address, for an authorization request that waits."""
    return f"{page}?{urlencode({'request': value})}"


def resumed(value: str) -> str:
    """The address where an authorization request that waits goes on."""
    return f"{AUTHORIZE}/{value}"
