"""Options from the native API's tables of fields, so that a field and its limits are written once.

An option carries the field's own word in the singular: `redirect_uris` is given as `--redirect-uri`, several times.
What an option says is judged where every caller's request is judged; here it only becomes JSON.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from licet import bootstrap
from licet.dialects.native.formats import moment
from licet.dialects.native.kinds import ScopeList
from licet.dialects.shape import Absent, Field
from licet.domain.key_set import KeySet
from licet.domain.kinds import Choice, Flag, Kind, Nullable, Number, Texts, Time, Uri
from licet.services.ambient import Clock

Command = TypeVar("Command", bound=Callable[..., Any])

NEVER = "never"
RENAMED = {"organization_id": "organization"}
"""Given by id or slug."""
_SPAN = re.compile(r"([1-9][0-9]{0,4})([hdw])")
_UNITS = {"h": 3_600_000, "d": 86_400_000, "w": 604_800_000}


class Moment(click.ParamType[str | None]):
    """A time to come: `30d`, `12h` or `4w` from now, `never`, or as RFC 3339 writes it."""

    name = "time"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def convert(self, value: str, _param: click.Parameter | None, _ctx: click.Context | None) -> str | None:
        """As the native API writes times; what is none is left to be judged there."""
        span = _SPAN.fullmatch(value)
        return moment(self._clock() + int(span[1]) * _UNITS[span[2]]) if span else value


class JsonFile(click.ParamType[object]):
    """The JSON document in a file, or on standard input (`-`)."""

    name = "file"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> object:
        """The document."""
        try:
            with click.open_file(value, encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError) as fault:
            return self.fail(f"{value}: {fault}", param, ctx)


class Options:
    """The options of some fields: a decorator of the command, and a reader of what it was given."""

    def __init__(self, fields: Iterable[Field], *, without: Iterable[str] = (), clock: Clock = bootstrap.now) -> None:
        unwanted = frozenset(without)
        self._fields = [field for field in fields if not field.read_only and field.theirs not in unwanted]
        self._clock = clock

    @property
    def names(self) -> list[str]:
        """The fields' own names."""
        return [field.theirs for field in self._fields]

    def __call__(self, command: Command) -> Command:
        """The command with these options, in the order of the table."""
        for field in reversed(self._fields):
            command = self._option(field)(command)
        return command

    def _option(self, field: Field) -> Callable[[Command], Command]:
        spelled = _spelled(field.kind, self._clock)
        name = RENAMED.get(field.theirs, field.theirs).replace("_", "-")
        flag = f"--{name.removesuffix('s') if spelled.get('multiple') else name}"
        if spelled.get("is_flag"):
            flag = f"{flag}/--no-{name}"
        needed = field.absent is Absent.REFUSE
        return click.option(flag, field.theirs, **spelled, required=needed, help=field.about or None)

    def said(self, given: Mapping[str, object]) -> dict[str, Any]:
        """What was given, as the native API reads it."""
        return {
            field.theirs: _written(field.kind, given[field.theirs])
            for field in self._fields
            if given[field.theirs] not in (None, ())
        }


_SPELLED: Mapping[type, Callable[[Any, Clock], dict[str, Any]]] = {
    Nullable: lambda kind, clock: _spelled(kind.kind, clock),
    Texts: lambda kind, clock: {**_spelled(kind.item, clock), "multiple": True},
    ScopeList: lambda _, __: {"multiple": True, "metavar": "SCOPE"},
    Flag: lambda _, __: {"is_flag": True, "default": None},
    Number: lambda kind, _: {"type": click.IntRange(kind.minimum, kind.maximum)},
    Choice: lambda kind, _: {"type": click.Choice(kind.values)},
    Time: lambda _, clock: {"type": Moment(clock), "metavar": "TIME"},
    KeySet: lambda _, __: {"type": JsonFile(), "metavar": "FILE"},
    Uri: lambda _, __: {"metavar": "URL"},
}
"""A kind to what click calls it; every other is a text."""


def _spelled(kind: Kind, clock: Clock) -> dict[str, Any]:
    spelled = _SPELLED.get(type(kind))
    return spelled(kind, clock) if spelled else {"metavar": "TEXT"}


def _written(kind: Kind, value: Any) -> Any:  # noqa: ANN401 - any JSON value
    match kind:
        case ScopeList():
            return " ".join(value)
        case Nullable(kind=ScopeList()):
            return " ".join(value)
        case Texts() | Nullable(kind=Texts()):
            return list(value)
        case Nullable(kind=Time()) if value == NEVER:
            return None
        case _:
            return value
