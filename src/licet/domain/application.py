"""The registered application: an OAuth client in the words of RFC 7591, with what Licet keeps beside them.

A row of the class is the one place of a setting: its kind (what is true of it on every surface), its default and its
meaning stand together; the native API, the CLI, OpenAPI, revisions and the store all read them from here.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar
from zlib import crc32

import orjson

from licet.domain import redirect_uri
from licet.domain.key_set import KeySet
from licet.domain.keys import ALGORITHMS
from licet.domain.kinds import Choice, Flag, Kind, Nullable, Number, Origin, RedirectUri, Text, Texts
from licet.errors import Fault

Value = TypeVar("Value")
Patch = Mapping[str, object]
"""What one update says: setting to new value; an absent setting is left alone, `None` takes the default again."""

MAXIMUM_BYTES = 64 * 1024
"""Upper bound of all settings of one application together, as JSON."""

BUCKETS = 64
"""Versions of the registry, so that none of them is hot."""

AUTHORIZATION_CODE = "authorization_code"
REFRESH_TOKEN = "refresh_token"
CLIENT_CREDENTIALS = "client_credentials"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
GRANT_TYPES = (AUTHORIZATION_CODE, REFRESH_TOKEN, CLIENT_CREDENTIALS, DEVICE_CODE, TOKEN_EXCHANGE)
AUTH_METHODS = ("none", "client_secret_basic", "client_secret_post")


def _setting(kind: Kind, default: Value, about: str) -> Value:
    return field(default=default, metadata={"kind": kind, "about": about})


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One registered application; times are milliseconds since the epoch.

    `saved_at` and `saved_by` move with every accepted write, `updated_at` and `version` only when something changed.
    """

    id: str
    client_id: str
    created_by: str | None
    surface: str
    version: int
    created_at: int
    updated_at: int
    saved_at: int
    saved_by: str | None = None
    last_used_at: int | None = None

    organization_id: str = _setting(Text(24, 24), "", "The organization that owns the application.")
    enabled: bool = _setting(Flag(), default=True, about="Off: nothing of the application works until it is on again.")
    protocols: tuple[str, ...] = _setting(Texts(Text(1, 40), unique=True), (), "Surfaces where it may authorize.")
    client_name: str = _setting(Text(), "", "The name people see.")
    description: str | None = _setting(Nullable(Text(multiline=True)), None, "What the application is for.")
    redirect_uris: tuple[str, ...] = _setting(
        Texts(RedirectUri(allow_insecure=True)), (), "Where people may be sent back; the first is the default."
    )
    scope: tuple[str, ...] | None = _setting(
        Nullable(Texts(Text(1, 200), unique=True)), None, "What it may ask for, as names of the scope catalogue."
    )
    grant_types: tuple[str, ...] = _setting(
        Texts(Choice(GRANT_TYPES), unique=True), (AUTHORIZATION_CODE, REFRESH_TOKEN), "RFC 7591 section 2."
    )
    response_types: tuple[str, ...] = _setting(Texts(Choice(("code",)), unique=True), ("code",), "RFC 7591 section 2.")
    token_endpoint_auth_method: str = _setting(
        Choice(AUTH_METHODS), "client_secret_basic", "How the application proves itself (RFC 7591 section 2)."
    )
    application_type: str = _setting(Choice(("web", "native")), "web", "Stored and echoed; it refuses nothing.")
    require_pkce: bool = _setting(Flag(), default=True, about="Off only for an application that has a secret.")
    client_uri: str | None = _setting(Nullable(Text()), None, "The application's home page.")
    logo_uri: str | None = _setting(Nullable(Text()), None, "Its logo.")
    contacts: tuple[str, ...] = _setting(Texts(Text(1, 320)), (), "Ways to reach the people responsible.")
    tos_uri: str | None = _setting(Nullable(Text()), None, "Its terms of service.")
    policy_uri: str | None = _setting(Nullable(Text()), None, "Its privacy policy.")
    jwks_uri: str | None = _setting(Nullable(Text()), None, "Where its public keys are.")
    jwks: Mapping[str, object] | None = _setting(Nullable(KeySet()), None, "Its public keys, by value.")
    software_id: str | None = _setting(Nullable(Text(1, 200)), None, "The same for every copy of one software.")
    software_version: str | None = _setting(Nullable(Text(1, 200)), None, "The version of that software.")
    access_token_format: str = _setting(
        Choice(("jwt", "opaque")), "jwt", "A JWT that resource servers check themselves, or a value to introspect."
    )
    access_token_signed_response_alg: str = _setting(
        Choice(ALGORITHMS), "ES256", "How access tokens are signed, if they are JWTs."
    )
    id_token_signed_response_alg: str = _setting(
        Choice(ALGORITHMS), "ES256", "How ID Tokens are signed (OpenID Connect Registration section 2)."
    )
    access_token_lifetime: int | None = _setting(
        Nullable(Number(30, 86_400)), None, "Seconds an access token lives; the instance's when null."
    )
    id_token_lifetime: int | None = _setting(
        Nullable(Number(30, 86_400)), None, "Seconds an ID Token lives; the instance's when null."
    )
    refresh_token_idle_lifetime: int | None = _setting(
        Nullable(Number(60, 365 * 86_400)), None, "Seconds a refresh token lives unused; the instance's when null."
    )
    refresh_token_lifetime: int | None = _setting(
        Nullable(Number(60, 2 * 365 * 86_400)), None, "Seconds refreshing goes on at all; the instance's when null."
    )
    refresh_grace_seconds: int = _setting(
        Number(0, 60), 0, "Within it the last spent refresh token gets the same successor once more."
    )
    default_resource: str | None = _setting(
        Nullable(Text(1, 2048)), None, "What its tokens are for when no resource is asked for."
    )
    allowed_cors_origins: tuple[str, ...] = _setting(
        Texts(Origin(), maximum=50, unique=True), (), "Origins whose scripts may call the token endpoint."
    )
    post_logout_redirect_uris: tuple[str, ...] = _setting(
        Texts(RedirectUri(allow_insecure=True), maximum=100), (), "Where people may be sent after signing out."
    )
    client_secret_retrievable: bool = _setting(
        Flag(),
        default=False,
        about="On: secrets made from then on are also kept sealed, so that they can be shown again.",
    )

    @property
    def insecure(self) -> bool:
        """Whether plain http beyond loopback is registered: shown, and never redirected to."""
        return any(redirect_uri.is_insecure(uri) for uri in self.redirect_uris)

    @property
    def confidential(self) -> bool:
        """Whether the application proves itself with a secret (RFC 6749 section 2.1)."""
        return self.token_endpoint_auth_method != "none"

    @property
    def scopes(self) -> tuple[str, ...]:
        """What it may ask for; empty also when it was never said."""
        return self.scope or ()


