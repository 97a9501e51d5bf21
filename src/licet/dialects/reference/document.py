"""One surface as an OpenAPI 3.1 document, made of the tables that decode its requests and encode its answers."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from licet import __version__
from licet.dialects.operation import Answer, Operation
from licet.dialects.record import Dialect
from licet.dialects.reference.example import Example
from licet.dialects.reference.render import WALL, described
from licet.dialects.shape import Schema, Shape
from licet.web.route import Route, Surface

Examples = Mapping[str, Sequence[Example]]
Document = dict[str, Any]

_PARAMETER = re.compile(r"\{(\w+)\}")
_NO_NAME = re.compile(r"\W+")
_ERROR: Schema = {"$ref": "#/components/schemas/Error"}


def operations(surface: Surface) -> Iterator[tuple[Route, Operation]]:
    """The routes that say what they do; a pre-flight does not."""
    for route in surface.routes:
        if isinstance(route.operation, Operation):
            yield route, route.operation


def named(route: Route) -> str:
    """What examples call an operation."""
    return f"{route.method} {route.path}"


def document(dialect: Dialect, surface: Surface, origin: str, examples: Examples) -> Document:
    """The whole document; `origin` is where the surface is called."""
    rows = list(operations(surface))
    paths: dict[str, Any] = {}
    for route, operation in rows:
        said = _operation(route, operation, dialect, examples.get(named(route), ()))
        paths.setdefault(route.path, {})[route.method.lower()] = said
    return {
        "openapi": "3.1.0",
        "info": {"title": dialect.title, "version": __version__},
        "servers": [{"url": origin}],
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for _, operation in rows)],
        "paths": paths,
        "components": {"schemas": {"Error": dialect.error[0]}, "securitySchemes": dict(dialect.security)},
    }


def _operation(route: Route, operation: Operation, dialect: Dialect, examples: Sequence[Example]) -> Document:
    said: Document = {
        "operationId": _NO_NAME.sub("_", f"{route.method.lower()}{route.path}").strip("_"),
        "tags": [operation.tag],
        "summary": operation.summary,
    }
    if operation.about:
        said["description"] = operation.about
    parameters = [*_path(route, examples), *_query(operation.query), *_headers(operation.headers)]
    if parameters:
        said["parameters"] = parameters
    if operation.request is not None:
        said["requestBody"] = _body(operation, operation.request, examples)
    said["responses"] = _responses(operation, dialect.error[1], examples)
    said["security"] = [{kind: [] for kind in together.split()} for together in operation.security]
    return said


def _path(route: Route, examples: Sequence[Example]) -> Iterator[Document]:
    for name in _PARAMETER.findall(route.path):
        shown = {
            example.title: {"value": example.parameters[name]}
            for example in examples
            if example.succeeded and name in example.parameters
        }
        parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        yield {**parameter, "examples": shown} if shown else parameter


def _query(shape: Shape | None) -> Iterator[Document]:
    schema = shape.schema(request=True) if shape else {}
    for name, of in schema.get("properties", {}).items():
        about = {"description": of.pop("description")} if "description" in of else {}
        yield {"name": name, "in": "query", "required": name in schema.get("required", ()), **about, "schema": of}


def _headers(headers: Mapping[str, str]) -> Iterator[Document]:
    for name, about in headers.items():
        yield {"name": name, "in": "header", "description": about, "schema": {"type": "string"}}


def _body(operation: Operation, shape: Shape, examples: Sequence[Example]) -> Document:
    schema = shape.schema(request=True)
    content = {}
    for media_type in operation.media_types:
        made = [example for example in examples if example.media_type == media_type and example.succeeded]
        media = {"schema": operation.written.get(media_type, schema)}
        content[media_type] = _shown(media, ((example, example.body) for example in made))
    return {"required": not operation.bodyless, "content": content}


def _responses(operation: Operation, error_type: str, examples: Sequence[Example]) -> Document:
    responses: Document = {}
    for status, answer in operation.answers.items():
        schema = _schema(answer)
        media_type = "text/plain" if schema and schema.get("type") == "string" else "application/json"
        responses[str(status)] = _response(status, schema, media_type, examples)
    for status in sorted({*operation.faults, *WALL} - set(operation.answers)):
        responses[str(status)] = _response(status, _ERROR, error_type, examples)
    return responses


def _response(status: int, schema: Schema | None, media_type: str, examples: Sequence[Example]) -> Document:
    said: Document = {"description": described(status)}
    if schema is not None:
        answers = ((example, example.answer) for example in examples if example.status == status)
        said["content"] = {media_type: _shown({"schema": schema}, answers)}
    return said


def _schema(answer: Answer) -> Schema | None:
    return answer.schema(request=False) if isinstance(answer, Shape) else None if answer is None else dict(answer)


def _shown(media: Document, values: Iterable[tuple[Example, Any]]) -> Document:
    examples = {example.title: {"value": value} for example, value in values}
    return {**media, "examples": examples} if examples else media
