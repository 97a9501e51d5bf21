"""`licet app`: registered applications."""

from typing import Any

import click

from licet.cli import listing
from licet.cli.asking import destructive, sure
from licet.cli.door import Door, at
from licet.cli.fields import Options
from licet.cli.listing import paged
from licet.cli.names import settled
from licet.cli.reaching import Shell, reaching
from licet.dialects.native.applications import COLLECTION, ONE
from licet.dialects.native.authentication import NAME
from licet.dialects.native.fields import APPLICATION, APPLICATIONS, NEW_APPLICATION

COLUMNS = ("client_id", "client_name", "enabled", "surface", "updated_at", "organization_id")
FILTERS = Options(APPLICATIONS.fields)
NEW = Options(NEW_APPLICATION.fields)
CHANGES = Options(APPLICATION.fields)

versioned = click.option("--version", type=click.IntRange(1), help="Only if this still is its version.")


@click.group()
def app() -> None:
    """Registered applications."""


@app.command("list")
@FILTERS
@paged
@reaching
def list_(shell: Shell, *, everything: bool, **given: object) -> None:
    """List applications, newest first; filters narrow it, all of them at once."""
    listing.show(shell, COLLECTION, settled(shell.door, FILTERS.said(given)), COLUMNS, everything=everything)


@app.command()
@click.argument("client_id")
@reaching
def show(shell: Shell, client_id: str) -> None:
    """Show an application."""
    shell.out.record(shell.door.call("GET", at(ONE, client_id=client_id)).document)


@app.command()
@NEW
@reaching
def create(shell: Shell, **given: object) -> None:
    """Register an application.

    Without --organization it goes to the instance's own organization; with --url to the caller's only team, or personal
    organization. The secret of a confidential application is shown only now.
    """
    said = {"protocols": [NAME], **settled(shell.door, NEW.said(given))}
    shell.out.record(shell.door.call("POST", COLLECTION, body=said).document)


@app.command()
@click.argument("client_id")
@CHANGES
@click.option("--clear", type=click.Choice(CHANGES.names), multiple=True, help="Give this its default again.")
@versioned
@reaching
def update(shell: Shell, client_id: str, *, clear: tuple[str, ...], version: int | None, **given: object) -> None:
    """Update an application: what is given changes, everything else stays. A list is replaced as a whole."""
    said = settled(shell.door, CHANGES.said(given))
    both = sorted(said.keys() & set(clear))
    if both:
        raise click.UsageError(f"{', '.join(both)}: given and cleared at once")
    if not (said or clear):
        raise click.UsageError("say what to change")
    _, tag = _seen(shell.door, client_id, version)
    body = {**said, **dict.fromkeys(clear)}
    shell.out.record(shell.door.call("PATCH", at(ONE, client_id=client_id), body=body, etag=tag).document)


@app.command()
@click.argument("client_id")
@versioned
@destructive
@reaching
def delete(shell: Shell, client_id: str, *, version: int | None, yes: bool) -> None:
    """Delete an application: at once nothing of it works."""
    document, tag = _seen(shell.door, client_id, version)
    sure(f"Delete {client_id} ({document['client_name']})?", yes=yes)
    shell.door.call("DELETE", at(ONE, client_id=client_id), etag=tag)
    shell.out.say(f"{client_id} is deleted.")


def _seen(door: Door, client_id: str, version: int | None) -> tuple[dict[str, Any], str]:
    """The present state, and the entity tag to insist on when a version is asked for."""
    present = door.call("GET", at(ONE, client_id=client_id))
    if version not in {None, present.document["version"]}:
        raise click.ClickException(f"It is at version {present.document['version']}: it was changed by someone else.")
    return present.document, "" if version is None else present.etag or ""
