"""What services need kept, in atomic verbs: each method is one transaction, answered only after its commit.

A verb that can lose a race says so by its answer; nothing here is read-then-write. Implemented by `store`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from licet.domain.keys import KeyState
from licet.domain.revision import Change
from licet.domain.scope import Resource, Scope
from licet.services.application_ports import Applications, Secrets
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
from licet.services.people_ports import Links, Organizations, PersonalTokens, Sessions, Users
from licet.services.webhook_ports import ApiKeys, Webhooks


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

    async def seen(self, key: str, *, now: int) -> Tally:
        """The present tally, without counting; no hits and `now` when there is none."""

    async def give_back(self, key: str, *, now: int) -> None:
        """Take one hit of a window that still runs off again."""

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

    async def turn(self, seen: Sequence[SealedKey], wanted: Sequence[SealedKey], *changes: Change) -> bool:
        """Put the ring into a wanted state (new keys included, gone ones dropped) if it still is as it was seen.

        The changes are written in the same transaction; False, and nothing is written, when somebody was faster.
        """


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
