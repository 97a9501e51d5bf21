"""Bodies: JSON and forms, without any coercion of what is in them."""

import re

from licet.web.parsing import parse_pairs
from licet.web.request import FORM, Request

_LISTED = re.compile(r"([^\[\]]+)\[[0-9]*\]")


def body_of(request: Request) -> object:
    """What a request says: a JSON value, or the object that a form stands for; nothing at all says nothing.

    Raises:
        UnsupportedMediaType, MalformedBody, MalformedRequest: it cannot be read.
    """
    if request.media_type == FORM:
        return _object(parse_pairs(request.body))
    if not request.body and not request.media_type:
        return {}
    return request.json()


def _object(pairs: list[tuple[str, str]]) -> dict[str, object]:
    """A name that comes twice, or with `[]` or a position behind it, is a list; every value stays a string."""
    lists: dict[str, list[str]] = {}
    listed = set()
    for written, value in pairs:
        found = _LISTED.fullmatch(written)
        name = found[1] if found else written
        if found or name in lists:
            listed.add(name)
        lists.setdefault(name, []).append(value)
    return {name: values if name in listed else values[0] for name, values in lists.items()}
