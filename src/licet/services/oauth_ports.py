"""What the protocol needs kept, in atomic verbs; the same promises as in `ports`.

The hot verbs are gathered: what arrives while the last batch is under way goes out together, and every caller gets the
answer for its own row, after its commit.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from licet.domain.family import AuthorizationRequest, Consent, DeviceCode, Family, LogoutNotice, OpaqueToken
from licet.domain.revision import Change
from licet.domain.trust import ExchangePolicy, TrustedIssuer


@dataclass(frozen=True, slots=True)
class Claimed:
    """What became of a code: the family, and how the code stood.

    `first`: it was good, and this caller has spent it; `person_active` says whether its person still may. `again`:
    somebody had. `expired` and `revoked`: nobody had, and nobody can.
    """

    family: Family
    outcome: Literal["first", "again", "expired", "revoked"]
    person_active: bool = False


@dataclass(frozen=True, slots=True)
class Turned:
    """What became of a refresh token: the family as it now is, and how the presented generation stood.

    `rotated`: it was the present one, the next is out. `reissued`: it was the immediate parent, once, within the
    grace; the present generation is handed out again. `replayed`: any other genuine one of a family that is live.
    `over`: the family has ended. `kept`: it was the present one, and still is.
    """

    family: Family
    outcome: Literal["rotated", "reissued", "replayed", "over", "kept"]


class Registry(Protocol):
    """How workers learn that applications changed; `raised` counts what this one wrote itself, resources too."""

    raised: int

    async def versions(self) -> Mapping[int, int]:
        """Version by bucket (of `domain.application.bucket`); raised in the transaction that changes an application."""

    async def until_changed(self, seconds: float) -> None:
        """Wait until a version may have been raised: looks every so many seconds, or hears of it sooner."""


class Families(Protocol):
    """Families with their codes and refresh tokens, one row each."""

    async def insert(self, family: Family, code_digest: bytes | None) -> None:
        """Write a new family; with the digest of its code, or with generation 1 out already. Gathered."""

    async def by_id(self, family_id: str) -> Family | None:
        """The family, whatever its state."""

    async def claim_code(self, digest: bytes, now: int, *, redeemed_by: str, bound_to: str = "") -> Claimed | None:
        """Spend an unexpired code, once: generation becomes 1 if it refreshes, idle time begins. Gathered.

        None when it is unknown. Of any number of callers one is the first. A family that is bound to no key yet is from
        then on bound to that of its redeemer.
        """

    async def turn(
        self, family_id: str, generation: int, *, now: int, grace: int, rotates: bool = True
    ) -> Turned | None:
        """Take a genuine refresh token of a generation, and say how it stood; None for an unknown family. Gathered.

        Where it does not rotate, the present one stays the present one.
        """

    async def revoke(self, family_id: str, now: int) -> bool:
        """End one; False when it had ended."""

    async def of_user(self, user_id: str, now: int) -> Sequence[Family]:
        """A person's live families, newest first."""

    async def obtained(self, user_id: str, application_id: str, *, surface: str, since: int) -> Collection[str]:
        """The scopes of a person's unrevoked families that an application has had tokens of since a moment."""


class Consents(Protocol):
    """What people allowed applications."""

    async def of(self, user_id: str, application_id: str) -> Sequence[Consent]:
        """What a person allowed one application, by resources."""

    async def of_user(self, user_id: str) -> Sequence[Consent]:
        """Everything a person allowed."""

    def of_application(self, application_id: str) -> AsyncIterator[Sequence[Consent]]:
        """What everybody allowed one application, by person, in pieces."""

    async def put(
        self,
        consent: Consent,
        change: Change | None = None,
        *,
        begins: Family | None = None,
        code_digest: bytes | None = None,
        silent: bool = False,
    ) -> bool:
        """Remember an act of consent, and write the family that begins by it in the same transaction.

        Scopes join those of an earlier one of the same surface and resources; authorization details take the place of
        earlier ones, if there are any. The change is written only if there is something new. False, and nothing is
        written, when nobody was asked (`silent`) and what had been allowed is taken back.
        """

    async def touch(self, user_id: str, application_id: str, now: int) -> None:
        """Remember a silent use; gathered, may be lost by a crash."""

    async def withdraw(self, user_id: str, application_id: str, now: int, *changes: Change) -> bool:
        """Take back everything that a person allowed an application, and end the families of it, in one transaction.

        The changes are written in it too. False, and nothing is written, when there was nothing to take back.
        """

    async def withdraw_all(self, application_id: str, now: int, *changes: Change) -> None:
        """Take back everything that anybody allowed an application; the changes are written in any case."""


