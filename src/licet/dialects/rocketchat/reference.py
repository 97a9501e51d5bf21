"""What the routes say of themselves to the reference."""

from collections.abc import Mapping
from typing import Any, Literal

from licet.dialects.operation import Operation
from licet.dialects.rocketchat import render
from licet.dialects.shape import Shape
from licet.web.request import FORM

SECURITY: Mapping[str, Mapping[str, Any]] = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Auth-Token",
        "description": "A login token or a personal access token.",
    },
    "user": {"type": "apiKey", "in": "header", "name": "X-User-Id", "description": "The id of the token's user."},
    "access_token": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token of this surface; it does what its user may do.",
    },
    "client": {"type": "http", "scheme": "basic", "description": "clientId and clientSecret, as they are."},
}
LOGGED_IN = "token user"
BY_TOKEN = "access_token"
_REST_ERROR: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "success": {"const": False},
        "error": {"type": "string"},
        "errorType": {"type": "string"},
        "details": {"type": "object"},
        "status": {"const": "error"},
        "message": {"type": "string"},
    },
    "required": ["success", "error"],
    "additionalProperties": False,
}
_OAUTH_ERROR: Mapping[str, Any] = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
    "required": ["error", "error_description"],
    "additionalProperties": False,
}
ERROR: Mapping[str, Any] = {"anyOf": [_REST_ERROR, _OAUTH_ERROR]}
TOKENS: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "access_token": {"type": "string"},
        "token_type": {"const": "Bearer"},
        "expires_in": {"type": "integer"},
        "refresh_token": {"type": "string"},
    },
    "required": ["access_token", "token_type", "expires_in"],
    "additionalProperties": False,
}
TEXT: Mapping[str, Any] = {"type": "string"}
OBJECT: Mapping[str, Any] = {"type": "object"}
INTEGER: Mapping[str, Any] = {"type": "integer"}
FAULTS = (render.REFUSED, render.UNKNOWN_CALLER, render.FORBIDDEN, render.TOO_OFTEN)

Part = Shape | Mapping[str, Any] | list[Shape]
Answer = Shape | Mapping[str, Part] | Literal[True]
"""A shape that `success` is added to, an object part by part, or the bare literal."""


def operation(
    summary: str,
    tag: str,
    answer: Answer,
    *,
    request: Shape | None = None,
    query: Shape | None = None,
    security: tuple[str, ...] = (LOGGED_IN, BY_TOKEN),
) -> Operation:
    """One route."""
    return Operation(
        summary=summary,
        tag=tag,
        request=request,
        media_types=("application/json", FORM),
        query=query,
        answers={render.OK: _answer(answer)},
        security=security,
        faults=FAULTS if security else (render.REFUSED, render.UNKNOWN_CALLER, render.TOO_OFTEN),
    )


def _answer(answer: Answer) -> Mapping[str, Any]:
    if answer is True:
        return {"const": True}
    if isinstance(answer, Shape):
        schema = answer.schema(request=False)
        properties = {**schema["properties"], "success": {"const": True}}
        return {**schema, "properties": properties, "required": [*schema.get("required", ()), "success"]}
    return {
        "type": "object",
        "properties": {**{name: _part(part) for name, part in answer.items()}, "success": {"const": True}},
        "required": [*answer, "success"],
        "additionalProperties": False,
    }


def _part(part: Part) -> Mapping[str, Any]:
    if isinstance(part, Shape):
        return part.schema(request=False)
    return {"type": "array", "items": part[0].schema(request=False)} if isinstance(part, list) else part
