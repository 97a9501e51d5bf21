"""How the wall itself says a failure that no surface owns: problem details (RFC 9457)."""

from http import HTTPStatus

from licet import errors
from licet.web.reply import Reply
from licet.web.request import Request
from licet.web.route import Surface

_STATUS: dict[type[Exception], HTTPStatus] = {
    errors.UnknownRoute: HTTPStatus.NOT_FOUND,
    errors.MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    errors.MisdirectedHost: HTTPStatus.MISDIRECTED_REQUEST,
    errors.BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.Refused: HTTPStatus.BAD_REQUEST,
    errors.StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    Exception: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def render(failure: Exception, _request: Request) -> Reply:
    """A failure as a problem document; what is not a refusal says nothing but that."""
    status = next(_STATUS[kind] for kind in type(failure).__mro__ if kind in _STATUS)
    said = failure if isinstance(failure, errors.Refused) else errors.Broken()
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": getattr(said, "reason", said.public),
        "code": said.code,
    }
    allow = [("allow", ", ".join(failure.allowed))] if isinstance(failure, errors.MethodNotAllowed) else []
    return Reply.json(document, status, allow, media_type="application/problem+json")


NOBODY = Surface("wall", owns=("",), routes=(), render=render)
