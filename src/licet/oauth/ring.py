"""The ring of signing keys, as the protocol uses it: active keys sign, published ones verify."""

from collections.abc import Mapping, Sequence
from typing import Any

from joserfc.jwk import KeySet

from licet.domain.keys import VERIFYING
from licet.errors import Broken
from licet.oauth.jwt import PrivateKey, Signer, signer
from licet.services.ambient import Clock
from licet.services.keys import Keys, RingKey

STALE_AFTER = 10_000
"""How old (ms) what is remembered of the ring may be; a key is published long before it signs."""
STALE_FOR_STRANGERS = 1_000
"""The same when a key is asked for that is not there: an operator may have turned the ring a moment ago."""


class Ring:
    """Keys of the instance, remembered for a moment."""

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._looked_at = -STALE_AFTER
        self._signers: Mapping[str, Signer] = {}
        self._verifying = KeySet([])

    async def signer(self, algorithm: str) -> Signer:
        """The active key of an algorithm."""
        if self._clock() - self._looked_at >= STALE_AFTER:
            await self._look(STALE_AFTER)
        return self._signers[algorithm]

    async def verifying(self, kid: object = None) -> KeySet:
        """Public keys that a token of ours may be signed with: next, active and retiring ones; `kid` if it is one."""
        await self._look(STALE_AFTER)
        if kid is not None and all(key.kid != kid for key in self._verifying):
            await self._look(STALE_FOR_STRANGERS)
        return self._verifying

    async def published(self) -> Sequence[Mapping[str, Any]]:
        """The same as JWKs (RFC 7517) with `kid`, `alg` and `use`."""
        await self._look(STALE_FOR_STRANGERS)
        return [key.as_dict(private=False) for key in self._verifying]

    async def _look(self, stale_after: int) -> None:
        now = self._clock()
        if now - self._looked_at < stale_after:
            return
        ring = await self._keys.ring()
        self._signers = {key.algorithm: _signer(key) for key in ring if key.state == "active"}
        self._verifying = KeySet([key.key for key in ring if key.state in VERIFYING])
        self._looked_at = now


def _signer(key: RingKey) -> Signer:
    private = key.key.private_key
    if not isinstance(private, PrivateKey):
        raise Broken(f"the signing key {key.kid} has no private half that {key.algorithm} takes")
    return signer(key.kid, key.algorithm, private)
