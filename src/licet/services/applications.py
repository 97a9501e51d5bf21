"""Register, read, change and delete applications: the one way through for every surface.

A surface brings its actor, its reach and a function that reads its request against the present state; rights, rules,
revision, audit and concurrency are here and nowhere else.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypeVar
from weakref import WeakValueDictionary

from licet.domain.actor import (
    INSTANCE_ORGANIZATION_ID,
    MANAGE_APPLICATIONS,
    Actor,
    Reach,
    grantable,
    manages,
    require_management,
)
from licet.domain.application import SETTINGS, Application, Patch, altered, change, differences
from licet.domain.consequences import stops
from licet.domain.judgement import check
from licet.domain.profile import faults as unfit
from licet.domain.revision import Change
from licet.domain.secret import Form, digest
from licet.errors import Fault, Invalid, ScopeNotGrantable, UnknownApplication, VersionMismatch
from licet.services import sectors
from licet.services.ambient import Ambient
from licet.services.application_ports import Page, Query, Selection
from licet.services.catalogue import Catalogue
from licet.services.minting import Minted, mint

T = TypeVar("T")

Read = Callable[[Application], Patch]
"""A surface's reading of one request against the present state."""
Needs = Callable[[Application, Application], Form | None]
"""The form of a secret that an application needs on its way from one state to another, if it needs one."""

