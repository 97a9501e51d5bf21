"""`licet secret`: client secrets of an application, several at once."""

import click

from licet.cli.asking import destructive, sure
from licet.cli.door import at
from licet.cli.fields import Options
from licet.cli.reaching import Shell, reaching
from licet.dialects.native.fields import NEW_SECRET
from licet.dialects.native.secrets import COLLECTION

COLUMNS = ("id", "label", "hint", "status", "created_at", "expires_at", "last_used_at")
NEW = Options(NEW_SECRET.fields)


@click.group()
def secret() -> None:
    """Client secrets of an application."""


@secret.command()
@click.argument("client_id")
@NEW
@reaching
def add(shell: Shell, client_id: str, **given: object) -> None:
    """Add a secret beside the others; its value is shown only now."""
    shell.out.record(shell.door.call("POST", at(COLLECTION, client_id=client_id), body=NEW.said(given)).document)


@secret.command("list")
@click.argument("client_id")
@reaching
def list_(shell: Shell, client_id: str) -> None:
    """List an application's secrets: dates and the last four characters."""
    shell.out.items(shell.door.call("GET", at(COLLECTION, client_id=client_id)).document, COLUMNS)


@secret.command()
@click.argument("client_id")
@click.argument("secret_id")
@destructive
@reaching
def revoke(shell: Shell, client_id: str, secret_id: str, *, yes: bool) -> None:
    """Revoke a secret: at once it proves nothing."""
    sure(f"Revoke the secret {secret_id} of {client_id}?", yes=yes)
    shell.door.call("DELETE", at(f"{COLLECTION}/{{secret_id}}", client_id=client_id, secret_id=secret_id))
    shell.out.say(f"{secret_id} is revoked.")
