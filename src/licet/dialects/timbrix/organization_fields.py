"""The tables of what an organization has beside applications: itself, members, API keys and webhooks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.dialects.timbrix import formats
from licet.dialects.timbrix.events import NAMES as EVENTS
from licet.dialects.timbrix.scopes import NAMES as SCOPES
from licet.domain.api_key import ApiKey
from licet.domain.ids import Spelling, to_uuid
from licet.domain.kinds import Choice, Flag, Kind, Nullable, Number, Path, Schema, Text, Texts, Time, Uri, instant
from licet.domain.redirect_uri import MAXIMUM_BYTES
from licet.domain.scope import spelled
from licet.domain.text import trimmed
from licet.domain.webhook import Delivery, Target
from licet.errors import Fault

_HEX = "0123456789abcdef"
WEBHOOK_ID = Spelling("wh_", _HEX, 24)
API_KEY_ID = Spelling("key_", _HEX, 24)
DELIVERY_PREFIX = "dlv_"
OURS: Mapping[str, str] = {theirs: ours for ours, theirs in EVENTS.items()}


@dataclass(frozen=True, slots=True)
class Named:
    """A name of so many characters, blanks around it not counted."""

    minimum: int
    maximum: int

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """As a text, its length told as one sentence."""
        for fault in Text(self.minimum, self.maximum, trim=True).check(value, path):
            told = replace(fault, code="bad_value", expected=f"{self.minimum} to {self.maximum} characters")
            yield told if fault.code in {"too_short", "too_long"} else fault

    def schema(self) -> Schema:
        """A string."""
        return Text(self.minimum, self.maximum, trim=True).schema()


def _shown(theirs: str, ours: str = "", kind: Kind | None = None, about: str = "") -> Field:
    return Field(theirs=theirs, ours=ours or theirs, kind=kind or Text(), read_only=True, about=about)


def _at(theirs: str, ours: str, *, never: bool = False) -> Field:
    kind: Kind = Nullable(Time()) if never else Time()
    return replace(_shown(theirs, ours, kind), show=lambda thing: formats.moment(getattr(thing, ours)))


def _id(theirs: str, spelling: Spelling, ours: str = "id") -> Field:
    return replace(_shown(theirs, ours), show=lambda thing: spelling.spell(getattr(thing, ours)))


def _needed(field: Field) -> Field:
    return replace(field, absent=Absent.REFUSE)


_NAME = Field(
    theirs="name", ours="name", kind=Named(3, 100), take=lambda value, _: trimmed(value), absent=Absent.REFUSE
)
_SLUG = Field(theirs="slug", ours="slug", kind=Named(3, 50), absent=Absent.REFUSE, about="Unique; it never changes.")
_LOGO = Field(theirs="logo", ours="logo", kind=Nullable(Uri(("https",), MAXIMUM_BYTES)))
_CREATED, _UPDATED = _at("createdAt", "created_at"), _at("updatedAt", "updated_at")
_ORGANIZATION_ID = replace(
    _shown("organizationId", "organization_id"), show=lambda thing: to_uuid(thing.organization_id)
)

ORGANIZATION = Shape(
    name="Organization",
    fields=(replace(_shown("id"), show=lambda thing: to_uuid(thing.id)), _NAME, _SLUG, _LOGO, _CREATED, _UPDATED),
    unknown=Unknown.REFUSE,
)
NEW_ORGANIZATION = Shape(name="NewOrganization", fields=(_NAME, _SLUG, _LOGO), unknown=Unknown.REFUSE)

_ROLE = Field(theirs="role", ours="role", kind=Choice(("owner", "admin", "member")), absent=Absent.REFUSE)
MEMBER = Shape(
    name="Member",
    fields=(
        _id("id", formats.USER, "user_id"),
        _id("userId", formats.USER, "user_id"),
        _shown("username"),
        _shown("name"),
        _shown("email", kind=Nullable(Text())),
        _ROLE,
        _CREATED,
    ),
    unknown=Unknown.REFUSE,
)
NEW_ROLE = Shape(name="NewRole", fields=(_ROLE,), unknown=Unknown.REFUSE)

_KEY_NAME = Field(
    theirs="name", ours="name", kind=Named(1, 100), take=lambda value, _: trimmed(value), absent=Absent.REFUSE
)
_DESCRIPTION = Field(theirs="description", ours="description", kind=Nullable(Text(0, 500, multiline=True)))
_SCOPES = Field(
    theirs="scopes",
    ours="scopes",
    kind=Texts(Choice(SCOPES), maximum=len(SCOPES)),
    show=lambda key: spelled(key.scopes, SCOPES),
    take=lambda value, _: tuple(dict.fromkeys(value)),
    about="What whoever is shown the key may let its bearer do.",
)
_EXPIRES = Field(
    theirs="expiresAt",
    ours="expires_at",
    kind=Nullable(Time()),
    show=lambda key: formats.moment(key.expires_at),
    take=lambda value, _: None if value is None else instant(value),
    about="`null`: never.",
)
NEW_API_KEY = Shape(name="NewApiKey", fields=(_KEY_NAME, _DESCRIPTION, _SCOPES, _EXPIRES), unknown=Unknown.REFUSE)


@dataclass(frozen=True, slots=True)
class DatedKey:
    """An API key at a moment (ms)."""

    key: ApiKey
    now: int


def _of_key(field: Field) -> Field:
    return replace(field, read_only=True, show=lambda dated: field.shown(dated.key))


API_KEY = Shape(
    name="ApiKey",
    fields=(
        *map(_of_key, (_id("id", API_KEY_ID), _KEY_NAME, _DESCRIPTION)),
        _of_key(_shown("prefix", about="How the key begins.")),
        *map(_of_key, (_SCOPES, _EXPIRES, _CREATED, _at("lastUsedAt", "last_used_at", never=True))),
        Field(
            theirs="status",
            kind=Choice(("active", "expired", "revoked")),
            read_only=True,
            show=lambda dated: dated.key.status(dated.now),
        ),
    ),
    unknown=Unknown.REFUSE,
)
ISSUED_API_KEY = Shape(
    name="IssuedApiKey",
    fields=(*API_KEY.fields, _shown("key", about="`sk_` and 43 characters; shown this once.")),
    unknown=Unknown.REFUSE,
)
VALIDITY = Shape(
    name="ApiKeyValidity",
    fields=(
        Field(theirs="valid", kind=Flag(), read_only=True, show=lambda _: True),
        _id("id", API_KEY_ID),
        _shown("name"),
        _ORGANIZATION_ID,
        replace(_SCOPES, read_only=True),
        replace(_EXPIRES, read_only=True),
        Field(theirs="isActive", kind=Flag(), read_only=True, show=lambda _: True),
    ),
    unknown=Unknown.REFUSE,
)

_URL = Field(theirs="url", ours="url", kind=Target(), about="https; nobody is redirected.")
_EVENTS = Field(
    theirs="events",
    ours="events",
    kind=Texts(Choice(tuple(OURS)), minimum=1, maximum=len(OURS)),
    show=lambda webhook: [EVENTS[name] for name in webhook.events],
    take=lambda value, _: tuple(OURS[name] for name in value),
    about="What it is told of.",
)
_IS_ACTIVE = Field(theirs="isActive", ours="enabled", kind=Flag(), about="Off: it is told nothing.")
_WEBHOOK = (_id("id", WEBHOOK_ID), _ORGANIZATION_ID, _URL, _EVENTS, _IS_ACTIVE, _CREATED, _UPDATED)
WEBHOOK = Shape(name="Webhook", fields=_WEBHOOK, unknown=Unknown.REFUSE, echoes=True)
MADE_WEBHOOK = Shape(
    name="MadeWebhook",
    fields=(*_WEBHOOK, _shown("secret", about="`whsec_` and 43 characters; shown this once.")),
    unknown=Unknown.REFUSE,
)
NEW_WEBHOOK = Shape(name="NewWebhook", fields=(_needed(_URL), _needed(_EVENTS), _IS_ACTIVE), unknown=Unknown.REFUSE)


def _read(body: bytes | None) -> str | None:
    return None if body is None else body.decode("utf-8", "replace")


def _succeeded(delivery: Delivery) -> bool:
    return delivery.delivered_at is not None


DELIVERY = Shape(
    name="WebhookDelivery",
    fields=(
        Field(theirs="id", kind=Text(), read_only=True, show=lambda delivery: DELIVERY_PREFIX + delivery.id),
        _id("webhookId", WEBHOOK_ID, "webhook_id"),
        Field(theirs="event", kind=Choice(tuple(OURS)), read_only=True, show=lambda each: EVENTS[each.event]),
        _shown("statusCode", "status", Nullable(Number(0, 999)), "Of the last answer; `null` when there was none."),
        Field(
            theirs="responseBody",
            kind=Nullable(Text()),
            read_only=True,
            show=lambda delivery: _read(delivery.body),
            about="Its first kilobyte.",
        ),
        _shown("attempts", kind=Number(0, 2**31)),
        Field(theirs="success", kind=Flag(), read_only=True, show=_succeeded),
        _CREATED,
    ),
    unknown=Unknown.REFUSE,
)
