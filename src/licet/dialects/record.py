"""What a dialect is to the rest of the house: one record, listed in `bootstrap`; others iterate over records."""

import json
import shlex
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from licet.domain.scope import Scope
from licet.domain.user import User
from licet.oauth.authorize import AuthorizationServer
from licet.oauth.context import Context
from licet.oauth.waiting import Servers
from licet.services.deliveries import Telling
from licet.services.house import Services
from licet.web.limits import Limiter
from licet.web.route import Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a dialect is built from.

    Attributes:
        services: everything that can be done.
        limiter: the one limiter.
        origin: the configured public origin, such as `https://id.example`, without a slash at the end.
        accepts: the surfaces whose credentials open this one (P8).
        cookie_key: key for signing this instance's cookies.
        context: this surface as an authorization server; the standard one for a surface that is none.
        servers: every surface as an authorization server.
        options: what was set of the dialect's own options, by setting name.
        settings: every setting of the instance by name, read only.
    """

    services: Services
    limiter: Limiter
    origin: str
    accepts: frozenset[str]
    cookie_key: bytes
    context: Context
    servers: Servers
    options: Mapping[str, Any]
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Option:
    """A setting that only one dialect reads; it is set like every other, and its type is its default's.

    `within` is what a number may be.
    """

    default: str | int | bool | tuple[str, ...]
    about: str
    within: range = range(1, 2**31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One example call of the demo instance, with a body of JSON: what it shows, and a command line to copy."""

    title: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def command(self) -> str:
        """The call for a shell."""
        headers = [*self.headers.items(), ("Content-Type", "application/json")]
        parts = [
            f"curl -X {self.method} {shlex.quote(self.url)}",
            *(f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers),
            f"-d {shlex.quote(json.dumps(self.body))}",
        ]
        return " \\\n  ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What a dialect's demo data is made with: the people of the demo by user name, and one password for all."""

    setup: Setup
    users: Mapping[str, User]
    organizations: Mapping[str, str]
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One machine API.

    Attributes:
        name: the surface's name, in URLs of documents, in settings and in the database.
        title: its name for people.
        accepts: surfaces whose sessions and personal tokens open it.
        protocol: whether applications may authorize through it (P10); the standard API lends its name to the native
        one.
        surface: makes its routes.
        security: OpenAPI security schemes of its credentials by kind.
        error: JSON Schema of its error body, and its media type.
        package: where it keeps `examples.json`, real exchanges for the reference; "" for none.
        scopes: the scopes it brings to the catalogue.
        options: its own settings by setting name.
        server: the surface as an authorization server, made of the standard one's context and its own options; None
        for one that is none of its own.
        webhook: how webhooks that were made through it are told; None for a surface that makes none.
        ensure: makes what must exist at every start; idempotent, also of two starts at once.
        demo: makes its demo data, idempotent, and answers sample calls.
    """

    name: str
    title: str
    accepts: frozenset[str]
    protocol: bool = True
    surface: Callable[[Setup], Surface]
    security: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    error: tuple[Mapping[str, Any], str] = ({}, "application/json")
    package: str = ""
    scopes: tuple[Scope, ...] = ()
    options: Mapping[str, Option] = field(default_factory=dict)
    server: Callable[[Context, Mapping[str, Any]], AuthorizationServer] | None = None
    webhook: Telling | None = None
    ensure: Callable[[Setup], Awaitable[None]] | None = None
    demo: Callable[[Demo], Awaitable[tuple[Sample, ...]]] | None = None
