"""Signed authorization requests (RFC 9101): a JWT of the application's, whose claims are the request's parameters."""

from collections.abc import Mapping
from typing import Any

import orjson

from licet.domain.application import Application
from licet.domain.keys import ALGORITHMS
from licet.domain.profile import profile_of
from licet.errors import InvalidRequestObject
from licet.oauth.context import Context

TYPS = frozenset({"", "jwt", "oauth-authz-req+jwt"})
"""RFC 9101 section 10.8: any other JWT that an application signs is meant for something else."""
SKEW = 30
"""Seconds that the clock of whoever made it may be ahead."""
NESTED = frozenset({"request", "request_uri"})
Claims = Mapping[str, Any]


async def opened(context: Context, application: Application, token: str) -> Claims:
    """The claims of a request object that this application signed for this server (InvalidRequestObject)."""
    wanted = application.request_object_signing_alg
    allowed = profile_of(application, context.provider.profile).algorithms or ALGORITHMS
    read = await context.client_keys.opened(application, token, [wanted] if wanted else allowed)
    if read is None or str(read.header.get("typ") or "").lower() not in TYPS:
        raise InvalidRequestObject("The request object is not signed by a key of the client.")
    if not _for_us(context, application, read.claims) or not _of_now(context, read.claims):
        raise InvalidRequestObject("The request object is another's, for another server, or of another time.")
    if NESTED & read.claims.keys():
        # RFC 9101 §4: a request object holds no other.
        raise InvalidRequestObject("A request object must not hold another one.")
    return read.claims


def parameters(claims: Claims, names: tuple[str, ...]) -> dict[str, str]:
    """The claims that are parameters of these names, as a form would write them."""
    return {name: _written(claims[name]) for name in names if claims.get(name) is not None}


def resources(claims: Claims) -> tuple[str, ...]:
    """The resources of a request object: one, or a list (RFC 8707 section 2)."""
    said = claims.get("resource", [])
    listed = [said] if isinstance(said, str) else said
    if not isinstance(listed, list) or not all(isinstance(resource, str) for resource in listed):
        raise InvalidRequestObject("The resources of the request object are malformed.")
    return tuple(listed)


def _written(value: object) -> str:
    # RFC 9101 §4: parameters that are JSON or numbers stand in it as what they are.
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _for_us(context: Context, application: Application, claims: Claims) -> bool:
    # RFC 9101 §5, RFC 8725 §3.8 and §3.9: by this client, for this server.
    audience = claims.get("aud")
    ours = context.provider.issuer in (audience if isinstance(audience, list) else [audience])
    by = (claims.get("iss"), claims.get("client_id", application.client_id))
    return ours and by == (application.client_id, application.client_id)


def _of_now(context: Context, claims: Claims) -> bool:
    # RFC 9101 §10.3: an expiry is optional, and holds where it is said.
    now = context.now() / 1000
    exp, nbf = claims.get("exp", now + 1), claims.get("nbf", now)
    return all(type(moment) in {int, float} for moment in (exp, nbf)) and now < exp and nbf <= now + SKEW
