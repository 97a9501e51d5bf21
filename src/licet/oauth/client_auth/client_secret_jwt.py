"""`client_secret_jwt` (OpenID Connect Core section 9): an assertion authenticated with the client's secret."""

from collections.abc import Iterator, Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

from licet.oauth.client_auth import assertion
from licet.oauth.client_auth.method import Method, Presented, Proven
from licet.oauth.client_keys import FOREIGN, UNREADABLE, claims_of, header_of
from licet.oauth.context import Context
from licet.oauth.request import TokenRequest
from licet.services.clients import Client
from licet.services.minting import reveal

TRIED = 10
"""Secrets that an assertion is tried with, newest first."""


def _presented(request: TokenRequest) -> Presented | None:
    return assertion.presented(request, symmetric=True)


async def _proves(context: Context, client: Client, request: TokenRequest, endpoint: str) -> Proven | None:
    token = assertion.fits(request, client.application)
    if token is None or FOREIGN & header_of(token).keys():
        return None
    for secret_id, value in _readable(context, client):
        claims = _claims(token, value)
        if claims is not None:
            good = await assertion.accepted(context, client.application, claims, endpoint)
            return Proven(secret_id) if good else None
    return None


def _readable(context: Context, client: Client) -> Iterator[tuple[str, str]]:
    """Live secrets that have a sealed copy: those made since the application uses this method."""
    live = [secret for secret in client.secrets if secret.live(context.now()) and secret.sealed is not None]
    for secret in live[:TRIED]:
        value = reveal(context.ambient, secret)
        if value is not None:
            yield secret.id, value


def _claims(token: str, secret: str) -> Mapping[str, Any] | None:
    try:
        jwt.decode(token, OctKey.import_key(secret), algorithms=[assertion.SYMMETRIC])
    except UNREADABLE:
        return None
    return claims_of(token)


METHOD = Method(
    name="client_secret_jwt",
    serves=frozenset({"client_secret_jwt"}),
    parameter="client_assertion",
    presented=_presented,
    proves_by_request=_proves,
)
