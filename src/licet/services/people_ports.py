"""What people and organizations need kept, in atomic verbs; the same promises as in `ports`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from licet.domain.actor import Role
from licet.domain.organization import Member, Organization
from licet.domain.revision import Change
from licet.domain.user import Link, PersonalToken, Session, User


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person holds at this moment: roles in organizations, and instance permissions."""

    roles: Mapping[str, Role]
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Admission:
    """How an invited person comes in: by the link of this digest, into an organization if one is named."""

    digest: bytes
    organization_id: str | None
    changes: tuple[Change, ...]


class Users(Protocol):
    """People, what they hold, and what signs them in."""

    async def insert(
        self, user: User, organization: Organization, change: Change, admission: Admission | None = None
    ) -> Literal["username", "email"] | None:
        """Write a user with the personal organization they own; else the name of the field that is taken.

        Who comes by an invitation uses it up in the same transaction (UnknownLink: somebody else has).
        """

    async def by_id(self, user_id: str) -> User | None:
        """The user, or None."""

    async def by_username(self, username: str) -> User | None:
        """The user of that name, upper and lower case alike, or None."""

    async def by_email(self, email: str) -> User | None:
        """The user of that address, upper and lower case alike, or None."""

    async def by_ids(self, user_ids: Collection[str]) -> Mapping[str, User]:
        """Users by id; unknown ids are left out."""

    async def page(self, *, q: str, after: str | None, limit: int) -> Sequence[User]:
        """Users whose name begins with `q`, by user name, after the user name `after`."""

    async def replace(
        self, seen: User, user: User, change: Change, *, end_credentials: bool, link: bytes | None = None
    ) -> Literal["username", "email", "sole_admin"] | None:
        """Write what leads from the state seen to the new one (UnknownUser).

        What somebody else wrote meanwhile stays: a new name does not bring an old password back. With
        `end_credentials` all sessions, tokens and links end in the same transaction, and in it the one-time link of a
        digest is used up (UnknownLink, and nothing is written, when it is expired or used). Refused are the name of the
        field that is taken, and what would leave the instance without an active administrator.
        """

    async def remove(
        self, user: User, change: Change, *, pseudonym: str
    ) -> Literal["removed", "unknown", "in_use", "sole_admin"]:
        """Delete a person with all that proves them and the empty personal organization; audit rows keep a pseudonym.

        `in_use` when an organization they own still has applications or other members.
        """

    async def standing(self, user_id: str) -> Standing:
        """Roles and permissions at this moment."""

    async def kept(self, user_id: str) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """What is kept about a person beside their row and the audit log, by what it is; nothing that proves."""

    async def idle_since(self, before: int, role: str | None) -> Sequence[User]:
        """Active users (but `system`) who have not signed in since `before` (ms), optionally of one instance role."""


class Sessions(Protocol):
    """Sessions of every surface, by digest; whatever ends one, the applications in it are told (`Logouts`)."""

    async def insert(
        self, session: Session, *, keep: int | None, instead_of: str | None = None, password_hash: str = ""
    ) -> bool:
        """Write one and move the user's last login; beyond `keep` of the same user and surface the oldest end.

        The session that it stands in for ends (`instead_of`, an id). Where that is its own id the session goes on
        under the new token, and what hangs on it stays. False when the user is not as they were proven: gone, inactive,
        or with another password than that of `password_hash` (empty for none).
        """

    async def by_digest(self, digest: bytes) -> tuple[Session, User] | None:
        """The session and its user, whatever their state; the caller judges expiry and activity."""

    async def touch(self, session_id: str, now: int) -> None:
        """Remember a use; gathered."""

    async def end(self, session_id: str, now: int) -> Sequence[str] | None:
        """End one; the ids of the applications that are told, None when it was gone."""

    async def leave(self, session_id: str, now: int, *, sparing: str) -> Sequence[str]:
        """End one with every family that came of it and has not the scope `sparing`, in one transaction.

        The ids of the applications that are told.
        """

    async def end_all(self, user_id: str, surface: str | None, now: int) -> int:
        """End all of a user, or those of one surface; how many."""


class PersonalTokens(Protocol):
    """Personal access tokens of every surface that has them."""

    async def insert(self, token: PersonalToken, change: Change, *, unique_name: bool, password_hash: str = "") -> bool:
        """Write one; False when `unique_name` and the user has one of that name on that surface.

        Unauthenticated when the user is gone, inactive, or with another password than that of `password_hash`.
        """

    async def by_digest(self, digest: bytes) -> tuple[PersonalToken, User] | None:
        """The token and its user, whatever their state."""

    async def of(self, user_id: str, surface: str) -> Sequence[PersonalToken]:
        """A user's tokens on one surface, newest first."""

    async def replace(self, seen: PersonalToken, token: PersonalToken, change: Change) -> bool:
        """Write what leads from the state seen to the new one, a new digest included; False when it is gone.

        What somebody else wrote meanwhile stays: a new name does not bring a value back that was renewed.
        """

    async def touch(self, token_id: str, now: int) -> None:
        """Remember a use; gathered."""

    async def remove(self, user_id: str, token_id: str, change: Change) -> bool:
        """Remove one of a user's own; False when it was gone."""


class Organizations(Protocol):
    """Organizations and who is in them."""

    async def insert(self, organization: Organization, owner_id: str | None, change: Change) -> bool:
        """Write one with its owner; False when the slug is taken."""

    async def by_id(self, organization_id: str) -> Organization | None:
        """The organization, or None."""

    async def by_slug(self, slug: str) -> Organization | None:
        """The organization, or None."""

    async def page(self, member_id: str | None, *, after: str | None, limit: int) -> Sequence[Organization]:
        """Organizations by slug, after the slug `after`; of one member, or all."""

    async def replace(self, seen: Organization, organization: Organization, change: Change) -> bool:
        """Write what leads from the state seen to the new name and logo; False when it is gone."""

    async def remove(self, organization_id: str, change: Change) -> Literal["removed", "unknown", "owns_applications"]:
        """Delete one that owns no application."""

    async def members(self, organization_id: str) -> Sequence[Member]:
        """Its members, by user name."""

    async def add_member(self, organization_id: str, user_id: str, role: Role, change: Change) -> bool:
        """Add one (admin or member); False when they are in already."""

    async def set_role(
        self, organization_id: str, user_id: str, role: Role, change: Change, *, by_self: bool
    ) -> Literal["done", "unknown", "fixed"]:
        """Change a role; the owner's is fixed, and so is the sole admin's own (`by_self`)."""

    async def remove_member(
        self, organization_id: str, user_id: str, change: Change, *, by_self: bool
    ) -> Literal["done", "unknown", "fixed"]:
        """Remove one; the owner stays, and so does the sole admin who removes themself."""

    async def hand_over(
        self, organization_id: str, new_owner_id: str, change: Change, *, by: str | None = None
    ) -> Literal["done", "unknown", "not_owner"]:
        """Make a member the owner and the present owner an admin; only if that is still `by`, when given."""


class Links(Protocol):
    """One-time links."""

    async def insert(self, link: Link, change: Change | None = None) -> None:
        """Write one."""

    async def look(self, digest: bytes, now: int) -> Link | None:
        """A link that is still good, without using it."""

    async def cancel(self, digest: bytes, change: Change) -> bool:
        """Use it up for nobody; False when unknown, expired or used."""

    async def claim(self, digest: bytes, now: int) -> Link | None:
        """Use it: of any number of callers one gets it; None when unknown, expired or used. Gathered."""
