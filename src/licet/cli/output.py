"""What a command says: tables for people, lines with tabs for pipes, JSON for programs; a secret once, on its own line.

JSON has the keys of the native API. A table fits the terminal's width; on a pipe every value is whole.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
import orjson
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from licet.domain.text import guard

Document = Mapping[str, Any]

FOLDED = 32
"""Wider cells of a table are folded, in characters."""
GAP = 2
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_BUT_LINES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_TIME = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d\.\d{3}Z$")

SHOWN_ONCE = ("client_secret", "token", "setup_link", "invitation")
"""Members of a document that no later call shows again."""


def printable(text: str, *, lines: bool = False) -> str:
    """A text that no terminal obeys: what controls, hides or poses as something else stands as its code."""
    return (_CONTROL_BUT_LINES if lines else _CONTROL).sub(_escaped, guard(text))


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


class Output:
    """Standard output, in the one way that was asked for."""

    def __init__(self, console: Console, *, as_json: bool) -> None:
        self._console = console
        self._json = as_json

    @property
    def interactive(self) -> bool:
        """Whether somebody reads along."""
        return self._console.is_terminal

    def record(self, document: Document) -> None:
        """One thing, with what of it is shown only now at the end."""
        if self.document(document):
            return
        once = [key for key in SHOWN_ONCE if key in document]
        pairs = [(key, _cell(value)) for key, value in document.items() if key not in once]
        if self.interactive:
            self._grid(pairs)
        else:
            click.echo("\n".join(f"{key}\t{cell}" for key, cell in pairs))
        for key in once:
            # Unwrapped on a line of its own: it is there to be copied.
            click.echo(f"\n{key}:\n{document[key]}" if self.interactive else f"{key}\t{document[key]}")
            click.echo(f"The {key} is shown only now.", err=True)

    def document(self, document: object) -> bool:
        """A whole answer as JSON, if that was asked for; whether it was."""
        if self._json:
            click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))
        return self._json

    def items(self, document: Document, columns: Sequence[str]) -> None:
        """A page or a whole list; what comes last in `columns` is left out first where there is no room."""
        if self.document(document):
            return
        self._table(document["items"], columns)
        if document.get("next_cursor"):
            click.echo(f"There are more: --all, or --cursor {printable(document['next_cursor'])}", err=True)

    def piece(self, items: Sequence[Document], columns: Sequence[str], *, first: bool) -> None:
        """A piece of a long list: as JSON one item a line."""
        if self._json:
            for item in items:
                click.echo(orjson.dumps(item))
        else:
            self._table(items, columns, headed=first)

    def say(self, sentence: str, style: str = "") -> None:
        """What was done, to people; in colour where there is one."""
        if self._json:
            return
        if self.interactive:
            self._console.print(Text(printable(sentence), style))
        else:
            click.echo(printable(sentence))

    def _table(self, items: Iterable[Document], columns: Sequence[str], *, headed: bool = True) -> None:
        rows = [[_cell(item[column]) for column in columns] for item in items]
        if not self.interactive:
            for row in [list(columns)] * headed + rows:
                click.echo("\t".join(row))
            return
        short = [[_TIME.sub(r"\1 \2Z", cell) for cell in row] for row in rows]
        fitting = _fitting([columns, *short], self._console.width)
        table = Table(box=None, pad_edge=False, header_style="bold")
        for position, column in enumerate(columns[:fitting]):
            table.add_column(column, no_wrap=position == 0, overflow="fold")
        for row in short:
            table.add_row(*map(Text, row[:fitting]))
        self._console.print(table)
        if fitting < len(columns):
            click.echo(
                f"No room for {', '.join(columns[fitting:])}: a wider terminal, a pipe or --json shows it.", err=True
            )

    def _grid(self, pairs: Iterable[tuple[str, str]]) -> None:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="bold", no_wrap=True)
        grid.add_column(overflow="fold")
        for key, cell in pairs:
            grid.add_row(Text(key), Text(cell))
        self._console.print(grid)


def _fitting(rows: Sequence[Sequence[str]], width: int) -> int:
    """How many columns fit beside each other: the first always, then as many as are not squeezed."""
    room, fitting = width, 0
    for column in zip(*rows, strict=True):
        room -= min(max(map(cell_len, column)), FOLDED) + GAP
        if fitting and room + GAP < 0:
            break
        fitting += 1
    return fitting


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(_cell, value))
        case dict():
            return printable(orjson.dumps(value).decode())
        case _:
            return printable(str(value))
