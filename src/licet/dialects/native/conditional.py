"""The entity tag of an application (RFC 9110 section 8.8.3), and what a caller asks of it."""

import re

from licet.domain.application import Application
from licet.domain.secret import digest
from licet.web.conditional import must_match, must_not_match
from licet.web.request import Request

IF_MATCH = {"If-Match": "Only if this is still the entity tag; `412` when it is not."}
IF_NONE_MATCH = {"If-None-Match": "Only if this is no longer the entity tag; `304` when it still is."}
NONE_OF_ITS_VERSIONS = 0
"""Versions count from 1."""

_OURS = re.compile(r"([1-9][0-9]{0,17})-([0-9a-f]{16})")


def etag(application: Application) -> str:
    """A strong tag that says nothing but which application and which version of it."""
    return f'"{_text(application)}"'


def expected_version(request: Request, client_id: str) -> int | None:
    """The version that `If-Match` asks for; None for any, 0 when it names none of this application's."""
    tags = must_match(request)
    # Of several only the newest can still stand.
    return None if tags is None else max((_version(tag, client_id) for tag in tags), default=NONE_OF_ITS_VERSIONS)


def is_unchanged(request: Request, application: Application) -> bool:
    """Whether `If-None-Match` names the present state."""
    return must_not_match(request, _text(application))


def _text(application: Application) -> str:
    return f"{application.version}-{_mark(application.client_id)}"


def _version(tag: str, client_id: str) -> int:
    found = _OURS.fullmatch(tag)
    return int(found[1]) if found and found[2] == _mark(client_id) else NONE_OF_ITS_VERSIONS


def _mark(client_id: str) -> str:
    # A client_id of another surface may hold characters that a tag may not.
    return digest(client_id).hex()[:16]
