"""Device authorizations (RFC 8628): decided once, spent once."""

from dataclasses import fields, replace
from functools import cache

from licet.domain.family import Consent, DeviceCode, Family
from licet.domain.revision import Change
from licet.store.sql import families
from licet.store.sql.columns import insert, pack, unpack
from licet.store.sql.consenting import put
from licet.store.sql.engine import Engine
from licet.store.sql.script import Row, Script, ask, ask_one
from licet.store.sql.statement import Statement, Values

COLUMNS = tuple(field.name for field in fields(DeviceCode))

DROP_EXPIRED = Statement("DELETE FROM device_codes WHERE user_code = :user_code AND expires_at <= :now")
INSERT = Statement(f"{insert('device_codes', COLUMNS)} ON CONFLICT (user_code) DO NOTHING RETURNING user_code")
BY_USER_CODE = Statement("SELECT * FROM device_codes WHERE user_code = :user_code AND expires_at > :now")
_OPEN = """
    user_code = :user_code AND state = 'pending' AND expires_at > :now AND (user_id IS NULL OR user_id = :user_id)"""
ENTER = Statement(f"UPDATE device_codes SET user_id = :user_id WHERE {_OPEN} RETURNING *")
DECIDE = Statement(f"""
    UPDATE device_codes SET state = :state, user_id = :user_id, session_id = :session_id, auth_time = :auth_time
    WHERE {_OPEN} RETURNING user_code""")
BY_DIGEST = Statement("SELECT * FROM device_codes WHERE digest = :digest {locked}")
POLLED = Statement("UPDATE device_codes SET polled_at = :polled_at, interval = :interval WHERE digest = :digest")
SPEND = Statement("""
    UPDATE device_codes SET state = 'claimed' WHERE digest = :digest AND state = 'approved' AND expires_at > :now
    RETURNING user_code""")

CLOSE = Statement("""
    UPDATE device_codes SET state = 'claimed' WHERE digest = :digest AND state IN ('approved', 'denied')
    RETURNING user_code""")


@cache
def drop_approved(columns: tuple[str, ...]) -> Statement:
    """The text that takes back approvals with these values."""
    same = " AND ".join(f"{column} = :{column}" for column in columns)
    return Statement(f"UPDATE device_codes SET state = 'claimed' WHERE {same} AND state = 'approved'")


def device(row: Row) -> DeviceCode:
    """A row as a device code."""
    lists = {name: tuple(unpack(row[name])) for name in ("scope", "resources")}
    return DeviceCode(**{**{name: row[name] for name in COLUMNS}, **lists})


class Devices:
    """Device authorizations."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def insert(self, new: DeviceCode) -> bool:
        """Write one; False when an open one has the same user code."""
        return await self._engine.run(_insert, new)

    async def by_user_code(self, user_code: str, now: int) -> DeviceCode | None:
        """The unexpired one of a user code."""
        rows = await self._engine.read(BY_USER_CODE, user_code=user_code, now=now)
        return device(rows[0]) if rows else None

    async def enter(self, user_code: str, *, user_id: str, now: int) -> DeviceCode | None:
        """Note who typed the code of a pending one."""
        rows = await self._engine.write(ENTER, user_code=user_code, user_id=user_id, now=now)
        return device(rows[0]) if rows else None

    async def decide(
        self,
        user_code: str,
        *,
        user_id: str,
        session_id: str | None,
        auth_time: int,
        now: int,
        consent: tuple[Consent, Change | None] | None,
    ) -> bool:
        """Approve a pending one with its consent, or deny it, once."""
        by = {"user_id": user_id, "session_id": session_id, "auth_time": auth_time, "now": now}
        return await self._engine.run(_decide, {"user_code": user_code, **by}, consent)

    async def poll(self, digest: bytes, now: int, *, slower: int) -> tuple[DeviceCode, bool] | None:
        """Note a poll: the device code, and whether it came too soon."""
        return await self._engine.run(_poll, digest, now, slower)

    async def claim(self, digest: bytes, family: Family, now: int) -> bool:
        """Spend an approved one and write its family."""
        return await self._engine.run(_claim, digest, family, now)

    async def close(self, digest: bytes) -> bool:
        """Spend a decided one for nothing."""
        return bool(await self._engine.write(CLOSE, digest=digest))


def _decide(by: Values, consent: tuple[Consent, Change | None] | None) -> Script[bool]:
    if not (yield from ask(DECIDE, **by, state="denied" if consent is None else "approved")):
        return False
    if consent is not None:
        yield from put(*consent)
    return True


def _insert(new: DeviceCode) -> Script[bool]:
    yield from ask(DROP_EXPIRED, user_code=new.user_code, now=new.created_at)
    kept = {name: getattr(new, name) for name in COLUMNS}
    rows = yield from ask(INSERT, **{**kept, "scope": pack(new.scope), "resources": pack(new.resources)})
    return bool(rows)


def _poll(digest: bytes, now: int, slower: int) -> Script[tuple[DeviceCode, bool] | None]:
    row = yield from ask_one(BY_DIGEST, digest=digest)
    if row is None:
        return None
    known = device(row)
    too_soon = known.too_soon(now)
    known = replace(known, polled_at=now, interval=known.interval + slower * too_soon)
    yield from ask(POLLED, digest=digest, polled_at=now, interval=known.interval)
    return known, too_soon


def _claim(digest: bytes, family: Family, now: int) -> Script[bool]:
    if not (yield from ask(SPEND, digest=digest, now=now)):
        return False
    yield from ask(families.INSERT, **families.values(family, None))
    return True
