"""People: made by an administrator, an invitation or their own sign-up; changed, exported, deleted."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

from licet.domain.actor import ADMIN, MANAGE_USERS, SYSTEM_USER_ID, Actor
from licet.domain.kinds import Text
from licet.domain.organization import Organization
from licet.domain.revision import Change
from licet.domain.secret import digest
from licet.domain.user import Link, LinkPurpose, User, email_fault, username_fault
from licet.errors import (
    Fault,
    Invalid,
    LastAdministrator,
    NameTaken,
    SignUpClosed,
    StillOwned,
    UnknownLink,
    UnknownUser,
)
from licet.services import links
from licet.services.ambient import Ambient
from licet.services.invitations import admission
from licet.services.passwords import Passwords
from licet.services.ports import AuditQuery

SignUp = Literal["off", "invited", "open"]
NAME = Text(1, 200, trim=True)
PIECE = 500
INSTANCE_ROLES = (ADMIN, "user")
STAYS = {"unknown": UnknownUser, "in_use": StillOwned, "sole_admin": LastAdministrator}
"""Why a person is not deleted."""
SHOWN = (
    "id",
    "username",
    "name",
    "email",
    "email_verified",
    "active",
    "roles",
    "organization_id",
    "created_at",
    "updated_at",
)
"""What of a user may be shown and audited; the password's hash never is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is said of a new person; without a password digest they get one through a one-time link."""

    username: str
    name: str
    email: str | None = None
    password_digest: str | None = None
    roles: tuple[str, ...] = ("user",)
    email_verified: bool = False


