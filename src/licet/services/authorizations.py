"""What a person allowed applications, as that person sees it: what is connected, and how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from licet.domain.application import Application
from licet.domain.family import Consent
from licet.services.ambient import Ambient

OFFLINE = "offline_access"


@dataclass(frozen=True, slots=True)
class Connected:
    """An application that a person allowed something: what, by resources, and when it was last used (ms)."""

    application: Application
    consents: tuple[Consent, ...]
    last_used_at: int | None


class Authorizations:
    """Consents and the families that came of them."""

    def __init__(self, ambient: Ambient) -> None:
        self._ambient = ambient
        self._store = ambient.store

    async def connected(self, user_id: str) -> Sequence[Connected]:
        """Everything a person is connected to, the latest consent first."""
        consents: dict[str, list[Consent]] = {}
        for consent in await self._store.consents.of_user(user_id):
            consents.setdefault(consent.application_id, []).append(consent)
        used = await self._used(user_id)
        found = [(await self._store.applications.by_id(key), tuple(given)) for key, given in consents.items()]
        return [
            Connected(application, given, _latest(used.get(application.id), *(one.last_used_at for one in given)))
            for application, given in found
            if application is not None
        ]

    async def withdraw(self, user_id: str, application_id: str) -> bool:
        """Take back everything from an application, and end what came of it; False when there was nothing."""
        return await self._store.consents.withdraw(user_id, application_id, self._ambient.clock())

    async def end_session(self, user_id: str, session_id: str) -> None:
        """End a browser's session, and the families that came of it, but for those that were allowed to stay.

        OpenID Connect Back-Channel Logout 1.0 section 2.7: what was given offline access survives a sign-out.
        """
        now = self._ambient.clock()
        await self._store.sessions.end(session_id)
        for family in await self._store.families.of_user(user_id, now):
            if family.session_id == session_id and OFFLINE not in family.scope:
                await self._store.families.revoke(family.id, now)

    async def _used(self, user_id: str) -> dict[str, int]:
        """When each application last had tokens from a family that lives."""
        used: dict[str, int] = {}
        for family in await self._store.families.of_user(user_id, self._ambient.clock()):
            used[family.application_id] = max(used.get(family.application_id, 0), family.refreshed_at or 0)
        return used


def _latest(*moments: int | None) -> int | None:
    return max((moment for moment in moments if moment), default=None)
