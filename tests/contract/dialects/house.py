"""An instance for a test: its people, its clock, and ways to be somebody."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import orjson
from argon2 import PasswordHasher

from licet import bootstrap
from licet.cli.demo import furnish
from licet.domain.actor import Actor
from licet.domain.ids import SUBJECT
from licet.domain.secret import Form
from licet.domain.user import User
from licet.errors import Unreachable
from licet.services.ports import Fetched
from licet.services.sessions import SessionKind
from licet.settings import Settings, load

EPOCH = 1_795_000_000_000
"""The moment (ms) at which every test begins: 2026-11-18."""
ORIGIN = "http://127.0.0.1:8000"
DAY = 86_400_000
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""What a password costs is not what these tests are about."""


@dataclass
class Clock:
    """A clock that only a test moves."""

    now: int = EPOCH

    def __call__(self) -> int:
        return self.now

    def pass_(self, *, seconds: float = 0, days: float = 0) -> None:
        self.now += int(seconds * 1000 + days * DAY)


@dataclass
class Outside:
    """The world beyond the instance: what answers at which address, and what was asked; nothing else is reached."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, bytes | None]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    def serve(self, url: str, document: object) -> None:
        """Let an address answer a JSON document."""
        self.answers[url] = Fetched(200, {"content-type": "application/json"}, orjson.dumps(document))

    async def __call__(
        self, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None, **_: Any
    ) -> Fetched:
        self.asked.append((url, body))
        self.headers.append(headers or {})
        if url not in self.answers:
            raise Unreachable(url)
        return self.answers[url]


@dataclass(frozen=True)
class Template:
    """A furnished database, and the folder with its key."""

    folder: Path
    url: str
    organizations: Mapping[str, str]


@dataclass
class House:
    """One running instance, reached without a socket."""

    instance: bootstrap.Instance
    clock: Clock
    client: httpx.AsyncClient
    organizations: Mapping[str, str]
    engine: str
    origin: str = ORIGIN
    outside: Outside = field(default_factory=Outside)
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def services(self) -> Any:
        return self.instance.services

    @property
    def store(self) -> Any:
        return self.instance.store

    async def user(self, name: str) -> User:
        found = await self.store.users.by_username(name)
        assert found is not None
        return found

    async def actor(self, name: str, surface: str = "native") -> Actor:
        """A person as the services see them."""
        return await self.services.credentials.person(await self.user(name), surface)

    async def token(self, name: str, surface: str = "native") -> str:
        """A session token of a person on a surface, without the cost of a sign-in; the same one in a whole test."""
        key = (name, surface)
        if key not in self._tokens:
            kind = SessionKind(surface, Form("", "abcdefghijklmnopqrstuvwxyz0123456789", 43), 365 * DAY)
            self._tokens[key] = (await self.services.sessions.open(await self.user(name), kind)).token
        return self._tokens[key]

    async def bearer(self, name: str) -> dict[str, str]:
        """The headers of a person at the native API, and wherever its credentials are taken."""
        return {"authorization": f"Bearer {await self.token(name)}"}

    async def chat(self, name: str) -> dict[str, str]:
        """The header pair of a person at the surface that takes X-Auth-Token."""
        user = await self.user(name)
        return {"x-auth-token": await self.token(name, "rocketchat"), "x-user-id": SUBJECT.spell(user.id)}

    async def call(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        return await self.client.request(method, path, **kwargs)


@asynccontextmanager
async def open_house(
    folder: Path, url: str, template: Template, moment: int, given: Mapping[str, Any]
) -> AsyncIterator[House]:
    """Start an instance on a furnished database and stop it again."""
    clock = Clock(moment)
    outside = Outside()
    instance = await bootstrap.start(_settings(folder, url, given), clock=clock, hasher=CHEAP, fetch=outside)
    transport = httpx.ASGITransport(app=instance.application, client=("127.0.0.1", 50_000))
    try:
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            engine = "sqlite" if url.startswith("sqlite") else "postgresql"
            yield House(instance, clock, client, template.organizations, engine, outside=outside)
    finally:
        await instance.close()


async def make_template(folder: Path, url: str) -> Template:
    """Furnish a database once; tests get copies of it."""
    instance = await bootstrap.start(_settings(folder, url, {}), clock=Clock(), hasher=CHEAP)
    try:
        await furnish(instance)
        organizations = {}
        for slug in ("acme", "other", "instance"):
            found = await instance.store.organizations.by_slug(slug)
            assert found is not None
            organizations[slug] = found.id
    finally:
        await instance.close()
    return Template(folder, url, organizations)


async def keep_copy(url: str) -> None:
    """Put a copy of every row of a furnished PostgreSQL database aside, for `restore`."""
    async with _connection(url) as connection:
        await connection.execute("CREATE SCHEMA aside")
        for table in await _tables(connection):
            await connection.execute(f"CREATE TABLE aside.{table} AS TABLE public.{table}")


async def restore(url: str) -> None:
    """Make a PostgreSQL database as it was when its copy was put aside: a tenth of the time of a new one."""
    async with _connection(url) as connection:
        tables = await _tables(connection)
        emptied = "".join(f"DELETE FROM public.{table};" for table in tables)
        filled = "".join(f"INSERT INTO public.{table} SELECT * FROM aside.{table};" for table in tables)
        # Foreign keys are checked by triggers, which a replica leaves alone.
        await connection.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {emptied}{filled} COMMIT")


async def _tables(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [row["tablename"] for row in rows]


@asynccontextmanager
async def _connection(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


def _settings(folder: Path, url: str, given: Mapping[str, Any]) -> Settings:
    said = {"demo": True, "data": str(folder), "database": url, **given}
    return load({}, file=Path(os.devnull), given=said, options=bootstrap.options())
