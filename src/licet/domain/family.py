"""A family: everything that came from one consent act, and what a grant finds in it.

A family is one row. Its authorization code and its refresh token are states of that row, so that redeeming a code or
rotating a refresh token is one conditional update: of any number of callers one wins, and a thing that comes again is
known as what it is. The refresh token of generation n is derived from the family's id, n and the instance's refresh
key; nothing of it is stored, and a genuine older one is recognized however many generations ago it was handed out.

A grant answers with `Proof` (issue), `Replay` (end the family, and remember it) or a refusal; it never issues.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import orjson

from licet.errors import Cause

Claims = Mapping[str, object]
Details = tuple[Mapping[str, object], ...]
TOLD_FOR = 86_400_000
"""How long (ms) a notice of a session's end is kept at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """All that came from one consent act; times in ms.

    Attributes:
        user_id: whose it is.
        surface: the surface whose token endpoint it belongs to.
        scope: what was allowed; no token of the family ever has more.
        resources: the resources allowed (RFC 8707); empty for the application's default.
        generation: of the present refresh token; 0 before the code is redeemed, or when there is none.
        refreshes: whether redeeming the code gives a refresh token.
        refresh_idle: how long (ms) a refresh token lives unused.
        slides: whether every rotation moves the absolute end, to twice `refresh_idle` from then.
        idle_expires_at: when the present refresh token ends unused.
        refreshed_at: when the present generation was handed out.
        expires_at: the absolute end; nothing of it works after.
        redirect_uri: where the code was sent, and `redirect_uri_sent` whether the request had named it.
        auth_time: when the person proved themself (OpenID Connect Core section 2).
        session_id: the browser session it came from, for `sid` and logout.
        requested_claims: the `claims` parameter (OpenID Connect Core section 5.5).
        redeemed_by: the method by which its application proved itself when it redeemed the code; empty before.
        bound_to: the key that its tokens are bound to, as in `Caller`; of a code, what its redeemer must prove.
        authorization_details: what was allowed beyond scopes (RFC 9396), each an object with its `type`.
    """

    id: str
    application_id: str
    client_id: str
    user_id: str
    surface: str
    scope: tuple[str, ...]
    resources: tuple[str, ...] = ()
    created_at: int
    expires_at: int
    revoked_at: int | None = None
    generation: int = 0
    refreshes: bool = False
    refresh_idle: int = 0
    slides: bool = False
    idle_expires_at: int | None = None
    refreshed_at: int | None = None
    redirect_uri: str | None = None
    redirect_uri_sent: bool = False
    code_challenge: str | None = None
    code_expires_at: int | None = None
    nonce: str | None = None
    auth_time: int | None = None
    acr: str | None = None
    amr: tuple[str, ...] = ()
    session_id: str | None = None
    requested_claims: Claims = field(default_factory=dict)
    redeemed_by: str = ""
    bound_to: str = ""
    authorization_details: Details = ()

    def expired(self, generation: int, now: int) -> bool:
        """Whether a refresh token of a generation came too late: after the absolute end, or left unused too long.

        Only the present one can be left unused; an older one that comes before the absolute end is a replay.
        """
        idle = self.idle_expires_at is None or now >= self.idle_expires_at
        return now >= self.expires_at or (idle and generation == self.generation)


class Exchanged(NamedTuple):
    """What an exchange adds to what it found (RFC 8693 section 2.2).

    Attributes:
        token_type: what is handed out.
        expires_at: when the token that was brought ends (ms); what is handed out for it never lives longer.
        act: who acts for the subject, and who did before (section 4.1).
        acts_for: the `client_id` of the application whose authority it is, where it is no person's.
        audience: the issuer that an assertion is for; empty for an access token.
        client_id: what the application is called there.
        user_id: whom an assertion is about.
        about: further claims of an assertion.
    """

    token_type: str
    expires_at: int
    act: Claims | None = None
    acts_for: str = ""
    audience: str = ""
    client_id: str = ""
    user_id: str = ""
    about: Claims = MappingProxyType({})


class Proof(NamedTuple):
    """What a grant found: for whom, and how much may be issued.

    Attributes:
        family: None when the application acts for itself (RFC 6749 section 4.4).
        scope: what this answer's access token gets; never more than the family's.
        resources: what its audience is made of; empty for the application's default.
        refresh_generation: the generation of the refresh token to hand out; None for none.
        authorization_details: what of the family's this answer is for (RFC 9396 section 6).
        exchanged: of a token exchange; None for everything else.
        bound_to: what the access token is bound to, as in `Caller`; set where the request is known, never by a grant.
        renewed: whether the family has had tokens before.
    """

    family: Family | None
    scope: tuple[str, ...]
    resources: tuple[str, ...]
    refresh_generation: int | None = None
    authorization_details: Details = ()
    exchanged: Exchanged | None = None
    bound_to: str = ""
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class Replay:
    """A spent thing came again: what it started ends (RFC 6749 section 4.1.2, RFC 9700 section 4.14.2)."""

    family_id: str
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """A device authorization (RFC 8628): who asks, for what, and what a person decided."""

    digest: bytes
    user_code: str
    application_id: str
    client_id: str
    surface: str
    scope: tuple[str, ...]
    resources: tuple[str, ...] = ()
    created_at: int
    expires_at: int
    interval: int
    polled_at: int | None = None
    state: str = "pending"
    user_id: str | None = None
    auth_time: int | None = None
    session_id: str | None = None
    address: str = ""

    def too_soon(self, now: int) -> bool:
        """Whether a poll at a moment (ms) comes before its interval is over (RFC 8628 section 3.5)."""
        return self.polled_at is not None and now < self.polled_at + self.interval * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaqueToken:
    """An access token that is a row: its digest, and what it is good for.

    `id` names it where it is listed and never opens anything; `generation` is that of the refresh token beside it;
    `bound_to` is as in `Caller`, `act` and `acts_for` are as in `Exchanged`.
    """

    digest: bytes
    id: str
    family_id: str | None
    generation: int | None
    application_id: str
    client_id: str
    user_id: str | None
    surface: str
    scope: tuple[str, ...]
    audience: tuple[str, ...]
    created_at: int
    expires_at: int
    last_used_at: int | None = None
    bound_to: str = ""
    authorization_details: Details = ()
    act: Claims | None = None
    acts_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a person allowed an application: one for each surface and each set of resources."""

    user_id: str
    application_id: str
    surface: str
    resources: tuple[str, ...]
    scope: tuple[str, ...]
    created_at: int
    updated_at: int
    last_used_at: int | None = None
    authorization_details: Details = ()

    def covers(self, scope: tuple[str, ...], details: Details = ()) -> bool:
        """Whether it already allows all of that, so that nobody need be asked again."""
        return set(scope) <= set(self.scope) and within(details, self.authorization_details)


