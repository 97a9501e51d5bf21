"""`licet serve`: run an instance until it is told to end."""

import asyncio
from pathlib import Path

import click

from licet import bootstrap
from licet.cli.configuration import settings as configured
from licet.cli.demo import furnish, greeting
from licet.errors import Failure
from licet.settings import Settings
from licet.web.lifespan import Lifespan
from licet.web.server import serve as listen


@click.command()
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="A licet.toml (default: ./licet.toml).")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--data", help="Folder of the instance key and of SQLite's database.")
@click.option("--database", help="postgresql://... or sqlite:///...")
@click.option("--workers", type=int, help="Worker processes (PostgreSQL only).")
@click.option("--demo", is_flag=True, default=None, help="Demo people and applications, on loopback only.")
def serve(config: Path | None, **given: str | int | bool | None) -> None:
    """Run an instance: migrate the database, listen, answer."""
    try:
        settings = configured(config, **given)
        welcome = asyncio.run(_prepared(settings))
    except Failure as failure:
        raise click.ClickException(failure.detail or failure.public) from failure
    listen(
        Lifespan(lambda: bootstrap.start(settings)),
        settings.host,
        settings.port,
        workers=settings.workers,
        on_ready=lambda _port: click.echo(welcome),
    )


async def _prepared(settings: Settings) -> str:
    """Start once before the workers do: what is wrong is said at the terminal, and a demo gets its data."""
    instance = await bootstrap.start(settings)
    try:
        return greeting(settings, await furnish(instance) if settings.demo else None)
    finally:
        await instance.close()
