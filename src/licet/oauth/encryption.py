"""ID Tokens that only their application can read (OpenID Connect Core section 2): signed, then encrypted to its key."""

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from licet.domain.application import ENCRYPTIONS, KEY_ENCRYPTIONS, Application
from licet.errors import InvalidRequest
from licet.oauth.client_keys import MEMBERS, RSA_LENGTHS
from licet.oauth.context import Context

DEFAULT = "A128CBC-HS256"
"""OpenID Connect Registration section 2: where only the algorithm of the key is said."""
NO_KEY = "The application has no key that its ID Tokens could be encrypted to."
CURVES = ("P-256", "P-384", "P-521", "X25519")


async def encrypted(context: Context, application: Application, token: str) -> str:
    """A signed token as the application wants it (InvalidRequest when it has no key for that: never in the clear)."""
    algorithm = application.id_token_encrypted_response_alg
    if algorithm is None:
        return token
    named, key = await _key(context, application, algorithm)
    how = {"alg": algorithm, "enc": application.id_token_encrypted_response_enc or DEFAULT, "cty": "JWT"}
    return await asyncio.to_thread(_sealed, {**how, **named}, token, key)


async def readable(context: Context, application: Application) -> None:
    """Whether its ID Tokens could be made, before anything is spent for one (InvalidRequest)."""
    if application.id_token_encrypted_response_alg is not None and "openid" in application.scopes:
        await _key(context, application, application.id_token_encrypted_response_alg)


async def _key(context: Context, application: Application, algorithm: str) -> tuple[Mapping[str, str], Key]:
    """The first key that fits, and its name where it has one (InvalidRequest when there is none)."""
    for key in await context.client_keys.of(application):
        opened = _opened(_public(key), algorithm) if _fits(key, algorithm) else None
        if opened is not None:
            return ({"kid": key["kid"]} if isinstance(key.get("kid"), str) else {}), opened
    raise InvalidRequest(NO_KEY)


def _sealed(header: dict[str, Any], token: str, key: Key) -> str:
    return jwe.encrypt_compact(header, token, key, algorithms=[*KEY_ENCRYPTIONS, *ENCRYPTIONS])


def _fits(key: Mapping[str, Any], algorithm: str) -> bool:
    """Whether a key is meant for encryption, and for this (RFC 7517 section 4, RFC 7518 section 4.1)."""
    if key.get("use", "enc") != "enc" or key.get("alg", algorithm) != algorithm:
        return False
    if algorithm.startswith("RSA"):
        return key.get("kty") == "RSA" and len(str(key.get("n"))) in RSA_LENGTHS
    return key.get("kty") in ("EC", "OKP") and key.get("crv") in CURVES


def _public(key: Mapping[str, Any]) -> bytes:
    return orjson.dumps({name: key[name] for name in MEMBERS if name in key})


@lru_cache(1024)  # the same key is as good as it was
def _opened(public: bytes, algorithm: str) -> Key | None:
    """A key that something can be encrypted to: with an all-zero one no secret is shared, however well-formed it is."""
    try:
        key = JWKRegistry.import_key(orjson.loads(public))
        _sealed({"alg": algorithm, "enc": DEFAULT}, "", key)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key
