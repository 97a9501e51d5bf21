"""Client secrets of an application: several at once, listed by their dates, added and revoked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from licet.domain.actor import Actor, Reach
from licet.domain.application import Application
from licet.domain.revision import Change
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """How a secret follows another: how long (s) the old one goes on, why, and whether it cuts a rotation short."""

    grace: int = 86_400
    reason: str = ""
    force: bool = False


@dataclass(frozen=True, slots=True)
class Succeeded:
    """A new secret, shown only now, and when the one before it ends (ms); None when there was none."""

    minted: Minted
    previous_expires_at: int | None


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
        found = await self._store.of_many([one.id for one in applications if one.client_secret_retrievable])
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
        application = await self._applications.managed(actor, client_id, reach)
        minted = mint(self._ambient, application, form, actor=actor, label=terms.label, expires_at=terms.expires_at)
        change = self._change(actor, "application.secret_added", application, minted.secret.id)
        if not await self._store.add(minted.secret, change, limit=terms.limit, now=self._ambient.clock()):
            raise TooManySecrets
        return minted

    async def rotate(
        self, actor: Actor, client_id: str, form: Form, how: Rotation, *, reach: Reach = Reach.ROLE
    ) -> Succeeded:
        """A new secret, while the one before it goes on for a time (TooManySecrets while a rotation is open)."""
        actor.need_scope("secrets:write")
        application = await self._applications.managed(actor, client_id, reach)
        minted, now = mint(self._ambient, application, form, actor=actor), self._ambient.clock()
        reason = {"reason": how.reason} if how.reason else {}
        change = self._change(actor, "application.secret_rotated", application, minted.secret.id, **reason)
        ends_at = now + how.grace * 1000
        rotated = await self._store.rotate(minted.secret, change, ends_at=ends_at, force=how.force, now=now)
        if rotated is None:
            raise TooManySecrets
        return Succeeded(minted, rotated.previous_expires_at)

    async def revoke(
        self, actor: Actor, client_id: str, secret_id: str, *, keep_last: bool = False, reach: Reach = Reach.ROLE
    ) -> None:
        """Revoke one at once (UnknownSecret); with `keep_last` the last live one stays (LastSecret)."""
        actor.need_scope("secrets:write")
        application = await self._applications.managed(actor, client_id, reach)
        change = self._change(actor, "application.secret_revoked", application, secret_id)
        outcome = await self._store.remove(
            application.id, secret_id, change, keep_last=keep_last, now=self._ambient.clock()
        )
        if outcome == "unknown":
            raise UnknownSecret
        if outcome == "last":
            raise LastSecret

    def _change(self, actor: Actor, action: str, application: Application, secret_id: str, **more: object) -> Change:
        said = {"secret_id": secret_id, **more}
        return self._ambient.revision(actor, action, application, application, beside=said)
