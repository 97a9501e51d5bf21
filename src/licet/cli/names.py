"""What people type for an id: a user name, the slug of an organization."""

from typing import Any

import click

from licet.cli.door import Door, at
from licet.cli.output import printable
from licet.dialects.native import organizations, users
from licet.domain.ids import is_id


def user_of(door: Door, name: str) -> dict[str, Any]:
    """The user of an id or a user name (ClickException); by name for administrators only."""
    if is_id(name):
        found: dict[str, Any] = door.call("GET", at(users.ONE, user_id=name)).document
        return found
    # Of all names that begin so, the name itself sorts first.
    for user in door.call("GET", users.COLLECTION, query={"q": name, "limit": 1}).document["items"]:
        if user["username"].casefold() == name.casefold():
            return dict(user)
    raise click.ClickException(f"There is no user {printable(name)}.")


def organization_of(door: Door, name: str) -> dict[str, Any]:
    """The organization of an id or slug (ClickException)."""
    found: dict[str, Any] = door.call("GET", at(organizations.ONE, organization_id=name)).document
    return found


def settled(door: Door, said: dict[str, Any]) -> dict[str, Any]:
    """What was said, with the organization by its id."""
    if "organization_id" in said:
        said["organization_id"] = organization_of(door, said["organization_id"])["id"]
    return said
