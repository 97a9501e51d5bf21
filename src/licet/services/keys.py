"""Signing keys of the instance: one of each algorithm from the first start, private halves sealed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson
from joserfc.jwk import ECKey, OKPKey, RSAKey

from licet.domain.keys import KeyState
from licet.services.ambient import Ambient
from licet.services.ports import SealedKey

PURPOSE = "signing_key"
SigningKey = ECKey | OKPKey | RSAKey
RSA_BITS = 2048

MAKERS: Mapping[str, Callable[[], SigningKey]] = {
    "ES256": lambda: ECKey.generate_key("P-256"),
    "RS256": lambda: RSAKey.generate_key(RSA_BITS),
    "PS256": lambda: RSAKey.generate_key(RSA_BITS),
    "EdDSA": lambda: OKPKey.generate_key("Ed25519"),
}
"""JWS algorithm (RFC 7518 section 3.1, RFC 8037 section 3.1) to how its key is made."""
READERS: Mapping[str, type[SigningKey]] = {"ES256": ECKey, "RS256": RSAKey, "PS256": RSAKey, "EdDSA": OKPKey}


@dataclass(frozen=True, slots=True)
class RingKey:
    """A signing key, opened."""

    kid: str
    algorithm: str
    state: KeyState
    key: SigningKey


class Keys:
    """The instance's signing keys."""

    def __init__(self, ambient: Ambient) -> None:
        self._ambient = ambient
        self._store = ambient.store.keys

    async def ensure(self) -> None:
        """Make the first keys of a new instance; of two starts at once one's keys stand."""
        if not await self._store.all():
            await self._store.insert_first([self._make(algorithm) for algorithm in MAKERS])

    async def open_all(self) -> Mapping[str, SigningKey]:
        """Private keys by `kid`. Raises Broken when the instance key is not the one they were sealed under."""
        return {key.kid: key.key for key in await self.ring()}

    async def ring(self) -> Sequence[RingKey]:
        """Every key, opened, oldest first."""
        return [RingKey(key.kid, key.algorithm, key.state, self._open(key)) for key in await self._store.all()]

    def _make(self, algorithm: str) -> SealedKey:
        key = MAKERS[algorithm]()
        kid = key.thumbprint()
        plain = orjson.dumps(key.as_dict(private=True))
        now = self._ambient.clock()
        return SealedKey(kid, algorithm, self._ambient.sealer.seal(PURPOSE, kid, plain), now, "active", now)

    def _open(self, key: SealedKey) -> SigningKey:
        plain = orjson.loads(self._ambient.sealer.open(PURPOSE, key.kid, key.sealed))
        return READERS[key.algorithm].import_key(plain)
