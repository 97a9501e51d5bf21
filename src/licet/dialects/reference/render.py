"""Statuses that every route shares, and how the reference itself answers."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from licet.web.reply import Pair, Reply

WALL = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.MISDIRECTED_REQUEST)
"""What may be answered before a handler runs: a path that cannot be read, a body that is too large, a foreign host."""

_ANSWERS: Mapping[int, str] = {
    HTTPStatus.OK: "Done",
    HTTPStatus.CREATED: "Made",
    HTTPStatus.NO_CONTENT: "Done, nothing to say",
    HTTPStatus.NOT_MODIFIED: "Unchanged since it was seen",
    HTTPStatus.BAD_REQUEST: "The request is wrong, or cannot be read",
    HTTPStatus.UNAUTHORIZED: "No credential, or one that is not good",
    HTTPStatus.FORBIDDEN: "The caller may not",
    HTTPStatus.NOT_FOUND: "There is no such thing, or none that the caller may know of",
    HTTPStatus.CONFLICT: "The present state does not allow this",
    HTTPStatus.PRECONDITION_FAILED: "It was changed meanwhile",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is of another media type",
    HTTPStatus.MISDIRECTED_REQUEST: "The host that was asked is not served here",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The key was used with another request",
    HTTPStatus.TOO_MANY_REQUESTS: "Too often",
}
# A style sheet or a document may be read by the pages of any origin: there is no secret in it.
_OPEN = (("access-control-allow-origin", "*"),)
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_PAGE: tuple[Pair, ...] = (("content-security-policy", _POLICY), ("x-content-type-options", "nosniff"))
_STYLE: tuple[Pair, ...] = (("content-type", "text/css; charset=utf-8"), ("cache-control", "public, max-age=3600"))


def described(status: int) -> str:
    """A status in a few words."""
    return _ANSWERS.get(status) or HTTPStatus(status).phrase


def succeeded(status: int) -> bool:
    """Whether a status says that the call was made."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def document(text: bytes) -> Reply:
    """An OpenAPI document."""
    return Reply(HTTPStatus.OK, text, (("content-type", "application/json"), *_OPEN))


def page(text: str, headers: Iterable[Pair] = _PAGE) -> Reply:
    """A page."""
    return Reply.html(text, HTTPStatus.OK, headers)


def style(text: str) -> Reply:
    """The style sheet of the pages."""
    return Reply(HTTPStatus.OK, text.encode(), _STYLE)
