"""Makers of what the store's tests keep; every value that a test does not care about has a default."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import asyncpg

from licet.domain.application import Application
from licet.domain.organization import Organization
from licet.domain.revision import Change
from licet.domain.secret import Secret, digest
from licet.domain.user import User
from licet.services.ports import Store

# Children are younger than what they refer to, and go first.
TABLES = """
    SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema::regnamespace
    AND relname <> 'schema_version' ORDER BY oid DESC"""
ALICE, BOB, ACME = "a11ce" + "0" * 19, "b0b" + "0" * 21, "acde" + "0" * 20


def an_id(number: int) -> str:
    return f"{number:024x}"


@dataclass
class Scene:
    """A store and the changes written so far, numbered so that their ids sort as they came."""

    store: Store
    _numbers: count = field(default_factory=lambda: count(1))

    def change(self, target: str = "t", **more: Any) -> Change:
        number = next(self._numbers)
        said = {"action": "thing.changed", "actor_id": ALICE, "actor_name": "alice", "surface": "native"}
        return Change(**{"id": an_id(number), "at": number, "request_id": "r", "target": target, **said, **more})

    async def add(self, number: int, **settings: Any) -> Application:
        """Write application number so-and-so."""
        made = application(number, **settings)
        change = self.change(made.id, version=1)
        assert await self.store.applications.insert(made, change, secret=None, registration_digest=None)
        return made


def application(number: int, **settings: Any) -> Application:
    said = {
        "id": an_id(number),
        "client_id": f"client-{number}",
        "created_by": ALICE,
        "surface": "native",
        "version": 1,
        "created_at": 1_000 + number,
        "updated_at": 1_000 + number,
        "saved_at": 1_000 + number,
        "organization_id": ACME,
        "client_name": f"Application {number}",
    }
    return Application(**{**said, **settings})


def secret(number: int, application_id: str, **more: Any) -> Secret:
    said = {"label": "", "tail": "tail", "digest": digest(str(number)), "created_at": number, "created_by": ALICE}
    return Secret(**{"id": an_id(number), "application_id": application_id, **said, **more})


def user(user_id: str, username: str, **more: Any) -> User:
    said = {"name": username.title(), "email": f"{username}@example.com", "organization_id": user_id[::-1]}
    return User(**{"id": user_id, "username": username, "created_at": 10, "updated_at": 10, **said, **more})


def personal(owner: User) -> Organization:
    return Organization(
        id=owner.organization_id, name=owner.username, slug=f"personal-{owner.organization_id}", kind="personal"
    )


async def furnish(store: Store) -> Scene:
    scene = Scene(store)
    for user_id, name in ((ALICE, "alice"), (BOB, "bob")):
        made = user(user_id, name)
        assert await store.users.insert(made, personal(made), scene.change(user_id)) is None
    acme = Organization(id=ACME, name="Acme", slug="acme", created_at=20, updated_at=20)
    assert await store.organizations.insert(acme, ALICE, scene.change(ACME))
    return scene


async def empty(url: str) -> None:
    """Forget every row of a PostgreSQL database; its schema stays, which takes longer to make than most tests run."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(TABLES)
        await connection.execute("; ".join(f"DELETE FROM {row['relname']}" for row in tables))
    finally:
        await connection.close()
