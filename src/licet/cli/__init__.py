"""The `licet` command: serve, set up, look after an instance.

Owns what is typed and printed. It works on the database itself, as actor `cli:<os user>`; with `--url` and `--token` it
speaks the native API of a running instance instead. Both ways go through the native dialect's own handlers, one of them
through a socket, so that a command is written once and holds no rule.
"""

import gc
import traceback
from collections.abc import Mapping
from importlib import import_module
from typing import cast

import click

from licet import __version__

BROKEN = 3
"""Exit codes: 0 done, 1 refused, 2 wrong usage; 3 the instance, its settings, the way to it or a command is broken."""

COMMANDS: Mapping[str, tuple[str, str]] = {
    "serve": ("licet.cli.serve", "Run an instance."),
    "init": ("licet.cli.setup", "Make a new instance and its first administrator."),
    "migrate": ("licet.cli.setup", "Bring the database to the version of this program."),
    "doctor": ("licet.cli.doctor", "Look for what is wrong with an instance, and say what to do."),
    "app": ("licet.cli.app", "Registered applications."),
    "secret": ("licet.cli.secret", "Client secrets of an application."),
    "user": ("licet.cli.user", "People."),
    "org": ("licet.cli.org", "Organizations and their members."),
    "token": ("licet.cli.token", "Personal access tokens."),
    "key": ("licet.cli.key", "Signing keys of the instance."),
    "completion": ("licet.cli.completion", "Print what completes commands in your shell."),
}
"""Command to the module that has it under the same name, and its line in the help."""


class Commands(click.Group):
    """Commands that are imported when they are asked for: help and completion need none of the instance."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """All of them, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported."""
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        gc.disable()  # what is imported stays: looking for what could go among it is a tenth of a start
        try:
            return cast("click.Command", getattr(import_module(module), cmd_name))
        finally:
            gc.enable()

    def invoke(self, ctx: click.Context) -> object:
        """The command; one that breaks says where, and is told apart from one that was refused."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit, OSError):
            raise  # click's own, and a pipe that nobody reads any more
        except Exception:  # noqa: BLE001 - whatever it is, it is not a refusal
            traceback.print_exc()
            ctx.exit(BROKEN)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="licet")
def main() -> None:
    """A self-hosted OAuth application registry and authorization server."""
