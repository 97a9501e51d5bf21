"""Settings: one frozen value, read once, from the environment (`LICET_<NAME>`) over `licet.toml` over the defaults.

A row of the class is the one place of a setting: name, type, default and meaning. Nobody else reads the environment.
"""

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from licet.domain.application import (
    AUTHORIZATION_CODE,
    CLIENT_CREDENTIALS,
    DEVICE_CODE,
    PROFILE_NAMES,
    REFRESH_TOKEN,
    TOKEN_EXCHANGE,
)
from licet.errors import BadSettings

Value = TypeVar("Value")
Plain = str | int | bool | tuple[str, ...]

PREFIX = "LICET_"
FILE = "licet.toml"
PLACE = re.compile(r"[A-Za-z0-9._-]+:[0-9]{1,5}|\[[0-9A-Fa-f:.]+\]:[0-9]{1,5}")
ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
HTTP = 80
"""The port that no browser names."""

WHOLE = range(2**31)
RANGES: Mapping[str, range] = {
    "port": range(65_536),
    "workers": range(1, 1_001),
    "registration_redirect_uris": range(1, 1_001),
    "registration_bytes": range(256, 65_537),
    "registrations_per_hour": range(1_000_000_001),
    "pushed_request_seconds": range(60, 601),
}
"""What a number may be; what has no row here may be any of WHOLE."""

DEMO: Mapping[str, Plain] = {
    "registration": "open",
    "sign_up": "open",
    "registration_default_scope": "openid profile email offline_access mcp read write",
    "registration_grant_types": (AUTHORIZATION_CODE, REFRESH_TOKEN, DEVICE_CODE, CLIENT_CREDENTIALS, TOKEN_EXCHANGE),
    "registrations_per_hour": 100_000,
}
"""What a demo instance sets where nobody else does."""


def _row(default: Value, about: str, choices: tuple[str, ...] = ()) -> Value:
    return field(default=default, metadata={"about": about, "choices": choices})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an operator can say."""

    host: str = _row("127.0.0.1", "Address to listen on.")
    port: int = _row(8000, "Port to listen on.")
    issuer: str = _row("", "The public origin, such as https://id.example; default http://<host>:<port>.")
    origins: tuple[str, ...] = _row((), "Further public origins that this instance answers for.")
    trusted_proxies: tuple[str, ...] = _row((), "Networks whose X-Forwarded-* headers count, such as 10.0.0.0/8.")
    workers: int = _row(1, "Worker processes; more than one needs PostgreSQL.")
    data: str = _row("licet-data", "Folder of the instance key and, with SQLite, of the database.")
    database: str = _row("", "postgresql://... or sqlite:///...; default SQLite in the data folder.")
    listen: bool = _row(
        default=True, about="Off: workers on PostgreSQL poll for changes, for a pooler in front that has no LISTEN."
    )
    demo: bool = _row(default=False, about="Demo people and applications; listens on loopback only.")
    dialects: tuple[str, ...] = _row((), "Surfaces that are switched on; default all.")
    dialect_hosts: tuple[str, ...] = _row(
        (), "Surfaces bound to a host name of their own: a list of `<surface>=<host>`."
    )
    sign_up: Literal["off", "invited", "open"] = _row("off", "Who may sign up.", ("off", "invited", "open"))
    limits: bool = _row(default=True, about="Off: nothing is throttled, the dialects' own limits neither.")
    allow_insecure_redirects: bool = _row(default=False, about="On: people may be sent to plain http beyond loopback.")
    registration: str = _row("off", "Dynamic client registration.", ("off", "initial_access_token", "open"))
    registration_default_scope: str = _row("openid profile email offline_access", "Given when `scope` is left out.")
    registration_scopes: tuple[str, ...] = _row(
        (), "What a registration may ask for; default OpenID Connect's scopes and the operator's own."
    )
    registration_grant_types: tuple[str, ...] = _row(
        (AUTHORIZATION_CODE, REFRESH_TOKEN, DEVICE_CODE), "Grant types that a registration may ask for."
    )
    registration_redirect_uris: int = _row(50, "Most redirect URIs of one registration.")
    registration_bytes: int = _row(16_384, "Largest registration, in bytes of JSON.")
    registrations_per_hour: int = _row(100, "Registrations an hour from one address; 0 for no limit.")
    profile: str = _row("oauth2.1", "What is demanded of applications.", PROFILE_NAMES)
    require_pushed_authorization_requests: bool = _row(
        default=False, about="On: every authorization request must be pushed (RFC 9126)."
    )
    pushed_request_seconds: int = _row(90, "How long a pushed authorization request may be brought, 60 to 600.")
    authorization_details_types: tuple[str, ...] = _row(
        (), "Types of authorization details (RFC 9396) that resource servers here understand."
    )
    dpop_nonce: Literal["off", "required"] = _row(
        "off", "Whether DPoP proofs must have a nonce of this server (RFC 9449 section 8).", ("off", "required")
    )
    client_certificate_header: str = _row(
        "",
        "The header in which a trusted proxy gives a client's certificate, such as X-Client-Cert; it drops any other.",
    )
    client_certificate_verified_header: str = _row(
        "", "The header that says SUCCESS if the proxy verified that certificate's chain; tls_client_auth needs it."
    )
    mtls_origin: str = _row(
        "", "The public origin where the proxy asks for client certificates, if that is another; it is announced."
    )
    key_rotation_days: int = _row(90, "How long one signing key signs, in days; 0 for until `licet key rotate`.")
    fetch_allow: tuple[str, ...] = _row(
        (), "Addresses fetched from though they are not public: a list of `<host>:<port>`; for tests, on loopback only."
    )
    fetch_ca_file: str = _row("", "Further certificate authorities (PEM) that addresses fetched from may have.")
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """The configured public origin, without a slash at the end."""
        return self.issuer or f"http://{_bracketed(self.host)}{f':{self.port}' if self.port != HTTP else ''}"

    @property
    def database_url(self) -> str:
        """Where the database is."""
        return self.database or f"sqlite:///{Path(self.data).resolve() / 'licet.db'}"


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as the reference shows it."""

    name: str
    default: Plain
    about: str
    choices: tuple[str, ...] = ()
    within: range = WHOLE

    @property
    def environment(self) -> str:
        """Its name in the environment."""
        return PREFIX + self.name.upper()


