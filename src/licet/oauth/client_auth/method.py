"""What a method of client authentication is."""

from collections.abc import Callable
from dataclasses import dataclass

from licet.oauth.request import TokenRequest
from licet.services.clients import Client


@dataclass(frozen=True, slots=True)
class Presented:
    """Who a request says it is, and what it brings to prove it."""

    client_id: str
    secret: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One row of the table of methods.

    Attributes:
        name: in the words of the IANA registry.
        serves: the registered methods of the applications that it may prove.
        presented: what a request presents by it; None when the request does not use it.
        proves: whether that proves the client at a moment (ms).
        scheme: the HTTP authentication scheme, for the challenge of a refusal.
    """

    name: str
    serves: frozenset[str]
    presented: Callable[[TokenRequest], Presented | None]
    proves: Callable[[Client, Presented, int], bool]
    scheme: str | None = None
