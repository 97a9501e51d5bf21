"""`licet serve`: run an instance until it is told to end."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import click

from licet import bootstrap
from licet.bootstrap import Instance
from licet.cli.configuration import placed, settings
from licet.cli.demo import furnish, greeting
from licet.cli.render import failed
from licet.cli.risks import of_names
from licet.errors import Failure
from licet.settings import Settings, rows, strangers
from licet.web.lifespan import Lifespan
from licet.web.server import bind, serve as listen


@dataclass(slots=True)
class Start:
    """The first start of an instance: it furnishes a demo, and remembers what to say when the port listens."""

    settings: Settings
    said: str = ""

    async def __call__(self) -> Instance:
        """Start, and furnish."""
        instance = await bootstrap.start(self.settings)
        self.said = greeting(self.settings, await furnish(instance) if self.settings.demo else ())
        return instance

    async def and_stop(self) -> None:
        """Start and end again: migrated and furnished once, before several workers start on what is there."""
        await (await self()).close()

    def tell(self, _port: int) -> None:
        """Print what the start has to say."""
        click.echo(self.said)


@click.command()
@placed
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--workers", type=int, help="Worker processes (PostgreSQL only).")
@click.option("--demo", is_flag=True, default=None, help="Demo people and applications, on loopback only.")
def serve(config: Path | None, **given: str | int | bool | None) -> None:
    """Run an instance: make what a new one needs, listen, answer."""
    known = (*rows(), *bootstrap.options())
    for finding in of_names(strangers(known), known):
        click.echo(f"{finding.says}: {finding.advice}", err=True)
    try:
        chosen = settings(config, **given)
        listening = bind(chosen.host, chosen.port)
        # Of port 0 becomes a free one, which is then part of our name.
        chosen = replace(chosen, port=listening.getsockname()[1])
        first = Start(chosen)
        if chosen.workers > 1:
            asyncio.run(first.and_stop())
        start = first if chosen.workers == 1 else lambda: bootstrap.start(chosen)
        listen(Lifespan(start), listening, workers=chosen.workers, on_ready=first.tell)
    except Failure as failure:
        raise failed(failure) from failure
