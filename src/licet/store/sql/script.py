"""A verb written once for both engines: a generator that yields statements and is sent their rows.

SQLite's writer thread drives it in one go, PostgreSQL's pool awaits each step; either way it is one transaction. A
script may be run again from its start, so it computes from its arguments and its rows alone.
"""

from collections.abc import Callable, Generator, Mapping
from typing import Any, ParamSpec, TypeVar, cast

from licet.store.sql.statement import Statement, Value, Values

T = TypeVar("T")
P = ParamSpec("P")

Row = Mapping[str, Any]
Step = tuple[Statement, Values]
Script = Generator[Step, list[Row], T]


ALONE = Statement("SELECT {alone}")
"""What a script asks first that no other such script may overlap: they wait for one another."""


def ask(statement: Statement, /, **values: Value) -> Script[list[Row]]:
    """The rows of one statement: a script writes `rows = yield from ask` of it."""
    return (yield statement, values)


def ask_one(statement: Statement, /, **values: Value) -> Script[Row | None]:
    """Run one statement and take its first row, or None."""
    rows = yield statement, values
    return rows[0] if rows else None


def drive(script: Script[T], fetch: Callable[[Statement, Values], list[Row]]) -> T:
    """Run a script to its end on an engine that answers at once."""
    try:
        step = next(script)
        while True:
            step = script.send(fetch(*step))
    except StopIteration as end:
        return cast("T", end.value)
