"""The theory of a dialect: an object is a table of fields, each with their name, our name and what its absence means.

Two rules:

1. *What was shown and comes back unchanged changes nothing.* A sent value equal to the shown one is not looked at
   again, so that a surface never breaks what it cannot spell, and its narrower limits hold only for what a request
   changes.
2. *All faults of a body are found at once*; a surface that tells only one picks it when it renders.

What this cannot say is a product decision and belongs in a decision record.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from operator import attrgetter
from typing import Any

from licet.domain.kinds import UNDEFINED, Kind
from licet.errors import Fault, Invalid

Schema = dict[str, Any]


class Absent(Enum):
    """What it means when a request leaves a field out."""

    KEEP = "left alone"
    CLEAR = "takes its default again"
    REFUSE = "a fault"


class Unknown(Enum):
    """What a key means that the table does not have."""

    REFUSE = "a fault"
    IGNORE = "dropped"


_LIMITS = frozenset({"minLength", "maxLength", "pattern", "format", "allOf", "minItems", "maxItems", "uniqueItems"})


def _as_it_is(value: object) -> object:
    return value


def _taken(value: object, _present: object) -> object:
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of one object on one surface.

    Attributes:
        theirs: its name on the wire.
        ours: the attribute it stands for; "" when `show` computes it.
        kind: its wire type, with this surface's own limits.
        absent: what leaving it out means in a request.
        read_only: only ever shown.
        show: our object to the wire value; by default the attribute.
        take: the checked wire value (None for a clear) and the present object to our value.
        coerce: what is done to a sent value before anything looks at it.
        accepts: what the schema says instead of the kind's where `coerce` makes more fit.
        about: one sentence for the reference.
    """

    theirs: str
    ours: str = ""
    kind: Kind
    absent: Absent = Absent.KEEP
    read_only: bool = False
    show: Callable[[Any], Any] | None = None
    take: Callable[[Any, Any], Any] = _taken
    coerce: Callable[[Any], Any] = _as_it_is
    accepts: Schema | None = None
    about: str = ""

    def shown(self, thing: object) -> object:
        """The wire value of this field of an object of ours."""
        value = self.show(thing) if self.show else getattr(thing, self.ours)
        return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, kw_only=True)
class Shape:
    """An object of a surface: its fields in order, and what the surface makes of everything else.

    `echoes`: a read-only field may be sent if it says what was shown. `omits_none`: a field without a value is not
    sent.
    """

    name: str
    fields: tuple[Field, ...]
    unknown: Unknown
    echoes: bool = False
    omits_none: bool = False

    @cached_property
    def _rows(self) -> tuple[tuple[str, bool, Field], ...]:
        """Each field under its name, and whether it says something where it is left out."""
        return tuple((field.theirs, field.absent is not Absent.KEEP, field) for field in self.fields)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(field.theirs for field in self.fields)

    @cached_property
    def _readers(self) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
        """How each field is read: what `Field.shown` decides, decided once."""
        return tuple((field.theirs, field.show or attrgetter(field.ours)) for field in self.fields)

    def decode(self, body: object, present: object = None) -> dict[str, Any]:
        """What a request says, in our words; with `present` against the present object.

        Raises:
            Invalid: every fault of the body, with paths in their words.
        """
        if not isinstance(body, dict):
            raise Invalid([Fault((), "type", "object", body)])
        decoded: dict[str, Any] = {}
        telling = [field for theirs, always, field in self._rows if always or theirs in body]
        faults = [fault for field in telling for fault in self._decode(field, body, present, decoded)]
        if self.unknown is Unknown.REFUSE:
            faults.extend(Fault((key,), "unknown") for key in body if key not in self._known)
        if faults:
            raise Invalid(faults, decoded)
        return decoded

    def _decode(
        self, field: Field, body: Mapping[str, Any], present: object, decoded: dict[str, Any]
    ) -> Iterator[Fault]:
        if field.read_only:
            yield from self._echoed(field, body, present)
        elif field.theirs not in body:
            # What was not shown and does not come back is unchanged, too.
            if present is None or not self.omits_none or field.shown(present) is not None:
                yield from _absent(field, present, decoded)
        else:
            value = field.coerce(body[field.theirs])
            if present is not None and self._comes_back(value, field.shown(present)):
                return
            faults = list(field.kind.check(value, (field.theirs,)))
            yield from faults
            if not faults:
                decoded[field.ours] = field.take(value, present)

    def _comes_back(self, sent: object, shown: object) -> bool:
        # A null that was left out of the answer was not shown.
        return _same(sent, shown) and not (self.omits_none and sent is None)

    def _echoed(self, field: Field, body: Mapping[str, Any], present: object) -> Iterator[Fault]:
        if field.theirs not in body or self.unknown is Unknown.IGNORE:
            return
        if not (self.echoes and present is not None and _same(body[field.theirs], field.shown(present))):
            yield Fault((field.theirs,), "immutable")

    def encode(self, thing: object) -> dict[str, Any]:
        """An object of ours in their words, in the order of the table; lists may be tuples, which JSON writes alike."""
        shown = {theirs: read(thing) for theirs, read in self._readers}
        return {key: value for key, value in shown.items() if value is not None} if self.omits_none else shown

    def translated(self, fault: Fault) -> Fault:
        """A fault of the domain, whose path is in our words, in theirs."""
        for field in self.fields:
            if fault.path and field.ours == fault.path[0]:
                return replace(fault, path=(field.theirs, *fault.path[1:]))
        return fault

    def schema(self, *, request: bool) -> Schema:
        """JSON Schema (2020-12) of a request, or of an answer."""
        fields = [field for field in self.fields if not (request and field.read_only and not self.echoes)]
        required = [
            field.theirs for field in fields if (field.absent is Absent.REFUSE if request else not self.omits_none)
        ]
        schema: Schema = {
            "type": "object",
            "properties": {field.theirs: _described(field, request=request) for field in fields},
            "additionalProperties": request and self.unknown is Unknown.IGNORE,
        }
        return {**schema, "required": required} if required else schema

    def having(self, name: str, **absent: Absent) -> "Shape":
        """The same object where these fields mean something else when left out (a creation beside an update)."""
        fields = tuple(replace(field, absent=absent.get(field.theirs, field.absent)) for field in self.fields)
        return replace(self, name=name, fields=fields)


def _absent(field: Field, present: object, decoded: dict[str, Any]) -> Iterator[Fault]:
    if field.absent is Absent.REFUSE:
        yield from field.kind.check(UNDEFINED, (field.theirs,))
    elif field.absent is Absent.CLEAR:
        decoded[field.ours] = field.take(None, present)


def _same(sent: object, shown: object) -> bool:
    # JSON true is not 1: types must agree, and so must those of a list's items.
    return type(sent) is type(shown) and sent == shown


def _described(field: Field, *, request: bool) -> Schema:
    schema = field.kind.schema()
    if request:
        schema = {**(field.accepts or schema), **({"readOnly": True} if field.read_only else {})}
    elif not field.read_only:
        schema = _unlimited(schema)
    return {**schema, "description": field.about} if field.about else schema


def _unlimited(schema: Schema) -> Schema:
    # A surface's limits hold for what it takes; what it shows may have come in through another.
    return {key: _without_limits(value) for key, value in schema.items() if key not in _LIMITS}


def _without_limits(value: object) -> object:
    if isinstance(value, list):
        return [_without_limits(item) for item in value]
    return _unlimited(value) if isinstance(value, dict) else value
