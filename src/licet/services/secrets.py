"""Client secrets of an application: several at once, listed by their dates, added and revoked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from licet.domain.actor import Actor, Reach
from licet.domain.application import Application
from licet.domain.revision import Change, of_application
from licet.domain.secret import Form, Secret
from licet.errors import LastSecret, TooManySecrets, UnknownSecret
from licet.services.ambient import Ambient
from licet.services.applications import Applications
from licet.services.minting import Minted, mint, reveal


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is said of a new secret: its label, when it ends (ms), and how many live ones the application may have."""

    label: str = ""
    expires_at: int | None = None
    limit: int | None = None


FREE = Terms()


class Secrets:
    """Secrets, for whoever may manage their application."""

    def __init__(self, ambient: Ambient, applications: Applications) -> None:
        self._ambient = ambient
        self._store = ambient.store.secrets
        self._applications = applications

    async def of(self, actor: Actor, client_id: str, *, reach: Reach = Reach.ROLE) -> Sequence[Secret]:
        """All secrets of an application, newest first; never a value. Errors as `Applications.get`."""
        application = await self._applications.get(actor, client_id, reach)
        return await self._store.of(application.id)

    async def shown(self, applications: Sequence[Application]) -> Mapping[str, str]:
        """The newest retrievable secret of each application, by application id; most have none.

        For the surfaces whose managers see the secret in every answer; the surface has checked the right.
        """
        found = await self._store.of_many([application.id for application in applications])
        plain = {
            key: next(filter(None, (reveal(self._ambient, secret) for secret in all_)), None)
            for key, all_ in found.items()
        }
        return {key: value for key, value in plain.items() if value is not None}

    async def add(
        self,
        actor: Actor,
        client_id: str,
        form: Form,
        *,
        terms: Terms = FREE,
        reach: Reach = Reach.ROLE,
    ) -> Minted:
        """Add a secret beside the others (TooManySecrets)."""
        actor.need_scope("secrets:write")
        application = await self._applications.get(actor, client_id, reach)
        minted = mint(self._ambient, application, form, actor=actor, label=terms.label, expires_at=terms.expires_at)
        change = self._change(actor, "application.secret_added", application, minted.secret.id)
        if not await self._store.add(minted.secret, change, limit=terms.limit, now=self._ambient.clock()):
            raise TooManySecrets
        return minted

    async def revoke(
        self, actor: Actor, client_id: str, secret_id: str, *, keep_last: bool = False, reach: Reach = Reach.ROLE
    ) -> None:
        """Revoke one at once (UnknownSecret); with `keep_last` the last live one stays (LastSecret)."""
        actor.need_scope("secrets:write")
        application = await self._applications.get(actor, client_id, reach)
        change = self._change(actor, "application.secret_revoked", application, secret_id)
        outcome = await self._store.remove(
            application.id, secret_id, change, keep_last=keep_last, now=self._ambient.clock()
        )
        if outcome == "unknown":
            raise UnknownSecret
        if outcome == "last":
            raise LastSecret

    def _change(self, actor: Actor, action: str, application: Application, secret_id: str) -> Change:
        nothing = of_application(
            actor, action, application, application, change_id=self._ambient.change_id(), at=self._ambient.clock()
        )
        return replace(nothing, after={"secret_id": secret_id})
