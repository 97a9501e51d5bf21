"""Trust beyond one application: who may exchange which tokens for what, and whose word about people counts here.

Both are tables of the operator's rows. Nothing is allowed that no row allows; an empty table refuses everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from licet.domain.application import Application

ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
ID_JAG = "urn:ietf:params:oauth:token-type:id-jag"
"""Token types (RFC 8693 section 3; Identity Assertion JWT Authorization Grant section 8)."""
ISSUED = (ACCESS_TOKEN, ID_JAG)
"""What an exchange can give."""
ANY, SAME, SURFACE = "*", "same", "surface:"
"""In a list of a row: every application; the audience that the brought token has; what a surface registered."""
MAPPINGS = ("sub", "username", "email")
ASSERTIONS = ("id-jag", "jwt")
"""What an issuer's assertions can be: for one application each (ID-JAG), or plain JWTs (RFC 7523 section 2.1)."""


def names(listed: tuple[str, ...], application: Application) -> bool:
    """Whether a list of a row means an application: by `client_id`, `surface:<name>` or `*`."""
    return not {ANY, application.client_id, SURFACE + application.surface}.isdisjoint(listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangePolicy:
    """One row of what may be exchanged (RFC 8693).

    Attributes:
        name: the operator's own.
        clients: who may exchange, as `names` reads it.
        subjects: whose tokens may be brought: those issued to these applications, read alike.
        audiences: what the new token may be for: resources or issuers, or `same`.
        token_types: what may be given.
        scope: the most that may be given; None for no bound beyond that of the token that is brought.
        known_as: what the application is called at the audience of an ID-JAG; None for its `client_id` here.
    """

    name: str
    clients: tuple[str, ...]
    subjects: tuple[str, ...]
    audiences: tuple[str, ...]
    token_types: tuple[str, ...] = (ACCESS_TOKEN,)
    scope: tuple[str, ...] | None = None
    known_as: str | None = None
    created_at: int = 0

    def admits(self, client: Application, subject: Application, token_type: str) -> bool:
        """Whether this application may bring a token of that one for such a token."""
        return token_type in self.token_types and names(self.clients, client) and names(self.subjects, subject)

    def reaches(self, wanted: tuple[str, ...], present: tuple[str, ...]) -> bool:
        """Whether the new token may be for what is wanted, when the brought one is for what is present."""
        return set(wanted) <= {*self.audiences, *(present if SAME in self.audiences else ())}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedIssuer:
    """An issuer whose assertions about people are taken (RFC 7523 section 3).

    Attributes:
        issuer: its `iss`.
        jwks: its public keys, or `jwks_uri`, where they are.
        subject: how it names our people: our own `sub`, a `username` as `sub`, or an `email` claim.
        clients: the applications that may bring its assertions, as `names` reads it.
        scope: the most they are given; None for no bound beyond the application's.
        assertions: what it may send, of ASSERTIONS; a plain one is good in the hands of any of these applications.
    """

    issuer: str
    jwks: Mapping[str, object] | None = None
    jwks_uri: str | None = None
    subject: str = "sub"
    clients: tuple[str, ...] = ()
    scope: tuple[str, ...] | None = None
    assertions: tuple[str, ...] = ("id-jag",)
    created_at: int = 0