def within(wanted: Details, allowed: Details) -> bool:
    """Whether all of what is wanted is among what is allowed, as JSON: `1` and `true` are not the same there."""
    if not wanted:
        return True
    known = {orjson.dumps(detail, option=orjson.OPT_SORT_KEYS) for detail in allowed}
    return known.issuperset(orjson.dumps(detail, option=orjson.OPT_SORT_KEYS) for detail in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutNotice:
    """An application is to be told that a session has ended; `attempts` counts the present one."""

    session_id: str
    application_id: str
    user_id: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """An authorization request that waits for a person: what was asked, bound to the browser that brought it.

    `parameters` are the request's own, in OAuth's words; `browser` is the digest of a cookie set when it began, None
    for one that was pushed (RFC 9126) and that no browser has brought yet; `pushed` is the digest of the pushed one
    that a browser brought.
    `session_id` and what follows say how far the person has come, and mean nothing for any other session:
    `authenticated_at` when they proved themself within the request, `consented` the scopes they allowed, or `denied`.
    """

    digest: bytes
    browser: bytes | None
    client_id: str
    surface: str
    parameters: Mapping[str, str]
    resources: tuple[str, ...] = ()
    created_at: int
    expires_at: int
    session_id: str | None = None
    authenticated_at: int | None = None
    consented: tuple[str, ...] | None = None
    denied: bool = False
    pushed: bytes | None = None