class Devices(Protocol):
    """Device authorizations (RFC 8628)."""

    async def insert(self, device: DeviceCode) -> bool:
        """Write one; False when an open one has the same user code."""

    async def by_user_code(self, user_code: str, now: int) -> DeviceCode | None:
        """The open or decided, unexpired one of a user code."""

    async def enter(self, user_code: str, *, user_id: str, now: int) -> DeviceCode | None:
        """Note who typed the code of a pending one, which is theirs from then on; None for everybody else."""

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
        """Approve a pending one with the consent that a yes is, or deny it; once, in one transaction.

        False when it was decided, is another's or has expired.
        """

    async def poll(self, digest: bytes, now: int, *, slower: int) -> tuple[DeviceCode, bool] | None:
        """Note a poll: the device code, and whether it came too soon (then its interval grew by `slower` seconds)."""

    async def claim(self, digest: bytes, family: Family, now: int) -> bool:
        """Spend an approved one and write its family, in one transaction; False when somebody was faster."""

    async def close(self, digest: bytes) -> bool:
        """Spend a decided one of which nothing comes: denied, or not to be issued. False when somebody was faster."""


class AuthorizationRequests(Protocol):
    """Authorization requests that wait for a person."""

    async def insert(self, request: AuthorizationRequest) -> None:
        """Write one."""

    async def by_digest(self, digest: bytes, now: int) -> AuthorizationRequest | None:
        """An unexpired one."""

    async def replace(self, request: AuthorizationRequest) -> bool:
        """Write how far it has come; False when it is gone."""

    async def claim(self, digest: bytes, now: int) -> AuthorizationRequest | None:
        """Take it away, once: whoever gets it answers the client."""


class Spent(Protocol):
    """Names that may be used once: `jti` of assertions and proofs, shared by all workers."""

    async def spend(self, digest: bytes, expires_at: int, now: int) -> bool:
        """Spend a name; False when somebody has. Gathered: of any number of callers one spends it.

        It stays spent until `expires_at` (ms), when what carries it is refused for its age anyway.
        """


class Logouts(Protocol):
    """Which applications are in which session, and what they are still to be told of its end."""

    async def join(self, session_id: str, application_id: str, *, user_id: str, now: int, expires_at: int) -> None:
        """Remember that an application is in a session, until it ends; one that has ended meanwhile is told of."""

    async def claim(self, now: int, *, until: int, size: int) -> Sequence[LogoutNotice]:
        """Take notices that are due, each by one worker alone; they come due again at `until`."""

    async def settle(self, notice: LogoutNotice, *, again_at: int | None) -> None:
        """Put a notice off until `again_at` (ms), or be done with it (None)."""


class Trust(Protocol):
    """The operator's rows of trust: exchange policies and trusted issuers."""

    async def policies(self) -> Sequence[ExchangePolicy]:
        """Exchange policies by name."""

    async def put_policy(self, policy: ExchangePolicy, change: Change) -> bool:
        """Add or change one; True when it is new."""

    async def remove_policy(self, name: str, change: Change) -> bool:
        """Remove one; False when it was gone."""

    async def issuers(self) -> Sequence[TrustedIssuer]:
        """Trusted issuers by identifier."""

    async def issuer(self, issuer: str) -> TrustedIssuer | None:
        """The trusted issuer of that identifier."""

    async def put_issuer(self, issuer: TrustedIssuer, change: Change) -> bool:
        """Add or change one; True when it is new."""

    async def remove_issuer(self, issuer: str, change: Change) -> bool:
        """Remove one; False when it was gone."""


class AccessTokens(Protocol):
    """Access tokens that are rows, and JWTs that ended early."""

    async def insert(self, token: OpaqueToken) -> None:
        """Write an opaque one. Gathered."""

    async def by_digest(self, digest: bytes) -> OpaqueToken | None:
        """An opaque one, whatever its state."""

    async def by_token_id(self, token_id: str) -> OpaqueToken | None:
        """An opaque one by the name it is listed under, whatever its state."""

    def of_application(self, application_id: str, now: int) -> AsyncIterator[Sequence[OpaqueToken]]:
        """The live opaque ones of an application, newest first, in pieces."""

    async def touch(self, digest: bytes, now: int) -> None:
        """Remember a use of an opaque one; gathered, may be lost by a crash."""

    async def revoke(self, digest: bytes) -> bool:
        """End an opaque one; False when it was gone."""

    async def revoke_jti(self, digest: bytes, expires_at: int) -> None:
        """Remember that a JWT ended early, until it would have ended anyway."""

    async def jti_revoked(self, digest: bytes) -> bool:
        """Whether a JWT ended early."""
