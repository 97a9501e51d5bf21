"""The one place where parts meet: settings -> store -> services -> surfaces -> the ASGI application."""

import asyncio
import logging
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from argon2 import PasswordHasher

from licet import login, store
from licet.dialects import reference
from licet.dialects.native import DIALECT as NATIVE
from licet.dialects.native.scopes import RESOURCE
from licet.dialects.record import Dialect, Setup
from licet.dialects.rfc import DIALECT as RFC
from licet.dialects.rfc.discovery import PUSH, TOKEN
from licet.dialects.rocketchat import DIALECT as ROCKETCHAT
from licet.dialects.teable import DIALECT as TEABLE
from licet.dialects.timbrix import DIALECT as TIMBRIX
from licet.domain.application import GRANT_TYPES
from licet.domain.ids import Entropy
from licet.domain.keys import DAY
from licet.domain.profile import USUAL
from licet.errors import BadSettings, Broken
from licet.oauth.authorize import AuthorizationServer
from licet.oauth.client_keys import ClientKeys
from licet.oauth.context import Context
from licet.oauth.logout import tell
from licet.oauth.nonces import Nonces
from licet.oauth.provider import STANDARD, Provider
from licet.oauth.refresh_token import RefreshTokens
from licet.oauth.ring import Ring
from licet.oauth.subject import Subjects
from licet.oauth.waiting import Servers
from licet.services.ambient import Ambient, Clock
from licet.services.chores import again
from licet.services.deliveries import Deliveries
from licet.services.founding import found
from licet.services.house import Services, make_services
from licet.services.oauth_ports import Registry
from licet.services.passwords import OWASP, Passwords
from licet.services.ports import Fetch, Store
from licet.services.resources import Resources
from licet.services.sealing import Sealer
from licet.settings import LOOPBACK, Row, Settings
from licet.store.key_file import NAME as KEY_FILE, derived, instance_key
from licet.web import health
from licet.web.application import Application
from licet.web.edge import Edge
from licet.web.fetch import Guard
from licet.web.limits import Limiter
from licet.web.route import Surface
from licet.web.sharing import by_application

DIALECTS: tuple[Dialect, ...] = (NATIVE, RFC, TEABLE, TIMBRIX, ROCKETCHAT)
"""Every dialect; the rest of the house iterates over these records."""

PURGE_EVERY = 10
PURGE_ROWS = 500
WATCH_EVERY = 0.2
KEYS_EVERY = 3600
LOGOUTS_EVERY = 1

log = logging.getLogger("licet")


def now() -> int:
    """The system's clock, ms since the epoch."""
    return time.time_ns() // 1_000_000


def options() -> tuple[Row, ...]:
    """The settings that dialects bring."""
    return tuple(
        Row(name, option.default, option.about, within=option.within)
        for dialect in DIALECTS
        for name, option in dialect.options.items()
    )


@dataclass(frozen=True, slots=True)
class Instance:
    """One running Licet: its store, its services, what its dialects were built from, and its ASGI application."""

    settings: Settings
    store: Store
    services: Services
    setups: Mapping[str, Setup]
    application: Application
    deliveries: Deliveries
    _passwords: Passwords
    _chores: "tuple[asyncio.Task[None], ...]"

    async def close(self) -> None:
        """Finish what was accepted and let go of everything."""
        for chore in self._chores:
            chore.cancel()
            with suppress(asyncio.CancelledError):
                await chore
        self._passwords.close()
        await self.store.upkeep.close()


def key_path(settings: Settings) -> Path:
    """Where the instance key is, or will be made."""
    return Path(settings.data) / KEY_FILE


def database_file(settings: Settings) -> Path | None:
    """SQLite's file; None for a database server."""
    return store.sqlite_file(settings.database_url)


def judge(settings: Settings) -> None:
    """Refuse words that no part of this program knows (BadSettings); `start` does, before it makes anything."""
    known = {dialect.name for dialect in DIALECTS}
    bound = _bound(settings)
    places = _edge(settings).authorities
    answered = {*places, *(place.rpartition(":")[0] or place for place in places)}
    wrong = (
        ("dialects", {*settings.dialects} - known, f"one of {', '.join(sorted(known))}"),
        ("dialect_hosts", {name for name, _ in bound} - known, f"one of {', '.join(sorted(known))}"),
        ("dialect_hosts", {host for _, host in bound} - answered, "a host of `issuer` or `origins`"),
        ("registration_grant_types", {*settings.registration_grant_types} - {*GRANT_TYPES}, "a grant type known here"),
    )
    for name, strange, wanted in wrong:
        if strange:
            raise BadSettings(f"{name}: {', '.join(map(repr, sorted(strange)))} is not {wanted}")


