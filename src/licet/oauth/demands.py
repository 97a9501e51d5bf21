"""Checks of an authorization request that only some surfaces make, beside the standard's in `asking`."""

import re

from licet.errors import AccessDenied, Cause, InvalidRequest
from licet.oauth.asking import Asked
from licet.oauth.context import Context
from licet.oauth.returning import redirect_uri_usable

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
"""RFC 3986 section 3: a scheme, and something behind it."""
_PRINTABLE = re.compile(r"[ -~]+")
"""RFC 6749 appendix A.5: the characters of a `state`."""


async def client_named(_context: Context, asked: Asked) -> Asked:
    """It says for whom it is, before anything else of it is looked at."""
    if asked.get("client_id") is None:
        raise InvalidRequest.missing("client_id")
    return asked


async def redirect_uri_readable(_context: Context, asked: Asked) -> Asked:
    """A redirect URI that is sent is a URI, whoever's."""
    sent = asked.get("redirect_uri")
    if sent is not None and not _URI.fullmatch(sent):
        raise InvalidRequest("The redirect URI is no URI.", cause=Cause.REDIRECT_URI_MISSING)
    return asked


async def redirect_uri_or_first(context: Context, asked: Asked) -> Asked:
    """The redirect URI is one of the client's; the first of them when none is sent."""
    sent = asked.get("redirect_uri")
    if sent is not None:
        return await redirect_uri_usable(context, asked, sent)
    registered = asked.client.application.redirect_uris
    if not registered:
        raise InvalidRequest("The application has no redirect URI.", cause=Cause.REDIRECT_URI_NONE)
    return await redirect_uri_usable(context, asked, registered[0])


async def state_present(_context: Context, asked: Asked) -> Asked:
    """A `state`, of the characters that RFC 6749 appendix A.5 allows."""
    state = asked.get("state")
    if state is None:
        raise InvalidRequest.missing("state")
    if not _PRINTABLE.fullmatch(state):
        raise InvalidRequest("The parameter state is malformed.", cause=Cause.PARAMETER_MALFORMED, about="state")
    return asked


async def not_denied(_context: Context, asked: Asked) -> Asked:
    """A surface whose request carries the person's answer may carry a no."""
    if asked.parameters.get("allowed") == "false":
        raise AccessDenied
    return asked
