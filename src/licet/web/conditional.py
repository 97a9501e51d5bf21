"""Conditional requests (RFC 9110 section 13): the entity tags that a caller names."""

import re

from licet.web.request import Request

ANY = "*"

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')


def must_match(request: Request) -> list[str] | None:
    """The tags of `If-Match`, without quotes; None where it asks for nothing; without any tag none fits."""
    said = _said(request, "if-match")
    # §13.1.1: If-Match compares strongly, so that a weak tag never matches.
    return None if said in {None, ANY} else [tag for weak, tag in _TAG.findall(said or "") if not weak]


def must_not_match(request: Request, tag: str) -> bool:
    """Whether `If-None-Match` names this tag (without quotes), or any."""
    said = _said(request, "if-none-match") or ""
    return said == ANY or tag in (named for _, named in _TAG.findall(said))


def _said(request: Request, name: str) -> str | None:
    values = request.headers_all(name)
    return ",".join(values).strip() if values else None