@dataclass(frozen=True, slots=True)
class Setting:
    """One changeable field of an application."""

    name: str
    kind: Kind
    default: object
    about: str


SETTINGS: Mapping[str, Setting] = {
    row.name: Setting(row.name, row.metadata["kind"], row.default, row.metadata["about"])
    for row in fields(Application)
    if row.metadata
}


def bucket(client_id: str) -> int:
    """Which of the registry's versions a change of this application raises."""
    return crc32(client_id.encode()) % BUCKETS


def change(application: Application, patch: Patch) -> Application:
    """The application as the patch would leave it; unknown settings are a KeyError of the caller."""
    values: dict[str, Any] = {name: _stored(SETTINGS[name], value) for name, value in patch.items()}
    return replace(application, **values)


def _stored(setting: Setting, value: object) -> object:
    if value is None:
        return setting.default
    return tuple(value) if isinstance(value, list) else value


def settings(application: Application) -> dict[str, object]:
    """All settings by name, lists as tuples."""
    return {name: getattr(application, name) for name in SETTINGS}


def differences(before: Application, after: Application) -> tuple[str, ...]:
    """Names of the settings in which two states differ, in the order of the table."""
    return tuple(name for name in SETTINGS if getattr(before, name) != getattr(after, name))


def check(application: Application, catalogue: Collection[str]) -> Iterator[Fault]:
    """Every fault of a whole application, whoever wrote it; paths are in our words.

    Runs on the result of every write, so that no later rule is kept out by an earlier state.
    """
    for setting in SETTINGS.values():
        value = getattr(application, setting.name)
        yield from setting.kind.check(list(value) if isinstance(value, tuple) else value, (setting.name,))
    for position, scope in enumerate(application.scopes):
        if scope not in catalogue:
            yield Fault(("scope", position), "bad_choice", "a scope of the catalogue", scope)
    yield from _contradictions(application)


def _contradictions(application: Application) -> Iterator[Fault]:
    if application.jwks is not None and application.jwks_uri is not None:
        # RFC 7591 §2: jwks and jwks_uri must not both be present.
        yield Fault(("jwks",), "bad_value", "either jwks or jwks_uri")
    if not application.require_pkce and not application.confidential:
        yield Fault(("require_pkce",), "bad_value", "true for an application without a secret")
    if len(orjson.dumps(settings(application))) > MAXIMUM_BYTES:
        yield Fault((), "too_long", f"{MAXIMUM_BYTES} bytes")