def rows() -> tuple[Row, ...]:
    """Every setting of the instance itself, in the order of the table; dialects bring their own."""
    return tuple(
        Row(row.name, row.default, row.metadata["about"], row.metadata["choices"], RANGES.get(row.name, WHOLE))
        for row in fields(Settings)
        if row.default is not MISSING
    )


def load(
    environment: Mapping[str, str],
    *,
    file: Path | None = None,
    given: Mapping[str, Plain] | None = None,
    options: tuple[Row, ...] = (),
) -> Settings:
    """The settings: what was `given`, over the environment, over the file, over a demo's, over the defaults.

    Raises:
        BadSettings: a file that cannot be read, a name nobody knows, or a value that cannot be; the text names it.
    """
    said = {**_of_file(file), **_of_environment(environment, (*rows(), *options)), **(given or {})}
    known = {row.name: row for row in (*rows(), *options)}
    unknown = sorted(said.keys() - known.keys())
    if unknown:
        raise BadSettings(f"{', '.join(unknown)}: no such setting")
    values = {name: _typed(known[name], value) for name, value in said.items()}
    if values.get("demo"):
        values = {**DEMO, **values}
    own = {row.name for row in options}
    settings = Settings(
        **{name: value for name, value in values.items() if name not in own},
        options={row.name: values.get(row.name, row.default) for row in options},
    )
    _refuse_contradictions(settings)
    return settings


def read(
    *, file: Path | None = None, given: Mapping[str, Plain] | None = None, options: tuple[Row, ...] = ()
) -> Settings:
    """The settings of this process: `load` from its own environment."""
    return load(os.environ, file=file, given=given, options=options)


