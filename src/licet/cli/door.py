"""The one interface of all commands: a call of the native API, whoever answers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: its document (None when there is nothing to say) and its entity tag, if it has one."""

    document: Any
    etag: str | None = None


class Door(Protocol):
    """A way to an instance."""

    def call(
        self, method: str, path: str, *, query: Mapping[str, object] | None = None, body: object = None, etag: str = ""
    ) -> Answer:
        """Make one call; with an `etag` only if that still stands (ClickException when it is refused)."""

    def on_behalf_of(self, user: str | None) -> Self:
        """The same door for what belongs to a person: one's own tokens, organizations one makes."""


def at(pattern: str, **parameters: str) -> str:
    """The path of a route's pattern, its parameters percent-encoded."""
    return pattern.format(**{name: quote(value, safe="") for name, value in parameters.items()})


def written(query: Mapping[str, object] | None) -> str:
    """A query as the native API reads it."""
    words = {True: "true", False: "false"}
    return urlencode({key: words[value] if isinstance(value, bool) else value for key, value in (query or {}).items()})
