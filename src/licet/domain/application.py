"""The registered application: an OAuth client in the words of RFC 7591, with what Licet keeps beside them.

A row of the class is the one place of a setting: its kind (what is true of it on every surface), its default and its
meaning stand together; the native API, the CLI, OpenAPI, revisions and the store all read them from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import compress
from operator import itemgetter, ne
from typing import Any, TypeVar
from zlib import crc32

from licet.domain import redirect_uri
from licet.domain.key_set import KeySet
from licet.domain.keys import ALGORITHMS
from licet.domain.kinds import Choice, Flag, Kind, Nullable, Number, Origin, RedirectUri, Text, Texts, Uri

Value = TypeVar("Value")
Patch = Mapping[str, object]
"""What one update says: setting to new value; an absent setting is left alone, `None` takes the default again."""

BUCKETS = 64
"""Versions of the registry, so that none of them is hot."""

AUTHORIZATION_CODE = "authorization_code"
REFRESH_TOKEN = "refresh_token"
CLIENT_CREDENTIALS = "client_credentials"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
GRANT_TYPES = (AUTHORIZATION_CODE, REFRESH_TOKEN, CLIENT_CREDENTIALS, DEVICE_CODE, TOKEN_EXCHANGE, JWT_BEARER)
PROFILE_NAMES = ("oauth2.1", "fapi2", "oidc-basic")
"""What each demands is a row of `profile`."""
CERTIFICATE_METHODS = ("tls_client_auth", "self_signed_tls_client_auth")
SECRET_METHODS = ("client_secret_basic", "client_secret_post", "client_secret_jwt")
"""Methods of client authentication that need a client secret."""
SECRET_ALGORITHM = "HS256"
AUTH_METHODS = ("none", *SECRET_METHODS, "private_key_jwt", *CERTIFICATE_METHODS)
KEY_METHODS = ("private_key_jwt", "self_signed_tls_client_auth")
"""Methods that prove what the application has registered in `jwks`, or at its `jwks_uri`."""
CERTIFICATE_SUBJECTS = (
    "tls_client_auth_subject_dn",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_uri",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_email",
)
"""RFC 8705 section 2.1.2: settings of which an application with `tls_client_auth` has exactly one."""


SUBJECT_TYPES = ("public", "pairwise")
KEY_ENCRYPTIONS = ("RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW")
ENCRYPTIONS = ("A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM")
"""JWE algorithms (RFC 7518 sections 4.1 and 5.1); RSA1_5 and what the RFCs have given up are not among them."""


def _setting(kind: Kind, default: Value, about: str) -> Value:
    return field(default=default, metadata={"kind": kind, "about": about})


@dataclass(frozen=True, kw_only=True)  # no slots: a copy of so many fields is one copy of a dictionary
class Application:
    """One registered application; times are milliseconds since the epoch.

    `saved_at` and `saved_by` move with every accepted write, `updated_at` and `version` only when something changed.
    Tokens that the application got for itself before `tokens_not_before` have ended.
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
    tokens_not_before: int | None = None

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
    token_endpoint_auth_signing_alg: str | None = _setting(
        Nullable(Choice((*ALGORITHMS, SECRET_ALGORITHM))),
        None,
        "How its assertions are signed; any way that its method has when null.",
    )
    strict_assertion_audience: bool = _setting(
        Flag(), default=False, about="On: its assertions must be for the issuer, and not for an endpoint's URL."
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
    profile: str | None = _setting(
        Nullable(Choice(PROFILE_NAMES)), None, "What is demanded of it beyond its settings; the instance's when null."
    )
    require_pushed_authorization_requests: bool = _setting(
        Flag(), default=False, about="On: it must push its authorization requests (RFC 9126 section 6)."
    )
    require_signed_request_object: bool = _setting(
        Flag(), default=False, about="On: it must sign its authorization requests (RFC 9101 section 10.5)."
    )
    request_object_signing_alg: str | None = _setting(
        Nullable(Choice(ALGORITHMS)), None, "How it signs them; any algorithm of its keys when null."
    )
    authorization_signed_response_alg: str | None = _setting(
        Nullable(Choice(ALGORITHMS)), None, "How answers in a JWT response mode are signed; RS256 when null (JARM)."
    )
    authorization_details_types: tuple[str, ...] = _setting(
        Texts(Text(1, 200), maximum=50, unique=True), (), "Types of authorization details it may ask for (RFC 9396)."
    )
    subject_type: str = _setting(
        Choice(SUBJECT_TYPES), "public", "What it calls people: as everybody does, or as only its sector does."
    )
    sector_identifier_uri: str | None = _setting(
        Nullable(Uri(("https",), 2048)),
        None,
        "Lists the redirect URIs of one sector; pairwise names are the host's.",
    )
    id_token_encrypted_response_alg: str | None = _setting(
        Nullable(Choice(KEY_ENCRYPTIONS)), None, "How the key of encrypted ID Tokens is; plain ones when null."
    )
    id_token_encrypted_response_enc: str | None = _setting(
        Nullable(Choice(ENCRYPTIONS)), None, "How ID Tokens are encrypted; A128CBC-HS256 when null."
    )
    userinfo_signed_response_alg: str | None = _setting(
        Nullable(Choice(ALGORITHMS)), None, "How UserInfo answers are signed; plain JSON when null."
    )
    introspection_signed_response_alg: str | None = _setting(
        Nullable(Choice(ALGORITHMS)),
        None,
        "How introspection answers as JWT are signed; RS256 when null (RFC 9701).",
    )
    backchannel_logout_uri: str | None = _setting(
        Nullable(Uri(("https", "http"), 2048)), None, "Where its server is told that somebody signed out."
    )
    backchannel_logout_session_required: bool = _setting(
        Flag(), default=False, about="Whether it must be told which session; it always is."
    )
    frontchannel_logout_uri: str | None = _setting(
        Nullable(Uri(("https", "http"), 2048)), None, "What the signed-out page loads, so that its pages know."
    )
    frontchannel_logout_session_required: bool = _setting(
        Flag(), default=False, about="Whether issuer and session are named there; else nothing is added."
    )
    dpop_bound_access_tokens: bool = _setting(
        Flag(),
        default=False,
        about="On: it gets tokens only for a DPoP proof, bound to its key (RFC 9449 section 5.2).",
    )
    tls_client_certificate_bound_access_tokens: bool = _setting(
        Flag(), default=False, about="On: its tokens are bound to its client certificate (RFC 8705 section 3.4)."
    )
    tls_client_auth_subject_dn: str | None = _setting(
        Nullable(Text(1, 1024)), None, "Its certificate's subject, as RFC 4514 writes it (RFC 8705 section 2.1.2)."
    )
    tls_client_auth_san_dns: str | None = _setting(
        Nullable(Text(1, 255)), None, "A DNS name of its certificate, instead of the subject."
    )
    tls_client_auth_san_uri: str | None = _setting(
        Nullable(Text(1, 2048)), None, "A URI of its certificate, instead of the subject."
    )
    tls_client_auth_san_ip: str | None = _setting(
        Nullable(Text(1, 45)), None, "An IP address of its certificate, instead of the subject."
    )
    tls_client_auth_san_email: str | None = _setting(
        Nullable(Text(1, 320)), None, "An email address of its certificate, instead of the subject."
    )
    client_secret_retrievable: bool = _setting(
        Flag(),
        default=False,
        about="On: secrets made from then on are also kept sealed, so that they can be shown again.",
    )

    @property
    def sector(self) -> str:
        """The sector, in which a person has one and the same pairwise subject (OpenID Connect Core section 8.1).

        The host of `sector_identifier_uri`, else the one host of all redirect URIs; else the application is alone in
        a sector of its own, its client_id.
        """
        hosts = {redirect_uri.host(uri) or uri for uri in self.redirect_uris}
        if self.sector_identifier_uri is not None:
            return redirect_uri.host(self.sector_identifier_uri) or self.client_id
        return hosts.pop() if len(hosts) == 1 else self.client_id

    @property
    def hears_logout(self) -> bool:
        """Whether it wants to hear that a session has ended."""
        return self.backchannel_logout_uri is not None or self.frontchannel_logout_uri is not None

    @property
    def insecure(self) -> bool:
        """Whether plain http beyond loopback is registered: shown, and redirected to only if the operator allows it."""
        return any(redirect_uri.is_insecure(uri) for uri in self.redirect_uris)

    @property
    def confidential(self) -> bool:
        """Whether the application proves itself (RFC 6749 section 2.1)."""
        return self.token_endpoint_auth_method != "none"

    @property
    def needs_secret(self) -> bool:
        """Whether it proves itself with a client secret."""
        return self.token_endpoint_auth_method in SECRET_METHODS

    @property
    def seals_secrets(self) -> bool:
        """Whether its secrets have a sealed copy: to be shown again, or to check what was made with them."""
        return self.client_secret_retrievable or self.token_endpoint_auth_method == "client_secret_jwt"

    @property
    def sender_constrained(self) -> bool:
        """Whether it gets only tokens that are bound to a key of its own."""
        return self.dpop_bound_access_tokens or self.tls_client_certificate_bound_access_tokens

    @property
    def scopes(self) -> tuple[str, ...]:
        """What it may ask for; empty also when it was never said."""
        return self.scope or ()


@dataclass(frozen=True)
class Setting:
    """One changeable field of an application."""

    name: str
    kind: Kind
    default: object
    about: str

    @cached_property
    def right(self) -> bool:
        """Whether the default itself is a right value, and need not be judged at every write."""
        return not any(self.kind.check(self.default, (self.name,)))


SETTINGS: Mapping[str, Setting] = {
    row.name: Setting(row.name, row.metadata["kind"], row.default, row.metadata["about"])
    for row in fields(Application)
    if row.metadata
}


_values = itemgetter(*SETTINGS)


def needs_secret(asked: Patch) -> bool:
    """Whether a new application of these settings proves itself with a client secret."""
    method = asked.get("token_endpoint_auth_method") or SETTINGS["token_endpoint_auth_method"].default
    return method in SECRET_METHODS


def bucket(client_id: str) -> int:
    """Which of the registry's versions a change of this application raises."""
    return crc32(client_id.encode()) % BUCKETS


def change(application: Application, patch: Patch) -> Application:
    """The application as the patch would leave it; unknown settings are a KeyError of the caller."""
    return altered(application, {name: _stored(SETTINGS[name], value) for name, value in patch.items()})


def altered(application: Application, values: Mapping[str, Any]) -> Application:
    """The application with other values in some of its fields."""
    return of_fields({**vars(application), **values})


def of_fields(values: Mapping[str, Any]) -> Application:
    """The application with exactly these values, one for each field: `__init__` would set every field on its own."""
    made = object.__new__(Application)
    vars(made).update(values)
    return made


def _stored(setting: Setting, value: object) -> object:
    if value is None:
        return setting.default
    return tuple(value) if isinstance(value, list) else value


def settings(application: Application) -> dict[str, object]:
    """All settings by name, lists as tuples."""
    return dict(zip(SETTINGS, _values(vars(application)), strict=True))


def differences(before: Application, after: Application) -> tuple[str, ...]:
    """Names of the settings in which two states differ, in the order of the table."""
    return tuple(compress(SETTINGS, map(ne, _values(vars(before)), _values(vars(after)))))
