"""The `licet` command: serve, set up, look after an instance.

Owns what is typed and printed. It works through the services on the database itself, as actor `cli:<os user>`; with
`--url` and `--token` it speaks the native API of a running instance instead. It holds no rule.
"""

import click

from licet import __version__
from licet.cli.serve import serve
from licet.cli.setup import init, migrate


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="licet")
def main() -> None:
    """A self-hosted OAuth application registry and authorization server."""


for command in (serve, init, migrate):
    main.add_command(command)
