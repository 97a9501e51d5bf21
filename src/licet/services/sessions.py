"""Signing in and out: a password proven, a session opened on one surface, ended by its holder or by who may."""

from dataclasses import dataclass

from licet.domain.actor import END_SESSIONS_OF_OTHERS, Actor
from licet.domain.secret import Form, digest
from licet.domain.user import Session, User
from licet.errors import Unauthenticated, UnknownUser, WrongPassword
from licet.services.ambient import Ambient
from licet.services.credentials import MAXIMUM_LENGTH, TOUCH_EVERY
from licet.services.passwords import Passwords

DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class SessionKind:
    """How a surface's sessions are: form of the token, life in ms, how many one user may have, life unused in ms."""

    surface: str
    form: Form
    lifetime: int
    keep: int | None = None
    idle: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session, its user, and the token that is said only now."""

    session: Session
    user: User
    token: str


class Sessions:
    """Sessions of every surface."""

    def __init__(self, ambient: Ambient, passwords: Passwords) -> None:
        self._ambient = ambient
        self._store = ambient.store
        self._passwords = passwords

    async def prove(self, *, password_digest: str, username: str | None = None, email: str | None = None) -> User:
        """The active user of a name or an address whose password has that digest (WrongPassword for anything else).

        An unknown or inactive user costs the same work as a wrong password.
        """
        user = None
        if username is not None:
            user = await self._store.users.by_username(username)
        elif email is not None:
            user = await self._store.users.by_email(email)
        right = await self._passwords.verify(user.password_hash if user else None, password_digest)
        if user is None or not right or not user.active:
            raise WrongPassword
        return user

    async def open(self, user: User, kind: SessionKind, *, instead_of: Session | None = None) -> Opened:
        """Open a session of a surface for a proven user; the one that it stands in for ends.

        Where that is the same person's the id stays, so that families and applications of the session keep their
        `sid`; the token is always new, so that a planted one opens nothing.
        WrongPassword when they were deactivated or given another password since they were proven.
        """
        now = self._ambient.clock()
        token = kind.form.make(self._ambient.entropy)
        session = Session(
            id=instead_of.id if instead_of and instead_of.user_id == user.id else self._ambient.id(),
            digest=digest(token),
            user_id=user.id,
            surface=kind.surface,
            created_at=now,
            expires_at=now + kind.lifetime,
            last_used_at=now,
        )
        if not await self._store.sessions.insert(
            session,
            keep=kind.keep,
            instead_of=instead_of.id if instead_of else None,
            password_hash=user.password_hash or "",
        ):
            raise WrongPassword
        return Opened(session, user, token)

    async def live(self, token: str, kind: SessionKind) -> tuple[Session, User] | None:
        """The session of a token and its active user, remembered as used now; None for one that has ended."""
        if not 0 < len(token) <= MAXIMUM_LENGTH:
            return None
        found = await self._store.sessions.by_digest(digest(token))
        now = self._ambient.clock()
        if found is None or found[0].surface != kind.surface or not found[0].live(now) or not found[1].active:
            return None
        unused = now - found[0].last_used_at
        if kind.idle is not None and unused >= kind.idle:
            return None
        if unused > TOUCH_EVERY:
            await self._store.sessions.touch(found[0].id, now)
        return found

    async def end(self, session_id: str) -> None:
        """End one session (Unauthenticated when it was gone)."""
        if await self._store.sessions.end(session_id, self._ambient.clock()) is None:
            raise Unauthenticated

    async def end_all(self, actor: Actor, user_id: str, surface: str | None) -> int:
        """End all of a user's sessions, or those of one surface; another's with the permission (PermissionMissing)."""
        if user_id != actor.id:
            actor.need(END_SESSIONS_OF_OTHERS)
            if await self._store.users.by_id(user_id) is None:
                raise UnknownUser
        return await self._store.sessions.end_all(user_id, surface, self._ambient.clock())
