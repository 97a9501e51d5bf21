"""What a person allowed applications, as that person sees it: what is connected, and how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from licet.domain.actor import Actor
from licet.domain.application import Application
from licet.domain.family import Consent
from licet.domain.revision import Change, Values
from licet.services.ambient import Ambient

OFFLINE = "offline_access"
PAGES = "login"
"""The surface of what a person does on a page."""


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

    async def revoke_own(self, actor: Actor, application: Application, *, by_application: bool = False) -> bool:
        """Take back what the caller allowed, with a row in the audit log; `by_application` if that was its doing."""
        if actor.id is None:
            return False
        change = self._change(actor, "oauth-app.token.revoke", application, {"by_application": by_application})
        return await self.withdraw(actor.id, application.id, change, by=actor)

    async def revoke_all(self, actor: Actor, application: Application) -> None:
        """Take back everything that anybody allowed an application; the surface has checked the right."""
        change = self._change(actor, "oauth-app.access.revoke", application, {})
        await self._store.consents.withdraw_all(application.id, change.at, change)

    async def note(self, actor: Actor, action: str, application: Application, after: Values) -> None:
        """Write a row of the audit log of the application's organization."""
        await self._store.audit.write(self._change(actor, action, application, after))

    async def withdraw(self, user_id: str, application_id: str, *beside: Change, by: Actor | None = None) -> bool:
        """Take back everything from an application, and end what came of it; False when there was nothing.

        `by` is who does, where it is not the person on a page; `beside` is written with the row that says so.
        """
        change = await self._withdrawal(user_id, application_id, by)
        return await self._store.consents.withdraw(user_id, application_id, change.at, change, *beside)

    def _change(self, actor: Actor, action: str, application: Application, after: Values) -> Change:
        return self._ambient.change(
            actor, action, application.id, organization_id=application.organization_id, after=after
        )

    async def _withdrawal(self, user_id: str, application_id: str, by: Actor | None) -> Change:
        user = await self._store.users.by_id(user_id)
        application = await self._store.applications.by_id(application_id)
        person = Actor(
            id=user_id, name=user.username if user else user_id, surface=PAGES, roles={}, permissions=frozenset()
        )
        return self._ambient.change(
            by or person,
            "consent.revoked",
            user_id,
            organization_id=application.organization_id if application else None,
            after={"client_id": application.client_id if application else None, "user_id": user_id},
        )

    async def end_session(self, session_id: str) -> Sequence[Application]:
        """End a browser's session with the families that came of it, and name the applications that hear of it.

        OpenID Connect Back-Channel Logout 1.0 section 2.7: what was given offline access survives a sign-out.
        """
        told = await self._store.sessions.leave(session_id, self._ambient.clock(), sparing=OFFLINE)
        found = [await self._store.applications.by_id(key) for key in told]
        return [application for application in found if application is not None and application.enabled]

    async def _used(self, user_id: str) -> dict[str, int]:
        """When each application last had tokens from a family that lives."""
        used: dict[str, int] = {}
        for family in await self._store.families.of_user(user_id, self._ambient.clock()):
            used[family.application_id] = max(used.get(family.application_id, 0), family.refreshed_at or 0)
        return used


def _latest(*moments: int | None) -> int | None:
    return max((moment for moment in moments if moment), default=None)
