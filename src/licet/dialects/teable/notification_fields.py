"""What an application may tell a person, as a table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.domain import redirect_uri
from licet.domain.application import Application
from licet.domain.kinds import Path, Schema, Text, mistyped
from licet.domain.text import trimmed
from licet.errors import Fault, Invalid

LONGEST_URL = 2048
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


@dataclass(frozen=True, slots=True)
class ExternalId:
    """An application's own name for a notification."""

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type, length and alphabet."""
        if not isinstance(value, str):
            yield mistyped(value, path, "string")
        elif not _EXTERNAL_ID.fullmatch(value):
            yield Fault(path, "bad_choice", "1 to 128 letters, digits and _ . : -", value)

    def schema(self) -> Schema:
        """A string of that pattern."""
        return {"type": "string", "pattern": f"^{_EXTERNAL_ID.pattern}$"}


def _trimmed(value: object) -> object:
    return trimmed(value) if isinstance(value, str) else value


NOTIFICATION = Shape(
    name="Notification",
    unknown=Unknown.IGNORE,
    fields=(
        Field(
            theirs="externalId",
            ours="external_id",
            kind=ExternalId(),
            absent=Absent.REFUSE,
            about="The application's own name for it; a second one of that name is not shown.",
        ),
        Field(
            theirs="text",
            ours="text",
            kind=Text(1, 500, multiline=True),
            absent=Absent.REFUSE,
            coerce=_trimmed,
            about="What the person is told.",
        ),
        Field(theirs="url", ours="url", kind=Text(1, LONGEST_URL), about="https, on a host of the application."),
    ),
)


def require_own_host(application: Application, url: str | None) -> None:
    """Refuse an address that is not https on a host of the application's (Invalid)."""
    if url is not None and not _leads_home(application, url):
        raise Invalid([Fault(("url",), "bad_uri", "https on a host of the application", url)])


def _leads_home(application: Application, url: str) -> bool:
    own = {redirect_uri.host(uri) for uri in (application.client_uri or "", *application.redirect_uris)} - {None}
    return redirect_uri.web_host(url) in own
