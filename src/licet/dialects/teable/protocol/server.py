"""This surface as an authorization server: its forms, rules and lifetimes, and the order of its checks."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from licet.dialects.record import Option
from licet.dialects.teable.formats import ACCESS_TOKEN, CODE, DEVICE, SURFACE, USER_CODE
from licet.dialects.teable.limits import TOKENS
from licet.domain.application import AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN
from licet.oauth import asking, returning
from licet.oauth.authorize import AuthorizationServer
from licet.oauth.context import Context
from licet.oauth.provider import Forms, Rules
from licet.oauth.refresh_token import RefreshTokens
from licet.web.limits import MINUTE, Limit, Limiter

CHECKS = (
    asking.bounded,
    asking.needs("response_type"),
    asking.needs("client_id"),
    asking.response_type_known,
    asking.nothing_repeated,
    asking.client_known,
    asking.response_type_allowed,
    asking.scope_listed,
    returning.redirect_uri_on_file,
    asking.challenge_present,
    returning.redirect_uri_or_first,
)
"""Whatever fails is said where it was asked: the return address comes last."""

OPTIONS = {
    "teable_access_token_seconds": Option(600, "How long an access token of Teable's surface lasts."),
    "teable_refresh_token_seconds": Option(2_592_000, "How long a refresh token lasts unused, and a consent's scopes."),
    "teable_code_seconds": Option(300, "How long an authorization code of Teable's surface lasts."),
    "teable_transaction_seconds": Option(600, "How long a person may take to decide there."),
    "teable_consent_seconds": Option(604_800, "How long a consent there is remembered since its last use."),
    "teable_device_code_seconds": Option(900, "How long a device code of Teable's surface lasts."),
    "teable_device_interval": Option(5, "Seconds between two polls of a device."),
    "teable_token_limit": Option(
        30, "Tokens of an application for a person in 15 minutes; 0 for no limit.", range(-1, 2**31)
    ),
}

FORMS = Forms(
    code=CODE.make,
    access_token=ACCESS_TOKEN.make,
    device_code=DEVICE.make,
    user_code=USER_CODE.make,
    transaction=CODE.make,
)
RULES = Rules(
    opaque=True,
    grant_types=(AUTHORIZATION_CODE, REFRESH_TOKEN, DEVICE_CODE),
    auth_methods=("client_secret_basic", "client_secret_post", "none"),
    secret_or_pkce=True,
    verifier_first=False,
    any_port="challenge",
    names_issuer=False,
    found=True,
    device_refreshes=True,
    slower=0,
    challenge=re.compile(r"[A-Za-z0-9_-]{43,128}"),
    describes=False,
    basic_and_body=True,
    redirect_uri_again=True,
    refresh_as_redeemed=True,
    denied_once=True,
    opt_out_denies=True,
)


def server(context: Context, options: Mapping[str, Any]) -> AuthorizationServer:
    """The surface, on what the standard one stands on."""
    limiter = Limiter(context.ambient.store.counters, context.ambient.clock, enabled=context.provider.limits)
    tokens = Limit(TOKENS, options["teable_token_limit"], 15 * MINUTE)

    async def admits(client_id: str, user_id: str) -> None:
        await limiter.hit(tokens, client_id, user_id)

    provider = replace(
        context.provider,
        surface=SURFACE,
        code_lifetime=options["teable_code_seconds"],
        device_lifetime=options["teable_device_code_seconds"],
        device_interval=options["teable_device_interval"],
        access_lifetime=options["teable_access_token_seconds"],
        refresh_idle=options["teable_refresh_token_seconds"],
        refresh_absolute=None,
        request_lifetime=options["teable_transaction_seconds"],
        consent_lifetime=options["teable_consent_seconds"],
        admits=admits,
        require_pushed=False,
        forms=FORMS,
        rules=RULES,
    )
    # A key of its own: another surface's refresh tokens are not even recognized here.
    refresh_tokens = RefreshTokens(hmac.digest(context.refresh_tokens.key, SURFACE.encode(), "sha256"))
    return AuthorizationServer(replace(context, provider=provider, refresh_tokens=refresh_tokens), CHECKS)
