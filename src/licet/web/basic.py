"""HTTP Basic as OAuth clients send it, read strictly: what two parsers could read in two ways is refused."""

import binascii
from base64 import b64decode

from licet.errors import InvalidClient
from licet.web.parsing import percent_decode
from licet.web.request import Request

SCHEME = "Basic"


def basic(request: Request, *, encoded: bool = True) -> tuple[str, str] | None:
    """Client id and secret of the `Authorization` header; None without one, InvalidClient for any other.

    `encoded`: whether they are percent-encoded first, as RFC 6749 section 2.3.1 asks; some clients never do.
    """
    headers = request.headers_all("authorization")
    if not headers:
        return None
    scheme, _, value = headers[0].partition(" ")
    if len(headers) > 1 or scheme.lower() != SCHEME.lower():
        raise InvalidClient("The client must use HTTP Basic or the body.", scheme=SCHEME)
    try:
        return _credentials(value.strip(), encoded=encoded)
    except ValueError:
        raise InvalidClient("The HTTP Basic credentials cannot be read.", scheme=SCHEME) from None


def _credentials(value: str, *, encoded: bool) -> tuple[str, str]:
    """Client id and secret (RFC 7617, and the encoding of RFC 6749 section 2.3.1); ValueError for anything else."""
    try:
        user, colon, password = b64decode(value, validate=True).decode().partition(":")
    except binascii.Error as fault:
        raise ValueError(str(fault)) from fault
    if not colon or ":" in password:
        # RFC 6749 §2.3.1: both are encoded, so that a colon can only be the one between them.
        raise ValueError("not two parts")
    read = _decoded if encoded else str
    client_id, secret = read(user), read(password)
    if not (client_id + secret).isprintable():
        raise ValueError("a control character")
    return client_id, secret


def _decoded(part: str) -> str:
    return percent_decode(part.replace("+", " "))
