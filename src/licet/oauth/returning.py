"""Checks of where the answer to an authorization request goes; `return_address` is what they find."""

from dataclasses import replace

from licet.domain import redirect_uri
from licet.domain.application import Application
from licet.domain.profile import profile_of
from licet.errors import Cause, InvalidRequest
from licet.oauth.asking import Asked
from licet.oauth.context import Context
from licet.oauth.return_address import MODES, ReturnAddress


async def redirect_uri_registered(context: Context, asked: Asked) -> Asked:
    """The redirect URI is one of the client's, compared as raw strings (RFC 9700 section 2.1)."""
    sent = asked.get("redirect_uri")
    if sent is None:
        raise InvalidRequest.missing("redirect_uri")
    return await redirect_uri_usable(context, asked, sent)


async def redirect_uri_or_first(context: Context, asked: Asked) -> Asked:
    """The same, where a redirect URI that is left out stands for the first registered one."""
    await redirect_uri_on_file(context, asked)
    first = asked.client.application.redirect_uris[0]
    return await redirect_uri_usable(context, asked, asked.get("redirect_uri") or first)


async def redirect_uri_on_file(_context: Context, asked: Asked) -> Asked:
    """The client has a redirect URI at all."""
    if not asked.client.application.redirect_uris:
        raise InvalidRequest("The application has no redirect URI.", cause=Cause.REDIRECT_URI_NONE)
    return asked


async def redirect_uri_usable(context: Context, asked: Asked, uri: str) -> Asked:
    """The return address, if a redirect URI is one of the client's and people may be sent there."""
    rules = context.provider.rules
    any_port = rules.any_port == "always" or asked.get("code_challenge") is not None
    if not any(redirect_uri.matches(own, uri, any_port=any_port) for own in asked.client.application.redirect_uris):
        raise InvalidRequest(
            "The redirect URI is not registered for this application.", cause=Cause.REDIRECT_URI_DIFFERS
        )
    if redirect_uri.is_insecure(uri) and not context.provider.allow_insecure_redirects:
        raise InvalidRequest(
            "The redirect URI is plain http, and nobody is sent there.", cause=Cause.REDIRECT_URI_INSECURE
        )
    mode = asked.get("response_mode") or "query"
    address = ReturnAddress(
        uri,
        MODES.get(mode, "query"),
        asked.get("state"),
        context.provider.issuer if rules.names_issuer else None,
        requested=asked.get("redirect_uri") is not None,
        found=rules.found,
        describes=rules.describes,
        signed=_signed(context, mode, asked.client.application),
    )
    return replace(asked, address=address)


def _signed(context: Context, mode: str, application: Application) -> tuple[str, str] | None:
    usual = profile_of(application, context.provider.profile).signs
    wanted = mode in MODES and mode.endswith("jwt")
    return (application.client_id, application.authorization_signed_response_alg or usual) if wanted else None


async def response_mode_known(_context: Context, asked: Asked) -> Asked:
    """The way to answer is one we have."""
    if (asked.get("response_mode") or "query") not in MODES:
        raise InvalidRequest("This response mode is not supported.")
    return asked
