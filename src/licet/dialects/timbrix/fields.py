"""The tables of this surface: what it shows of an application and takes from a caller, field by field."""

from collections.abc import Callable
from dataclasses import replace

from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.dialects.timbrix import formats
from licet.dialects.timbrix.scopes import NAMES
from licet.domain.application import Application
from licet.domain.kinds import Choice, Flag, Nullable, Number, RedirectUri, Text, Texts, Time, instant
from licet.domain.scope import rewritten, spelled
from licet.domain.secret import Secret
from licet.domain.text import trimmed, words

PAGE = 50
LONGEST_PAGE = 100
_LONGEST_NUMBER = 9


def _scopes(wanted: list[str], present: Application | None) -> tuple[str, ...]:
    return rewritten(present.scopes if present else (), wanted, NAMES)


def _redirect_uris(uri: str | None, present: Application | None) -> tuple[str, ...]:
    if uri is None:
        return ()
    return tuple(dict.fromkeys((uri, *(present.redirect_uris[1:] if present else ()))))


def _shown(theirs: str, ours: str, about: str) -> Field:
    return Field(theirs=theirs, ours=ours, kind=Text(), read_only=True, about=about)


def _moment(theirs: str, ours: str, about: str) -> Field:
    return Field(
        theirs=theirs,
        ours=ours,
        kind=Nullable(Time()),
        read_only=True,
        show=lambda thing: formats.moment(getattr(thing, ours)),
        about=about,
    )


def _known(theirs: str, ours: str, about: str) -> Field:
    return replace(_moment(theirs, ours, about), kind=Time())


def _needed(field: Field) -> Field:
    return replace(field, absent=Absent.REFUSE)


CLIENT_ID = _shown("clientId", "client_id", "`app_` and 16 lower-case hexadecimal digits; it never changes.")
NAME = Field(
    theirs="name",
    ours="client_name",
    kind=Text(1, 100, trim=True),
    take=lambda value, _: trimmed(value),
    about="The name people see; blanks around it are cut off.",
)
DESCRIPTION = Field(
    theirs="description",
    ours="description",
    kind=Nullable(Text(0, 500, multiline=True)),
    about="What the application is for.",
)
REDIRECT_URI = Field(
    theirs="redirectUri",
    ours="redirect_uris",
    kind=Nullable(RedirectUri()),
    show=lambda thing: next(iter(thing.redirect_uris), None),
    take=_redirect_uris,
    about="Where people are sent back. Of several, the first: another value replaces it, `null` removes all.",
)
SCOPES = Field(
    theirs="scopes",
    ours="scope",
    kind=Texts(Choice(NAMES), minimum=1),
    show=lambda thing: spelled(thing.scope or (), NAMES),
    take=_scopes,
    about="What it may ask for; always replaced as a whole, its order kept.",
)
IS_ACTIVE = Field(
    theirs="isActive", ours="enabled", kind=Flag(), about="Off: nothing of the application works until it is on again."
)
CREATED_AT = _known("createdAt", "created_at", "When it was registered.")
UPDATED_AT = _known("updatedAt", "updated_at", "When something of it last changed.")
CLIENT_SECRET = _shown("clientSecret", "client_secret", "`cs_` and 43 characters; shown this once.")
ORGANIZATION = Field(
    theirs="organizationId",
    ours="organization_id",
    kind=Text(),
    about="The organization, by UUID or slug; needed only by who manages several.",
)

SETTINGS = (NAME, DESCRIPTION, REDIRECT_URI, SCOPES, IS_ACTIVE)
UPDATED = Shape(name="UpdatedApplication", fields=(CLIENT_ID, *SETTINGS, UPDATED_AT), unknown=Unknown.REFUSE)
APPLICATION = Shape(name="Application", fields=(CLIENT_ID, *SETTINGS, CREATED_AT, UPDATED_AT), unknown=Unknown.REFUSE)
CREATED = Shape(name="CreatedApplication", fields=(*APPLICATION.fields, CLIENT_SECRET), unknown=Unknown.REFUSE)
CHANGE = Shape(
    name="ApplicationChange",
    fields=(*SETTINGS, CLIENT_ID, CLIENT_SECRET, CREATED_AT, UPDATED_AT),
    unknown=Unknown.REFUSE,
)
CREATION = Shape(
    name="NewApplication",
    fields=(_needed(NAME), DESCRIPTION, REDIRECT_URI, _needed(SCOPES), ORGANIZATION),
    unknown=Unknown.REFUSE,
)
CREATION_SOMEWHERE = CREATION.having("NewApplication", organizationId=Absent.REFUSE)
"""The same for a caller who manages several organizations."""

