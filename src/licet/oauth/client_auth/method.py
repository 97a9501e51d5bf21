"""What a method of client authentication is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from licet.oauth.request import TokenRequest
from licet.services.clients import Client

BY_SECRET = frozenset({"client_secret_basic", "client_secret_post"})
"""Registered methods of the applications that may bring their secret either way."""


class Presented(NamedTuple):
    """Who a request says it is, and what it brings to prove it."""

    client_id: str
    secret: str | None = None


class Proven(NamedTuple):
    """That a client is who it says; by which of its secrets, if by one."""

    secret_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One row of the table of methods.

    Attributes:
        name: in the words of the IANA registry.
        serves: the registered methods of the applications that it may prove.
        presented: what a request presents by it; None when the request does not use it.
        proves: whether, and how, that proves the client at a moment (ms).
        scheme: the HTTP authentication scheme, for the challenge of a refusal.
    """

    name: str
    serves: frozenset[str]
    presented: Callable[[TokenRequest], Presented | None]
    proves: Callable[[Client, Presented, int], Proven | None]
    scheme: str | None = None


def by_secret(client: Client, presented: Presented, now: int) -> Proven | None:
    """Whether what is presented is a live secret of the client, and which."""
    secret = client.proved_by(presented.secret or "", now)
    return Proven(secret.id) if secret is not None else None
