"""What previews and the ends of tokens need kept, in atomic verbs; the same promises as in `ports`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from licet.domain.application import Application
from licet.domain.family import OpaqueToken
from licet.domain.revision import Change

UseKind = Literal["scope", "redirect_uri"]


@dataclass(frozen=True, slots=True)
class Alive:
    """What lives of an application: access tokens that are rows, refresh tokens, and the people whose these are."""

    access_tokens: int
    refresh_tokens: int
    users: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """An application that one organization offers to another; times in ms."""

    id: str
    application_id: str
    from_organization_id: str
    organization_id: str
    created_by: str | None
    created_at: int
    expires_at: int


class Living(Protocol):
    """What lives of an application: counted, dated and ended."""

    async def count(self, application_id: str, now: int, *, scopes: Collection[str] | None = None) -> Alive:
        """What is alive; with `scopes` only what has one of them."""

    async def pending_codes(self, application_id: str, now: int) -> Mapping[str, int]:
        """How many codes wait to be redeemed, by the redirect URI that they were sent to."""

    async def uses(self, application_id: str, kind: UseKind) -> Mapping[str, int]:
        """When each scope or redirect URI was used last (ms); what is not named was never used."""

    async def use(self, application_id: str, kind: UseKind, names: Collection[str], now: int) -> None:
        """Remember a use; gathered, at most a minute behind, may be lost by a crash."""

    async def end_all(self, application: Application, change: Change) -> None:
        """End every token of an application, in one transaction; consents stay."""

    async def end(self, token: OpaqueToken, change: Change) -> bool:
        """End an access token and all that came from the same consent act; False when it had ended."""


class Transfers(Protocol):
    """Offers of applications."""

    async def insert(self, transfer: Transfer, change: Change) -> None:
        """Write one; an earlier one of the same application is withdrawn."""

    async def by_id(self, transfer_id: str, now: int) -> Transfer | None:
        """An open one."""

    async def accept(self, transfer: Transfer, seen: Application, moved: Application, change: Change) -> bool:
        """Move the application and close the offer; False when either is no longer as it was seen."""
