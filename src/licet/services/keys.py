"""Signing keys of the instance: one of each algorithm from the first start, private halves sealed."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import orjson
from joserfc.jwk import ECKey, OKPKey, RSAKey

from licet.domain.actor import Actor
from licet.domain.keys import KeyState, is_gone, may_sign, wants_next
from licet.services.ambient import Ambient
from licet.services.ports import SealedKey

Kept = Sequence[SealedKey]

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
        self._opened: dict[str, SigningKey] = {}

    async def ensure(self) -> None:
        """Make the first keys of a new instance; of two starts at once one's keys stand."""
        if not await self._store.all():
            await self._store.insert_first([self._make(algorithm, "active") for algorithm in MAKERS])

    async def require_instance_key(self) -> None:
        """Raises Broken when the instance key is not the one the keys were sealed under."""
        for key in await self._store.all():
            self._ambient.sealer.open(PURPOSE, key.kid, key.sealed)

    async def open_all(self) -> Mapping[str, SigningKey]:
        """Private keys by `kid`. Raises Broken when the instance key is not the one they were sealed under."""
        return {key.kid: key.key for key in await self.ring()}

    async def ring(self) -> Sequence[RingKey]:
        """Every key, opened, oldest first."""
        kept = await self._store.all()
        # Opening an RSA key takes 40 ms and comes out the same each time.
        self._opened = {key.kid: self._opened.get(key.kid) or self._open(key) for key in kept}
        return [RingKey(key.kid, key.algorithm, key.state, self._opened[key.kid]) for key in kept]

    async def all(self) -> Kept:
        """Every key as it is kept, oldest first."""
        return await self._store.all()

    async def rotate(self, actor: Actor, algorithm: str | None = None) -> Kept:
        """Let other keys sign from now on, of one algorithm or of all: the published next ones, else new ones.

        Meant for an operator who has a reason: a new key is met by verifiers who have not seen it published. The keys
        that now sign are answered; those they follow stay published until what they signed has ended.
        """
        while True:
            seen = ring = await self._store.all()
            for each in (algorithm,) if algorithm else tuple(MAKERS):
                ring = await self._promoted(ring, each)
            signing = [key for key in ring if key not in seen and key.state == "active"]
            changes = (
                self._ambient.change(actor, "key.rotated", key.kid, after={"algorithm": key.algorithm})
                for key in signing
            )
            if await self._store.turn(seen, ring, *changes):
                return signing

    async def keep(self, period: int) -> None:
        """One look at the schedule: a next key in time, its turn after `period` (ms), and an end of what is over.

        A period of 0 makes no new keys. Of several workers that look at once one is the first.
        """
        seen = await self._store.all()
        ring: Kept = [key for key in seen if not is_gone(key.state, key.since, self._ambient.clock())]
        for algorithm in MAKERS if period else ():
            ring = await self._scheduled(ring, algorithm, period)
        if ring != seen:
            await self._store.turn(seen, ring)

    async def _scheduled(self, ring: Kept, algorithm: str, period: int) -> Kept:
        now, active, following = self._ambient.clock(), _of(ring, algorithm, "active"), _of(ring, algorithm, "next")
        if active is None or (following and may_sign(following.since, active.since, now, period)):
            return await self._promoted(ring, algorithm)
        if following is None and wants_next(active.since, now, period):
            return [*ring, await asyncio.to_thread(self._make, algorithm, "next")]
        return ring

    async def _promoted(self, ring: Kept, algorithm: str) -> Kept:
        now = self._ambient.clock()
        following = _of(ring, algorithm, "next")
        if following is None:
            following = await asyncio.to_thread(self._make, algorithm, "next")
        active = _of(ring, algorithm, "active")
        rest = [key for key in ring if key not in {active, following}]
        retired = [replace(active, state="retiring", since=now)] if active is not None else []
        return [*rest, *retired, replace(following, state="active", since=now)]

    def _make(self, algorithm: str, state: KeyState) -> SealedKey:
        key = MAKERS[algorithm]()
        kid = key.thumbprint()
        plain = orjson.dumps(key.as_dict(private=True))
        now = self._ambient.clock()
        return SealedKey(kid, algorithm, self._ambient.sealer.seal(PURPOSE, kid, plain), now, state, now)

    def _open(self, key: SealedKey) -> SigningKey:
        plain = orjson.loads(self._ambient.sealer.open(PURPOSE, key.kid, key.sealed))
        # RFC 8725 §3.1: a key is for one algorithm, and its verifier holds to that.
        named = {"kid": key.kid, "alg": key.algorithm, "use": "sig"}
        return READERS[key.algorithm].import_key({**plain, **named})


def _of(ring: Kept, algorithm: str, state: KeyState) -> SealedKey | None:
    return next((key for key in ring if (key.algorithm, key.state) == (algorithm, state)), None)
