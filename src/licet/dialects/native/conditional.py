"""Conditional requests (RFC 9110 section 13): the entity tag of an application, and what a caller asks of it."""

import re

from licet.domain.application import Application
from licet.domain.secret import digest
from licet.web.request import Request

ANY = "*"
IF_MATCH = {"If-Match": "Only if this is still the entity tag; `412` when it is not."}
IF_NONE_MATCH = {"If-None-Match": "Only if this is no longer the entity tag; `304` when it still is."}
NONE_OF_ITS_VERSIONS = 0
"""Versions count from 1."""

_OURS = re.compile(r"([1-9][0-9]{0,17})-([0-9a-f]{16})")
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')


def etag(application: Application) -> str:
    """A strong tag that says nothing but which application and which version of it."""
    return f'"{application.version}-{_mark(application.client_id)}"'


def expected_version(request: Request, client_id: str) -> int | None:
    """The version that `If-Match` asks for; None for any, 0 when it names none of this application's."""
    asked = _header(request, "if-match")
    if asked in {"", ANY}:
        return None
    # §13.1.1: If-Match compares strongly, so that a weak tag never matches. Of several only the newest can still stand.
    return max((_version(tag, client_id) for weak, tag in _TAG.findall(asked) if not weak), default=0)


def is_unchanged(request: Request, application: Application) -> bool:
    """Whether `If-None-Match` names the present state."""
    asked = _header(request, "if-none-match")
    if asked in {"", ANY}:
        return asked == ANY
    return etag(application) in (f'"{tag}"' for _, tag in _TAG.findall(asked))


def _header(request: Request, name: str) -> str:
    return ",".join(request.headers_all(name)).strip()


def _version(tag: str, client_id: str) -> int:
    found = _OURS.fullmatch(tag)
    return int(found[1]) if found and found[2] == _mark(client_id) else NONE_OF_ITS_VERSIONS


def _mark(client_id: str) -> str:
    # A client_id of another surface may hold characters that a tag may not.
    return digest(client_id).hex()[:16]
