"""What a change of an application would do to what lives of it, in numbers; counted, not promised: others go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from licet.domain.application import Application
from licet.domain.consequences import Consequences, consequences
from licet.services.ambient import Ambient
from licet.services.impact_ports import Alive

NOTHING = Alive(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Removed:
    """A scope or redirect URI that goes, and when it was used last (ms); None for never."""

    name: str
    last_used_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What a change does.

    Attributes:
        changes: names of the settings that change.
        alive: the live tokens that it touches, and their people.
        pending_codes: codes that it makes void.
        exact: False where the application's access tokens are JWTs, of which only the families are counted.
    """

    changes: tuple[str, ...]
    alive: Alive
    pending_codes: int
    removed_scopes: Sequence[Removed]
    removed_redirect_uris: Sequence[Removed]
    exact: bool


class Impacts:
    """Impact reports, for surfaces that have checked who asks."""

    def __init__(self, ambient: Ambient) -> None:
        self._ambient = ambient
        self._store = ambient.store.living

    async def of(self, before: Application, after: Application | None) -> Impact:
        """The impact of a change; `after` None for a deletion."""
        found = consequences(before, after)
        return Impact(
            changes=found.changes,
            alive=await self._touched(before, found),
            pending_codes=await self._voided(before, found),
            removed_scopes=_dated(found.removed_scopes, await self._store.uses(before.id, "scope")),
            removed_redirect_uris=_dated(
                found.removed_redirect_uris, await self._store.uses(before.id, "redirect_uri")
            ),
            exact=before.access_token_format != "jwt",
        )

    async def alive(self, application: Application) -> Alive:
        """All that lives of an application."""
        return await self._store.count(application.id, self._ambient.clock())

    async def _touched(self, before: Application, found: Consequences) -> Alive:
        if found.stops:
            return await self.alive(before)
        if not found.removed_scopes:
            return NOTHING
        return await self._store.count(before.id, self._ambient.clock(), scopes=found.removed_scopes)

    async def _voided(self, before: Application, found: Consequences) -> int:
        if not (found.stops or found.removed_redirect_uris):
            return 0
        waiting = await self._store.pending_codes(before.id, self._ambient.clock())
        return sum(count for uri, count in waiting.items() if found.voids(uri))


def _dated(names: Sequence[str], used: Mapping[str, int]) -> Sequence[Removed]:
    return [Removed(name, used.get(name)) for name in names]