class Users:
    """People, for themselves and for administrators."""

    def __init__(self, ambient: Ambient, passwords: Passwords, sign_up: SignUp) -> None:
        self._ambient = ambient
        self._store = ambient.store.users
        self._passwords = passwords
        self._sign_up = sign_up

    async def create(self, actor: Actor, person: Person) -> User:
        """Add a person; administrators only (PermissionMissing, Invalid, NameTaken)."""
        actor.administer(MANAGE_USERS)
        return await self._insert(actor, person)

    async def join(self, surface: str, person: Person, *, invitation: str | None = None) -> User:
        """Sign up, where the operator lets everybody or the invited (SignUpClosed, UnknownLink, Invalid, NameTaken)."""
        self.require_open(invitation)
        plain = replace(person, roles=("user",), email_verified=False)
        _refuse(_faults(plain))
        link = await self._good(invitation, "invitation") if invitation is not None else None
        if link is not None and plain.email is None:
            plain = replace(plain, email=link.email)
        newcomer = Actor(id=None, name=f"sign-up:{person.username}", surface=surface, roles={}, permissions=frozenset())
        return await self._insert(newcomer, plain, link)

    def require_open(self, invitation: str | None = None) -> None:
        """Refuse who may not sign up (SignUpClosed), before anything is asked of them; `join` asks again."""
        if self._sign_up == "off" or (self._sign_up == "invited" and invitation is None):
            raise SignUpClosed

    async def setup_link(self, actor: Actor, user: User) -> str:
        """The value of a one-time link with which a person sets a first password."""
        actor.administer(MANAGE_USERS)
        link, value = links.new(self._ambient, "setup", user_id=user.id)
        await self._ambient.store.links.insert(link)
        return value

    async def login_code(self, user_id: str) -> str:
        """A value with which a person signs in elsewhere, once and soon."""
        code, value = links.new(self._ambient, "login", user_id=user_id)
        await self._ambient.store.links.insert(code)
        return value

    async def redeem(self, code: str) -> User:
        """The active person of a login code, which is used up (UnknownLink)."""
        link = await self._claim(code, "login")
        user = await self._store.by_id(link.user_id or "")
        if user is None or not user.active:
            raise UnknownLink
        return user

    async def link_is_good(self, value: str, purpose: LinkPurpose) -> bool:
        """Whether a link would still be taken; does not use it."""
        return await self._look(value, purpose) is not None

    async def set_first_password(self, value: str, password_digest: str) -> User:
        """Set the password of the user a `setup` link was made for, and use the link up with it (UnknownLink)."""
        link = await self._good(value, "setup")
        user = await self._known(link.user_id or "")
        person = Actor(id=user.id, name=user.username, surface="link", roles={}, permissions=frozenset())
        changed = replace(user, password_hash=await self._passwords.hash(password_digest))
        return await self._write(person, user, changed, "user.password_set", end_credentials=True, link=link.digest)

    async def get(self, actor: Actor, user_id: str) -> User:
        """A person, for themself or for an administrator with the scope for people (UnknownUser, ScopeMissing)."""
        if actor.id != user_id and not actor.may(MANAGE_USERS):
            raise UnknownUser
        if actor.id != user_id:
            actor.need_scope("users:write")
        return await self._known(user_id)

    async def find(self, *, username: str | None = None, user_id: str | None = None) -> User:
        """A person by name or id, for surfaces that show everybody's name (UnknownUser)."""
        found = await self._store.by_username(username) if username else await self._store.by_id(user_id or "")
        if found is None:
            raise UnknownUser
        return found

    async def named(self, user_ids: Collection[str]) -> Mapping[str, User]:
        """People by id, for surfaces that show who wrote something; unknown ids are left out."""
        return await self._store.by_ids(user_ids)

    async def page(self, actor: Actor, *, q: str = "", after: str | None = None, limit: int = 50) -> Sequence[User]:
        """People whose user name begins with `q`; administrators only."""
        actor.administer(MANAGE_USERS)
        return await self._store.page(q=q, after=after, limit=limit)

    async def update(self, actor: Actor, user_id: str, changes: Mapping[str, Any]) -> User:
        """Change name, e-mail, roles or activity; people change only their own name and e-mail.

        Deactivating ends every session, token and API key, and reactivating does not revive them. The last active
        administrator of the instance stays one (LastAdministrator).
        """
        actor.need_scope("users:write")
        user = await self._changeable(actor, user_id)
        if changes.keys() - {"name", "email"}:
            actor.need(MANAGE_USERS)
        changed = replace(user, **changes)
        if changed.email != user.email:
            changed = replace(changed, email_verified=False)
        _refuse(_faults(changed))
        return await self._write(
            actor, user, changed, "user.updated", end_credentials=user.active and not changed.active
        )

    async def set_password(self, actor: Actor, user_id: str, password_digest: str) -> User:
        """Give a person a new password; every session and token of theirs ends."""
        actor.need_scope("users:write")
        user = await self._changeable(actor, user_id)
        changed = replace(user, password_hash=await self._passwords.hash(password_digest))
        return await self._write(actor, user, changed, "user.password_set", end_credentials=True)

    async def deactivate_idle(self, actor: Actor, days: int, role: str | None) -> int:
        """Deactivate who has not signed in for so many days; how many; neither caller nor last administrator."""
        actor.administer(MANAGE_USERS)
        idle = await self._store.idle_since(self._ambient.clock() - days * 86_400_000, role)
        count = 0
        for user in idle:
            if user.id != actor.id:
                with suppress(LastAdministrator, UnknownUser):
                    await self._write(actor, user, replace(user, active=False), "user.updated", end_credentials=True)
                    count += 1
        return count

    async def export(self, actor: Actor, user_id: str) -> Mapping[str, object]:
        """Everything that is kept about a person, without secrets (GDPR article 15)."""
        actor.need_scope("users:write")
        user = await self.get(actor, user_id)
        standing = await self._store.standing(user.id)
        audit = await self._done_by(user.id)
        return {
            "user": {name: getattr(user, name) for name in (*SHOWN, "last_login_at")},
            "permissions": sorted(standing.permissions),
            **await self._store.kept(user.id),
            "audit": [{"at": row.at, "action": row.action, "target": row.target} for row in audit],
        }

    async def _done_by(self, user_id: str) -> Sequence[Change]:
        rows: list[Change] = []
        query = AuditQuery(actor_id=user_id, limit=PIECE)
        while piece := await self._ambient.store.audit.page(query):
            rows.extend(piece)
            query = replace(query, before=piece[-1].id)
        return rows

    async def delete(self, actor: Actor, user_id: str) -> None:
        """Delete a person for good; audit rows keep a pseudonym (StillOwned, UnknownUser, LastAdministrator)."""
        actor.need_scope("users:write")
        user = await self._changeable(actor, user_id)
        pseudonym = f"deleted-{self._ambient.entropy(4).hex()}"
        change = self._ambient.change(actor, "user.deleted", user.id)
        outcome = await self._store.remove(user, change, pseudonym=pseudonym)
        if outcome != "removed":
            raise STAYS[outcome]

    async def _insert(self, actor: Actor, person: Person, link: Link | None = None) -> User:
        _refuse(_faults(person))
        now = self._ambient.clock()
        hashed = await self._passwords.hash(person.password_digest) if person.password_digest else None
        user = User(
            id=self._ambient.id(),
            username=person.username,
            name=person.name,
            email=person.email,
            email_verified=person.email_verified,
            password_hash=hashed,
            roles=person.roles,
            organization_id=self._ambient.id(),
            created_at=now,
            updated_at=now,
        )
        personal = Organization(
            id=user.organization_id,
            name=person.username,
            slug=f"personal-{user.organization_id}",
            kind="personal",
            created_at=now,
            updated_at=now,
        )
        change = self._ambient.change(actor, "user.created", user.id, after={"username": user.username})
        invited = None if link is None else admission(self._ambient, actor, link, user)
        taken = await self._store.insert(user, personal, change, invited)
        if taken is not None:
            raise NameTaken(taken)
        return user

    async def _write(
        self,
        actor: Actor,
        before: User,
        after: User,
        action: str,
        *,
        end_credentials: bool,
        link: bytes | None = None,
    ) -> User:
        written = replace(after, updated_at=self._ambient.clock())
        names = [name for name in SHOWN if getattr(before, name) != getattr(after, name)]
        change = self._ambient.change(
            actor,
            action,
            before.id,
            before={name: getattr(before, name) for name in names},
            after={name: getattr(after, name) for name in names},
        )
        refused = await self._store.replace(before, written, change, end_credentials=end_credentials, link=link)
        if refused == "sole_admin":
            raise LastAdministrator
        if refused is not None:
            raise NameTaken(refused)
        return written

    async def _changeable(self, actor: Actor, user_id: str) -> User:
        # The built-in user can never sign in, so nobody gives it a password or wakes it.
        if user_id == SYSTEM_USER_ID:
            raise UnknownUser
        return await self.get(actor, user_id)

    async def _known(self, user_id: str) -> User:
        user = await self._store.by_id(user_id)
        if user is None:
            raise UnknownUser
        return user

    async def _look(self, value: str, purpose: LinkPurpose) -> Link | None:
        link = await self._ambient.store.links.look(digest(value), self._ambient.clock())
        return link if link is not None and link.purpose == purpose else None

    async def _good(self, value: str, purpose: LinkPurpose) -> Link:
        link = await self._look(value, purpose)
        if link is None:
            raise UnknownLink
        return link

    async def _claim(self, value: str, purpose: LinkPurpose) -> Link:
        link = await self._good(value, purpose)
        if await self._ambient.store.links.claim(link.digest, self._ambient.clock()) is None:
            raise UnknownLink
        return link


def _faults(person: Person | User) -> list[Fault]:
    faults = list(NAME.check(person.name, ("name",)))
    refused = username_fault(person.username)
    if refused is not None:
        faults.append(Fault(("username",), "bad_value", refused))
    refused = email_fault(person.email) if person.email is not None else None
    if refused is not None:
        faults.append(Fault(("email",), "bad_value", refused))
    if not all(role in INSTANCE_ROLES for role in person.roles):
        faults.append(Fault(("roles",), "bad_choice", " or ".join(INSTANCE_ROLES)))
    return faults


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Invalid(faults)