async def open_store(settings: Settings) -> Store:
    """The instance's store as it is (StoreUnavailable, BadSettings)."""
    return await store.open(settings.database_url, listen=settings.listen)


async def start(
    settings: Settings,
    *,
    clock: Clock = now,
    entropy: Entropy = os.urandom,
    hasher: PasswordHasher = OWASP,
    fetch: Fetch | None = None,
) -> Instance:
    """Open the store, bring it up to date, make what must exist, and build every surface.

    Raises:
        BadSettings, StoreUnavailable, DatabaseTooNew: with what to do about it.
    """
    judge(settings)
    key = instance_key(Path(settings.data), entropy)
    opened = await open_store(settings)
    try:
        await _bring_up_to_date(opened)
        out = fetch or Guard(allow=settings.fetch_allow, ca_file=settings.fetch_ca_file)
        ambient = Ambient(opened, clock, entropy, Sealer(key, entropy), out)
        return await _start_on(settings, ambient, key, hasher)
    except BaseException:
        await opened.upkeep.close()
        raise


async def _start_on(settings: Settings, ambient: Ambient, key: bytes, hasher: PasswordHasher) -> Instance:
    opened, clock = ambient.store, ambient.clock
    passwords = Passwords(ambient.entropy, hasher=hasher)
    services = _services(settings, ambient, passwords)
    await found(services)
    await _require_instance_key(settings, services)
    servers = _servers(settings, _context(settings, services, derived(key, "refresh")))
    setups = _setups(settings, services, servers, derived(key, "cookies"))
    for dialect in DIALECTS:
        if dialect.ensure is not None:
            await dialect.ensure(setups[dialect.name])
    application = Application(
        _surfaces(settings, setups, opened),
        _edge(settings),
        choice=by_application(services.clients),
    )
    deliveries = Deliveries(ambient, {dialect.name: dialect.webhook for dialect in DIALECTS if dialect.webhook})
    period, context = settings.key_rotation_days * DAY, servers.of(STANDARD).context
    chores = tuple(
        asyncio.create_task(chore)
        for chore in (
            again("purging", lambda: _purge(opened, clock)),
            again("looking for changed applications", lambda: _watch(services, opened.registry)),
            again("looking after the signing keys", lambda: services.keys.keep(period), KEYS_EVERY),
            again("telling of ended sessions", lambda: _tell_of_logouts(context), LOGOUTS_EVERY),
            deliveries.run(),
        )
    )
    return Instance(settings, opened, services, MappingProxyType(setups), application, deliveries, passwords, chores)


def _services(settings: Settings, ambient: Ambient, passwords: Passwords) -> Services:
    return make_services(
        ambient,
        passwords,
        scopes=[scope for dialect in DIALECTS for scope in dialect.scopes],
        surfaces=[dialect.name for dialect in DIALECTS if dialect.protocol],
        sign_up=settings.sign_up,
        profile=settings.profile,
    )


async def _bring_up_to_date(opened: Store) -> None:
    """A new database gets its schema; an older one waits for the operator, who may want a backup first."""
    version, wanted = await opened.upkeep.schema_version()
    if 0 < version < wanted:
        raise BadSettings(f"database: its schema is version {version}, this program needs {wanted}: run licet migrate")
    await opened.upkeep.migrate()


async def _require_instance_key(settings: Settings, services: Services) -> None:
    """With another key nothing that is sealed opens, and what is sealed from now on would open under this one alone."""
    try:
        await services.keys.require_instance_key()
    except Broken as fault:
        advice = "restore the one that belongs to this database, or say its folder with --data"
        raise BadSettings(f"data: {key_path(settings)} is another instance's key: {advice}") from fault


def _context(settings: Settings, services: Services, refresh_key: bytes) -> Context:
    """What the standard authorization server works with: it is for the management API's applications."""
    provider = Provider(
        surface=STANDARD,
        issuer=settings.origin,
        token_endpoint=settings.origin + TOKEN,
        pushed_endpoint=settings.origin + PUSH,
        allow_insecure_redirects=settings.allow_insecure_redirects,
        limits=settings.limits,
        certificates=_certificates(settings),
        mtls_origin=settings.mtls_origin,
        pushed_lifetime=settings.pushed_request_seconds,
        require_pushed=settings.require_pushed_authorization_requests,
        profile=settings.profile,
        authorization_details_types=settings.authorization_details_types,
    )
    return Context(
        provider=provider,
        ambient=services.ambient,
        clients=services.clients,
        resources=Resources(services.ambient, own=(settings.origin + RESOURCE,)),
        ring=Ring(services.keys, services.ambient.clock),
        refresh_tokens=RefreshTokens(refresh_key),
        nonces=Nonces(derived(refresh_key, "dpop nonces")) if settings.dpop_nonce == "required" else None,
        subjects=Subjects(derived(refresh_key, "pairwise")),
        client_keys=ClientKeys(services.ambient.fetch, services.ambient.clock),
    )


