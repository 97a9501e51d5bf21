"""One surface as an authorization server: its issuer, its lifetimes, how it writes what it hands out, and its rules.

A surface differs from another in these values and in the order of its checks (`authorize.py`), and in nothing else.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from licet.domain import profile
from licet.domain.ids import Entropy, base64url
from licet.domain.pkce import CHALLENGE
from licet.domain.profile import USUAL
from licet.domain.secret import Form

STANDARD = profile.STANDARD
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
    transaction: Writes = random_value


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
        tells_client: whether a refused authorization request is told to the client; else only to who sent it.
        found: browsers are sent on by `302 Found`, as clients of old expect, where the standard surface says See Other.
        device_refreshes: a device gets a refresh token without asking for one.
        slower: seconds by which a poll too soon makes the interval grow.
        challenge: what an S256 challenge may look like; one that no verifier has only ever fails later.
        describes: whether an error that is sent back carries `error_description`.
        basic_and_body: HTTP Basic and a body that say the same are one method of client authentication.
        redirect_uri_again: the exchange names the redirect URI, also where the request had left it to the registration.
        refresh_as_redeemed: a refresh token comes with a secret if its code did, and without one if not.
        denied_once: a device is told once that it was denied, and from then on that its code is over.
        opt_out_denies: who gave the device grant up denies the devices that wait, instead of being refused itself.
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
    tells_client: bool = True
    found: bool = False
    device_refreshes: bool = False
    slower: int = 5
    challenge: re.Pattern[str] = CHALLENGE
    describes: bool = True
    basic_and_body: bool = False
    redirect_uri_again: bool = False
    refresh_as_redeemed: bool = False
    denied_once: bool = False
    opt_out_denies: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One surface as an authorization server; lifetimes in seconds.

    Attributes:
        token_endpoint: its URL, which assertions of clients may be for; so is `pushed_endpoint`, at that endpoint.
        require_pushed: every authorization request must be pushed (RFC 9126 section 5).
        profile: what is demanded of every application that says nothing else; a row of `domain.profile`.
        certificates: which client certificates are seen here (RFC 8705): none, any that a proxy passes on, or also
            whether the proxy verified their chain; `mtls_origin` is where clients are asked for them, if apart.
        authorization_details_types: types of authorization details that mean something here (RFC 9396 section 2).
    """

    # `refresh_absolute`: the end of all that came of one consent; None where every rotation moves it.
    # `request_lifetime`: how long a request waits for a person.
    # `consent_lifetime`: how long a consent answers for a person, counted from its last use, and then only for what
    # tokens of the last `refresh_idle` have had; None for good, and for all that was allowed.
    # `admits`: told of the client_id and the user of every code and refresh token before it counts; raises Throttled.
    # `limits`: whether the instance limits anything.
    surface: str
    issuer: str
    token_endpoint: str = ""
    pushed_endpoint: str = ""
    code_lifetime: int = 60
    device_lifetime: int = 600
    access_lifetime: int = 300
    id_token_lifetime: int = 300
    refresh_idle: int = 14 * 86_400
    refresh_absolute: int | None = 90 * 86_400
    request_lifetime: int = 30 * 60
    device_interval: int = 5
    consent_lifetime: int | None = None
    admits: Callable[[str, str], Awaitable[object]] | None = None
    limits: bool = True
    pushed_lifetime: int = 90
    require_pushed: bool = False
    profile: str = USUAL
    authorization_details_types: tuple[str, ...] = ()
    allow_insecure_redirects: bool = False
    certificates: Literal["", "any", "verified"] = ""
    mtls_origin: str = ""
    forms: Forms = field(default_factory=Forms)
    rules: Rules = field(default_factory=Rules)
