"""Organizations own applications; people are in them with one of three roles."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from licet.domain.actor import Role

OrganizationKind = Literal["instance", "personal", "team"]
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,48})[a-z0-9]")
"""3 to 50 of lower-case letters, digits and inner hyphens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """One organization; `slug` is unique and never changes; exactly one member is its owner."""

    id: str
    name: str
    slug: str
    kind: OrganizationKind = "team"
    logo: str | None = None
    created_at: int = 0
    updated_at: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """A user's place in an organization."""

    organization_id: str
    user_id: str
    username: str
    name: str
    email: str | None
    role: Role
    created_at: int


def is_fixed(roles: Mapping[str, str], user_id: str, *, by_self: bool) -> bool:
    """Whether a member's role stays as it is: the owner's, and the sole admin's where they give it up themself.

    An owner is followed by handing the organization over; `roles` are those of all members, by user.
    """
    sole_admin = roles[user_id] == "admin" and list(roles.values()).count("admin") == 1
    return roles[user_id] == "owner" or (by_self and sole_admin)
