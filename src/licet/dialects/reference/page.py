"""Documents as pages for people: plain HTML, one style sheet, no scripts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from licet.dialects.record import Dialect
from licet.dialects.reference.document import Document
from licet.dialects.reference.example import Example
from licet.dialects.shape import Schema

_CODE = re.compile(r"`([^`]+)`")
_BOUNDS = (
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minItems", "at least {} items"),
    ("maxItems", "at most {} items"),
    ("minimum", "from {}"),
    ("maximum", "to {}"),
)
STYLE = files("licet.dialects.reference").joinpath("templates/style.css").read_text("utf-8")


def of(document: Document, examples: Mapping[str, Sequence[Example]], dialect: Dialect) -> str:
    """The page of one document."""
    chapters = [
        (tag["name"], [row for row in _rows(document) if tag["name"] in row[2]["tags"]]) for tag in document["tags"]
    ]
    return _templates.get_template("surface.html").render(
        document=document, chapters=chapters, examples=examples, dialect=dialect
    )


def index(dialects: Iterable[Dialect]) -> str:
    """The list of what there is to read."""
    return _templates.get_template("index.html").render(dialects=dialects)


def _rows(document: Document) -> Iterable[tuple[str, str, Document]]:
    """Method, path and what is said, in the order of the document."""
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            yield method.upper(), path, said


def prose(text: str) -> Markup:
    """A sentence with its `code` marked as such."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - what is marked up is escaped


def kind(schema: Schema) -> str:
    """What fits a schema, in words."""
    if "anyOf" in schema:
        return " or ".join(kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return json(schema["const"])
    if "items" in schema:
        return ", ".join([f"list of: {kind(schema['items'])}", *_bounds(schema)])
    types = schema.get("type", "anything" if "not" not in schema else "nothing")
    named = " or ".join(types) if isinstance(types, list) else str(types)
    return ", ".join([schema.get("format", named), *_bounds(schema)])


def members(schema: Schema) -> Schema:
    """The members of an object, of the objects in a list, or of the first of several."""
    return dict(_object(schema).get("properties", {}))


def needed(schema: Schema) -> Sequence[str]:
    """Which of them are always there."""
    return tuple(_object(schema).get("required", ()))


def json(value: object) -> str:
    """A value as people read it."""
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _object(schema: Schema) -> Schema:
    while "items" in schema or "anyOf" in schema:
        schema = schema["items"] if "items" in schema else schema["anyOf"][0]
    return schema


def _bounds(schema: Schema) -> list[str]:
    return [words.format(schema[key]) for key, words in _BOUNDS if key in schema]


_templates = Environment(
    loader=PackageLoader("licet.dialects.reference"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters.update(prose=prose, kind=kind, members=members, needed=needed, json=json)
