"""Questions before what cannot be taken back, and secrets that are typed."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from licet.cli.output import printable

Command = TypeVar("Command", bound=Callable[..., Any])


def destructive(command: Command) -> Command:
    """The option `--yes`."""
    return click.option("--yes", is_flag=True, help="Do not ask.")(command)


def sure(question: str, *, yes: bool) -> None:
    """Go on only when somebody says so (Abort; ClickException where there is nobody to ask)."""
    if yes:
        return
    if not interactive():
        raise click.ClickException(f"{printable(question)} Nobody is there to ask: say --yes.")
    click.confirm(printable(question), abort=True, err=True)


def password() -> str:
    """A new password: typed twice, or the first line of a pipe."""
    if interactive():
        return str(click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def interactive() -> bool:
    """Whether somebody sits at standard input."""
    return sys.stdin.isatty()
