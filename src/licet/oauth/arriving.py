"""How an authorization request arrives: by value, in a signed request object (RFC 9101), or pushed (RFC 9126).

These checks bring what was asked into one form; what they leave of the request is all that the others see.
"""

from dataclasses import replace

from licet.domain.family import AuthorizationRequest
from licet.domain.profile import profile_of
from licet.domain.secret import digest
from licet.errors import InvalidRequest, InvalidRequestUri, RequestUriNotSupported
from licet.oauth.asking import PARAMETERS, Asked, bounded
from licet.oauth.context import Context
from licet.oauth.request_object import opened, parameters, resources

URN = "urn:ietf:params:oauth:request_uri:"
"""RFC 9126 section 2.2."""


async def no_request_uri(_context: Context, asked: Asked) -> Asked:
    """What is pushed is the request itself (RFC 9126 section 2.1)."""
    if asked.get("request_uri") is not None:
        raise InvalidRequest("The parameter request_uri must not be pushed.")
    return asked


async def pushed_taken(context: Context, asked: Asked) -> Asked:
    """A pushed request in the place of its name; everything else that came with the name is ignored."""
    uri = asked.get("request_uri") or ""
    if not uri.startswith(URN):
        return asked
    found = await context.ambient.store.authorization_requests.by_digest(digest(uri.removeprefix(URN)), context.now())
    if found is None or not _usable(context, asked, found):
        raise InvalidRequestUri
    return replace(asked, parameters=found.parameters, resources=found.resources, pushed=found.digest)


def _usable(context: Context, asked: Asked, found: AuthorizationRequest) -> bool:
    # RFC 9126 §2.2, §7.3: bound to the client that pushed it, and good for a short time; the row outlives that, since
    # it is spent only when its answer is given.
    ours = (asked.client.application.client_id, context.provider.surface)
    young = context.now() < found.created_at + context.provider.pushed_lifetime * 1000
    return found.browser is None and (found.client_id, found.surface) == ours and young


async def request_object_taken(context: Context, asked: Asked) -> Asked:
    """The claims of a signed request object in the place of the parameters; what stands beside it is ignored.

    RFC 9101 section 6.3: an attacker who could add a parameter would have changed what was signed.
    """
    token = asked.get("request")
    if token is None:
        return asked
    if asked.get("request_uri") is not None:
        # RFC 9101 §5: one or the other.
        raise InvalidRequest("The parameters request and request_uri exclude one another.")
    claims = await opened(context, asked.client.application, token)
    said = {**parameters(claims, PARAMETERS), "client_id": asked.client.application.client_id}
    return await bounded(context, replace(asked, parameters=said, resources=resources(claims), signed=True))


async def no_remote_request(_context: Context, asked: Asked) -> Asked:
    """Nothing is ever fetched from a `request_uri` (RFC 9101 section 10.4.1)."""
    if asked.get("request_uri") is not None:
        raise RequestUriNotSupported
    return asked


async def pushed_where_required(context: Context, asked: Asked) -> Asked:
    """It was pushed, where the instance, the application or its profile asks for that (RFC 9126 sections 5 and 6)."""
    provider, application = context.provider, asked.client.application
    demanded = profile_of(application, provider.profile).pushed or application.require_pushed_authorization_requests
    if (demanded or provider.require_pushed) and asked.pushed is None:
        raise InvalidRequest("The request must be pushed.")
    return asked


async def signed_where_required(_context: Context, asked: Asked) -> Asked:
    """It was signed, where the application asks for that (RFC 9101 section 10.5); a pushed one was looked at then."""
    if asked.client.application.require_signed_request_object and not asked.signed and asked.pushed is None:
        raise InvalidRequest("The request must be signed.")
    return asked