REASON = Shape(
    name="Reason",
    fields=(Field(theirs="reason", ours="reason", kind=Text(0, 500, multiline=True), about="Kept beside the change."),),
    unknown=Unknown.REFUSE,
)
ROTATION = Shape(
    name="Rotation",
    fields=(
        Field(
            theirs="gracePeriodSeconds",
            ours="grace",
            kind=Number(0, 604_800),
            about="How long the present secret goes on: a day if left out; 0 ends it now.",
        ),
        *REASON.fields,
        Field(theirs="force", ours="force", kind=Flag(), about="Cut an open rotation short."),
    ),
    unknown=Unknown.REFUSE,
)
REGENERATED = Shape(
    name="RegeneratedSecret",
    fields=(
        CLIENT_ID,
        _shown("secretId", "secret_id", "As in the list of secrets."),
        CLIENT_SECRET,
        _moment("previousSecretExpiresAt", "previous", "`null`: there was none."),
    ),
    unknown=Unknown.REFUSE,
)
NOTHING = Shape(name="Nothing", fields=(), unknown=Unknown.REFUSE)


def _number(value: str) -> int | str:
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= _LONGEST_NUMBER else value


def _left_blank(field: Field) -> Field:
    """A parameter without a value is as good as left out."""
    return replace(field, accepts={"anyOf": [field.kind.schema(), {"const": ""}]})


_FILTERS = (
    Field(theirs="organizationId", ours="organizations", kind=Text(), about="By UUID or slug."),
    Field(
        theirs="q",
        ours="q",
        kind=formats.Words(),
        take=lambda value, _: words(value),
        about="Beginnings of words of the name, or of the client id; all must be found.",
    ),
    Field(
        theirs="isActive",
        ours="enabled",
        kind=Flag(),
        coerce=lambda value: {"true": True, "false": False}.get(value, value),
    ),
    Field(theirs="scope", ours="scope", kind=Choice(NAMES), about="Those that have this scope."),
    Field(
        theirs="unusedSince",
        ours="unused_since",
        kind=Time(date=True),
        take=lambda value, _: instant(value),
        about="Those that were not used at or after this moment.",
    ),
    Field(
        theirs="cursor",
        ours="cursor",
        kind=formats.Cursor(),
        take=lambda value, _: formats.read_cursor(value),
        about="The `nextCursor` of the page before.",
    ),
    Field(theirs="limit", ours="limit", kind=Number(1, LONGEST_PAGE), coerce=_number, about=f"{PAGE} if left out."),
)
LISTING = Shape(name="Listing", fields=tuple(map(_left_blank, _FILTERS)), unknown=Unknown.REFUSE)


def secrets_at(clock: Callable[[], int]) -> Shape:
    """What is shown of a secret; whether it is still good depends on the time."""

    def status(secret: Secret) -> str:
        return "active" if secret.live(clock()) else "expired"

    return Shape(
        name="Secret",
        fields=(
            _spelled("id", "id", formats.SECRET.spell),
            _shown("hint", "hint", "Its last four characters."),
            _known("createdAt", "created_at", "When it was made."),
            replace(_spelled("createdBy", "created_by", formats.USER.spell), kind=Nullable(Text())),
            _moment("expiresAt", "expires_at", "`null`: never."),
            _moment("lastUsedAt", "last_used_at", "`null`: never."),
            replace(_shown("lastUsedFrom", "last_used_from", "An address."), kind=Nullable(Text())),
            Field(theirs="status", kind=Choice(("active", "expired")), read_only=True, show=status),
        ),
        unknown=Unknown.REFUSE,
    )


def _spelled(theirs: str, ours: str, spell: Callable[[str], str]) -> Field:
    def show(thing: object) -> str | None:
        found = getattr(thing, ours)
        return None if found is None else spell(found)

    return Field(theirs=theirs, ours=ours, kind=Text(), read_only=True, show=show)


GRANTABLE_BY = {"manager": "admin", "owner": "owner", "nobody": "nobody"}
SCOPE = Shape(
    name="Scope",
    fields=(
        _shown("name", "name", "As an application's `scopes` say it."),
        _shown("description", "description", "What it allows."),
        Field(theirs="risk", ours="risk", kind=Choice(("low", "medium", "high")), read_only=True),
        Field(
            theirs="grantableBy",
            kind=Choice(tuple(GRANTABLE_BY.values())),
            read_only=True,
            show=lambda scope: GRANTABLE_BY[scope.grantable_by],
            about="The lowest role that may give it to an application.",
        ),
    ),
    unknown=Unknown.REFUSE,
)
