"""Applications as this surface is asked for them and shows them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from licet.dialects.rocketchat.formats import USER_ID, joined, parted, written_time
from licet.dialects.rocketchat.kinds import RedirectUris, Words
from licet.dialects.rocketchat.reading import AS_FLAG, AS_TEXT
from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.domain.actor import SYSTEM_USER_ID
from licet.domain.application import Application
from licet.domain.kinds import Document, Flag, Kind, Text
from licet.domain.user import User

GONE = "[deleted]"
"""The user name of a person who was deleted; no person can be called so."""


@dataclass(frozen=True, slots=True)
class Row:
    """An application as it is shown to one caller: with its secret where that may be, and with who wrote it."""

    application: Application
    secret: str | None
    people: Mapping[str, User]

    @property
    def written_by(self) -> tuple[str | None, str | None]:
        """Who registered it, and who wrote it last."""
        return self.application.created_by, self.application.saved_by


def _person(user_id: str | None, people: Mapping[str, User]) -> dict[str, str]:
    known = user_id or SYSTEM_USER_ID
    return {"_id": USER_ID.spell(known), "username": people[known].username if known in people else GONE}


def _updated_by(row: Row) -> dict[str, str] | None:
    application = row.application
    if application.saved_by is None and application.saved_at == application.created_at:
        return None
    return _person(application.saved_by, row.people)


def shown(theirs: str, kind: Kind, show: Callable[[Any], Any], about: str = "") -> Field:
    """A field that is only ever shown."""
    return Field(theirs=theirs, kind=kind, read_only=True, show=show, about=about)


def _of_application(field: Field) -> Field:
    return replace(field, show=lambda row: field.shown(row.application))


APP_ID = Field(
    theirs="appId",
    ours="id",
    kind=Words(),
    absent=Absent.REFUSE,
    **AS_TEXT,
    about="The application's `_id`.",
)
CLIENT_NAME = Field(
    theirs="name",
    ours="client_name",
    kind=Text(1, trim=True),
    absent=Absent.REFUSE,
    **AS_TEXT,
    about="The name people see; not unique.",
)
ACTIVE = Field(
    theirs="active",
    ours="enabled",
    kind=Flag(),
    absent=Absent.REFUSE,
    **AS_FLAG,
    about="Off: nothing of the application works until it is on again.",
)
REDIRECT_URI = Field(
    theirs="redirectUri",
    ours="redirect_uris",
    kind=RedirectUris(),
    absent=Absent.REFUSE,
    show=lambda application: joined(application.redirect_uris),
    take=lambda value, _: parted(value),
    **AS_TEXT,
    about="Where people may be sent back; several are parted by commas or line breaks.",
)

CREATE = Shape(name="OAuthAppCreate", fields=(CLIENT_NAME, ACTIVE, REDIRECT_URI), unknown=Unknown.REFUSE)
UPDATE = Shape(name="OAuthAppUpdate", fields=(APP_ID, CLIENT_NAME, ACTIVE, REDIRECT_URI), unknown=Unknown.REFUSE)
DELETE = Shape(name="OAuthAppDelete", fields=(APP_ID,), unknown=Unknown.REFUSE)
LIST = Shape(
    name="OAuthAppList",
    fields=(Field(theirs="uid", ours="uid", kind=Words(), about="Ignored."),),
    unknown=Unknown.REFUSE,
)
GET = Shape(
    name="OAuthAppGet",
    fields=(
        Field(theirs="_id", ours="id", kind=Words(), about="Exactly one of the three is given."),
        Field(theirs="clientId", ours="client_id", kind=Words()),
        Field(theirs="appId", ours="id", kind=Words(), about="The `_id` once more; deprecated."),
    ),
    unknown=Unknown.REFUSE,
)
RECORD = Shape(
    name="OAuthApp",
    fields=(
        shown("_id", Words(), lambda row: row.application.id, "24 lower-case hex digits."),
        *map(_of_application, (CLIENT_NAME, ACTIVE, REDIRECT_URI)),
        shown("clientId", Words(), lambda row: row.application.client_id),
        shown("clientSecret", Words(), lambda row: row.secret, "To managers, where it may be shown again."),
        shown("_createdAt", Words(), lambda row: written_time(row.application.created_at)),
        shown("_updatedAt", Words(), lambda row: written_time(row.application.saved_at)),
        shown("_createdBy", Document(1000), lambda row: _person(row.application.created_by, row.people)),
        shown("_updatedBy", Document(1000), _updated_by, "Absent until the first update."),
    ),
    unknown=Unknown.REFUSE,
    omits_none=True,
)
