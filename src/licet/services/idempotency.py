"""Idempotent calls: the same key and body get the same answer again, for ten minutes (P2 of the contracts).

The answer may hold a secret that is said once, so it is kept sealed.
"""

from collections.abc import Awaitable, Callable
from hashlib import sha256

from licet.errors import KeyReused, StillRunning
from licet.services.ambient import Ambient

LIFETIME = 600_000
PURPOSE = "idempotency"
Answer = bytes


class Idempotency:
    """Runs a call once for each (credential, route, key)."""

    def __init__(self, ambient: Ambient) -> None:
        self._ambient = ambient
        self._store = ambient.store.idempotency

    async def once(
        self, identity: tuple[str, str, str], body: bytes, call: Callable[[], Awaitable[Answer]]
    ) -> tuple[Answer, bool]:
        """The call's answer, and whether it is a repeat.

        Raises:
            KeyReused: the key came before with another body.
            StillRunning: the first call has not ended.
        """
        key = sha256("\x00".join(identity).encode()).digest()
        now = self._ambient.clock()
        seen = await self._store.begin(key, sha256(body).digest(), now=now, expires_at=now + LIFETIME)
        if seen is None:
            return await self._first(key, call), False
        if seen.body_digest != sha256(body).digest():
            raise KeyReused
        if seen.answer is None:
            raise StillRunning
        return self._ambient.sealer.open(PURPOSE, key.hex(), seen.answer), True

    async def _first(self, key: bytes, call: Callable[[], Awaitable[Answer]]) -> Answer:
        try:
            answer = await call()
        except BaseException:
            # A refused or broken call may be tried again with the same key.
            await self._store.forget(key)
            raise
        await self._store.finish(key, self._ambient.sealer.seal(PURPOSE, key.hex(), answer))
        return answer
