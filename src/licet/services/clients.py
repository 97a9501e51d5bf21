"""Applications as the hot path sees them: with their secrets, in memory, never staler than a stated bound.

A change of an application raises a version in the same transaction; every worker looks at the versions every 200 ms
(sooner where the database can call) and drops what changed. So the bound is: 500 ms after a change is committed every
worker acts by it; the worker that made the change, at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest

from licet.domain.application import Application, bucket
from licet.domain.secret import Secret, digest
from licet.services.ambient import Ambient

KEPT = 10_000
"""Applications kept in memory by one worker."""
NOBODY = bytes(32)
"""What the secret of an unknown client is compared with, so that it costs the same as a wrong one."""


@dataclass(frozen=True, slots=True)
class Client:
    """One application with its secrets, for an authorization server."""

    application: Application
    secrets: tuple[Secret, ...]

    def proved_by(self, value: str, now: int) -> Secret | None:
        """The live secret that a value is, every one of them compared in constant time."""
        given, found = digest(value), None
        for secret in self.secrets:
            if compare_digest(secret.digest, given) and secret.live(now):
                found = secret
        return found


class Clients:
    """Clients by client_id, cached."""

    def __init__(self, ambient: Ambient) -> None:
        self._store = ambient.store
        self._kept: dict[str, Client] = {}
        self._versions: Mapping[int, int] = {}
        self._looks = 0
        self._heeded = 0

    async def find(self, client_id: str) -> Client | None:
        """The client of that id; None for an unknown one (which is not remembered: anybody can ask for anything)."""
        raised = self._store.registry.raised
        if raised != self._heeded:
            await self.look()
            self._heeded = raised
        found = self._kept.get(client_id)
        return found if found is not None else await self._load(client_id)

    async def look_up(self, client_id: str) -> None:
        """Ask the store for nothing but the time it takes, so that who is refused cannot tell why by a clock."""
        await self._store.applications.by_client_id(client_id)

    async def look(self) -> None:
        """Drop what changed since the last look."""
        versions = await self._store.registry.versions()
        changed = {key for key, version in versions.items() if self._versions.get(key) != version}
        if changed:
            self._looks += 1
            self._versions = versions
            self._kept = {key: client for key, client in self._kept.items() if bucket(key) not in changed}

    async def _load(self, client_id: str) -> Client | None:
        looks = self._looks
        application = await self._store.applications.by_client_id(client_id)
        if application is None:
            return None
        client = Client(application, tuple(await self._store.secrets.of(application.id)))
        if looks == self._looks:  # else it may have been read before a change that has been looked at since
            self._keep(client)
        return client

    def _keep(self, client: Client) -> None:
        if len(self._kept) >= KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[client.application.client_id] = client
