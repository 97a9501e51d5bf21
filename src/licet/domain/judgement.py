"""What is wrong with a whole application, whichever surface wrote it and whatever it was before."""

from collections.abc import Collection, Iterator, Mapping
from itertools import compress
from operator import ne

import orjson

from licet.domain import redirect_uri, text
from licet.domain.application import (
    CERTIFICATE_SUBJECTS,
    KEY_METHODS,
    SECRET_ALGORITHM,
    SETTINGS,
    Application,
    settings,
)
from licet.domain.keys import ALGORITHMS
from licet.domain.kinds import UNDEFINED
from licet.errors import Fault

MAXIMUM_BYTES = 64 * 1024
"""Upper bound of all settings of one application together, as JSON."""
LOGOUT_URIS = ("backchannel_logout_uri", "frontchannel_logout_uri")
"""Where an application is told that somebody signed out."""
_RIGHT = tuple(setting.default if setting.right else UNDEFINED for setting in SETTINGS.values())
"""What of each setting needs no judging."""


def check(application: Application, catalogue: Collection[str]) -> Iterator[Fault]:
    """Every fault of a whole application, whoever wrote it; paths are in our words.

    Runs on the result of every write, so that no later rule is kept out by an earlier state.
    """
    said = settings(application)
    for name in compress(said, map(ne, said.values(), _RIGHT)):
        value = said[name]
        yield from SETTINGS[name].kind.check(list(value) if isinstance(value, tuple) else value, (name,))
    for position, scope in enumerate(application.scopes):
        if scope not in catalogue:
            yield Fault(("scope", position), "bad_choice", "a scope of the catalogue", scope)
    yield from _contradictions(application)
    yield from _beyond(said)
    yield from _bound_by(application)
    yield from _signing_in(application)


def _unprovable(application: Application) -> Iterator[Fault]:
    """What would keep an application from ever proving itself by its own assertions."""
    method, algorithm = application.token_endpoint_auth_method, application.token_endpoint_auth_signing_alg
    if method in KEY_METHODS and application.jwks is None and application.jwks_uri is None:
        yield Fault(("jwks",), "absent")
    had = {"private_key_jwt": ALGORITHMS, "client_secret_jwt": (SECRET_ALGORITHM,)}.get(method, ())
    if had and algorithm is not None and algorithm not in had:
        yield Fault(("token_endpoint_auth_signing_alg",), "bad_choice", "one of " + ", ".join(had), algorithm)


def _contradictions(application: Application) -> Iterator[Fault]:
    if application.jwks is not None and application.jwks_uri is not None:
        # RFC 7591 §2: jwks and jwks_uri must not both be present.
        yield Fault(("jwks",), "bad_value", "either jwks or jwks_uri")
    yield from _unprovable(application)
    if not application.require_pkce and not application.confidential:
        yield Fault(("require_pkce",), "bad_value", "true for an application without a secret")


def _beyond(said: Mapping[str, object]) -> Iterator[Fault]:
    if len(orjson.dumps(said)) > MAXIMUM_BYTES:
        yield Fault((), "too_long", f"{MAXIMUM_BYTES} bytes")


def _bound_by(application: Application) -> Iterator[Fault]:
    subjects = (getattr(application, name) is not None for name in CERTIFICATE_SUBJECTS)
    if application.token_endpoint_auth_method == "tls_client_auth" and sum(subjects) != 1:
        one_of = ", ".join(CERTIFICATE_SUBJECTS)
        yield Fault(("token_endpoint_auth_method",), "bad_value", f"with exactly one of {one_of}")
    if application.dpop_bound_access_tokens and application.tls_client_certificate_bound_access_tokens:
        yield Fault(("dpop_bound_access_tokens",), "bad_value", "false for tokens that are bound to a certificate")


def _told_of_logouts(application: Application) -> Iterator[Fault]:
    for name in LOGOUT_URIS:
        if "#" in (getattr(application, name) or ""):
            # Back-Channel Logout §2.2, Front-Channel Logout §2: an absolute URI, which has no fragment.
            yield Fault((name,), "bad_uri", "no fragment")
    framed = application.frontchannel_logout_uri
    if framed is not None and text.origin_of(framed) not in map(text.origin_of, application.redirect_uris):
        # Front-Channel Logout §2: scheme, host and port are those of a redirect URI.
        yield Fault(("frontchannel_logout_uri",), "bad_value", "on the origin of a redirect URI")


def _signing_in(application: Application) -> Iterator[Fault]:
    """What contradicts itself in how people are named, told of and signed out."""
    own_sector = application.subject_type == "pairwise" and application.sector_identifier_uri is None
    if own_sector and len({redirect_uri.host(uri) for uri in application.redirect_uris}) > 1:
        # OpenID Connect Core §8.1: redirect URIs of several hosts have no sector of their own.
        yield Fault(("sector_identifier_uri",), "absent")
    if application.id_token_encrypted_response_alg is not None and not (application.jwks or application.jwks_uri):
        yield Fault(("id_token_encrypted_response_alg",), "bad_value", "left out without a key, in jwks or at jwks_uri")
    yield from _told_of_logouts(application)
    if application.id_token_encrypted_response_alg is None and application.id_token_encrypted_response_enc is not None:
        yield Fault(("id_token_encrypted_response_enc",), "bad_value", "left out without an algorithm of its key")
