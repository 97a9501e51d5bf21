"""Public keys by value: what an application's `jwks` may hold (RFC 7517)."""

from collections.abc import Iterator
from dataclasses import dataclass

from licet.domain.kinds import Document, Path, Schema
from licet.errors import Fault

MAXIMUM_BYTES = 16 * 1024
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""RFC 7518 section 6: the members that make a key private, or symmetric."""


@dataclass(frozen=True, slots=True)
class KeySet:
    """A JWK Set of public keys; one that gives a private key away is refused, so that nobody keeps it."""

    def check(self, value: object, path: Path = ()) -> Iterator[Fault]:
        """Type and size, then each key."""
        faults = list(Document(MAXIMUM_BYTES).check(value, path))
        yield from faults
        if faults or not isinstance(value, dict):
            return
        keys = value.get("keys")
        if not isinstance(keys, list):
            yield Fault(path, "bad_value", "an object whose member keys is a list")
        elif not all(isinstance(key, dict) and isinstance(key.get("kty"), str) for key in keys):
            yield Fault(path, "bad_value", "a set of keys that name their type")
        elif any(PRIVATE_MEMBERS & key.keys() for key in keys):
            yield Fault(path, "bad_value", "a set of public keys")

    def schema(self) -> Schema:
        """An object with a list of keys."""
        key = {"type": "object", "properties": {"kty": {"type": "string"}}, "required": ["kty"]}
        return {"type": "object", "properties": {"keys": {"type": "array", "items": key}}, "required": ["keys"]}
