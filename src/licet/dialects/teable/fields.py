"""The objects of this surface as tables: their name, our name, and what leaving a field out means."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.dialects.teable.formats import ROW_ID, TOKEN_ID, USER_ID, mask, written
from licet.dialects.teable.scopes import NAMES
from licet.domain.application import AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN, Application
from licet.domain.kinds import (
    Choice,
    Document,
    Flag,
    Nullable,
    Path,
    RedirectUri,
    Schema,
    Text,
    Texts,
    Time,
    Uri,
    mistyped,
)
from licet.domain.scope import rewritten, spelled
from licet.domain.text import trimmed
from licet.domain.user import PersonalToken
from licet.errors import Fault

NARROWINGS = ("scopes", "spaceIds", "baseIds")
"""What a personal token may be narrowed to, by their names."""


@dataclass(frozen=True, slots=True)
class Password:
    """Any string of at least `minimum` characters: what stands in a password is nobody's business."""

    minimum: int = 0

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type and length; the fault never holds the value."""
        if not isinstance(value, str):
            yield mistyped(value, path, "string")
        elif len(value) < self.minimum:
            yield Fault(path, "too_short", str(self.minimum))

    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "format": "password", **({"minLength": self.minimum} if self.minimum else {})}


def _unblanked(value: object) -> object:
    if isinstance(value, list):
        return [_unblanked(item) for item in value]
    return trimmed(value) if isinstance(value, str) else value


def _scopes_shown(application: Application) -> tuple[str, ...] | None:
    return None if application.scope is None else spelled(application.scope, NAMES)


def _scopes_taken(sent: list[str] | None, present: Application | None) -> tuple[str, ...] | None:
    had = (present.scope if present else None) or ()
    if sent is None:
        return rewritten(had, (), NAMES) or None
    return rewritten(had, sent, NAMES)


def _device_flow_taken(sent: object, present: Application | None) -> tuple[str, ...]:
    had = present.grant_types if present else (AUTHORIZATION_CODE, REFRESH_TOKEN)
    others = tuple(grant for grant in had if grant != DEVICE_CODE)
    return (*others, DEVICE_CODE) if sent else others


def _read_only(theirs: str, show: Callable[[Any], str | None], about: str) -> Field:
    return Field(theirs=theirs, kind=Text(), read_only=True, show=show, about=about)


APPLICATION = Shape(
    name="Application",
    unknown=Unknown.IGNORE,
    omits_none=True,
    fields=(
        _read_only("id", lambda application: ROW_ID.spell(application.id), "The row's id: `c` and 24 of `[0-9a-z]`."),
        Field(
            theirs="name",
            ours="client_name",
            kind=Text(),
            absent=Absent.REFUSE,
            about="The name people see; no control characters.",
        ),
        Field(
            theirs="description",
            ours="description",
            kind=Text(multiline=True),
            about='What the application is for; `""` empties it.',
        ),
        Field(
            theirs="scopes",
            ours="scope",
            kind=Texts(Choice(NAMES)),
            absent=Absent.CLEAR,
            show=_scopes_shown,
            take=_scopes_taken,
            about="What it may ask for, each once; left out, there are none.",
        ),
        Field(
            theirs="homepage",
            ours="client_uri",
            kind=Uri(trim=True),
            absent=Absent.REFUSE,
            show=lambda application: application.client_uri or "",
            coerce=_unblanked,
            about='A URL of any scheme; `""` for an application of another surface that has none.',
        ),
        Field(
            theirs="logo", ours="logo_uri", kind=Text(), about='A URL or the path of a stored file; `""` empties it.'
        ),
        Field(
            theirs="redirectUris",
            ours="redirect_uris",
            kind=Texts(RedirectUri(allow_insecure=True, trim=True), minimum=1),
            absent=Absent.REFUSE,
            coerce=_unblanked,
            about="Where people may be sent back, in this order; the first is the default.",
        ),
        Field(
            theirs="allowDeviceFlow",
            ours="grant_types",
            kind=Flag(),
            show=lambda application: DEVICE_CODE in application.grant_types,
            take=_device_flow_taken,
            about="Whether it may sign people in by device code.",
        ),
        _read_only("clientId", lambda application: application.client_id, "`clt` and 16 of `[0-9a-z]`."),
    ),
)

_OF_APPLICATION = {field.theirs: field for field in APPLICATION.fields}


def _of_application(name: str) -> Callable[[Any], Any]:
    """How a row that holds an application shows one of its fields."""
    field = _OF_APPLICATION[name]
    return lambda row: field.shown(row["application"])


LISTED = replace(
    APPLICATION,
    name="ListedApplication",
    fields=tuple(_OF_APPLICATION[name] for name in ("clientId", "name", "homepage", "logo", "description")),
)

AUTHORIZED = Shape(
    name="AuthorizedApplication",
    unknown=Unknown.IGNORE,
    omits_none=True,
    fields=(
        *(
            replace(_OF_APPLICATION[name], read_only=True, show=_of_application(name))
            for name in ("clientId", "name", "homepage")
        ),
        replace(
            _OF_APPLICATION["scopes"],
            read_only=True,
            show=lambda row: _scopes_shown(row["application"]) or (),
            about="What it may ask for.",
        ),
        *(
            replace(_OF_APPLICATION[name], read_only=True, show=_of_application(name))
            for name in ("logo", "description")
        ),
        Field(
            theirs="notificationsMuted",
            kind=Flag(),
            read_only=True,
            show=lambda row: row["muted"],
            about="Whether you keep its notifications away.",
        ),
        _read_only("lastUsedTime", lambda row: written(row["used"]), "The newest use of your own tokens with it."),
        Field(
            theirs="createdUser",
            kind=Document(1000),
            read_only=True,
            show=lambda row: row["creator"],
            about="Name and e-mail address of its owner.",
        ),
    ),
)

SECRET = Shape(
    name="Secret",
    unknown=Unknown.IGNORE,
    omits_none=True,
    fields=(
        _read_only("id", lambda secret: ROW_ID.spell(secret.id), "The secret's id."),
        _read_only("secret", mask, "30 asterisks and the last ten characters."),
        _read_only("lastUsedTime", lambda secret: written(secret.last_used_at), "Absent until its first use."),
    ),
)
NEW_SECRET = Shape(
    name="NewSecret",
    unknown=Unknown.IGNORE,
    fields=(
        _read_only("secret", lambda minted: minted.value, "The secret itself, this once."),
        _read_only("maskedSecret", lambda minted: mask(minted.secret), "As it is shown from now on."),
        _read_only("id", lambda minted: ROW_ID.spell(minted.secret.id), "The secret's id."),
    ),
)

SIGN_IN = Shape(
    name="Credentials",
    unknown=Unknown.IGNORE,
    fields=(
        Field(theirs="email", ours="email", kind=Text(), absent=Absent.REFUSE),
        Field(theirs="password", ours="password", kind=Password(), absent=Absent.REFUSE),
    ),
)
SIGN_UP = replace(
    SIGN_IN,
    name="NewCredentials",
    fields=(SIGN_IN.fields[0], replace(SIGN_IN.fields[1], kind=Password(minimum=8))),
)
USER = Shape(
    name="User",
    unknown=Unknown.IGNORE,
    fields=(
        _read_only("id", lambda user: USER_ID.spell(user.id), "`usr` and 17 letters and digits."),
        _read_only("email", lambda user: user.email or "", "The address that signs in."),
        Field(theirs="avatar", kind=Nullable(Text()), read_only=True, show=lambda _: None),
        _read_only("name", lambda user: user.name, "The person's name."),
    ),
)


def _narrowed(theirs: str, **said: Any) -> Field:  # noqa: ANN401 - attributes of a field
    return Field(theirs=theirs, ours=theirs, show=lambda token: dict(token.narrowed_to).get(theirs), **said)


_LISTED_IDS = Nullable(Texts(Text(1, 200)))
_EXPIRY = Field(
    theirs="expiredTime",
    ours="expires_at",
    kind=Time(date=True),
    absent=Absent.REFUSE,
    show=lambda token: written(token.expires_at),
    about="A date, or a moment in ISO 8601.",
)
TOKEN = Shape(
    name="PersonalAccessToken",
    unknown=Unknown.IGNORE,
    omits_none=True,
    fields=(
        _read_only("id", lambda token: TOKEN_ID.spell(token.id), "The token's id, which is no part of its value."),
        Field(theirs="name", ours="name", kind=Text(1), absent=Absent.REFUSE, about="What its owner calls it."),
        Field(theirs="description", ours="description", kind=Text(multiline=True), about="What it is for."),
        _narrowed("scopes", kind=Texts(Text(1, 200)), absent=Absent.REFUSE, about="What resource servers let it do."),
        _narrowed("spaceIds", kind=_LISTED_IDS, about="Only these spaces; null for all."),
        _narrowed("baseIds", kind=_LISTED_IDS, about="Only these bases; null for all."),
        _EXPIRY,
        _read_only("createdTime", lambda token: written(token.created_at), "When it was made."),
        _read_only("lastUsedTime", lambda token: written(token.last_used_at), "Absent until its first use."),
    ),
)
TOKEN_CHANGE = replace(TOKEN, name="TokenChange", fields=tuple(field for field in TOKEN.fields if field is not _EXPIRY))
TOKEN_RENEWAL = replace(TOKEN, name="TokenRenewal", fields=(_EXPIRY,))
NEW_TOKEN_VALUE = _read_only("token", lambda issued: issued.value, "The token itself, this once.")


def narrowing(said: dict[str, Any], present: PersonalToken | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What a token is narrowed to once a request has said its part; null takes a narrowing away."""
    lists = {**dict(present.narrowed_to if present else ()), **said}
    return tuple((name, tuple(lists[name])) for name in NARROWINGS if lists.get(name) is not None)
