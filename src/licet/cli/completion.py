"""`licet completion`: what a shell reads to complete commands, as click writes it."""

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what completes commands in your shell; put `eval "$(licet completion bash)"` where that begins."""
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"{shell} is not known")
    click.echo(made(ctx.find_root().command, {}, "licet", "_LICET_COMPLETE").source())
