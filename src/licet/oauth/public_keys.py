"""Public keys of others, by value or by address: an application's (RFC 7591 section 2), a trusted issuer's.

What an address gave is remembered for a while; a key id that is not there is looked for anew, but never more often than
once in a moment, so that nobody can make us ask somebody else's server again and again.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from licet.domain.key_set import PRIVATE_MEMBERS
from licet.errors import Unreachable
from licet.services.ambient import Ambient

STALE_AFTER = 300_000
"""How old (ms) a remembered set may be."""
AGAIN_AFTER = 10_000
"""How soon (ms) an address is asked again, whatever it answered."""
KEPT = 1_000
MOST_KEYS = 50
MOST_BYTES = 65_536
SUCCESS = 200

log = logging.getLogger("licet.oauth")


@dataclass(slots=True)
class _Address:
    keys: tuple[Key, ...] = ()
    asked_at: int = -STALE_AFTER
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class PublicKeys:
    """Public keys of others, with the memory of one worker."""

    def __init__(self, ambient: Ambient) -> None:
        self._ambient = ambient
        self._kept: dict[str, _Address] = {}

    async def of(
        self, jwks: Mapping[str, object] | None, jwks_uri: str | None, *, use: str = "sig", kid: object = None
    ) -> Sequence[Key]:
        """The keys of a set that serve a use (`sig` or `enc`), and have the key id where there is one.

        Empty when there are none, and when the address answers nothing usable.
        """
        keys = parsed(jwks) if jwks is not None else await self._at(jwks_uri, kid) if jwks_uri is not None else ()
        return [key for key in keys if key.get("use") in {None, use} and kid in {None, key.kid}]

    async def _at(self, uri: str, kid: object) -> tuple[Key, ...]:
        if uri not in self._kept and len(self._kept) >= KEPT:
            del self._kept[next(iter(self._kept))]
        address = self._kept.setdefault(uri, _Address())
        async with address.asking:
            age = self._ambient.clock() - address.asked_at
            unknown = kid is not None and all(key.kid != kid for key in address.keys)
            if age >= (AGAIN_AFTER if unknown or not address.keys else STALE_AFTER):
                address.asked_at = self._ambient.clock()
                address.keys = await self._asked(uri)
        return address.keys

    async def _asked(self, uri: str) -> tuple[Key, ...]:
        try:
            answer = await self._ambient.fetch(uri, headers={"accept": "application/json"}, most=MOST_BYTES)
            document = orjson.loads(answer.body) if answer.status == SUCCESS else None
        except (Unreachable, orjson.JSONDecodeError) as fault:
            log.info("no keys from %r: %s", uri[:200], fault)
            return ()
        return parsed(document) if isinstance(document, dict) else ()


def parsed(document: Mapping[str, object]) -> tuple[Key, ...]:
    """The public keys of a JWK Set that can be read; what gives a secret away is nobody's key."""
    keys = document.get("keys")
    return tuple(key for one in keys[:MOST_KEYS] if (key := _key(one)) is not None) if isinstance(keys, list) else ()


def _key(one: object) -> Key | None:
    if not isinstance(one, dict) or PRIVATE_MEMBERS & one.keys():
        return None
    try:
        return JWKRegistry.import_key(one)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
