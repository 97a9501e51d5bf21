"""What clients find out by themselves (RFC 8414): where the endpoints are, and what they take."""

from typing import Any

from licet.dialects.record import Setup
from licet.dialects.timbrix import render
from licet.dialects.timbrix.scopes import NAMES
from licet.dialects.timbrix.server import RULES
from licet.web.reply import Reply
from licet.web.request import Request

AUTHORIZE, TOKEN = "/api/oauth/authorize", "/api/oauth/token"
INTROSPECT, REVOKE = "/api/oauth/introspect", "/api/oauth/revoke"
METADATA = ("/.well-known/oauth-authorization-server/api", "/api/.well-known/oauth-authorization-server")
"""RFC 8414 section 3 puts it before the issuer's path; where many look, it stands behind."""


class Discovery:
    """The document of one instance."""

    def __init__(self, setup: Setup) -> None:
        self._document = _document(setup.origin, setup.context.provider.issuer)

    async def metadata(self, _request: Request) -> Reply:
        """GET: what works here, and nothing else."""
        return render.published(self._document)


def _document(origin: str, issuer: str) -> dict[str, Any]:
    methods = list(RULES.auth_methods or ())
    return {
        "issuer": issuer,
        "authorization_endpoint": origin + AUTHORIZE,
        "token_endpoint": origin + TOKEN,
        "introspection_endpoint": origin + INTROSPECT,
        "revocation_endpoint": origin + REVOKE,
        "scopes_supported": list(NAMES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(RULES.grant_types or ()),
        "token_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": list(RULES.challenge_methods),
    }
