"""`licet org`: organizations and who is in them."""

import click

from licet.cli import listing
from licet.cli.asking import destructive, sure
from licet.cli.door import at
from licet.cli.fields import Options
from licet.cli.listing import paged
from licet.cli.names import organization_of, user_of
from licet.cli.reaching import Shell, reaching
from licet.dialects.native import organizations as native

COLUMNS = ("slug", "id", "name", "kind", "created_at")
MEMBER_COLUMNS = ("username", "role", "user_id", "name", "email", "created_at")
FILTERS = Options(native.ORGANIZATIONS.fields)
NEW = Options(native.NEW_ORGANIZATION.fields, without=("slug",))
CHANGES = Options(native.ORGANIZATION.fields)
ROLE = Options(native.NEW_ROLE.fields)

named = click.argument("organization", metavar="ORGANIZATION")
person = click.argument("user", metavar="USER")


@click.group()
def org() -> None:
    """Organizations and their members, by slug or id."""


@org.command("list")
@FILTERS
@paged
@reaching
def list_(shell: Shell, *, everything: bool, **given: object) -> None:
    """List organizations by slug."""
    listing.show(shell, native.COLLECTION, FILTERS.said(given), COLUMNS, everything=everything)


@org.command()
@named
@reaching
def show(shell: Shell, organization: str) -> None:
    """Show an organization."""
    shell.out.record(organization_of(shell.door, organization))


@org.command()
@click.argument("slug")
@NEW
@click.option("--owner", "user", metavar="USER", help="Who owns it; with --url the token's own user.")
@reaching
def add(shell: Shell, slug: str, *, user: str | None, **given: object) -> None:
    """Make an organization."""
    door = shell.door.on_behalf_of(user)
    shell.out.record(door.call("POST", native.COLLECTION, body={"slug": slug, **NEW.said(given)}).document)


@org.command()
@named
@CHANGES
@reaching
def rename(shell: Shell, organization: str, **given: object) -> None:
    """Change an organization's name or logo; its slug stays."""
    said = CHANGES.said(given)
    if not said:
        raise click.UsageError("say what to change")
    shell.out.record(shell.door.call("PATCH", at(native.ONE, organization_id=organization), body=said).document)


@org.command()
@named
@destructive
@reaching
def delete(shell: Shell, organization: str, *, yes: bool) -> None:
    """Delete an organization that owns no application."""
    found = organization_of(shell.door, organization)
    sure(f"Delete the organization {found['slug']} ({found['name']})?", yes=yes)
    shell.door.call("DELETE", at(native.ONE, organization_id=found["id"]))
    shell.out.say(f"{found['slug']} is deleted.")


@org.command("hand-over")
@named
@person
@destructive
@reaching
def hand_over(shell: Shell, organization: str, user: str, *, yes: bool) -> None:
    """Make another member the owner; the present one stays as admin."""
    found = organization_of(shell.door, organization)
    owner = user_of(shell.door, user)
    sure(f"Make {owner['username']} the owner of {found['slug']}?", yes=yes)
    shell.door.call("POST", at(f"{native.ONE}/owner", organization_id=found["id"]), body={"user_id": owner["id"]})
    shell.out.say(f"{owner['username']} owns {found['slug']}.")


@org.group()
def member() -> None:
    """Who is in an organization."""


@member.command("list")
@named
@reaching
def members(shell: Shell, organization: str) -> None:
    """List members by user name."""
    found = organization_of(shell.door, organization)
    shell.out.items(shell.door.call("GET", at(native.MEMBERS, organization_id=found["id"])).document, MEMBER_COLUMNS)


@member.command("add")
@named
@person
@ROLE
@reaching
def add_member(shell: Shell, organization: str, user: str, **given: object) -> None:
    """Add a user as admin or member."""
    found = organization_of(shell.door, organization)
    body = {"user_id": user_of(shell.door, user)["id"], **ROLE.said(given)}
    shell.out.record(shell.door.call("POST", at(native.MEMBERS, organization_id=found["id"]), body=body).document)


@member.command()
@named
@person
@ROLE
@reaching
def role(shell: Shell, organization: str, user: str, **given: object) -> None:
    """Change a member's role; the owner's is changed by handing over."""
    shell.out.record(shell.door.call("PATCH", _member(shell, organization, user), body=ROLE.said(given)).document)


@member.command()
@named
@person
@destructive
@reaching
def remove(shell: Shell, organization: str, user: str, *, yes: bool) -> None:
    """Remove a member."""
    sure(f"Remove {user} from {organization}?", yes=yes)
    shell.door.call("DELETE", _member(shell, organization, user))
    shell.out.say(f"{user} is out of {organization}.")


def _member(shell: Shell, organization: str, user: str) -> str:
    ids = {
        "organization_id": organization_of(shell.door, organization)["id"],
        "user_id": user_of(shell.door, user)["id"],
    }
    return at(native.MEMBER_PATH, **ids)
