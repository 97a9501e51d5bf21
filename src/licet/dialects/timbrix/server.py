"""This surface as an authorization server: its lifetimes, its forms, its rules and the order of its checks."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from licet.dialects.timbrix.scopes import NAME
from licet.domain.application import AUTHORIZATION_CODE, CLIENT_CREDENTIALS, REFRESH_TOKEN
from licet.domain.ids import base64url
from licet.oauth import asking, returning
from licet.oauth.authorize import AuthorizationServer, Check
from licet.oauth.context import Context
from licet.oauth.provider import Provider, Rules
from licet.oauth.refresh_token import Spelling

ROOT = "/api"
ACCESS_LIFETIME = 3600

REFRESH_TOKENS = Spelling(
    encode=lambda raw: base64url(raw).decode(),
    decode=lambda text: urlsafe_b64decode(text + "="),
    length=43,
    tag=16,
    prefix="rt_",
)
RULES = Rules(
    opaque=True,
    grant_types=(AUTHORIZATION_CODE, REFRESH_TOKEN, CLIENT_CREDENTIALS),
    auth_methods=("client_secret_basic", "client_secret_post"),
    secret_or_pkce=True,
    refresh_alone=True,
    challenge_methods=("S256", "plain"),
    any_port="challenge",
    names_issuer=False,
    found=True,
    describes=False,
)
CHECKS: tuple[Check, ...] = (
    asking.bounded,
    asking.client_known,
    asking.response_type_allowed,
    asking.scope_allowed,
    asking.resources_registered,
    asking.challenge_present,
    # Last, since nobody is ever sent back with a fault: only what a person decides is said there.
    returning.redirect_uri_registered,
)


def server(standard: Context, _options: Mapping[str, Any]) -> AuthorizationServer:
    """The surface beside the standard one, on the same store and the same keys."""
    provider = Provider(
        surface=NAME,
        issuer=standard.provider.issuer + ROOT,
        access_lifetime=ACCESS_LIFETIME,
        allow_insecure_redirects=standard.provider.allow_insecure_redirects,
        rules=RULES,
    )
    refresh_tokens = replace(standard.refresh_tokens, spelling=REFRESH_TOKENS)
    return AuthorizationServer(replace(standard, provider=provider, refresh_tokens=refresh_tokens), CHECKS)
