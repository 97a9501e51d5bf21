"""Consents: what people allowed applications, by person, application, resources and surface."""

from collections.abc import AsyncIterator, Sequence

from licet.domain.family import Consent, Family
from licet.domain.revision import Change
from licet.store.sql import families
from licet.store.sql.audit import record
from licet.store.sql.columns import unpack
from licet.store.sql.consenting import COLUMNS, put, stands
from licet.store.sql.devices import drop_approved
from licet.store.sql.engine import PIECE, Engine
from licet.store.sql.families import revoke_all
from licet.store.sql.gather import Gathered, Last
from licet.store.sql.notifications import UNMUTE, UNMUTE_ALL
from licet.store.sql.script import Row, Script, ask
from licet.store.sql.statement import Statement
from licet.store.sql.touches import Touches

OF = Statement("SELECT * FROM consents WHERE user_id = :user_id AND application_id = :application_id")
OF_USER = Statement("SELECT * FROM consents WHERE user_id = :user_id ORDER BY created_at DESC, application_id")
OF_APPLICATION = Statement("""
    SELECT * FROM consents
    WHERE application_id = :application_id AND (user_id, resources, surface) > (:user_id, :resources, :surface)
    ORDER BY user_id, resources, surface LIMIT :size""")
TOUCH = Gathered(
    one=Statement("""
        UPDATE consents SET last_used_at = {greatest}(coalesce(last_used_at, 0), :now)
        WHERE user_id = :user_id AND application_id = :application_id RETURNING user_id, application_id"""),
    many=Statement("""
        UPDATE consents SET last_used_at = GREATEST(last_used_at, used.now)
        FROM unnest(:user_id::text[], :application_id::text[], :now::bigint[]) AS used (user_id, application_id, now)
        WHERE consents.user_id = used.user_id AND consents.application_id = used.application_id
        RETURNING consents.user_id, consents.application_id"""),
    key=("user_id", "application_id"),
    duplicates=Last(),
)
DELETE = Statement("""
    DELETE FROM consents WHERE user_id = :user_id AND application_id = :application_id RETURNING user_id""")

DELETE_ALL = Statement("DELETE FROM consents WHERE application_id = :application_id")


def consent(row: Row) -> Consent:
    """A row as a consent."""
    lists = {name: tuple(unpack(row[name])) for name in ("scope", "resources", "authorization_details")}
    return Consent(**{**{name: row[name] for name in COLUMNS}, **lists})


class Consents:
    """What people allowed."""

    def __init__(self, engine: Engine, touches: Touches) -> None:
        self._engine = engine
        self._touches = touches

    async def of(self, user_id: str, application_id: str) -> Sequence[Consent]:
        """What a person allowed one application."""
        return [consent(row) for row in await self._engine.read(OF, user_id=user_id, application_id=application_id)]

    async def of_user(self, user_id: str) -> Sequence[Consent]:
        """Everything a person allowed, newest first."""
        await self._touches.settle(TOUCH)
        return [consent(row) for row in await self._engine.read(OF_USER, user_id=user_id)]

    async def of_application(self, application_id: str) -> AsyncIterator[Sequence[Consent]]:
        """What everybody allowed one application, by person, in pieces."""
        await self._touches.settle(TOUCH)
        place = {"user_id": "", "resources": "", "surface": ""}
        while True:
            rows = await self._engine.read(OF_APPLICATION, application_id=application_id, size=PIECE, **place)
            yield [consent(row) for row in rows]
            if len(rows) < PIECE:
                return
            place = {name: rows[-1][name] for name in place}

    async def put(
        self,
        new: Consent,
        change: Change | None = None,
        *,
        begins: Family | None = None,
        code_digest: bytes | None = None,
        silent: bool = False,
    ) -> bool:
        """Remember an act of consent with the family that begins by it; False when a silent one was taken back."""
        return await self._engine.run(_put, new, change, begins, code_digest, silent=silent)

    async def touch(self, user_id: str, application_id: str, now: int) -> None:
        """Remember a silent use."""
        self._touches.note(TOUCH, user_id=user_id, application_id=application_id, now=now)

    async def withdraw(self, user_id: str, application_id: str, now: int, *changes: Change) -> bool:
        """Take back everything that a person allowed an application, and end the families of it."""
        return await self._engine.run(_withdraw, user_id, application_id, now, changes)

    async def withdraw_all(self, application_id: str, now: int, *changes: Change) -> None:
        """Take back everything that anybody allowed an application."""
        await self._engine.run(_withdraw_all, application_id, now, changes)


def _withdraw_all(application_id: str, now: int, changes: Sequence[Change]) -> Script[None]:
    yield from ask(DELETE_ALL, application_id=application_id)
    yield from ask(revoke_all(("application_id",)), application_id=application_id, now=now)
    yield from ask(drop_approved(("application_id",)), application_id=application_id)
    yield from ask(UNMUTE_ALL, application_id=application_id)
    for change in changes:
        yield from record(change)


def _put(
    new: Consent, change: Change | None, begins: Family | None, code_digest: bytes | None, *, silent: bool
) -> Script[bool]:
    if silent and not (yield from stands(new)):
        return False
    yield from put(new, change)
    if begins is not None:
        yield from ask(families.INSERT, **families.values(begins, code_digest))
    return True


def _withdraw(user_id: str, application_id: str, now: int, changes: Sequence[Change]) -> Script[bool]:
    key = {"user_id": user_id, "application_id": application_id}
    consents = yield from ask(DELETE, **key)
    families = yield from ask(revoke_all(("application_id", "user_id")), **key, now=now)
    yield from ask(drop_approved(("application_id", "user_id")), **key)
    yield from ask(UNMUTE, **key)
    if not (consents or families):
        return False
    for change in changes:
        yield from record(change)
    return True
