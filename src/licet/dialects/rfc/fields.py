"""Client metadata (RFC 7591 section 2) and client information (section 3.2.1; RFC 7592 section 3) as tables."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from licet.dialects.rfc.formats import seconds
from licet.dialects.shape import Absent, Field, Shape, Unknown
from licet.domain.application import (
    AUTH_METHODS,
    AUTHORIZATION_CODE,
    CERTIFICATE_SUBJECTS,
    ENCRYPTIONS,
    KEY_ENCRYPTIONS,
    SECRET_ALGORITHM,
    SUBJECT_TYPES,
    Application,
)
from licet.domain.key_set import KeySet
from licet.domain.keys import ALGORITHMS
from licet.domain.kinds import Choice, Flag, Kind, Number, Path, RedirectUri, Schema, Text, Texts, Uri
from licet.domain.scope import split
from licet.errors import Fault

_LINK = Uri(("https", "http"), 2048)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A member that a request must not have; `expected` ends the sentence that says so."""

    expected: str = "left out of an update"

    def check(self, _value: object, path: Path = ()) -> Iterator[Fault]:
        """Always a fault."""
        yield Fault(path, "immutable", self.expected)

    def schema(self) -> Schema:
        """Nothing fits."""
        return {"not": {}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Information:
    """What a client is told of its registration; the secret only by the answer that made it."""

    application: Application
    registration_client_uri: str
    registration_access_token: str
    client_secret: str | None = None


def _metadata(name: str, kind: Kind, about: str) -> Field:
    """A setting that goes by the same name, empty when nothing is set."""
    return Field(
        theirs=name, ours=name, kind=kind, absent=Absent.CLEAR, show=lambda a: getattr(a, name) or None, about=about
    )


METADATA: tuple[Field, ...] = (
    Field(
        theirs="redirect_uris",
        ours="redirect_uris",
        kind=Texts(RedirectUri()),
        absent=Absent.CLEAR,
        about="Where people may be sent back; required with the grant type authorization_code.",
    ),
    Field(
        theirs="token_endpoint_auth_method",
        ours="token_endpoint_auth_method",
        kind=Choice(AUTH_METHODS),
        absent=Absent.CLEAR,
        about="How the client proves itself; default client_secret_basic.",
    ),
    _metadata(
        "token_endpoint_auth_signing_alg",
        Choice((*ALGORITHMS, SECRET_ALGORITHM)),
        "How it signs its assertions; any way of its method when left out.",
    ),
    Field(
        theirs="grant_types",
        ours="grant_types",
        kind=Texts(Text(1, 200), unique=True),
        absent=Absent.CLEAR,
        take=lambda value, _: (AUTHORIZATION_CODE,) if value is None else tuple(value),
        about="What the operator's policy allows of them; default authorization_code.",
    ),
    Field(
        theirs="response_types",
        ours="response_types",
        kind=Texts(Choice(("code",)), unique=True),
        about="code with the grant type authorization_code, empty without; follows from it when left out.",
    ),
    _metadata("client_name", Text(maximum=200), "The name people see."),
    _metadata("client_uri", _LINK, "Its home page."),
    _metadata("logo_uri", Uri(("https",), 2048), "Its logo."),
    Field(
        theirs="scope",
        ours="scope",
        kind=Text(maximum=8000),
        absent=Absent.CLEAR,
        show=lambda application: " ".join(application.scopes) or None,
        take=lambda value, _: None if value is None else split(value),
        about="What it may ask for, as far as the operator's policy gives it; a default set when left out.",
    ),
    _metadata("contacts", Texts(Text(1, 320), maximum=20), "Ways to reach the people responsible."),
    _metadata("tos_uri", _LINK, "Its terms of service."),
    _metadata("policy_uri", _LINK, "Its privacy policy."),
    # OpenID Connect Registration §2: a key that comes over plain http is anybody's key.
    _metadata("jwks_uri", Uri(("https",), 2048), "Where its public keys are; not together with jwks."),
    _metadata("jwks", KeySet(), "Its public keys, by value."),
    _metadata("software_id", Text(1, 200), "The same for every copy of one software."),
    _metadata("software_version", Text(1, 200), "The version of that software."),
    Field(
        theirs="application_type",
        ours="application_type",
        kind=Choice(("web", "native")),
        absent=Absent.CLEAR,
        about="Stored and echoed; it refuses no redirect URI. Default web.",
    ),
    Field(
        theirs="id_token_signed_response_alg",
        ours="id_token_signed_response_alg",
        kind=Choice(ALGORITHMS),
        absent=Absent.CLEAR,
        about="How its ID Tokens are signed; default RS256, or what the instance's profile has instead.",
    ),
    _metadata("subject_type", Choice(SUBJECT_TYPES), "What it calls people; default public."),
    _metadata("sector_identifier_uri", Uri(("https",), 2048), "Lists the redirect URIs of its sector."),
    _metadata("id_token_encrypted_response_alg", Choice(KEY_ENCRYPTIONS), "How the key of its ID Tokens is encrypted."),
    _metadata("id_token_encrypted_response_enc", Choice(ENCRYPTIONS), "How its ID Tokens are; default A128CBC-HS256."),
    _metadata("userinfo_signed_response_alg", Choice(ALGORITHMS), "How UserInfo is signed; JSON when left out."),
    _metadata("introspection_signed_response_alg", Choice(ALGORITHMS), "How introspection is signed; default RS256."),
    _metadata("backchannel_logout_uri", _LINK, "Where its server is told that somebody signed out."),
    _metadata("backchannel_logout_session_required", Flag(), "Whether it must be told which session."),
    _metadata("frontchannel_logout_uri", _LINK, "What the signed-out page loads."),
    _metadata("frontchannel_logout_session_required", Flag(), "Whether issuer and session are named there."),
    _metadata("post_logout_redirect_uris", Texts(RedirectUri()), "Where people may be sent after signing out."),
    _metadata("require_pushed_authorization_requests", Flag(), "Its authorization requests must be pushed."),
    _metadata("require_signed_request_object", Flag(), "Its authorization requests must be signed."),
    _metadata("request_object_signing_alg", Choice(ALGORITHMS), "How it signs them; as its keys are when left out."),
    _metadata("authorization_signed_response_alg", Choice(ALGORITHMS), "How signed answers to it are; default RS256."),
    _metadata("dpop_bound_access_tokens", Flag(), "It gets tokens only for a DPoP proof (RFC 9449 section 5.2)."),
    _metadata("tls_client_certificate_bound_access_tokens", Flag(), "Its tokens are bound to its certificate."),
    *(
        _metadata(name, Text(1, 1024), "What its certificate says (RFC 8705 section 2.1.2), one of five.")
        for name in CERTIFICATE_SUBJECTS
    ),
    _metadata("authorization_details_types", Texts(Text(1, 200)), "Types of authorization details it asks for."),
)

_STATEMENT = Field(
    theirs="software_statement",
    kind=LeftOut("left out: no software statement is approved here"),
    show=lambda _: None,
    about="Refused: nobody's statements are approved.",
)


def _clearable(field: Field) -> Field:
    """The same field of a request, where null and "" are left out."""
    return replace(field, accepts={"anyOf": [field.kind.schema(), {"enum": [None, ""]}]})


def _shown(field: Field) -> Field:
    """The same field, of the application inside client information."""
    return replace(field, show=lambda information: field.shown(information.application))


def _issued(name: str, kind: Kind, about: str, show: Callable[[Any], object] | None = None) -> Field:
    return Field(theirs=name, ours=name, kind=kind, read_only=True, show=show, about=about)


REGISTRATION = Shape(
    name="ClientMetadata",
    fields=tuple(map(_clearable, (*METADATA, _STATEMENT))),
    unknown=Unknown.IGNORE,
    omits_none=True,
)

_NEVER_SET = (
    Field(
        theirs="client_secret",
        ours="client_secret",
        kind=Text(1, 512),
        show=lambda _: None,
        about="May be left out; otherwise a live secret of the client. It is compared, never set.",
    ),
    *(
        Field(theirs=name, kind=LeftOut(), show=lambda _: None, about="RFC 7592 section 2.2: not in an update.")
        for name in (
            "registration_access_token",
            "registration_client_uri",
            "client_secret_expires_at",
            "client_id_issued_at",
        )
    ),
)
UPDATE = Shape(
    name="ClientUpdate",
    fields=(
        Field(theirs="client_id", ours="client_id", kind=Text(1), absent=Absent.REFUSE, about="As registered."),
        *map(_clearable, _NEVER_SET),
        *REGISTRATION.fields,
    ),
    unknown=Unknown.IGNORE,
    omits_none=True,
)

INFORMATION = Shape(
    name="ClientInformation",
    fields=(
        _issued("client_id", Text(1), "The client's name at every endpoint.", lambda it: it.application.client_id),
        _issued(
            "client_id_issued_at",
            Number(0, 2**53),
            "Seconds since the epoch.",
            lambda it: seconds(it.application.created_at),
        ),
        _issued("client_secret", Text(1), "Told once, by the answer that made it."),
        _issued(
            "client_secret_expires_at",
            Number(0, 2**53),
            "With client_secret: 0, it does not expire.",
            lambda it: 0 if it.client_secret else None,
        ),
        _issued("registration_access_token", Text(1), "Opens registration_client_uri and nothing else."),
        _issued("registration_client_uri", Uri(("https", "http")), "Where the registration is read and changed."),
        *map(_shown, METADATA),
    ),
    unknown=Unknown.IGNORE,
    omits_none=True,
)
