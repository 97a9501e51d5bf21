"""Failures as pages, in words for people."""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import TypeVar

from licet import errors
from licet.web.page import Pages
from licet.web.reply import Reply
from licet.web.request import Request

Handlers = TypeVar("Handlers")

STATUS: Mapping[type[errors.Failure], int] = {
    errors.UnknownRoute: 404,
    errors.UnknownLink: 404,
    errors.MethodNotAllowed: 405,
    errors.MisdirectedHost: 421,
    errors.BodyTooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.Throttled: 429,
    errors.CrossSite: 403,
    errors.SignUpClosed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Forbidden: 403,
    errors.Unauthenticated: 401,
    errors.Refused: 400,
    errors.StoreUnavailable: 503,
    errors.Failure: 500,
}
"""A page says little, so a family of failures shares a row; the nearest row of a leaf's line of descent holds."""

_page = Pages("licet.web").page


def render(failure: Exception, _request: Request) -> Reply:
    """A failure as a page."""
    status = next(STATUS[kind] for kind in type(failure).__mro__ if kind in STATUS)
    said = worded(failure) if isinstance(failure, errors.Refused) else errors.Broken.public
    reply = _page("failure.html", status, said=said, again=isinstance(failure, errors.Throttled))
    if isinstance(failure, errors.Throttled):
        return reply.with_headers([("retry-after", str(failure.retry_after))])
    if isinstance(failure, errors.MethodNotAllowed):
        return reply.with_headers([("allow", ", ".join(failure.allowed))])
    return reply


def worded(failure: errors.Refused) -> str:
    """A refusal in one sentence; every fault of a form is named."""
    if isinstance(failure, errors.Invalid):
        return "; ".join(f"{fault.path[0] if fault.path else 'form'}: {fault.expected}" for fault in failure.faults)
    if isinstance(failure, errors.NameTaken):
        return f"This {failure.field} is taken."
    return getattr(failure, "reason", failure.public)


def on_page(
    handler: Callable[[Handlers, Request], Awaitable[Reply]],
) -> Callable[[Handlers, Request], Awaitable[Reply]]:
    """A handler of a machine API that people's browsers call: what it refuses is said on a page."""

    @wraps(handler)
    async def answered(handlers: Handlers, request: Request) -> Reply:
        try:
            return await handler(handlers, request)
        except errors.Refused as refusal:
            return render(refusal, request)

    return answered
