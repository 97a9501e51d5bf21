"""`licet token`: personal access tokens of the native API, for programs."""

import click

from licet.cli.asking import destructive, sure
from licet.cli.fields import Options
from licet.cli.reaching import Shell, reaching
from licet.dialects.native import tokens as native

COLUMNS = ("id", "name", "scopes", "hint", "created_at", "expires_at", "last_used_at")
NEW = Options(native.NEW_TOKEN.fields)

owned = click.option("--user", metavar="USER", help="Whose it is, by user name or id; with --url the token's own user.")


@click.group()
def token() -> None:
    """Personal access tokens."""


@token.command()
@owned
@NEW
@reaching
def create(shell: Shell, *, user: str | None, **given: object) -> None:
    """Make a token; its value is shown only now. It may do what its user may, within its scopes."""
    door = shell.door.on_behalf_of(user)
    shell.out.record(door.call("POST", native.COLLECTION, body=NEW.said(given)).document)


@token.command("list")
@owned
@reaching
def list_(shell: Shell, *, user: str | None) -> None:
    """List a user's tokens, newest first."""
    shell.out.items(shell.door.on_behalf_of(user).call("GET", native.COLLECTION).document, COLUMNS)


@token.command()
@click.argument("token_id")
@owned
@destructive
@reaching
def revoke(shell: Shell, token_id: str, *, user: str | None, yes: bool) -> None:
    """Revoke a token: at once it opens nothing."""
    door = shell.door.on_behalf_of(user)
    sure(f"Revoke the token {token_id}?", yes=yes)
    door.call("DELETE", f"{native.COLLECTION}/{token_id}")
    shell.out.say(f"{token_id} is revoked.")
