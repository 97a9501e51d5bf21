"""What a route says of itself to the reference: the same tables that decode its requests and encode its answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from licet.dialects.shape import Schema, Shape

Answer = Shape | Mapping[str, Any] | None
"""An answer's body: a shape, a JSON Schema where it is no plain object (a string is plain text), or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One route for OpenAPI.

    Attributes:
        summary: a few words.
        about: more, as Markdown; may be empty.
        tag: the chapter it stands in.
        request: the body's shape; None for no body.
        media_types: how the body may be written.
        written: media type to schema where a body looks otherwise than in JSON.
        bodyless: whether the body may be left out.
        query: the query's shape.
        headers: what it reads of the request's headers beside credentials, each with a sentence.
        answers: status to body; errors the surface adds itself.
        security: what opens it, any of these: a credential kind of the surface, several with blanks between them that
        come together, or "" for none; empty for nothing ever.
        faults: statuses of refusals that the route may answer, in the surface's own error body.
    """

    summary: str
    about: str = ""
    tag: str
    request: Shape | None = None
    media_types: tuple[str, ...] = ("application/json",)
    written: Mapping[str, Schema] = field(default_factory=dict)
    bodyless: bool = False
    query: Shape | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[int, Answer] = field(default_factory=dict)
    security: tuple[str, ...] = ()
    faults: tuple[int, ...] = ()
