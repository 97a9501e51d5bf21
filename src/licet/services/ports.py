"""What services need kept, in atomic verbs: each method is one transaction, answered only after its commit.

A verb that can lose a race says so by its answer; nothing here is read-then-write. Implemented by `store`.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from licet.domain.actor import Role
from licet.domain.application import Application
from licet.domain.keys import KeyState
from licet.domain.organization import Member, Organization
from licet.domain.revision import Change
from licet.domain.scope import Resource, Scope
from licet.domain.secret import Secret
from licet.domain.user import Link, PersonalToken, Session, User
from licet.services.impact_ports import Living, Transfers
from licet.services.notification_ports import Notifications
from licet.services.oauth_ports import (
    AccessTokens,
    AuthorizationRequests,
    Consents,
    Devices,
    Families,
    Logouts,
    Registry,
    Spent,
    Trust,
)
from licet.services.webhook_ports import ApiKeys, Webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One page of applications: filters (None = any), where to go on, and how many.

    `organizations` None means the whole instance. `unused_since` keeps what was not used at or after that moment (ms).
    `q` holds word prefixes, all of which must match a word of the name or the beginning of the client_id.
    """

    organizations: tuple[str, ...] | None = None
    enabled: bool | None = None
    scope: str | None = None
    surface: str | None = None
    redirect_host: str | None = None
    unused_since: int | None = None
    q: tuple[str, ...] = ()
    cursor: tuple[str | int, ...] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """A page of applications; `total` is exact unless `total_is_at_least`; `cursor` None when it is the last."""

    items: tuple[Application, ...]
    cursor: tuple[str | int, ...] | None
    total: int
    total_is_at_least: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which applications an unpaged list streams, oldest first: one owner's, some creators', or (nothing set) all."""

    organization_id: str | None = None
    created_by: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person holds at this moment: roles in organizations, and instance permissions."""

    roles: Mapping[str, Role]
    permissions: frozenset[str]


class Applications(Protocol):
    """Applications, their revisions and their tombstones."""

    async def insert(
        self, application: Application, change: Change, *, secret: Secret | None, registration_digest: bytes | None
    ) -> bool:
        """Write a new application with its first secret; False when the client_id is taken."""

    async def by_client_id(self, client_id: str) -> Application | None:
        """The application, or None; a deleted one is not found."""

    async def by_id(self, application_id: str) -> Application | None:
        """The application by its internal id, or None."""

    async def page(self, query: Query) -> Page:
        """One page in a stable order: what is added or removed meanwhile neither repeats nor hides others."""

    def stream(self, selection: Selection) -> AsyncIterator[Sequence[Application]]:
        """All of a selection in pieces, each by keyset; closing the iterator stops the query."""

    async def replace(self, seen: Application, application: Application, change: Change) -> bool:
        """Write the new state if the version seen still stands; False when somebody was faster or it is gone."""

    async def touch(self, application_id: str, saved_at: int, saved_by: str | None) -> None:
        """Remember a write that changed nothing."""

    def used(self, application_id: str, now: int) -> None:
        """Remember a use of one that has no secret; gathered, may be lost by a crash."""

    async def remove(self, seen_version: int, application: Application, change: Change, *, purge_at: int) -> bool:
        """Turn it into a tombstone until `purge_at` (ms), with its secrets; False when the seen version is gone."""

    async def tombstone(self, client_id: str, now: int) -> Application | None:
        """A deleted application that can still be restored."""

    async def restore(self, application: Application, change: Change) -> bool:
        """Give a tombstone back its life, in this state; False when somebody had or it is gone."""

    async def registration_digest(self, application_id: str) -> bytes | None:
        """Digest of its registration access token (RFC 7592), if it has one."""

    async def revisions(self, application_id: str, *, before: str | None, limit: int) -> Sequence[Change]:
        """Its changes, newest first, older than the change id `before`."""

    async def lists_origin(self, origin: str) -> bool:
        """Whether any application allows a web origin (`allowed_cors_origins`)."""

    async def count(self) -> int:
        """How many applications there are."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """A new secret stands; when the one before it ends (ms), None when there was none."""

    previous_expires_at: int | None


class Secrets(Protocol):
    """Client secrets: digests, dates, and the sealed copy where one is allowed (P2)."""

    async def of(self, application_id: str) -> Sequence[Secret]:
        """All of an application's secrets, newest first, expired ones too."""

    async def of_many(self, application_ids: Collection[str]) -> Mapping[str, Sequence[Secret]]:
        """Secrets of several applications by application id, newest first."""

    async def add(self, secret: Secret, change: Change, *, limit: int | None, now: int) -> bool:
        """Add one; False when the application is gone or has `limit` live secrets already."""

    async def rotate(self, secret: Secret, change: Change, *, ends_at: int, force: bool, now: int) -> Rotated | None:
        """Add one and let the newest before it end at `ends_at`, or sooner if it would; all others end now.

        None when the application is gone, or, unless `force`, when several are live: a rotation is open.
        """

    async def remove(
        self, application_id: str, secret_id: str, change: Change, *, keep_last: bool, now: int
    ) -> Literal["removed", "unknown", "last"]:
        """Remove one; with `keep_last` the last live one stays."""

    def touch(self, secret_id: str, *, now: int, address: str) -> None:
        """Remember a use; gathered, may be lost by a crash."""