def strangers(known: Iterable[Row], environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Names in the environment that begin like a setting's and are none: what was meant by them is not done."""
    names = {row.environment for row in known}
    return tuple(sorted(name for name in environment if name.startswith(PREFIX) and name not in names))


def _of_file(file: Path | None) -> dict[str, Any]:
    path = file or Path(FILE)
    if file is None and not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise BadSettings(f"{path}: {fault}") from fault


def _of_environment(environment: Mapping[str, str], known: tuple[Row, ...]) -> dict[str, str]:
    return {row.name: environment[row.environment] for row in known if row.environment in environment}


WORDS = {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}


def _flag(value: str) -> bool:
    return WORDS[value.strip().lower()]


READERS: Mapping[type, Callable[[str], Any]] = {
    bool: _flag,
    int: int,
    str: str,
    tuple: lambda value: tuple(value.replace(",", " ").split()),
}


def _typed(row: Row, value: object) -> Any:  # noqa: ANN401 - as the row says
    wanted = type(row.default)
    try:
        typed = READERS[wanted](value) if isinstance(value, str) else _of_toml(wanted, value)
    except (KeyError, ValueError) as fault:
        raise BadSettings(f"{row.name} ({row.environment}) is not {_worded(wanted)}") from fault
    if row.choices and typed not in row.choices:
        raise BadSettings(f"{row.name} ({row.environment}) is one of {', '.join(row.choices)}")
    if wanted is int and typed not in row.within:
        raise BadSettings(f"{row.name} ({row.environment}) is from {row.within[0]} to {row.within[-1]}")
    return typed


def _of_toml(wanted: type, value: object) -> object:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = tuple(value)
    if type(value) is not wanted:
        raise ValueError
    return value


def _worded(wanted: type) -> str:
    return {bool: "on or off", int: "a whole number", tuple: "a list"}.get(wanted, "a text")


def _refuse_contradictions(settings: Settings) -> None:
    if empty := [name for name in ("host", "data") if not getattr(settings, name)]:
        # An empty host is every address of the machine, an empty folder wherever this process happens to be.
        raise BadSettings(f"{empty[0]}: it is empty")
    _refuse_other_addresses(settings)
    _refuse_other_networks(settings)
    _refuse_no_url(settings.database)
    if strange := [place for place in settings.fetch_allow if not PLACE.fullmatch(place)]:
        raise BadSettings(f"fetch_allow: {', '.join(strange)} is not <host>:<port>")
    if settings.client_certificate_header and not settings.trusted_proxies:
        raise BadSettings("client_certificate_header: only the word of a trusted proxy counts, and there is none")
    if (settings.client_certificate_verified_header or settings.mtls_origin) and not settings.client_certificate_header:
        raise BadSettings("client_certificate_header: without it no client certificate is ever seen")
    if settings.demo:
        _refuse_of_a_demo(settings)
    if settings.workers > 1 and not settings.database_url.startswith("postgres"):
        raise BadSettings("workers: more than one needs PostgreSQL")


def _refuse_other_addresses(settings: Settings) -> None:
    named = [("issuer", settings.origin), *(("origins", origin) for origin in settings.origins)]
    if settings.mtls_origin:
        named.append(("mtls_origin", settings.mtls_origin))
    for name, said in named:
        found = ORIGIN.fullmatch(said)
        if found is None or int(found[1] or 0) not in RANGES["port"]:
            raise BadSettings(f"{name}: {said!r} is not an origin such as https://id.example")


def _refuse_other_networks(settings: Settings) -> None:
    for network in settings.trusted_proxies:
        try:
            ip_network(network)
        except ValueError as fault:
            raise BadSettings(f"trusted_proxies: {fault}; a network is such as 10.0.0.0/8") from fault


def _refuse_no_url(database: str) -> None:
    try:
        urlsplit(database)
    except ValueError:
        # What was said stays unsaid, it may hold a password.
        raise BadSettings("database: it is no URL; what is special in a password is percent-encoded") from None


def _refuse_of_a_demo(settings: Settings) -> None:
    if settings.host not in LOOPBACK:
        raise BadSettings("host: a demo instance listens on loopback only, everybody knows its passwords")
    if settings.profile == "fapi2":
        raise BadSettings("profile: the applications of a demo do not meet fapi2")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
