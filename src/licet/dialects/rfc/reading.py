"""A request to an endpoint of the protocol, read strictly: what two parsers could read in two ways is refused."""

from licet.errors import InvalidRequest, MalformedBody
from licet.oauth.request import TokenRequest
from licet.web.basic import basic
from licet.web.held import held
from licet.web.parsing import parse_pairs
from licet.web.request import FORM, Request

REPEATABLE = "resource"
"""RFC 8707 section 2: the only parameter that may come more than once."""


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
        basic=basic(request),
        address=request.client,
        held=held(request),
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
