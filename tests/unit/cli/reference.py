"""The table of commands in docs/cli.md, made from the commands: `python -m tests.unit.cli.reference` writes it."""

from collections.abc import Iterator
from pathlib import Path

import click

from licet.cli import COMMANDS, main
from licet.domain.application import SETTINGS

PAGE = Path(__file__).parents[3] / "docs" / "cli.md"
BEGIN, END = "<!-- commands -->\n", "<!-- /commands -->"
SHARED = frozenset({"as_json", "config", "data", "database", "url", "token", "token_file", "help"})


def leaves(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """The commands of a group, or the command itself, in the order of the help."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        yield from leaves(below, (*path, name))


def row(path: tuple[str, ...], command: click.Command) -> str:
    """One command: how it is called, what it does, and the options that not every command has."""
    context = click.Context(command)
    arguments = [one.make_metavar(context) for one in command.params if isinstance(one, click.Argument)]
    own = [one for one in command.params if isinstance(one, click.Option) and one.name not in SHARED]
    settings = {one.name for one in own} >= set(SETTINGS)
    named = [f"`{one.opts[0]}`" for one in own if not (settings and one.name in SETTINGS)]
    options = ["one for every setting"] * settings + named
    about = " ".join((command.help or "").partition("\n\n")[0].split())
    called = " ".join(["licet", *path, *arguments]).replace("|", r"\|")
    return f"| `{called}` | {about} | {', '.join(options)} |"


def reference() -> str:
    """A table of all commands."""
    lines = ["| command | | options of its own |", "|---|---|---|"]
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        lines += [row(path, leaf) for path, leaf in leaves(command, (name,))]
    return "\n".join(lines) + "\n"


def write() -> None:
    """Put the table between the marks of the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}{reference()}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    write()
