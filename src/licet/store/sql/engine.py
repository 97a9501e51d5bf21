"""What every engine can do; the ports are written on this alone."""

from collections.abc import Callable, Sequence
from typing import Protocol

from licet.store.sql.gather import Gathered
from licet.store.sql.script import P, Row, Script, T
from licet.store.sql.statement import Statement, Value

PIECE = 100
"""Rows per piece of a streamed list: what others wait for while SQLite reads it, 1 ms."""


class Engine(Protocol):
    """A database. Every call may raise `StoreUnavailable`; a write is answered only after its commit."""

    async def read(self, statement: Statement, /, **values: Value) -> list[Row]:
        """The rows of one statement that changes nothing."""

    async def recall(self, statement: Statement, make: Callable[[Sequence[Row]], T], /, **values: Value) -> T:
        """What is made of the rows of a small statement that nearly every request asks anew.

        An engine that knows for certain that nothing has changed neither asks nor makes it again.
        """

    async def write(self, statement: Statement, /, **values: Value) -> list[Row]:
        """One statement as its own transaction, and the rows it returns."""

    async def run(self, script: Callable[P, Script[T]], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """One script as one transaction, run again from its start when the engine asks for it."""

    async def gather(self, verb: Gathered, /, **values: Value) -> Row | None:
        """One row of a gathered verb."""

    async def find(self, verb: Gathered, /, **values: Value) -> Row | None:
        """One row of a gathered verb that changes nothing."""

    async def until_changed(self, seconds: float) -> None:
        """Wait until somebody may have written: looks every so many seconds, or hears of it sooner."""

    async def close(self) -> None:
        """Finish what is under way and let go."""
