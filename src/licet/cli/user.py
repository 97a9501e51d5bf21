"""`licet user`: people."""

import os
from pathlib import Path

import click
import orjson

from licet.cli import listing
from licet.cli.asking import destructive, password as typed_password, sure
from licet.cli.door import at
from licet.cli.fields import Options
from licet.cli.listing import paged
from licet.cli.names import settled, user_of
from licet.cli.progress import working
from licet.cli.reaching import Shell, reaching
from licet.dialects.native import users as native
from licet.dialects.native.user import INVITATION, NEW_USER, USERS

COLUMNS = ("username", "id", "active", "name", "email", "roles", "last_login_at")
FILTERS = Options(USERS.fields)
# A password on a command line would stand in the process list; who is added chooses one.
NEW = Options(NEW_USER.fields, without=("username", "password"))
INVITED = Options(INVITATION.fields)
PRIVATE = 0o600

named = click.argument("user", metavar="USER")


@click.group()
def user() -> None:
    """People, by user name or id."""


@user.command("list")
@FILTERS
@paged
@reaching
def list_(shell: Shell, *, everything: bool, **given: object) -> None:
    """List people by user name."""
    listing.show(shell, native.COLLECTION, FILTERS.said(given), COLUMNS, everything=everything)


@user.command()
@named
@reaching
def show(shell: Shell, user: str) -> None:
    """Show a person."""
    shell.out.record(user_of(shell.door, user))


@user.command()
@click.argument("username")
@NEW
@reaching
def add(shell: Shell, username: str, **given: object) -> None:
    """Add a person; prints a link that works once, where they choose a password."""
    said = {"username": username, **NEW.said(given)}
    shell.out.record(shell.door.call("POST", native.COLLECTION, body=said).document)


@user.command()
@INVITED
@reaching
def invite(shell: Shell, **given: object) -> None:
    """Print a link that works once, with which somebody signs up where `sign_up` is invited or open."""
    said = settled(shell.door, INVITED.said(given))
    shell.out.record(shell.door.call("POST", native.INVITATIONS, body=said).document)


@user.command()
@click.argument("invitation")
@reaching
def uninvite(shell: Shell, invitation: str) -> None:
    """Cancel an invitation that nobody has used, by its id."""
    shell.door.call("DELETE", at(native.ONE_INVITATION, invitation_id=invitation))
    shell.out.say("The invitation is cancelled.")


@user.command()
@named
@destructive
@reaching
def deactivate(shell: Shell, user: str, *, yes: bool) -> None:
    """Deactivate a person: every session and token of theirs ends, and does not come back."""
    found = user_of(shell.door, user)
    sure(f"Deactivate {found['username']}, and end their sessions and tokens?", yes=yes)
    shell.out.record(_set_active(shell, found["id"], active=False))


@user.command()
@named
@reaching
def activate(shell: Shell, user: str) -> None:
    """Let a deactivated person sign in again."""
    shell.out.record(_set_active(shell, user_of(shell.door, user)["id"], active=True))


@user.command()
@named
@reaching
def password(shell: Shell, user: str) -> None:
    """Give a person a new password, typed or piped in; every session and token of theirs ends."""
    found = user_of(shell.door, user)
    shell.door.call("PUT", f"{at(native.ONE, user_id=found['id'])}/password", body={"password": typed_password()})
    shell.out.say(f"{found['username']} has a new password.")


@user.command()
@named
@click.option("--output", "to", type=click.Path(path_type=Path, dir_okay=False), help="A new file (default: stdout).")
@reaching
def export(shell: Shell, user: str, to: Path | None) -> None:
    """Export everything that is kept about a person, as JSON without secrets."""
    found = user_of(shell.door, user)
    with working(f"Exporting {found['username']}"):
        document = shell.door.call("GET", f"{at(native.ONE, user_id=found['id'])}/export").document
    written = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    if to is None:
        click.echo(written)
    else:
        _keep(to, written + b"\n")
        shell.out.say(f"{to} has everything about {found['username']}.")


@user.command()
@named
@destructive
@reaching
def delete(shell: Shell, user: str, *, yes: bool) -> None:
    """Delete a person for good; in the audit log a pseudonym stays."""
    found = user_of(shell.door, user)
    sure(f"Delete {found['username']} for good?", yes=yes)
    shell.door.call("DELETE", at(native.ONE, user_id=found["id"]))
    shell.out.say(f"{found['username']} is deleted.")


def _set_active(shell: Shell, user_id: str, *, active: bool) -> dict[str, object]:
    document: dict[str, object] = shell.door.call(
        "PATCH", at(native.ONE, user_id=user_id), body={"active": active}
    ).document
    return document


def _keep(path: Path, written: bytes) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
            file.write(written)
    except OSError as fault:
        raise click.ClickException(f"{path}: {fault.strerror}") from fault
