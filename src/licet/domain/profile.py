"""Profiles: what is demanded of applications and their requests beyond their own settings, as one table.

An instance has one, an application may have another. What a row demands of settings is checked with every write, and
again at the endpoints, since an instance may change its profile under applications that are there already.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from licet.domain import redirect_uri
from licet.domain.application import Application
from licet.errors import Fault

STANDARD = "native"
"""The surface whose applications an instance's profile is about; the others have contracts of their own."""
USUAL = "oauth2.1"
SIGNED = (
    "access_token_signed_response_alg",
    "id_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "introspection_signed_response_alg",
    "authorization_signed_response_alg",
    "request_object_signing_alg",
    "token_endpoint_auth_signing_alg",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One row.

    Attributes:
        binds_all: as the instance's, it leaves no application another.
        auth_methods: ways for an application to prove itself; None for all.
        algorithms: signatures by and for an application; None for all.
        pushed: authorization requests are pushed.
        bound: tokens are bound to a key of the application's.
        strict_audience: assertions are for the issuer, and for no endpoint.
        pkce: always, as the application is set, or never needed by one that proves itself.
        rotates: a refresh token is good once, else as long as its family lives.
        code_lifetime: most seconds of an authorization code.
        signs: the algorithm of signed answers where the application does not say (JARM section 3), and of the ID
            Tokens of one that registers without saying.
    """

    binds_all: bool = False
    auth_methods: tuple[str, ...] | None = None
    algorithms: tuple[str, ...] | None = None
    pushed: bool = False
    bound: bool = False
    strict_audience: bool = False
    pkce: Literal["always", "as set", "public"] = "as set"
    rotates: bool = True
    code_lifetime: int = 600
    signs: str = "RS256"

    def needs_challenge(self, application: Application) -> bool:
        """Whether a request of this application needs PKCE."""
        return {"always": True, "as set": application.require_pkce, "public": not application.confidential}[self.pkce]


PROFILES: Mapping[str, Profile] = {
    USUAL: Profile(),
    # FAPI 2.0 Security Profile §5.3.2, §5.4.1
    "fapi2": Profile(
        binds_all=True,
        auth_methods=("private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"),
        algorithms=("ES256", "PS256", "EdDSA"),
        pushed=True,
        bound=True,
        strict_audience=True,
        pkce="always",
        rotates=False,
        code_lifetime=60,
        signs="ES256",
    ),
    # OpenID Connect Core §3.1: the Basic profile knows no PKCE, and `nonce` is the application's own affair.
    "oidc-basic": Profile(pkce="public"),
}


def profile_of(application: Application, instance: str) -> Profile:
    """What is demanded of an application, at a surface of that profile."""
    return PROFILES[instance if PROFILES[instance].binds_all else application.profile or instance]


def faults(application: Application, instance: str) -> Iterator[Fault]:
    """What of an application's settings its profile does not allow."""
    profile = profile_of(application, instance if STANDARD in application.protocols else USUAL)
    method = application.token_endpoint_auth_method
    if profile.auth_methods is not None and method not in profile.auth_methods:
        yield Fault(("token_endpoint_auth_method",), "bad_choice", _one_of(profile.auth_methods), method)
    yield from _signed_otherwise(application, profile.algorithms)
    if profile.bound and not application.sender_constrained:
        yield Fault(("dpop_bound_access_tokens",), "bad_value", "true, where tokens are not bound to a certificate")
    for position, uri in enumerate(application.redirect_uris if profile.bound else ()):
        if redirect_uri.is_insecure(uri):
            yield Fault(("redirect_uris", position), "bad_redirect_uri", "https, or http on loopback", uri)


def _signed_otherwise(application: Application, algorithms: tuple[str, ...] | None) -> Iterator[Fault]:
    if algorithms is None:
        return
    for name in SIGNED:
        value = getattr(application, name)
        if value not in {None, *algorithms}:
            yield Fault((name,), "bad_choice", _one_of(algorithms), value)


def _one_of(values: tuple[str, ...]) -> str:
    return "|".join(f'"{value}"' for value in values)
