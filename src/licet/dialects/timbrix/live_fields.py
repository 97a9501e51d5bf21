"""The tables of what lives of an application: tokens, authorizations, impact reports, and offers of the whole."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from licet.dialects.shape import Absent, Field, Schema, Shape, Unknown
from licet.dialects.timbrix import formats
from licet.dialects.timbrix.fields import APPLICATION, ORGANIZATION, SETTINGS
from licet.dialects.timbrix.scopes import NAMES
from licet.domain.application import Application
from licet.domain.family import Consent, OpaqueToken
from licet.domain.kinds import Document, Flag, Kind, Nullable, Number, Text, Texts, Time
from licet.domain.scope import spelled
from licet.services.impact import Impact, Removed
from licet.services.impact_ports import Alive

_COUNT = Number(0, 2**53)


def _field(theirs: str, kind: Kind, show: Callable[[Any], object] | None, about: str = "") -> Field:
    return Field(theirs=theirs, kind=kind, show=show, read_only=True, about=about)


def _scopes(scope: tuple[str, ...], application: Application) -> tuple[str, ...]:
    """What of a scope is still good, and of this surface."""
    return spelled((name for name in scope if name in application.scopes), NAMES)


def _user(user_id: str | None) -> str | None:
    return None if user_id is None else formats.USER.spell(user_id)


def tokens_of(application: Application) -> Shape:
    """What is shown of a token of an application."""

    def scopes(token: OpaqueToken) -> tuple[str, ...]:
        return _scopes(token.scope, application)

    return Shape(
        name="Token",
        fields=(
            _field("id", Text(), lambda token: formats.TOKEN_PREFIX + token.id, "Names the token and opens nothing."),
            _field("userId", Nullable(Text()), lambda token: _user(token.user_id), "`null`: the application's own."),
            _field("scopes", Texts(Text()), scopes, "As far as the application still has them."),
            _field("expiresAt", Time(), lambda token: formats.moment(token.expires_at)),
            _field("createdAt", Time(), lambda token: formats.moment(token.created_at)),
            _field("lastUsedAt", Nullable(Time()), lambda token: formats.moment(token.last_used_at)),
        ),
        unknown=Unknown.REFUSE,
    )


def authorizations_of(application: Application) -> Shape:
    """What is shown of what a person allowed an application."""

    def scopes(consent: Consent) -> tuple[str, ...]:
        return _scopes(consent.scope, application)

    return Shape(
        name="Authorization",
        fields=(
            _field("userId", Text(), lambda consent: _user(consent.user_id)),
            _field("scopes", Texts(Text()), scopes, "As far as the application still has them."),
            _field("grantedAt", Time(), lambda consent: formats.moment(consent.created_at)),
            _field("lastUsedAt", Nullable(Time()), lambda consent: formats.moment(consent.last_used_at)),
        ),
        unknown=Unknown.REFUSE,
    )


def merged(given: Sequence[Consent]) -> Consent:
    """What one person allowed, for all resources together."""
    used = [consent.last_used_at for consent in given if consent.last_used_at is not None]
    return replace(
        given[0],
        scope=tuple(dict.fromkeys(name for consent in given for name in consent.scope)),
        created_at=min(consent.created_at for consent in given),
        last_used_at=max(used, default=None),
    )


def effect(alive: Alive) -> dict[str, int]:
    """What a change touches, in numbers."""
    return {"accessTokens": alive.access_tokens, "refreshTokens": alive.refresh_tokens, "users": alive.users}


def report(impact: Impact) -> dict[str, Any]:
    """An impact report; what other surfaces alone can change is not spelled here."""
    changed = [field.theirs for field in SETTINGS if field.ours in impact.changes]
    mine = [removed for removed in impact.removed_scopes if removed.name in NAMES]
    return {
        "valid": True,
        "changes": changed,
        "impact": {
            **effect(impact.alive),
            "pendingCodes": impact.pending_codes,
            "removedScopes": [_removed("scope", each) for each in mine],
            "removedRedirectUris": [_removed("redirectUri", each) for each in impact.removed_redirect_uris],
        },
    }


def _removed(name: str, removed: Removed) -> dict[str, object]:
    return {name: removed.name, "lastUsedAt": formats.moment(removed.last_used_at)}


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_INTEGER: Schema = {"type": "integer", "minimum": 0}
_MOMENT = Nullable(Time()).schema()
_EFFECT = {"accessTokens": _INTEGER, "refreshTokens": _INTEGER, "users": _INTEGER}
REPORT = _object(
    valid={"const": True},
    changes={"type": "array", "items": {"type": "string"}},
    impact=_object(
        **_EFFECT,
        pendingCodes=_INTEGER,
        removedScopes={"type": "array", "items": _object(scope={"type": "string"}, lastUsedAt=_MOMENT)},
        removedRedirectUris={"type": "array", "items": _object(redirectUri={"type": "string"}, lastUsedAt=_MOMENT)},
    ),
)
"""The schema of a report."""

SWITCHED = Shape(
    name="SwitchedApplication",
    fields=(
        *APPLICATION.fields,
        replace(_field("effect", Document(1024), None, "What lived of it at that moment."), ours="effect"),
    ),
    unknown=Unknown.REFUSE,
)
DRY_RUN = Shape(
    name="DryRun",
    fields=(
        Field(
            theirs="dryRun",
            ours="dry_run",
            kind=Flag(),
            coerce=lambda value: {"true": True, "false": False}.get(value, value),
            about="`true`: nothing is written, and the answer says what would become of live tokens.",
        ),
    ),
    unknown=Unknown.REFUSE,
)
OFFER = Shape(
    name="Offer",
    fields=(replace(ORGANIZATION, absent=Absent.REFUSE, about="By UUID or slug."),),
    unknown=Unknown.REFUSE,
)
TRANSFER = Shape(
    name="Transfer",
    fields=(
        _field("id", Text(), lambda transfer: formats.TRANSFER.spell(transfer.id)),
        _field("expiresAt", Time(), lambda transfer: formats.moment(transfer.expires_at)),
    ),
    unknown=Unknown.REFUSE,
)
