"""What a grant is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from licet.domain.family import Proof, Replay
from licet.oauth.caller import Caller
from licet.oauth.context import Context
from licet.oauth.request import TokenRequest

Prove = Callable[[Context, Caller, TokenRequest], Awaitable[Proof | Replay]]
Spend = Callable[[Context, TokenRequest, Proof], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One row of the table of grants: its grant_type, the parameters that reach it, and how it proves.

    `identifies` says that it can come to an ID Token. `spend` is for a grant whose proof must outlive a failure to
    issue: it is spent last, before anybody hears of it.
    """

    grant_type: str
    parameters: tuple[str, ...]
    prove: Prove
    identifies: bool = False
    spend: Spend | None = None
