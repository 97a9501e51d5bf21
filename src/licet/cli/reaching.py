"""How a command reaches its instance: the options that all of them share, and the door they open."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any, Self, TypeVar

import click
from rich.console import Console

from licet.cli.configuration import placed, settings
from licet.cli.door import Door
from licet.cli.inside import inside
from licet.cli.output import Output
from licet.cli.outside import Outside
from licet.cli.render import failed
from licet.errors import Failure

Command = TypeVar("Command", bound=Callable[..., None])


@dataclass(frozen=True, slots=True)
class Shell:
    """What a command works with: the way to the instance, and the way to who typed it."""

    door: Door
    out: Output


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the instance is: on a database, or behind a URL."""

    url: str | None
    token: str | None
    token_file: str | None
    config: Path | None
    data: str | None
    database: str | None

    @classmethod
    def taken(cls, given: dict[str, Any]) -> Self:
        """Taken out of a command's options."""
        return cls(**{row.name: given.pop(row.name) for row in fields(cls)})

    @contextmanager
    def door(self) -> Iterator[Door]:
        """The way there (UsageError, ClickException, Failure)."""
        local = [f"--{name}" for name in ("config", "data", "database") if getattr(self, name) is not None]
        if self.url is None:
            if self.token or self.token_file:
                raise click.UsageError("--token and --token-file go with --url")
            with inside(settings(self.config, data=self.data, database=self.database)) as opened:
                yield opened
        elif local:
            raise click.UsageError(f"--url does not go with {', '.join(local)}")
        else:
            yield Outside(self.url, self._token())

    def _token(self) -> str:
        if (self.token is None) == (self.token_file is None):
            raise click.UsageError("with --url say either --token or --token-file")
        if self.token_file is None:
            return self.token or ""
        try:
            with click.open_file(self.token_file) as file:
                return str(file.readline()).strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise click.UsageError(f"--token-file: {fault}") from fault


def speaking(command: Command) -> Command:
    """The option `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Answer in JSON, with the native API's keys.")(command)


def output(*, as_json: bool) -> Output:
    """Standard output as it is now."""
    return Output(Console(highlight=False, markup=False, emoji=False), as_json=as_json)


def reaching(command: Callable[..., None]) -> Callable[..., None]:
    """A command on a database or behind a URL; a failure becomes one line and an exit code."""

    @wraps(command)
    def reached(*, as_json: bool, **given: object) -> None:
        place = Place.taken(given)
        try:
            with place.door() as door:
                command(Shell(door, output(as_json=as_json)), **given)
        except Failure as failure:
            raise failed(failure) from failure

    rows = (
        click.option("--token-file", metavar="FILE", help="With --url: a file that holds the token; - for stdin."),
        click.option("--token", help="With --url: a token of the native API; others may see it in the process list."),
        click.option("--url", help="Speak to the running instance there, in place of its database."),
    )
    for row in rows:
        reached = row(reached)
    return speaking(placed(reached))
