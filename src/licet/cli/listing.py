"""Lists: one page, or with `--all` every page as it comes, however many there are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import click

from licet.cli.door import Door
from licet.cli.progress import working
from licet.cli.reaching import Shell

Command = TypeVar("Command", bound=Callable[..., Any])
Query = Mapping[str, object]

LARGEST = 200
"""Items of a page when every page is wanted."""


def paged(command: Command) -> Command:
    """The option `--all`."""
    return click.option("--all", "everything", is_flag=True, help="Every page; with --json one item a line.")(command)


def show(shell: Shell, path: str, query: Query, columns: Sequence[str], *, everything: bool) -> None:
    """A page of a list, or all of them."""
    if not everything:
        shell.out.items(shell.door.call("GET", path, query=query).document, columns)
        return
    with working("Listing", quiet=shell.out.interactive) as advance:
        for number, page in enumerate(_pages(shell.door, path, {"limit": LARGEST, **query})):
            shell.out.piece(page["items"], columns, first=number == 0)
            advance(len(page["items"]), None if page.get("total_is_at_least", True) else page["total"])


def _pages(door: Door, path: str, query: dict[str, object]) -> Iterator[Mapping[str, Any]]:
    while True:
        page = door.call("GET", path, query=query).document
        yield page
        if page["next_cursor"] is None:
            return
        query["cursor"] = page["next_cursor"]
