"""Bodies: JSON and forms, without any coercion of what is in them."""

import re

from licet.dialects.shape import Schema, Shape
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


def as_form(shape: Shape) -> Schema:
    """The schema of an object that a form stands for: strings, and lists of strings under `name[]`."""
    schema = shape.schema(request=True)
    names = {name: _written(name, of) for name, of in schema["properties"].items()}
    properties = {written: schema["properties"][name] for name, written in names.items() if written}
    return {**schema, "properties": properties, "required": [names[name] for name in schema.get("required", ())]}


def _written(name: str, schema: Schema) -> str | None:
    """What a form calls a property, where it can say it at all."""
    types = {choice.get("type") for choice in schema.get("anyOf", [schema])}
    return f"{name}[]" if "array" in types else name if "string" in types else None


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
