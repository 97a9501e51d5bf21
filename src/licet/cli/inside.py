"""The instance itself, opened on its database: the native API's own handlers, with the operator as their caller."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Self

import click
import orjson

from licet import bootstrap
from licet.bootstrap import Instance
from licet.cli.door import Answer, written
from licet.cli.place import require_instance
from licet.cli.render import judged
from licet.cli.shell import operator
from licet.dialects.native import GROUPS, OWNS
from licet.dialects.native.authentication import NAME, Authentication
from licet.dialects.native.render import render
from licet.dialects.record import Setup
from licet.domain.actor import Actor
from licet.domain.ids import is_id
from licet.domain.user import Session, User
from licet.errors import CredentialNotAccepted, Refused
from licet.services.credentials import Caller
from licet.settings import Settings
from licet.web.request import Request
from licet.web.route import Surface
from licet.web.table import Table


class Operator(Authentication):
    """Who has the database in hand is known, and no request has to prove it. They may act for a person."""

    def __init__(self, setup: Setup, user: User | None) -> None:
        super().__init__(setup)
        self._user = user

    async def actor(self, request: Request) -> Actor:
        """The operator; for a person, under that person's id and the operator's name."""
        acting = replace(operator(), request_id=request.request_id)
        if self._user is None:
            return acting
        return replace(acting, id=self._user.id, surface=NAME, password_hash=self._user.password_hash or "")

    async def caller(self, request: Request) -> Caller:
        """The person who is acted for, as if signed in with a session that nobody can present."""
        if self._user is None:
            raise CredentialNotAccepted
        session = Session(
            id="", digest=b"", user_id=self._user.id, surface=NAME, created_at=0, expires_at=0, last_used_at=0
        )
        return Caller(await self.actor(request), self._user, "session", session)


class Inside:
    """An open instance and a loop to run it on."""

    def __init__(self, runner: asyncio.Runner, instance: Instance, user: User | None = None) -> None:
        self._runner = runner
        self._instance = instance
        setup = instance.setups[NAME]
        routes = tuple(route for group in GROUPS for route in group(setup, Operator(setup, user)).routes())
        self._table = Table([Surface(NAME, OWNS, routes, render)])

    def call(
        self, method: str, path: str, *, query: Mapping[str, object] | None = None, body: object = None, etag: str = ""
    ) -> Answer:
        """One call of a handler (ClickException; Broken)."""
        headers = [
            *([(b"content-type", b"application/json")] if body is not None else []),
            *([(b"if-match", etag.encode())] if etag else []),
        ]
        scope = {
            "method": method,
            "scheme": "https",
            "raw_path": path.encode(),
            "query_string": written(query).encode(),
            "headers": headers,
            "client": None,
        }
        request = Request(scope, self._instance.services.ambient.id())
        request.body = b"" if body is None else orjson.dumps(body)
        return self._runner.run(self._answer(request))

    async def _answer(self, request: Request) -> Answer:
        try:
            found, request.params = self._table.find(request.method, request.raw_path)
            reply = await found.route.handler(request)
        except Refused as refusal:
            reply = render(refusal, request)
        body = reply.body if isinstance(reply.body, bytes) else b"".join([piece async for piece in reply.body])
        headers = dict(reply.headers)
        return Answer(judged(reply.status, headers.get("content-type", ""), body), headers.get("etag"))

    def on_behalf_of(self, user: str | None) -> Self:
        """The operator acting for a person, who must be named (UsageError, UnknownUser)."""
        if user is None:
            raise click.UsageError("say for whom with --user")
        named = {"user_id": user} if is_id(user) else {"username": user}
        known = self._runner.run(self._instance.services.users.find(**named))
        return type(self)(self._runner, self._instance, known)


@contextmanager
def inside(settings: Settings) -> Iterator[Inside]:
    """The instance, open as long as the block lasts (BadSettings, StoreUnavailable, DatabaseTooNew)."""
    with asyncio.Runner() as runner:
        instance = runner.run(_opened(settings))
        try:
            yield Inside(runner, instance)
        finally:
            runner.run(instance.close())


async def _opened(settings: Settings) -> Instance:
    await require_instance(settings)
    return await bootstrap.start(settings)
