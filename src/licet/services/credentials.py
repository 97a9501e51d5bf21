"""Who is calling: the one place where a presented value becomes an actor.

A credential opens the surface that issued it and nothing else (P8); on any other it is answered like garbage. Which
issuer's credentials a surface takes is its `accepts`, one row per surface in `bootstrap`.
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from licet.domain.actor import Actor
from licet.domain.secret import digest
from licet.domain.user import PersonalToken, Session, User
from licet.errors import Forbidden, Unauthenticated, UnknownUser
from licet.services.ambient import Ambient

MAXIMUM_LENGTH = 512
"""Longer values are no credential of ours and are not even digested."""
TOUCH_EVERY = 60_000
"""The use of a session is remembered at most once in so many ms; a token's, which its owner is shown, each time."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a person allowed an application to do in their name: an access token, and when it begins and ends (ms)."""

    id: str
    created_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated person: the actor, the user, and what proved them."""

    actor: Actor
    user: User
    kind: Literal["session", "personal_token", "access_token"]
    credential: Session | PersonalToken | Allowance


class Credentials:
    """Sessions and personal access tokens, looked up by digest."""

    def __init__(self, ambient: Ambient) -> None:
        self._ambient = ambient
        self._store = ambient.store

    async def session(self, value: str, surface: str, accepts: Collection[str], request_id: str = "") -> Caller:
        """The person behind a session token (Unauthenticated)."""
        found = await self._store.sessions.by_digest(_digest(value))
        now = self._ambient.clock()
        if found is None or found[0].surface not in accepts or not found[0].live(now) or not found[1].active:
            raise Unauthenticated
        session, user = found
        if now - session.last_used_at > TOUCH_EVERY:
            await self._store.sessions.touch(session.id, now)
        return Caller(await self._actor(user, surface, request_id, credential=session.id), user, "session", session)

    async def personal_token(self, value: str, surface: str, accepts: Collection[str], request_id: str = "") -> Caller:
        """The person behind a personal access token (Unauthenticated)."""
        found = await self._store.personal_tokens.by_digest(_digest(value))
        now = self._ambient.clock()
        if found is None or found[0].surface not in accepts or not found[0].live(now) or not found[1].active:
            raise Unauthenticated
        token, user = found
        await self._store.personal_tokens.touch(token.id, now)
        actor = await self._actor(user, surface, request_id, credential=token.id, scopes=_scopes(token))
        return Caller(actor, user, "personal_token", token)

    async def allowed(
        self, user: User, allowance: Allowance, *, scopes: frozenset[str], surface: str, request_id: str = ""
    ) -> Caller:
        """The person in whose name an application calls; its surface has verified the access token."""
        actor = await self._actor(user, surface, request_id, credential=allowance.id, scopes=scopes)
        return Caller(actor, user, "access_token", allowance)

    async def either(self, value: str, surface: str, accepts: Collection[str], request_id: str = "") -> Caller:
        """A session token or a personal access token, for surfaces that take both in one place."""
        try:
            return await self.session(value, surface, accepts, request_id)
        except Unauthenticated:
            return await self.personal_token(value, surface, accepts, request_id)

    async def application(self, client_id: str, value: str, surface: str, request_id: str = "") -> Actor:
        """The application behind its registration access token (RFC 7592 section 3); Unauthenticated for any other.

        An unknown client_id does the same work and gets the same answer as a wrong token. Nothing of an application
        works while it is switched off, this neither (Forbidden).
        """
        application = await self._store.applications.by_client_id(client_id)
        kept = await self._store.applications.registration_digest(application.id if application else "")
        if not hmac.compare_digest(kept or bytes(32), _digest(value)) or application is None:
            raise Unauthenticated
        if not application.enabled:
            raise Forbidden
        return Actor(
            id=None,
            name=f"client:{client_id}",
            surface=surface,
            request_id=request_id,
            roles={},
            permissions=frozenset(),
            client_id=client_id,
            credential=f"registration:{application.id}",
        )

    async def person(self, user: User, surface: str, request_id: str = "") -> Actor:
        """The actor of a user whom the caller has just proven otherwise (a sign-in)."""
        return await self._actor(user, surface, request_id, credential=f"user:{user.id}")

    async def ask_again(self, actor: Actor, permission: str) -> None:
        """Whether a person still is here and still holds a permission (UnknownUser, PermissionMissing)."""
        user = await self._store.users.by_id(actor.id or "")
        if user is None or not user.active:
            raise UnknownUser
        standing = await self._store.users.standing(user.id)
        replace(actor, permissions=standing.permissions).need(permission)

    async def _actor(
        self, user: User, surface: str, request_id: str, *, credential: str, scopes: frozenset[str] | None = None
    ) -> Actor:
        standing = await self._store.users.standing(user.id)
        return Actor(
            id=user.id,
            name=user.username,
            surface=surface,
            request_id=request_id,
            organization_id=user.organization_id,
            roles=standing.roles,
            permissions=standing.permissions,
            instance_roles=frozenset(user.roles),
            scopes=scopes,
            credential=credential,
            password_hash=user.password_hash or "",
        )


def _scopes(token: PersonalToken) -> frozenset[str] | None:
    return None if token.scopes is None else frozenset(token.scopes)


def _digest(value: str) -> bytes:
    if not 0 < len(value) <= MAXIMUM_LENGTH:
        raise Unauthenticated
    return digest(value)
