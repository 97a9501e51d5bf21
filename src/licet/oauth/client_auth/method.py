"""What a method of client authentication is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from licet.oauth.certificate import Certificate
from licet.oauth.context import Context
from licet.oauth.request import TokenRequest
from licet.services.clients import Client

BY_SECRET = frozenset({"client_secret_basic", "client_secret_post"})
"""Registered methods of the applications that may bring their secret either way."""


class Presented(NamedTuple):
    """Who a request says it is, and what it brings to prove it."""

    client_id: str
    secret: str | None = None
    certificate: Certificate | None = None


class Proven(NamedTuple):
    """That a client is who it says; by which of its secrets, if by one."""

    secret_id: str | None = None


def by_nothing(_client: Client, _presented: Presented, _now: int) -> Proven | None:
    """No proof."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One row of the table of methods.

    Attributes:
        name: in the words of the IANA registry.
        serves: the registered methods of the applications that it may prove.
        parameter: the one in the form without which no request uses it; None where a header tells.
        presented: what a request presents by it; None when the request does not use it.
        proves: whether, and how, that proves the client at a moment (ms).
        proves_by_request: the same by the whole request, where it takes more than what is in memory; told of the URL
            that an assertion may be for at this endpoint, beside those that hold at every one.
        scheme: the HTTP authentication scheme, for the challenge of a refusal.
        certificate: which client certificates it needs, as `Provider.certificates`; empty for none.
    """

    name: str
    serves: frozenset[str]
    parameter: str | None
    presented: Callable[[TokenRequest], Presented | None]
    proves: Callable[[Client, Presented, int], Proven | None] = by_nothing
    proves_by_request: Callable[[Context, Client, TokenRequest, str], Awaitable[Proven | None]] | None = None
    scheme: str | None = None
    certificate: Literal["", "any", "verified"] = ""


def by_secret(client: Client, presented: Presented, now: int) -> Proven | None:
    """Whether what is presented is a live secret of the client, and which."""
    secret = client.proved_by(presented.secret or "", now)
    return Proven(secret.id) if secret is not None else None


def by_name(request: TokenRequest) -> Presented | None:
    """What a request presents that only says who it is from; what else it proves, its connection does."""
    client_id = request.get("client_id")
    secretless = request.basic is None and request.get("client_secret") is None
    secretless = secretless and request.get("client_assertion") is None
    certificate = request.held.certificate if request.held is not None else None
    return Presented(client_id, certificate=certificate) if client_id is not None and secretless else None


def by_certificate(request: TokenRequest) -> Presented | None:
    """The same, where the connection has a certificate."""
    found = by_name(request)
    return found if found is not None and found.certificate is not None else None
