"""What a grant is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from licet.domain.family import Proof, Replay
from licet.oauth.caller import Caller
from licet.oauth.context import Context
from licet.oauth.request import TokenRequest

Prove = Callable[[Context, Caller, TokenRequest], Awaitable[Proof | Replay]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One row of the table of grants: its grant_type, the parameters that reach it, and how it proves."""

    grant_type: str
    parameters: tuple[str, ...]
    prove: Prove
