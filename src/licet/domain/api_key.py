"""API keys of an organization: what a program of its own proves itself with, where only validity is asked."""

from dataclasses import dataclass
from typing import Literal

from licet.domain.secret import Form

FORM = Form("sk_", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 43)
PREFIX = 10
"""How many first characters of a key are kept, to tell it from others: its own prefix and 41 of 256 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One key; `expires_at` None is never. It ends with its maker's membership."""

    id: str
    digest: bytes
    prefix: str
    organization_id: str
    surface: str
    name: str
    description: str | None = None
    scopes: tuple[str, ...] = ()
    created_at: int
    created_by: str | None
    expires_at: int | None = None
    revoked_at: int | None = None
    last_used_at: int | None = None

    def status(self, now: int) -> Literal["active", "expired", "revoked"]:
        """Where it stands at a moment (ms)."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and now >= self.expires_at else "active"
