"""Applications, their secrets and their revisions as this surface writes them: the words are the registry's own.

Kinds in `NARROWER` are this surface's limits; they hold only for what a request changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from licet.dialects.native.formats import Cursor, moment
from licet.dialects.native.kinds import ScopeList, flag, milliseconds, number
from licet.dialects.shape import Absent, Field, Schema, Shape, Unknown
from licet.domain.application import CERTIFICATE_SUBJECTS, SETTINGS
from licet.domain.kinds import Document, Flag, Kind, Nullable, Number, RedirectUri, Text, Texts, Time, Uri
from licet.domain.redirect_uri import MAXIMUM_BYTES
from licet.domain.revision import Values
from licet.domain.scope import split
from licet.domain.secret import Secret
from licet.domain.text import trimmed

_LINK, _SECURE = Uri(("https", "http"), MAXIMUM_BYTES), Uri(("https",), MAXIMUM_BYTES)
NARROWER: Mapping[str, Kind] = {
    "client_name": Text(1, 200, trim=True),
    "description": Text(maximum=2_000, multiline=True),
    "scope": ScopeList(),
    "redirect_uris": Texts(RedirectUri(), maximum=100, unique=True),
    "post_logout_redirect_uris": Texts(RedirectUri(), maximum=100, unique=True),
    "default_resource": _LINK,
    "client_uri": _LINK,
    "tos_uri": _LINK,
    "policy_uri": _LINK,
    "jwks_uri": _SECURE,
    "logo_uri": _SECURE,
    "contacts": Texts(Text(1, 320), maximum=20, unique=True),
}
NEVER_NULL = frozenset({"client_name", "organization_id", "protocols"})
"""Settings without a default to fall back on."""


def joined(scope: tuple[str, ...] | list[str] | None) -> str | None:
    """Scopes as RFC 7591 writes them."""
    return None if scope is None else " ".join(scope)


def _taken_scope(value: str | None, _present: object) -> tuple[str, ...] | None:
    return None if value is None else split(value)


def _taken_name(value: str, _present: object) -> str:
    return trimmed(value)


_SPELLED: Mapping[str, Mapping[str, Any]] = {
    "scope": {"show": lambda application: joined(application.scope), "take": _taken_scope},
    "client_name": {"take": _taken_name},
}


def _kind(name: str) -> Kind:
    kind = NARROWER.get(name, SETTINGS[name].kind)
    return kind if name in NEVER_NULL or isinstance(kind, Nullable) else Nullable(kind)


def _setting(name: str) -> Field:
    return Field(theirs=name, ours=name, kind=_kind(name), about=SETTINGS[name].about, **_SPELLED.get(name, {}))


def shown(name: str, kind: Kind, about: str = "") -> Field:
    """A field that nobody sets."""
    return Field(theirs=name, ours=name, kind=kind, read_only=True, about=about)


def shown_time(name: str, about: str = "") -> Field:
    """A time that nobody sets; null for never."""
    return Field(
        theirs=name,
        kind=Nullable(Time()),
        read_only=True,
        show=lambda thing: moment(getattr(thing, name)),
        about=about,
    )


APPLICATION = Shape(
    name="Application",
    fields=(
        shown("client_id", Text(), "What the application is known by; it never changes."),
        *map(_setting, ("client_name", "description", "enabled", "organization_id")),
        shown("created_by", Nullable(Text()), "The user who registered it."),
        shown("surface", Text(), "The surface it was registered through."),
        *map(_setting, ("protocols", "redirect_uris", "scope", "grant_types", "response_types")),
        *map(_setting, ("token_endpoint_auth_method", "application_type", "require_pkce")),
        *map(_setting, ("token_endpoint_auth_signing_alg", "strict_assertion_audience")),
        *map(_setting, ("client_uri", "logo_uri", "contacts", "tos_uri", "policy_uri", "jwks_uri", "jwks")),
        *map(_setting, ("software_id", "software_version", "client_secret_retrievable")),
        *map(_setting, ("access_token_format", "access_token_signed_response_alg", "id_token_signed_response_alg")),
        *map(_setting, ("access_token_lifetime", "id_token_lifetime", "refresh_token_idle_lifetime")),
        *map(_setting, ("refresh_token_lifetime", "refresh_grace_seconds", "default_resource")),
        *map(_setting, ("allowed_cors_origins", "post_logout_redirect_uris")),
        *map(_setting, ("dpop_bound_access_tokens", "tls_client_certificate_bound_access_tokens")),
        *map(_setting, CERTIFICATE_SUBJECTS),
        *map(_setting, ("profile", "require_pushed_authorization_requests", "require_signed_request_object")),
        *map(_setting, ("request_object_signing_alg", "authorization_signed_response_alg")),
        *map(_setting, ("authorization_details_types", "subject_type", "sector_identifier_uri")),
        *map(_setting, ("id_token_encrypted_response_alg", "id_token_encrypted_response_enc")),
        *map(_setting, ("userinfo_signed_response_alg", "introspection_signed_response_alg")),
        *map(_setting, ("backchannel_logout_uri", "backchannel_logout_session_required")),
        *map(_setting, ("frontchannel_logout_uri", "frontchannel_logout_session_required")),
        shown("insecure", Flag(), "Whether plain http beyond loopback is registered: used if the operator allows."),
        shown("version", Number(1, 2**53), "Counts the changes; the entity tag goes with it."),
        shown_time("created_at"),
        shown_time("updated_at", "When something last changed."),
        shown_time("last_used_at"),
    ),
    unknown=Unknown.REFUSE,
    echoes=True,
)
NEW_APPLICATION = replace(APPLICATION.having("NewApplication", client_name=Absent.REFUSE), echoes=False)

LIST_LIMIT = Field(
    theirs="limit", ours="limit", kind=Number(1, 200), coerce=number, about="Items of a page; 50 when left out."
)
DEFAULT_LIMIT = 50


def paged(name: str, cursor: Cursor, *filters: Field) -> Shape:
    """The query of a list that comes in pages."""
    place = Field(
        theirs="cursor",
        ours="cursor",
        kind=cursor,
        take=lambda value, _: cursor.read(value),
        about="The `next_cursor` of the page before.",
    )
    return Shape(name=name, fields=(LIST_LIMIT, place, *filters), unknown=Unknown.REFUSE)


def wanted(name: str, about: str, kind: Kind | None = None) -> Field:
    """A filter of a list."""
    return Field(theirs=name, ours=name, kind=kind or Text(1, 400), about=about)


APPLICATIONS_CURSOR = Cursor("applications", None)
APPLICATIONS = paged(
    "Applications",
    APPLICATIONS_CURSOR,
    wanted("q", "Beginnings of words of the name, or of the client_id; all must be found."),
    replace(wanted("enabled", "Only those that are on, or off.", Flag()), coerce=flag),
    wanted("scope", "Only those that may ask for this scope."),
    wanted("organization_id", "Only those of this organization."),
    wanted("surface", "Only those registered through this surface."),
    wanted("redirect_host", "Only those that send people back to this host."),
    replace(wanted("unused_since", "Only those not used at or after this time.", Time(date=True)), take=milliseconds),
)
REVISIONS_CURSOR = Cursor("revisions")
REVISIONS = paged("Revisions", REVISIONS_CURSOR)


@dataclass(frozen=True, slots=True)
class Dated:
    """A secret at a moment (ms)."""

    secret: Secret
    now: int


def _of_secret(name: str, kind: Kind) -> Field:
    return Field(theirs=name, kind=kind, read_only=True, show=lambda dated: getattr(dated.secret, name))


def _time_of_secret(name: str) -> Field:
    return Field(
        theirs=name, kind=Nullable(Time()), read_only=True, show=lambda dated: moment(getattr(dated.secret, name))
    )


SECRET = Shape(
    name="Secret",
    fields=(
        _of_secret("id", Text()),
        _of_secret("label", Text()),
        _of_secret("hint", Text()),
        _time_of_secret("created_at"),
        _of_secret("created_by", Nullable(Text())),
        _time_of_secret("expires_at"),
        _time_of_secret("last_used_at"),
        Field(
            theirs="status",
            kind=Text(),
            read_only=True,
            show=lambda dated: "active" if dated.secret.live(dated.now) else "expired",
            about="`active` or `expired`.",
        ),
    ),
    unknown=Unknown.REFUSE,
)
EXPIRES_AT = Field(
    theirs="expires_at", ours="expires_at", kind=Nullable(Time()), take=milliseconds, about="Null for never."
)
NEW_SECRET = Shape(
    name="NewSecret",
    fields=(
        Field(theirs="label", ours="label", kind=Text(maximum=100), about="What tells it from the others."),
        EXPIRES_AT,
    ),
    unknown=Unknown.REFUSE,
)


def spelled(values: Values) -> dict[str, object]:
    """A side of a revision in the words of the representation."""
    return {
        name: joined(value) if name == "scope" and isinstance(value, (tuple, list)) else value
        for name, value in values.items()
    }


REVISION = Shape(
    name="Revision",
    fields=(
        shown("id", Text()),
        shown("version", Number(1, 2**53), "The application's version after the change."),
        shown("action", Text(), "Such as `application.updated`."),
        shown_time("at"),
        Field(
            theirs="actor",
            kind=Document(1_000),
            read_only=True,
            show=lambda change: {"id": change.actor_id, "name": change.actor_name},
            about="Who: `id` is null when it was no user.",
        ),
        shown("surface", Text()),
        shown("request_id", Text()),
        Field(
            theirs="before", kind=Document(0), read_only=True, show=lambda change: spelled(change.before),
            about="What changed, as it was.",
        ),
        Field(
            theirs="after", kind=Document(0), read_only=True, show=lambda change: spelled(change.after),
            about="What changed, as it is since then.",
        ),
    ),
    unknown=Unknown.REFUSE,
)  # fmt: skip


def listed(item: Shape, **counts: Schema) -> Schema:
    """The schema of a page of items."""
    properties = {
        "items": {"type": "array", "items": item.schema(request=False)},
        "next_cursor": {"type": ["string", "null"], "description": "Null on the last page."},
        **counts,
    }
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def collected(item: Shape) -> Schema:
    """The schema of a whole list of items."""
    items = {"type": "array", "items": item.schema(request=False)}
    return {"type": "object", "properties": {"items": items}, "required": ["items"], "additionalProperties": False}


def having(item: Shape, **more: Schema) -> Schema:
    """The schema of an item with what may be shown beside it, only once."""
    schema = item.schema(request=False)
    return {**schema, "properties": {**schema["properties"], **more}}


SHOWN_ONCE: Schema = {"type": "string", "description": "Shown only now."}
COUNTS: Mapping[str, Schema] = {
    "total": {"type": "integer", "description": "Exact unless `total_is_at_least`."},
    "total_is_at_least": {"type": "boolean"},
}
