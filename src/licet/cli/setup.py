"""`licet init` and `licet migrate`: a new instance with its first administrator, and a database brought up to date."""

import asyncio
from pathlib import Path

import click

from licet import bootstrap
from licet.bootstrap import Instance
from licet.cli.configuration import placed, settings
from licet.cli.progress import working
from licet.cli.render import failed
from licet.cli.shell import operator, run
from licet.errors import Failure
from licet.services.users import Person
from licet.settings import Settings


@click.command()
@placed
@click.option("--username", default="admin", show_default=True, help="The first administrator's user name.")
@click.option("--email", help="Their e-mail address.")
def init(config: Path | None, *, username: str, email: str | None, **given: str | None) -> None:
    """Make a new instance and its first administrator; prints a one-time link where they choose a password."""

    async def work(instance: Instance) -> str:
        person = Person(username=username, name=username, email=email, roles=("admin", "user"))
        user = await instance.services.users.create(operator(), person)
        link = await instance.services.users.setup_link(operator(), user)
        return f"{instance.settings.origin}/account/setup/{link}"

    link = run(config, work, **given)
    click.echo(
        f"{username} is the administrator. Start `licet serve`, then choose a password within three days at\n{link}"
    )


@click.command()
@placed
def migrate(config: Path | None, **given: str | None) -> None:
    """Bring the database to the version of this program; make a backup first."""
    try:
        with working("Migrating"):
            before, after = asyncio.run(_migrate(settings(config, **given)))
    except Failure as failure:
        raise failed(failure) from failure
    click.echo(f"schema version {after}" + (", nothing to do" if before == after else f", was {before}"))


async def _migrate(chosen: Settings) -> tuple[int, int]:
    opened = await bootstrap.open_store(chosen)
    try:
        before, after = await opened.upkeep.schema_version()
        await opened.upkeep.migrate()
        return before, after
    finally:
        await opened.upkeep.close()
