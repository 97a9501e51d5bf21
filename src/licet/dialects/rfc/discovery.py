"""What clients and resource servers find out by themselves: the metadata (RFC 8414) and the keys (RFC 7517)."""

from collections.abc import Mapping
from typing import Any

from licet.dialects.record import Setup
from licet.dialects.rfc.registrations import PATH as REGISTRATION_PATH
from licet.dialects.rfc.render import published
from licet.dialects.rfc.sharing import PUBLIC
from licet.domain.application import (
    ENCRYPTIONS,
    KEY_ENCRYPTIONS,
    SECRET_ALGORITHM,
    SUBJECT_TYPES,
)
from licet.domain.keys import ALGORITHMS
from licet.domain.profile import PROFILES
from licet.domain.registration import STANDARD_CATALOGUES
from licet.oauth import dpop
from licet.oauth.authentication import METHODS as ACR_VALUES
from licet.oauth.client_auth import offered
from licet.oauth.grants import GRANTS
from licet.oauth.id_token import CLAIMS
from licet.oauth.provider import Provider
from licet.oauth.return_address import MODES
from licet.web.cors import answer_headers
from licet.web.reply import Reply
from licet.web.request import Request

AUTHORIZE = "/oauth2/authorize"
TOKEN = "/oauth2/token"
INTROSPECT = "/oauth2/introspect"
REVOKE = "/oauth2/revoke"
USERINFO = "/oauth2/userinfo"
DEVICE = "/oauth2/device_authorization"
PUSH = "/oauth2/par"
JWKS = "/oauth2/jwks"
LOGOUT = "/oauth2/logout"
METADATA = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")
"""RFC 8414 section 3 and OpenID Connect Discovery section 4; an issuer without a path has one place for both."""

_CLIENTS = {
    "token_endpoint": TOKEN,
    "introspection_endpoint": INTROSPECT,
    "revocation_endpoint": REVOKE,
    "userinfo_endpoint": USERINFO,
    "device_authorization_endpoint": DEVICE,
    "pushed_authorization_request_endpoint": PUSH,
}
"""Where clients prove themselves, or bring a token."""
_ID_TOKEN_CLAIMS = ("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash")

_TELLS_OF_LOGOUTS = (
    "backchannel_logout_supported",
    "backchannel_logout_session_supported",
    "frontchannel_logout_supported",
    "frontchannel_logout_session_supported",
)


class Discovery:
    """The public documents of one instance."""

    def __init__(self, setup: Setup) -> None:
        self._context = setup.context
        self._catalogue = setup.services.catalogue
        self._standing = _standing(setup)

    async def metadata(self, request: Request) -> Reply:
        """GET: what works here, and nothing else."""
        scopes = (await self._catalogue.scopes()).values()
        spoken = [scope.name for scope in scopes if scope.catalogue in STANDARD_CATALOGUES]
        return _public({**self._standing, "scopes_supported": spoken}, request)

    async def jwks(self, request: Request) -> Reply:
        """GET: every key that a token of ours may be signed with."""
        return _public({"keys": list(await self._context.ring.published())}, request)


def _public(document: Mapping[str, Any], request: Request) -> Reply:
    return published(document, answer_headers(PUBLIC, request.header("origin")))


def _standing(setup: Setup) -> dict[str, Any]:
    issuer, methods = setup.context.provider.issuer, [method.name for method in offered(setup.context.provider)]
    signatures = _signatures(setup.context.provider)
    algorithms = [*signatures, *([SECRET_ALGORITHM] if "client_secret_jwt" in methods else ())]
    registers = setup.settings["registration"] != "off"
    return {
        "issuer": issuer,
        "authorization_endpoint": issuer + AUTHORIZE,
        "token_endpoint": issuer + TOKEN,
        **({"registration_endpoint": issuer + REGISTRATION_PATH} if registers else {}),
        "introspection_endpoint": issuer + INTROSPECT,
        "revocation_endpoint": issuer + REVOKE,
        "userinfo_endpoint": issuer + USERINFO,
        "device_authorization_endpoint": issuer + DEVICE,
        "end_session_endpoint": issuer + LOGOUT,
        **dict.fromkeys(_TELLS_OF_LOGOUTS, True),
        "jwks_uri": issuer + JWKS,
        **_asking(setup.context.provider, signs_up=setup.settings["sign_up"] == "open"),
        "grant_types_supported": list(GRANTS),
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "introspection_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
        "dpop_signing_alg_values_supported": list(dpop.ALGORITHMS),
        **_certified(setup.context.provider),
        "id_token_signing_alg_values_supported": signatures,
        "id_token_encryption_alg_values_supported": list(KEY_ENCRYPTIONS),
        "id_token_encryption_enc_values_supported": list(ENCRYPTIONS),
        "userinfo_signing_alg_values_supported": signatures,
        "introspection_signing_alg_values_supported": signatures,
        "subject_types_supported": list(SUBJECT_TYPES),
        "claims_supported": [*_ID_TOKEN_CLAIMS, *CLAIMS],
    }


def _asking(provider: Provider, *, signs_up: bool) -> dict[str, Any]:
    """What an authorization request may say, how it may come, and how it is answered."""
    return {
        "pushed_authorization_request_endpoint": provider.issuer + PUSH,
        "require_pushed_authorization_requests": provider.require_pushed or PROFILES[provider.profile].pushed,
        "response_types_supported": ["code"],
        "response_modes_supported": list(MODES),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "authorization_signing_alg_values_supported": _signatures(provider),
        "authorization_details_types_supported": list(provider.authorization_details_types),
        "acr_values_supported": list(ACR_VALUES),
        "prompt_values_supported": ["none", "login", "consent", "select_account", *(["create"] if signs_up else [])],
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_object_signing_alg_values_supported": _signatures(provider),
        "request_uri_parameter_supported": False,
    }


def _signatures(provider: Provider) -> list[str]:
    """The algorithms that the instance's profile allows, by and for its applications."""
    return list(PROFILES[provider.profile].algorithms or ALGORITHMS)


def _certified(provider: Provider) -> dict[str, Any]:
    """RFC 8705 sections 3.3 and 5: whether certificates are seen, and where clients are asked for them, if apart."""
    if not provider.certificates:
        return {}
    aliases = {name: provider.mtls_origin + path for name, path in _CLIENTS.items()} if provider.mtls_origin else {}
    return {
        "tls_client_certificate_bound_access_tokens": True,
        **({"mtls_endpoint_aliases": aliases} if aliases else {}),
    }