class Users(Protocol):
    """People, what they hold, and what signs them in."""

    async def insert(
        self, user: User, organization: Organization, change: Change
    ) -> Literal["username", "email"] | None:
        """Write a user with the personal organization they own; else the name of the field that is taken."""

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
        self, user: User, change: Change, *, end_credentials: bool
    ) -> Literal["username", "email"] | None:
        """Write a user's new state; with `end_credentials` all sessions and tokens end in the same transaction."""

    async def remove(self, user: User, change: Change, *, pseudonym: str) -> bool:
        """Delete a person with all that proves them and the empty personal organization; audit rows keep a pseudonym.

        False when an organization they own still has applications or other members.
        """

    async def standing(self, user_id: str) -> Standing:
        """Roles and permissions at this moment."""

    async def idle_since(self, before: int, role: str | None) -> Sequence[User]:
        """Active users (but `system`) who have not signed in since `before` (ms), optionally of one instance role."""


class Sessions(Protocol):
    """Sessions of every surface, by digest."""

    async def insert(self, session: Session, *, keep: int | None) -> None:
        """Write one; beyond `keep` of the same user and surface the oldest end. Moves the user's last login."""

    async def by_digest(self, digest: bytes) -> tuple[Session, User] | None:
        """The session and its user, whatever their state; the caller judges expiry and activity."""

    async def touch(self, session_id: str, now: int) -> None:
        """Remember a use; gathered."""

    async def end(self, session_id: str) -> bool:
        """End one; False when it was gone."""

    async def end_all(self, user_id: str, surface: str | None) -> int:
        """End all of a user, or those of one surface; how many."""


class PersonalTokens(Protocol):
    """Personal access tokens of every surface that has them."""

    async def insert(self, token: PersonalToken, change: Change, *, unique_name: bool) -> bool:
        """Write one; False when `unique_name` and the user has one of that name on that surface."""

    async def by_digest(self, digest: bytes) -> tuple[PersonalToken, User] | None:
        """The token and its user, whatever their state."""

    async def of(self, user_id: str, surface: str) -> Sequence[PersonalToken]:
        """A user's tokens on one surface, newest first."""

    async def replace(self, token: PersonalToken, change: Change) -> bool:
        """Write a token's new state, a new digest included; False when it is gone."""

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

    async def replace(self, organization: Organization, change: Change) -> bool:
        """Write its new name and logo; False when it is gone."""

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

    async def hand_over(self, organization_id: str, new_owner_id: str, change: Change) -> bool:
        """Make a member the owner and the present owner an admin; False when they are no member."""


class Links(Protocol):
    """One-time links."""

    async def insert(self, link: Link, change: Change | None = None) -> None:
        """Write one."""

    async def look(self, digest: bytes, now: int) -> Link | None:
        """A link that is still good, without using it."""

    async def claim(self, digest: bytes, now: int) -> Link | None:
        """Use it: of any number of callers one gets it; None when unknown, expired or used. Gathered."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of an idempotency key: `answer` (sealed) once the first call has ended."""

    body_digest: bytes
    answer: bytes | None


class Idempotency(Protocol):
    """Answers of idempotent calls, for ten minutes (P2)."""

    async def begin(self, key: bytes, body_digest: bytes, *, now: int, expires_at: int) -> Remembered | None:
        """Claim a key: None for the first caller, who goes on; what is known of it for every other."""

    async def finish(self, key: bytes, answer: bytes) -> None:
        """Keep the sealed answer."""

    async def forget(self, key: bytes) -> None:
        """Drop a key whose call was refused or broke."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a counter stands at, and when its present window began (ms); a window begins with its first hit."""

    hits: int
    started_at: int


