"""`licet serve` as an operator starts it; the codes to redeem are made through its own rules, into its database."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import asyncpg

from bench.tokens.process import PATIENCE, await_answer, clean, free_port, parent, pinned
from bench.tokens.scene import ACCOUNT, ALLOWED, CHALLENGE, NONCE, REDIRECT_URI, Registered
from licet import bootstrap
from licet.dialects.native.formats import CLIENT_ID, CLIENT_SECRET
from licet.domain.actor import DEFAULT_PERMISSIONS, INSTANCE_ORGANIZATION_ID, Actor
from licet.domain.ids import base64url
from licet.domain.scope import Scope
from licet.domain.secret import digest
from licet.oauth.families import Allowed, begun
from licet.services.applications import Registration
from licet.services.passwords import digest_of
from licet.services.users import Person
from licet.settings import Settings, load

OPERATOR = Actor(id=None, name="cli:bench", surface="cli", roles={}, permissions=frozenset(DEFAULT_PERMISSIONS))
CODE_BYTES, CODE_LIVES = 32, 3_600_000
AT_ONCE = 200


class Licet:
    """One instance, pinned, with every limit and check on."""

    token_path = "/oauth2/token"

    def __init__(self, name: str, folder: Path, database: str = "") -> None:
        self.name, port = name, free_port()
        self.origin = f"http://127.0.0.1:{port}"
        given = {"port": port, "data": str(folder), "database": database}
        self._author = Author(load({}, given=given, options=bootstrap.options()))
        self.client = self._author.client
        command = [sys.executable, "-m", "licet", "serve", "--port", str(port), "--data", str(folder)]
        self._log = (folder / "log").open("wb")
        self._process = pinned(
            [*command, *(("--database", database) if database else ())],
            stdout=self._log,
            stderr=self._log,
            env=clean(),
            cwd=folder,
        )
        await_answer(f"{self.origin}/healthz", self._process)
        self.pid = self._process.pid
        self.database_pid = asyncio.run(_postmaster(database)) if database else None

    def codes(self, count: int, into: Path) -> None:
        """Make authorization codes of one more consent each, one a line."""
        into.write_text("".join(f"{code}\n" for code in self._author.codes(count)))

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        self._author.close()
        self._log.close()


class Author:
    """A second hand on the same database: it registers the client, and writes what its people allow."""

    def __init__(self, settings: Settings) -> None:
        self._runner = asyncio.Runner()
        self._instance = self._runner.run(bootstrap.start(settings))
        self._context = self._instance.setups["native"].context
        self._user_id, self.client = self._runner.run(self._furnish())

    def codes(self, count: int) -> Sequence[str]:
        return self._runner.run(self._codes(count))

    def close(self) -> None:
        self._runner.run(self._instance.close())
        self._runner.close()

    async def _furnish(self) -> tuple[str, Registered]:
        services = self._instance.services
        for name in ("read", "write"):
            await services.catalogue.put_scope(OPERATOR, Scope(name, name))
        person = Person(username=ACCOUNT, name=ACCOUNT, password_digest=digest_of(ACCOUNT))
        user = await services.users.create(OPERATOR, person)
        settings = {
            "organization_id": INSTANCE_ORGANIZATION_ID,
            "protocols": ("native",),
            "client_name": "Bench",
            "redirect_uris": (REDIRECT_URI,),
            "scope": ALLOWED,
            "grant_types": ("authorization_code", "refresh_token", "client_credentials"),
            "token_endpoint_auth_method": "client_secret_post",
        }
        registered = await services.applications.register(
            OPERATOR, Registration(settings=settings, client_id=CLIENT_ID, secret=CLIENT_SECRET)
        )
        return user.id, Registered(registered.application.client_id, registered.client_secret or "")

    async def _codes(self, count: int) -> Sequence[str]:
        made: list[str] = []
        while len(made) < count:
            made += await asyncio.gather(*(self._code() for _ in range(min(AT_ONCE, count - len(made)))))
        return made

    async def _code(self) -> str:
        """As `oauth.decide.grant`, of consents that nobody need remember, and with time enough to be measured."""
        context = self._context
        client = await context.clients.find(self.client.client_id)
        allowed = Allowed(user_id=self._user_id, scope=ALLOWED, auth_time=context.now())
        code = base64url(context.random(CODE_BYTES)).decode()
        family = replace(
            begun(context, client.application, allowed),
            generation=0,
            idle_expires_at=None,
            refreshed_at=None,
            redirect_uri=REDIRECT_URI,
            redirect_uri_sent=True,
            code_challenge=CHALLENGE,
            code_expires_at=context.now() + CODE_LIVES,
            nonce=NONCE,
            amr=("pwd",),
        )
        await context.ambient.store.families.insert(family, digest(code))
        return code


async def _postmaster(url: str) -> int:
    """The process of the database server whose children serve the connections."""
    connection = await asyncpg.connect(url)
    try:
        return parent(await connection.fetchval("SELECT pg_backend_pid()"))
    finally:
        await connection.close()
