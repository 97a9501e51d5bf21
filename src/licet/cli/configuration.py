"""Options that every command shares: where the settings come from, and where the instance is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from licet import bootstrap
from licet.settings import Plain, Settings, read

Command = TypeVar("Command", bound=Callable[..., Any])


def settings(config: Path | None, **given: Plain | None) -> Settings:
    """The settings, with what was given at the command line on top (BadSettings)."""
    said = {name: value for name, value in given.items() if value is not None}
    return read(file=config, given=said, options=bootstrap.options())


def placed(command: Command) -> Command:
    """The options `--config`, `--data` and `--database`."""
    rows = (
        click.option("--database", help="postgresql://... or sqlite:///..."),
        click.option("--data", help="Folder of the instance key and of SQLite's database."),
        click.option(
            "--config", type=click.Path(path_type=Path, dir_okay=False), help="A licet.toml (default: ./licet.toml)."
        ),
    )
    for row in rows:
        command = row(command)
    return command
