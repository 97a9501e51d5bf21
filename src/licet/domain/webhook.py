"""Webhooks: which changes are events, who is told of them, and what became of the telling."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from licet.domain.kinds import Path, Schema, Uri
from licet.domain.redirect_uri import MAXIMUM_BYTES
from licet.domain.revision import Change
from licet.domain.secret import Form
from licet.errors import Fault

EVENTS: Mapping[str, str] = {
    "organization.created": "An organization was made.",
    "organization.updated": "Its name or logo changed.",
    "organization.deleted": "It was deleted.",
    "member.added": "Somebody came in.",
    "member.removed": "Somebody left, or was removed.",
    "member.role_updated": "A member has another role.",
    "invitation.created": "Somebody was invited.",
    "invitation.accepted": "An invitation was taken.",
    "invitation.cancelled": "An invitation was taken back.",
    "application.created": "An application was registered.",
    "application.updated": "Settings of an application changed.",
    "application.suspended": "It was switched off.",
    "application.activated": "It was switched on again.",
    "application.secret_added": "It has another secret.",
    "application.secret_revoked": "A secret of it ended.",
    "application.revoked": "All its tokens ended, or it was deleted.",
    "application.deleted": "It was deleted.",
    "application.restored": "It was deleted, and is back.",
    "application.transferred": "It belongs to another organization.",
    "consent.granted": "A person allowed an application something, or more than before.",
    "consent.revoked": "A person took everything back from an application.",
    "webhook.created": "A webhook was made.",
}
"""Every event, in our words; most are the action of the change that they tell of."""
ALIASES: Mapping[str, tuple[str, ...]] = {
    "application.deleted": ("application.deleted", "application.revoked"),
    "application.tokens_revoked": ("application.revoked",),
    "oauth-app.access.revoke": ("application.revoked",),
    "application.secret_rotated": ("application.secret_added",),
    "organization.handed_over": ("member.role_updated",),
}
"""Actions that are an event of another name, or several: a webhook is told the first of them that it asks for."""
SWITCHED = {True: "application.activated", False: "application.suspended"}

_URL = re.compile(r"https://(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?(?:/[!\"$-~]*)?", re.IGNORECASE)
SECRET = Form("whsec_", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 43)
KEPT_BYTES = 1024
"""So much of a receiver's answer is kept."""
KEPT_FOR = 7 * 86_400_000
"""How long (ms) a delivery can be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One subscription of an organization: where it is told of which events.

    `sealed` is the signing secret, `surface` the one whose words it is told in, `gave_up_at` (ms) when a delivery was
    last given up, None since one arrived or the webhook was changed.
    """

    id: str
    organization_id: str
    surface: str
    url: str
    events: tuple[str, ...]
    enabled: bool = True
    sealed: bytes
    created_by: str | None
    created_at: int
    updated_at: int
    gave_up_at: int | None = None

    @property
    def host(self) -> str:
        """Where it is told, without what in its URL may be a secret."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one webhook: `status` and `body` are of the last answer, `due_at` None when nothing is to come."""

    id: str
    webhook_id: str
    change_id: str
    event: str
    created_at: int
    due_at: int | None
    attempts: int = 0
    delivered_at: int | None = None
    status: int | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed delivery with all that is told: the change, and the client_id where it is an application's."""

    delivery: Delivery
    webhook: Webhook
    change: Change
    client_id: str | None


def events_of(change: Change) -> tuple[str, ...]:
    """The events that a change is, the nearest first; whoever switches an application does that above all."""
    if change.action == "application.updated":
        if "enabled" in change.after:
            return (SWITCHED[bool(change.after["enabled"])],)
        return ("application.transferred" if "organization_id" in change.after else change.action,)
    return ALIASES.get(change.action, (change.action,) if change.action in EVENTS else ())


def concerned(change: Change) -> tuple[str, ...]:
    """The organizations whose webhooks are told; of what moved between two, both."""
    before = change.before.get("organization_id")
    return tuple({name: None for name in (change.organization_id, before) if isinstance(name, str)})


@dataclass(frozen=True, slots=True)
class Target:
    """The kind of a webhook's URL. Where it leads is judged when it is gone to: names come to mean other addresses."""

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type, length, and an https URL without anything a request does not carry."""
        faults = list(Uri(("https",), MAXIMUM_BYTES).check(value, path))
        if not faults and _URL.fullmatch(str(value)) is None:
            faults = [Fault(path, "bad_uri", "https", value)]
        for fault in faults:
            expected = "an https URL of ASCII characters without user name, password or fragment"
            yield Fault(path, "bad_value", expected, value) if fault.code == "bad_uri" else fault

    def schema(self) -> Schema:
        """A string in URI form."""
        return Uri(("https",), MAXIMUM_BYTES).schema()
