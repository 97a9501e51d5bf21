"""A request to an endpoint of the protocol, read strictly: what two parsers could read in two ways is refused."""

import binascii
from base64 import b64decode

from licet.errors import InvalidClient, InvalidRequest, MalformedBody
from licet.oauth.request import TokenRequest
from licet.web.parsing import parse_pairs, percent_decode
from licet.web.request import FORM, Request

REPEATABLE = "resource"
"""RFC 8707 section 2: the only parameter that may come more than once."""
SCHEME = "Basic"


def protocol_request(request: Request) -> TokenRequest:
    """The request of a client to an endpoint where it authenticates.

    Raises:
        InvalidRequest, MalformedRequest: the form cannot be read, or something stands in the query.
        InvalidClient: an `Authorization` header that is no readable HTTP Basic.
    """
    if request.raw_query:
        # RFC 6749 §2.3.1, §3.2: a URL stands in logs; what belongs in the body is not looked for there.
        raise InvalidRequest("The parameters belong in the body, and the query must be empty.")
    parameters, resources = form(request)
    return TokenRequest(
        parameters=parameters,
        resources=resources,
        basic=_basic(request),
        address=request.client,
    )


def form(request: Request) -> tuple[dict[str, str], tuple[str, ...]]:
    """The parameters of a form body, each name once, and its resources (InvalidRequest, MalformedRequest)."""
    kind = request.media_type
    if not request.body and not kind:
        return {}, ()
    if kind != FORM:
        raise InvalidRequest(f"The body must be of type {FORM}.")
    pairs = parse_pairs(request.body, MalformedBody)
    parameters = dict(pairs)
    repeated = parameters.pop(REPEATABLE, None) is not None
    resources = [value for name, value in pairs if name == REPEATABLE] if repeated else []
    if len(parameters) + len(resources) != len(pairs):
        # RFC 6749 §3.2: parameters must not be included more than once.
        raise InvalidRequest("A parameter is given more than once.")
    return parameters, tuple(filter(None, resources))


def _basic(request: Request) -> tuple[str, str] | None:
    headers = request.headers_all("authorization")
    if not headers:
        return None
    scheme, _, value = headers[0].partition(" ")
    if len(headers) > 1 or scheme.lower() != SCHEME.lower():
        raise InvalidClient("The client must use HTTP Basic or the body.", scheme=SCHEME)
    try:
        return _credentials(value.strip())
    except ValueError:
        raise InvalidClient("The HTTP Basic credentials cannot be read.", scheme=SCHEME) from None


def _credentials(value: str) -> tuple[str, str]:
    """Client id and secret (RFC 7617, and the encoding of RFC 6749 section 2.3.1); ValueError for anything else."""
    try:
        user, colon, password = b64decode(value, validate=True).decode().partition(":")
    except binascii.Error as fault:
        raise ValueError(str(fault)) from fault
    if not colon or ":" in password:
        # RFC 6749 §2.3.1: both are encoded, so that a colon can only be the one between them.
        raise ValueError("not two parts")
    client_id, secret = (percent_decode(part.replace("+", " ")) for part in (user, password))
    if not (client_id + secret).isprintable():
        raise ValueError("a control character")
    return client_id, secret
