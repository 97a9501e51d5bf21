"""What a request says, as lenient as this surface's own server: a body that cannot be read is an empty one."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from licet.errors import MalformedBody, MalformedRequest
from licet.web.parsing import parse_json, parse_pairs
from licet.web.request import FORM, Request

Query = dict[str, Any]
MULTIPART = "multipart/form-data"
_DIGITS = re.compile("[0-9]{1,9}")


def read_query(request: Request) -> Query:
    """The query as `qs` reads it (MalformedRequest)."""
    return read_pairs(request.raw_query)


def read_pairs(raw: bytes, failure: type[MalformedRequest] = MalformedRequest) -> Query:
    """Pairs as `qs` reads them: `a[b]=c` is an object, a repeated name an array (`failure` for unreadable ones)."""
    query: Query = {}
    for name, value in parse_pairs(raw, failure):
        key, bracket, inner = name.partition("[")
        if key and bracket:
            query[key] = {inner.removesuffix("]"): value}
        else:
            _add(query, name, value)
    return query


def read_body(request: Request) -> object:
    """JSON, a flat map of a form, `{}` for multipart and for what cannot be read, the text of every other type."""
    kind = request.media_type
    if not request.body or kind == MULTIPART:
        return {}
    with suppress(MalformedRequest, UnicodeDecodeError):
        if kind == "application/json":
            return parse_json(request.body)
        if kind == FORM:
            return _flat(request.body)
        return request.body.decode()
    return {}


def _flat(form: bytes) -> Query:
    said: Query = {}
    for name, value in parse_pairs(form, MalformedBody):
        _add(said, name, value)
    return said


def _add(said: Query, name: str, value: str) -> None:
    """A repeated name is an array, which no schema takes: neither value wins."""
    said[name] = [said[name], value] if name in said else value


def as_text(value: object) -> object:
    """A scalar as the string that it is stored as; anything else is left for the schema to refuse."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value) if isinstance(value, int) else value


def as_flag(value: object) -> object:
    """What counts as a boolean, as one; anything else is left for the schema to refuse."""
    if isinstance(value, (str, bool, int, float, type(None))):
        return _FLAGS.get(value, value)
    return value


def as_number(value: object) -> object:
    """Digits of a form as the number they write."""
    return int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value


# Python's 1 is 1.0 and True, 0 likewise False: one row speaks for all three.
_FLAGS: Mapping[object, bool] = {True: True, False: False, "true": True, "false": False, None: False}


def bearer(request: Request) -> str | None:
    """The access token of the `Authorization` header, with its scheme or bare; None without the header."""
    value = request.header("authorization")
    return value.removeprefix("Bearer ") if value else None


AS_TEXT: Mapping[str, Any] = {"coerce": as_text, "accepts": {"type": ["string", "number", "boolean", "null"]}}
AS_FLAG: Mapping[str, Any] = {"coerce": as_flag, "accepts": {"enum": [True, False, "true", "false", 1, 0, None]}}
AS_NUMBER: Mapping[str, Any] = {
    "coerce": as_number,
    "accepts": {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": f"^{_DIGITS.pattern}$"}]},
}
"""Columns of a field: what is made of a value, and what may be sent so."""
