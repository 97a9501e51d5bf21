"""One surface as an authorization server: its issuer, its lifetimes, how it writes what it hands out, and its rules.

A surface differs from another in these values and in the order of its checks (`authorize.py`), and in nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from licet.domain.ids import Entropy
from licet.domain.secret import Form
from licet.oauth.jwt import base64url

STANDARD = "native"
"""The surface of the standard endpoints: whichever API manages an application, RFC 7591's or the native one."""
RANDOM_BYTES = 32
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""RFC 8628 section 6.1: no vowels, so that no word is spelled, and no letter that is mistaken for a digit."""

Writes = Callable[[Entropy], str]
"""Makes a new random value; `entropy(n)` gives n random bytes."""


def random_value(entropy: Entropy) -> str:
    """256 random bits, base64url."""
    return base64url(entropy(RANDOM_BYTES)).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """How a surface writes what it hands out; the form of refresh tokens is in `refresh_token`."""

    code: Writes = random_value
    access_token: Writes = random_value
    device_code: Writes = random_value
    user_code: Writes = Form("", LETTERS, 8).make


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a surface's contract settles otherwise than the standard one.

    Attributes:
        opaque: every access token is a row, whatever the application is set to.
        grant_types: the grants of its token endpoint; None for all.
        auth_methods: the methods of client authentication it takes; None for all.
        secret_or_pkce: how an application is registered to authenticate is not asked: who brings no secret must bring
            a verifier, and `require_pkce` is not looked at.
        verifier_first: a malformed verifier is refused before the code is touched, else it burns the code.
        refresh_alone: a refresh token may come without any client authentication; what is sent is checked.
        refresh_ends_access: a rotation ends the access token of the generation before.
        challenge_methods: PKCE methods; one left out is `plain` (RFC 7636 section 4.3) where that is among them.
        any_port: a loopback redirect URI may name any port: always, or only with a challenge.
        names_issuer: whether answers carry `iss` (RFC 9207).
        found: browsers are sent on by `302 Found`, as clients of old expect, where the standard surface says See Other.
        device_refreshes: a device gets a refresh token without asking for one.
        slower: seconds by which a poll too soon makes the interval grow.
    """

    opaque: bool = False
    grant_types: tuple[str, ...] | None = None
    auth_methods: tuple[str, ...] | None = None
    secret_or_pkce: bool = False
    verifier_first: bool = True
    refresh_alone: bool = False
    refresh_ends_access: bool = False
    challenge_methods: tuple[str, ...] = ("S256",)
    any_port: str = "always"
    names_issuer: bool = True
    found: bool = False
    device_refreshes: bool = False
    slower: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One surface as an authorization server; lifetimes in seconds."""

    surface: str
    issuer: str
    code_lifetime: int = 60
    device_lifetime: int = 600
    access_lifetime: int = 300
    id_token_lifetime: int = 300
    refresh_idle: int = 14 * 86_400
    refresh_absolute: int = 90 * 86_400
    allow_insecure_redirects: bool = False
    forms: Forms = field(default_factory=Forms)
    rules: Rules = field(default_factory=Rules)
