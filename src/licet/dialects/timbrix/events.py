"""What happened to an application: its revisions under this surface's names of events and fields."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from licet.dialects.record import Setup
from licet.dialects.shape import Field, Shape, Unknown
from licet.dialects.timbrix import formats, render
from licet.dialects.timbrix.callers import Callers
from licet.dialects.timbrix.fields import SETTINGS
from licet.domain.kinds import Document, Nullable, Text, Time
from licet.domain.revision import Change, Values
from licet.domain.webhook import events_of
from licet.web.reply import Reply
from licet.web.request import Request

NEWEST = 100
"""So many are shown."""

NAMES: Mapping[str, str] = {
    "organization.created": "organization.created",
    "organization.updated": "organization.updated",
    "organization.deleted": "organization.deleted",
    "member.added": "member.added",
    "member.removed": "member.removed",
    "member.role_updated": "member.role_updated",
    "invitation.created": "invite.created",
    "invitation.accepted": "invite.accepted",
    "invitation.cancelled": "invite.cancelled",
    "application.created": "oauth_app.created",
    "application.revoked": "oauth_app.revoked",
    "application.updated": "oauth_app.updated",
    "application.suspended": "oauth_app.suspended",
    "application.activated": "oauth_app.activated",
    "application.secret_added": "oauth_app.secret_rotated",
    "application.secret_revoked": "oauth_app.secret_retired",
    "application.deleted": "oauth_app.deleted",
    "application.restored": "oauth_app.restored",
    "application.transferred": "oauth_app.transferred",
    "consent.granted": "oauth_authorization.granted",
    "consent.revoked": "oauth_authorization.revoked",
    "webhook.created": "webhook.created",
}
"""Our name of an event to theirs, one to one."""
_COUNTS = {"access_tokens": "accessTokens", "refresh_tokens": "refreshTokens", "users": "users"}
BESIDE: Mapping[str, tuple[str, Any]] = {
    "secret_id": ("secretId", formats.SECRET.spell),
    "reason": ("reason", str),
    "effect": ("effect", lambda alive: {theirs: alive[ours] for ours, theirs in _COUNTS.items()}),
}
"""What a change may say that is no setting of an application."""


def event_type(change: Change) -> str:
    """The name of what a change did to an application."""
    return next((NAMES[name] for name in events_of(change)), "oauth_app.updated")


def told(values: Values, others: Values) -> dict[str, object] | None:
    """One side of a change in this surface's words, without what looks the same on both; None for nothing."""
    mine, theirs = _spelled(values), _spelled(others)
    return {name: value for name, value in mine.items() if name not in theirs or theirs[name] != value} or None


def _spelled(values: Values) -> dict[str, object]:
    state = SimpleNamespace(**values)
    settings = {field.theirs: field.shown(state) for field in SETTINGS if field.ours in values}
    beside = {theirs: write(values[ours]) for ours, (theirs, write) in BESIDE.items() if ours in values}
    return settings | beside


def _field(theirs: str, ours: str, about: str) -> Field:
    return Field(theirs=theirs, ours=ours, kind=Text(), read_only=True, about=about)


_SIDE = Nullable(Document(64 * 1024))
EVENT = Shape(
    name="Event",
    fields=(
        Field(theirs="id", kind=Text(), read_only=True, show=lambda change: formats.EVENT.spell(change.id)),
        Field(theirs="type", kind=Text(), read_only=True, show=event_type, about="Such as `oauth_app.updated`."),
        _field("actor", "actor_name", "Who did it: a user name, or what else acted."),
        _field("requestId", "request_id", "The `X-Request-Id` of the answer to the request that did it."),
        Field(theirs="createdAt", kind=Time(), read_only=True, show=lambda change: formats.moment(change.at)),
        Field(theirs="before", kind=_SIDE, read_only=True, show=lambda change: told(change.before, change.after)),
        Field(theirs="after", kind=_SIDE, read_only=True, show=lambda change: told(change.after, change.before)),
    ),
    unknown=Unknown.REFUSE,
)


class Events:
    """The history of one application."""

    def __init__(self, setup: Setup, callers: Callers) -> None:
        self._registry = setup.services.applications
        self._callers = callers

    async def newest(self, request: Request) -> Reply:
        """The latest events, newest first."""
        actor = await self._callers.actor(request)
        changes = await self._registry.revisions(actor, request.params["clientId"], limit=NEWEST)
        return render.ok([EVENT.encode(change) for change in changes])
