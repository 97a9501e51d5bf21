"""The parameters of the provider's routes, wherever they stand: a form, JSON, or the query."""

from collections.abc import Iterable, Mapping
from typing import Any

from licet.dialects.rocketchat.reading import read_body, read_pairs, read_query
from licet.errors import Cause, InvalidClient, InvalidRequest, MalformedBody
from licet.oauth.request import TokenRequest
from licet.web.basic import SCHEME, basic
from licet.web.request import FORM, Request

Said = Mapping[str, Any]

ASKED = ("client_id", "redirect_uri", "response_type", "state", "code_challenge", "code_challenge_method", "allowed")
"""What an authorization request is read for; scopes are nothing here."""
EXCHANGED = (
    "grant_type",
    "client_id",
    "client_secret",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
)
SECRET = "client_secret"


def said(request: Request) -> Said:
    """Body and query together; what the body says holds (MalformedRequest)."""
    return {**read_query(request), **_body(request)}


def texts(spoken: Said, names: Iterable[str]) -> dict[str, str]:
    """The parameters of these names; InvalidRequest for one that is anything but a text."""
    found = {}
    for name in names:
        value = spoken.get(name)
        if isinstance(value, str):
            found[name] = value
        elif value is not None:
            raise InvalidRequest("A parameter is no text.", cause=Cause.PARAMETER_MALFORMED, about=name)
    return found


def spelled(spoken: Said, names: Iterable[str]) -> dict[str, str]:
    """The same for a page: what is no text is spelled as one, which is equal to nothing that anybody registered."""
    return {name: str(value) for name in names if (value := spoken.get(name)) is not None}


def token_request(request: Request) -> TokenRequest:
    """A client's request for tokens (InvalidRequest, InvalidClient, MalformedRequest).

    A secret in the query is refused wherever else it stands too: a URL stands in logs.
    """
    query = read_query(request)
    if SECRET in query:
        raise InvalidClient("The secret stands in the query.", cause=Cause.CLIENT_MISSING)
    spoken = _body(request) if request.media_type == FORM else {**query, **_body(request)}
    parameters = texts(spoken, EXCHANGED)
    return TokenRequest(parameters=parameters, basic=_basic(request), address=request.client)


def _body(request: Request) -> Said:
    if request.media_type == FORM:
        return read_pairs(request.body, MalformedBody)
    body = read_body(request)
    return body if isinstance(body, dict) else {}


def _basic(request: Request) -> tuple[str, str] | None:
    scheme = (request.header("authorization") or "").partition(" ")[0]
    return basic(request, encoded=False) if scheme.lower() == SCHEME.lower() else None
