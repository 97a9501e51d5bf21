"""This surface as an authorization server: its lifetimes, its forms, its rules and the order of its checks."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from licet.dialects.rocketchat.formats import NAME
from licet.domain.application import AUTHORIZATION_CODE, REFRESH_TOKEN
from licet.domain.ids import Entropy
from licet.oauth import asking, demands
from licet.oauth.authorize import AuthorizationServer, Check
from licet.oauth.context import Context
from licet.oauth.provider import RANDOM_BYTES, Forms, Provider, Rules
from licet.oauth.refresh_token import HEXADECIMAL

AUTHORIZE = "/oauth/authorize"
DAY = 86_400

RULES = Rules(
    opaque=True,
    grant_types=(AUTHORIZATION_CODE, REFRESH_TOKEN),
    auth_methods=("client_secret_basic", "client_secret_post"),
    secret_or_pkce=True,
    verifier_first=False,
    redirect_uri_again=True,
    refresh_ends_access=True,
    any_port="challenge",
    names_issuer=False,
    tells_client=False,
    challenge=re.compile(r"[A-Za-z0-9_-]{43,128}"),
    found=True,
)
PAGE: tuple[Check, ...] = (asking.bounded, asking.client_known, demands.redirect_uri_or_first)
"""What is looked at before a person is shown anything."""
FORM: tuple[Check, ...] = (
    asking.bounded,
    demands.client_named,
    demands.redirect_uri_readable,
    asking.client_known,
    demands.redirect_uri_or_first,
    demands.state_present,
    demands.not_denied,
    asking.response_type_allowed,
    asking.challenge_present,
)


def hexadecimal(entropy: Entropy) -> str:
    """256 random bits, 64 lower-case hex digits."""
    return entropy(RANDOM_BYTES).hex()


def server(standard: Context, _options: Mapping[str, Any]) -> AuthorizationServer:
    """The surface beside the standard one, on the same store and the same keys."""
    provider = Provider(
        surface=NAME,
        issuer=standard.provider.issuer,
        allow_insecure_redirects=standard.provider.allow_insecure_redirects,
        code_lifetime=300,
        access_lifetime=3600,
        refresh_idle=14 * DAY,
        # A refresh token that is used goes on without an end; one that is not is forgotten a while after it ended.
        refresh_absolute=None,
        forms=Forms(code=hexadecimal, access_token=hexadecimal),
        rules=RULES,
    )
    refresh_tokens = replace(standard.refresh_tokens, spelling=HEXADECIMAL)
    context = replace(standard, provider=provider, refresh_tokens=refresh_tokens)
    return AuthorizationServer(context, FORM, consent_at=AUTHORIZE)
