"""People and what proves them: users, sessions, personal access tokens, one-time links."""

import re
from dataclasses import dataclass
from typing import Literal

from licet.domain.text import text_fault

LinkPurpose = Literal["setup", "invitation", "login"]

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LONGEST_EMAIL = 254
"""RFC 5321 section 4.5.3.1.3, without the angle brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One person (or the built-in `system`); `organization_id` is the personal organization."""

    id: str
    username: str
    name: str
    email: str | None
    email_verified: bool = False
    password_hash: str | None = None
    active: bool = True
    roles: tuple[str, ...] = ("user",)
    organization_id: str = ""
    created_at: int = 0
    updated_at: int = 0
    last_login_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in person on one surface: the digest of the session's token, and when it ends."""

    id: str
    digest: bytes
    user_id: str
    surface: str
    created_at: int
    expires_at: int
    last_used_at: int

    def live(self, now: int) -> bool:
        """Whether its time is not up at a moment (ms)."""
        return now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalToken:
    """A personal access token of one surface; `tail` is what its owner is shown of it, `expires_at` None is never.

    `scopes` are management scopes, None when management is not narrowed; `narrowed_to` is the issuing surface's own
    narrowing (lists by name), shown back and enforced by its resource servers.
    """

    id: str
    digest: bytes
    tail: str
    user_id: str
    surface: str
    name: str
    description: str | None = None
    scopes: tuple[str, ...] | None = None
    narrowed_to: tuple[tuple[str, tuple[str, ...]], ...] = ()
    created_at: int
    expires_at: int | None = None
    last_used_at: int | None = None

    def live(self, now: int) -> bool:
        """Whether its time is not up at a moment (ms)."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A one-time link: what it is for, and for whom; only its digest is kept.

    `organization_id` is the organization that an invitation leads into, beside the instance; None for none.
    """

    digest: bytes
    purpose: LinkPurpose
    user_id: str | None
    email: str | None
    created_at: int
    expires_at: int
    organization_id: str | None = None

    @property
    def id(self) -> str:
        """What it is called where its value must not stand; it opens nothing."""
        return self.digest.hex()


def username_fault(username: str) -> str | None:
    """Why a user name is refused: 1-64 of letters, digits and `._-`, beginning with a letter or digit; None is fine."""
    if USERNAME.fullmatch(username) is None:
        return "1 to 64 of letters, digits, '.', '_' and '-', beginning with a letter or digit"
    return None


def email_fault(email: str) -> str | None:
    """Why an e-mail address is refused; the only proof of an address is a message that arrives."""
    local, at, host = email.rpartition("@")
    if not (local and at and host) or len(email) > LONGEST_EMAIL or " " in email or text_fault(email):
        return "an e-mail address"
    return None
