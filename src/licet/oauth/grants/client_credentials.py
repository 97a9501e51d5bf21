"""The client credentials grant (RFC 6749 section 4.4): an application acts for itself."""

from licet.domain.application import CLIENT_CREDENTIALS
from licet.domain.family import Proof
from licet.errors import UnauthorizedClient
from licet.oauth.caller import Caller
from licet.oauth.checks import resources_asked, scope_asked
from licet.oauth.context import Context
from licet.oauth.grants.grant import Grant
from licet.oauth.request import TokenRequest

PERSONAL = frozenset({"openid", "profile", "email", "offline_access", "groups", "organization"})
"""Scopes that speak of a person; an application acting for itself has none."""


async def prove(context: Context, caller: Caller, asked: TokenRequest) -> Proof:
    """Nothing to find: the application has proven itself, and gets of its own scope what it asks for."""
    if not caller.application.confidential:
        # RFC 6749 §4.4: only confidential clients may use it.
        raise UnauthorizedClient
    own = tuple(name for name in caller.application.scopes if name not in PERSONAL)
    resources = await resources_asked(context, caller.application, asked)
    return Proof(family=None, scope=scope_asked(asked.get("scope"), own), resources=resources)


GRANT = Grant(grant_type=CLIENT_CREDENTIALS, parameters=("scope", "resource"), prove=prove)