def _certificates(settings: Settings) -> Literal["", "any", "verified"]:
    if not settings.client_certificate_header:
        return ""
    return "verified" if settings.client_certificate_verified_header else "any"


def _servers(settings: Settings, context: Context) -> Servers:
    """Every surface that people authorize through."""
    servers = {STANDARD: AuthorizationServer(context)}
    # A profile is the standard surface's: the others do as their own contracts say.
    plain = replace(context.provider, profile=USUAL, require_pushed=False, authorization_details_types=())
    beside = replace(context, provider=plain)
    for dialect in DIALECTS:
        if dialect.server is not None and (not settings.dialects or dialect.name in settings.dialects):
            servers[dialect.name] = dialect.server(beside, {name: settings.options[name] for name in dialect.options})
    return Servers(context.ambient, MappingProxyType(servers))


def _setups(settings: Settings, services: Services, servers: Servers, cookie_key: bytes) -> dict[str, Setup]:
    limiter = Limiter(services.ambient.store.counters, services.ambient.clock, enabled=settings.limits)
    standard = servers.of(STANDARD)
    said: Mapping[str, Any] = MappingProxyType({row.name: getattr(settings, row.name) for row in fields(settings)})
    return {
        dialect.name: Setup(
            services=services,
            limiter=limiter,
            origin=settings.origin,
            accepts=dialect.accepts,
            cookie_key=cookie_key,
            context=servers.by_surface.get(dialect.name, standard).context,
            servers=servers,
            options={name: settings.options[name] for name in dialect.options},
            settings=said,
        )
        for dialect in DIALECTS
    }


def _surfaces(settings: Settings, setups: Mapping[str, Setup], opened: Store) -> list[Surface]:
    bound = _bound(settings)
    native = setups[NATIVE.name]
    entrance = login.entrance(
        native.services,
        native.limiter,
        native.servers,
        key=native.cookie_key,
        sign_up_open=settings.sign_up == "open",
    )
    surfaces = [health.surface(opened.upkeep.check), login.surface(entrance)]
    documented = []
    for dialect in DIALECTS:
        if not settings.dialects or dialect.name in settings.dialects:
            hosts = frozenset(host for name, host in bound if name == dialect.name)
            surface = replace(dialect.surface(setups[dialect.name]), hosts=hosts)
            documented.append(reference.Documented(dialect, surface, settings.origin))
    return [*surfaces, *(one.surface for one in documented), reference.surface(documented, usual=NATIVE.name)]


def _bound(settings: Settings) -> list[tuple[str, str]]:
    """Surfaces bound to a host, each with it."""
    return [(name, host) for name, _, host in (entry.partition("=") for entry in settings.dialect_hosts)]


def _edge(settings: Settings) -> Edge:
    headers = (settings.client_certificate_header, settings.client_certificate_verified_header)
    return Edge(_origins(settings), settings.trusted_proxies, certificate_headers=headers)


def _origins(settings: Settings) -> list[str]:
    loopback = [replace(settings, host=host, issuer="").origin for host in sorted(LOOPBACK)]
    own = [origin for origin in (settings.mtls_origin,) if origin]
    return [settings.origin, *settings.origins, *own, *(loopback if settings.origin in loopback else ())]


async def _watch(services: Services, registry: Registry) -> None:
    """Drop changed applications from memory; looks twice in the 500 ms that are promised, so that one may be slow."""
    await services.clients.look()
    await registry.until_changed(WATCH_EVERY)


async def _tell_of_logouts(context: Context) -> None:
    """Let applications hear that sessions have ended."""
    while await tell(context):
        pass


async def _purge(opened: Store, clock: Clock) -> None:
    """Delete what has expired in small steps, and not while it starts; expiry itself is enforced at use."""
    await asyncio.sleep(PURGE_EVERY)
    while purged := await opened.upkeep.purge(clock(), limit=PURGE_ROWS):
        log.debug("purged %d rows", purged)
