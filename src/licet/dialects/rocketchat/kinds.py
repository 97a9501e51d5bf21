"""Kinds of value that only this surface has."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from licet.dialects.rocketchat.formats import parted
from licet.dialects.shape import Shape
from licet.domain.kinds import Path, RedirectUri, Schema, mistyped
from licet.errors import Fault, Invalid


@dataclass(frozen=True, slots=True)
class Words:
    """A string of any characters: something to look up, not to keep."""

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type alone."""
        if not isinstance(value, str):
            yield mistyped(value, path, "string")

    def schema(self) -> Schema:
        """A string."""
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class RedirectUris:
    """Redirect URIs in one string, parted by commas or line breaks; at least one, each under the one rule."""

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type, then the first that is refused."""
        if not isinstance(value, str):
            yield mistyped(value, path, "string")
            return
        uris = parted(value)
        if not uris:
            yield Fault(path, "too_few", "1", value)
        rule = RedirectUri(allow_insecure=True)
        yield from next(filter(None, (list(rule.check(uri, path)) for uri in uris)), [])

    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "minLength": 1}


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of objects of one shape."""

    shape: Shape

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type, then every object."""
        if not isinstance(value, list):
            yield mistyped(value, path, "array")
            return
        for position, row in enumerate(value):
            try:
                self.shape.decode(row)
            except Invalid as invalid:
                yield from (replace(fault, path=(*path, position, *fault.path)) for fault in invalid.faults)

    def schema(self) -> Schema:
        """An array of objects."""
        return {"type": "array", "items": self.shape.schema(request=True)}