class Counters(Protocol):
    """Counters of the limiter, shared by all workers; each counts in windows that begin with their first hit."""

    async def hit(self, key: str, *, now: int, window: int) -> Tally:
        """Count one and say the new tally; gathered, exact under any race (every caller gets a tally of its own)."""

    async def seen(self, key: str, *, now: int, window: int) -> Tally:
        """The present tally, without counting; no hits and `now` when there is none."""

    async def clear(self, key: str) -> None:
        """Drop a counter."""


class Catalogue(Protocol):
    """The operator's own scopes, resources, and which instance roles hold which permission."""

    async def scopes(self) -> Sequence[Scope]:
        """The operator's scopes by name."""

    async def put_scope(self, scope: Scope, change: Change) -> bool:
        """Add or change one; True when it is new."""

    async def remove_scope(self, name: str, change: Change) -> Literal["removed", "unknown", "in_use"]:
        """Remove one that no application has."""

    async def resources(self) -> Sequence[Resource]:
        """Registered resources by identifier."""

    async def put_resource(self, resource: Resource, change: Change) -> bool:
        """Add or change one; True when it is new."""

    async def remove_resource(self, resource: str, change: Change) -> bool:
        """Remove one; False when it was gone."""

    async def permissions(self) -> Mapping[str, tuple[str, ...]]:
        """Permission to the instance roles that hold it."""

    async def put_permission(self, permission: str, roles: tuple[str, ...], change: Change | None) -> None:
        """Say which roles hold a permission; without a change only if it was never said (first start)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """A page of the audit log, newest first; None = any."""

    organization_id: str | None = None
    actor_id: str | None = None
    target: str | None = None
    action: str | None = None
    before: str | None = None
    limit: int = 50


class Audit(Protocol):
    """The audit log."""

    async def page(self, query: AuditQuery) -> Sequence[Change]:
        """A page, newest first, older than the change id `before`."""

    async def write(self, change: Change) -> None:
        """Write one that hangs on no other verb, such as a sign-in."""


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A signing key: `kid` (RFC 7638 thumbprint), its algorithm, the private key sealed under the instance key.

    `state` is where it stands in its life, since the moment `since` (ms).
    """

    kid: str
    algorithm: str
    sealed: bytes
    created_at: int
    state: KeyState
    since: int


class Keys(Protocol):
    """Signing keys of the instance."""

    async def all(self) -> Sequence[SealedKey]:
        """Every key, oldest first."""

    async def insert_first(self, keys: Sequence[SealedKey]) -> None:
        """Write the first keys; when another start was faster its keys stand."""

    async def turn(self, seen: Sequence[SealedKey], wanted: Sequence[SealedKey]) -> bool:
        """Put the ring into a wanted state (new keys included, gone ones dropped) if it still is as it was seen."""


class Upkeep(Protocol):
    """The store as a whole."""

    async def migrate(self) -> int:
        """Apply what is missing; the number of migrations applied. Raises DatabaseTooNew."""

    async def schema_version(self) -> tuple[int, int]:
        """Version of the database, and of the program."""

    async def purge(self, now: int, *, limit: int) -> int:
        """Delete at most `limit` rows of each kind that have expired; how many. Expiry is never enforced here."""

    async def check(self) -> str:
        """A round trip; the engine's name and version. Raises StoreUnavailable."""

    async def close(self) -> None:
        """Finish what was accepted, flush what was gathered, and close."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back from outside: never more than was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Fetch(Protocol):
    """The one way out: HTTP requests to addresses that somebody else chose."""

    async def __call__(
        self,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        most: int = 65_536,
        cut: bool = False,
    ) -> Fetched:
        """GET, or POST with a body; whole within 5 s, never decompressed, redirects not followed.

        Of an answer with a body over `most` bytes nothing is given, or with `cut` its beginning; with `most=0` no body
        is waited for.

        Raises:
            Unreachable: the address may not be connected to, or nothing usable came from it in time.
        """


@dataclass(frozen=True, slots=True)
class Store:
    """All ports of one database; `store.open` makes it."""

    applications: Applications
    secrets: Secrets
    users: Users
    sessions: Sessions
    personal_tokens: PersonalTokens
    organizations: Organizations
    links: Links
    idempotency: Idempotency
    counters: Counters
    catalogue: Catalogue
    audit: Audit
    keys: Keys
    registry: Registry
    families: Families
    consents: Consents
    devices: Devices
    authorization_requests: AuthorizationRequests
    access_tokens: AccessTokens
    living: Living
    transfers: Transfers
    spent: Spent
    notifications: Notifications
    trust: Trust
    logouts: Logouts
    webhooks: Webhooks
    api_keys: ApiKeys
    upkeep: Upkeep
