"""What applications and their secrets need kept, in atomic verbs; the same promises as in `ports`."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from licet.domain.application import Application
from licet.domain.revision import Change
from licet.domain.secret import Secret


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

    async def replace(
        self, seen: Application, application: Application, change: Change, *, secret: Secret | None = None
    ) -> bool:
        """Write the new state, and a secret that comes with it, if the version seen still stands.

        False, and nothing is written, when somebody was faster or it is gone.
        """

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