TRIES = 20
TOMBSTONE_DAYS = 30
DAY = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a surface asks for: settings in our words, and the forms of what is made beside them.

    `faults` are what the surface found wrong with the rest; they are told with all others, and nothing is written.
    `needs` is the management scope that a narrowed credential must have.
    """

    settings: Patch
    faults: tuple[Fault, ...] = ()
    client_id: Form
    secret: Form | None = None
    registration_token: Form | None = None
    needs: str = "applications:write"


@dataclass(frozen=True, slots=True)
class Registered:
    """A new application, and what is shown only now."""

    application: Application
    minted: Minted | None
    registration_access_token: str | None

    @property
    def client_secret(self) -> str | None:
        """The plain client secret, if one was made."""
        return self.minted.value if self.minted else None


@dataclass(frozen=True, slots=True)
class Draft:
    """An application as it is, and as a request would leave it; the names of the settings in which they differ."""

    present: Application
    wanted: Application
    changes: tuple[str, ...]


class Applications:
    """The registry, for whoever may ask."""

    def __init__(self, ambient: Ambient, catalogue: Catalogue, surfaces: Collection[str], profile: str) -> None:
        self._ambient = ambient
        self._store = ambient.store.applications
        self._catalogue = catalogue
        self._surfaces = frozenset(surfaces)
        self._profile = profile
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def register(self, actor: Actor, asked: Registration) -> Registered:
        """Write a new application of the caller's surface.

        Raises:
            ScopeMissing, Invalid, ScopeNotGrantable: nothing was written.
        """
        actor.need_scope(asked.needs)
        while True:
            client_id = asked.client_id.make(self._ambient.entropy)
            application = await self._draft(actor, client_id, asked.settings, asked.faults)
            minted = mint(self._ambient, application, asked.secret, actor=actor) if asked.secret else None
            token = asked.registration_token.make(self._ambient.entropy) if asked.registration_token else None
            if await self._insert(actor, application, minted, token):
                return Registered(application, minted, token)

    async def ensure(self, actor: Actor, client_id: str, settings: Patch) -> None:
        """Write an application that the program brings, unless it is there; of two starts at once one writes it."""
        if await self._store.by_client_id(client_id) is None:
            await self._insert(actor, await self._draft(actor, client_id, settings))

    async def _draft(self, actor: Actor, client_id: str, asked: Patch, faults: Sequence[Fault] = ()) -> Application:
        now = self._ambient.clock()
        blank = Application(
            id=self._ambient.id(),
            client_id=client_id,
            created_by=actor.id,
            surface=actor.surface,
            protocols=(actor.surface,),
            version=1,
            created_at=now,
            updated_at=now,
            saved_at=now,
        )
        application = change(blank, asked)
        await self._check(actor, None, application, faults)
        return application

    async def _insert(
        self, actor: Actor, application: Application, minted: Minted | None = None, token: str | None = None
    ) -> bool:
        return await self._store.insert(
            application,
            self._ambient.revision(actor, "application.created", None, application),
            secret=minted.secret if minted else None,
            registration_digest=digest(token) if token else None,
        )

    async def look_up(self, client_id: str) -> Application:
        """The application whoever asks: for surfaces that show part of it to anybody (UnknownApplication)."""
        application = await self._store.by_client_id(client_id)
        if application is None:
            raise UnknownApplication
        return application

    async def look_up_id(self, application_id: str) -> Application:
        """The same by internal id."""
        application = await self._store.by_id(application_id)
        if application is None:
            raise UnknownApplication
        return application

    async def get(self, actor: Actor, client_id: str, reach: Reach = Reach.ROLE) -> Application:
        """An application that the caller may read. Errors as `managed`, and ScopeMissing."""
        actor.need_scope("applications:read")
        return await self.managed(actor, client_id, reach)

    async def managed(self, actor: Actor, client_id: str, reach: Reach = Reach.ROLE) -> Application:
        """One to manage by any scope (UnknownApplication, RoleTooLow, NotCreator, PermissionMissing)."""
        application = await self.look_up(client_id)
        require_management(actor, application, reach)
        return application

    async def page(self, actor: Actor, query: Query) -> Page:
        """One page of what the caller may manage."""
        actor.need_scope("applications:read")
        wanted = query.organizations
        if not actor.may(MANAGE_APPLICATIONS):
            own = actor.managed_organizations
            wanted = own if wanted is None else tuple(key for key in wanted if key in own)
        return await self._store.page(replace(query, organizations=wanted))

    def stream(self, selection: Selection) -> AsyncIterator[Sequence[Application]]:
        """Pieces of an unpaged list; the surface has checked the right to the selection."""
        return self._store.stream(selection)

    async def update(
        self,
        actor: Actor,
        client_id: str,
        read: Read,
        *,
        reach: Reach = Reach.ROLE,
        expected_version: int | None = None,
        reason: str = "",
    ) -> Application:
        """Change an application as the surface reads its request; several tries when others write too.

        A `reason` is kept beside the new values in the revision, and what a suspension touched.

        Raises:
            UnknownApplication, RoleTooLow, NotCreator, PermissionMissing, ScopeMissing: the caller may not.
            Invalid, ScopeNotGrantable: the result would be wrong; nothing was written.
            VersionMismatch: the caller saw an older version.
        """

        async def write() -> Application | None:
            draft = await self._judged(actor, client_id, read, reach=reach, expected_version=expected_version)
            return await self._write(actor, draft, reason)

        actor.need_scope("applications:write")
        return await self._in_turn(client_id, write)

    async def reregister(self, actor: Actor, client_id: str, read: Read, needs: Needs) -> Registered:
        """The same with the secret that the change makes needed, both or neither. Errors as `update`."""

        async def write() -> Registered | None:
            draft = await self._judged(actor, client_id, read, reach=Reach.ROLE, expected_version=None)
            form = needs(draft.present, draft.wanted)
            minted = mint(self._ambient, draft.wanted, form, actor=actor) if form else None
            saved = await self._write(actor, draft, minted=minted)
            return None if saved is None else Registered(saved, minted, None)

        actor.need_scope("applications:write")
        return await self._in_turn(client_id, write)

    async def _in_turn(self, client_id: str, write: Callable[[], Awaitable[T | None]]) -> T:
        """What was written, in turn with this worker's others, and again when another worker was faster."""
        async with self._turns.setdefault(client_id, asyncio.Lock()):
            for _ in range(TRIES):
                written = await write()
                if written is not None:
                    return written
        raise VersionMismatch

    async def preview(
        self,
        actor: Actor,
        client_id: str,
        read: Read,
        *,
        reach: Reach = Reach.ROLE,
        expected_version: int | None = None,
    ) -> Draft:
        """What `update` would make of the same request, with the same errors; nothing is written."""
        actor.need_scope("applications:write")
        return await self._judged(actor, client_id, read, reach=reach, expected_version=expected_version)

    async def _judged(
        self, actor: Actor, client_id: str, read: Read, *, reach: Reach, expected_version: int | None
    ) -> Draft:
        present = await self.look_up(client_id)
        require_management(actor, present, reach)
        patch, faults = _said(read, present)
        wanted = change(present, patch)
        changes = differences(present, wanted)
        if faults or changes:
            await self._check(actor, present, wanted, faults)
        # RFC 9110 §13.2.1: a precondition counts only for a request that would be fulfilled without it.
        if expected_version not in {None, present.version}:
            raise VersionMismatch
        return Draft(present, wanted, changes)

    async def _write(
        self, actor: Actor, draft: Draft, reason: str = "", *, minted: Minted | None = None
    ) -> Application | None:
        now, present, wanted = self._ambient.clock(), draft.present, draft.wanted
        saved = {"saved_at": now, "saved_by": actor.id}
        if not draft.changes:
            await self._store.touch(present.id, now, actor.id)
            return altered(present, saved)
        after = altered(wanted, {**saved, "version": present.version + 1, "updated_at": now})
        beside: dict[str, object] = {"reason": reason} if reason else {}
        if stops(present, wanted):
            beside |= await self._touched(present)
        secret = minted.secret if minted else None
        if secret is not None:
            beside |= {"secret_id": secret.id}
        made = self._ambient.revision(actor, "application.updated", present, after, beside=beside)
        return after if await self._store.replace(present, after, made, secret=secret) else None

    async def _touched(self, application: Application) -> dict[str, object]:
        """What lives of an application, for whoever hears that it stops; nothing where nothing does."""
        alive = await self._ambient.store.living.count(application.id, self._ambient.clock())
        return {"effect": asdict(alive)} if any(asdict(alive).values()) else {}

    async def delete(
        self, actor: Actor, client_id: str, *, reach: Reach = Reach.ROLE, expected_version: int | None = None
    ) -> None:
        """Delete at once; a tombstone keeps settings and secret digests 30 days for a restore. Errors as `update`."""
        actor.need_scope("applications:write")
        for _ in range(TRIES):
            present = await self.look_up(client_id)
            require_management(actor, present, reach)
            if expected_version not in {None, present.version}:
                raise VersionMismatch
            if await self._store.remove(
                present.version,
                present,
                self._ambient.revision(actor, "application.deleted", present, None),
                purge_at=self._ambient.clock() + TOMBSTONE_DAYS * DAY,
            ):
                return
        raise VersionMismatch

    async def restore(self, actor: Actor, client_id: str, *, reach: Reach = Reach.ROLE) -> Application:
        """Give a deleted application its life back: settings, secrets and consents, no tokens.

        UnknownApplication when it is not deleted or was too long ago; other errors as `update`.
        """
        actor.need_scope("applications:write")
        now = self._ambient.clock()
        buried = await self._store.tombstone(client_id, now)
        if buried is None:
            raise UnknownApplication
        require_management(actor, buried, reach)
        risen = replace(buried, version=buried.version + 1, updated_at=now, saved_at=now, saved_by=actor.id)
        change = self._ambient.revision(actor, "application.restored", risen, risen)
        if not await self._store.restore(risen, change):
            raise UnknownApplication
        return risen

    async def revisions(
        self, actor: Actor, client_id: str, *, before: str | None = None, limit: int = 50, reach: Reach = Reach.ROLE
    ) -> Sequence[Change]:
        """The changes of an application, newest first, older than the change id `before`."""
        application = await self.get(actor, client_id, reach)
        return await self._store.revisions(application.id, before=before, limit=limit)

    async def check_new(self, actor: Actor, application: Application) -> None:
        """Refuse a state that the caller could not have registered (Invalid, ScopeNotGrantable)."""
        await self._check(actor, None, application)

    async def _check(
        self, actor: Actor, present: Application | None, wanted: Application, told: Sequence[Fault] = ()
    ) -> None:
        """Every fault of the result, behind those that the surface told of other fields."""
        catalogue = await self._catalogue.known(wanted.scopes)
        demanded = unfit(wanted, self._profile)
        found = [*check(wanted, catalogue), *demanded, *await self._misplaced(actor, present, wanted)]
        known = {fault.path[:1] for fault in told}
        faults = [*told, *(fault for fault in found if fault.path[:1] not in known)]
        faults = faults or [*await sectors.faults(self._ambient, present, wanted)]
        if faults:
            raise Invalid(faults)
        # Who moves an application gives its scopes anew: they may have been granted by an owner of where it was.
        had = present.scopes if present and present.organization_id == wanted.organization_id else ()
        for name in wanted.scopes:
            if name not in had and not grantable(actor, catalogue[name], wanted.organization_id):
                raise ScopeNotGrantable(name)

    async def _misplaced(self, actor: Actor, present: Application | None, wanted: Application) -> Sequence[Fault]:
        moved = present is None or present.organization_id != wanted.organization_id
        faults = [
            Fault(("protocols", position), "bad_choice", "a surface of this instance", name)
            for position, name in enumerate(wanted.protocols)
            if name not in self._surfaces
        ]
        if moved and not (
            _may_place(actor, present, wanted.organization_id)
            and await self._ambient.store.organizations.by_id(wanted.organization_id)
        ):
            faults.append(Fault(("organization_id",), "bad_choice", "an organization that the caller manages"))
        return faults


def _said(read: Read, present: Application) -> tuple[Patch, Sequence[Fault]]:
    try:
        return read(present), ()
    except Invalid as refusal:
        return {name: value for name, value in refusal.rest.items() if name in SETTINGS}, refusal.faults


def _may_place(actor: Actor, present: Application | None, organization_id: str) -> bool:
    if manages(actor, organization_id):
        return True
    # Who registers without being anybody registers with the instance, and never moves what is there.
    return present is None and actor.id is None and organization_id == INSTANCE_ORGANIZATION_ID
