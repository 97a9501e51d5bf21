"""Scopes: the catalogue an instance keeps, and how one surface writes a list that others share.

RFC 6749 section 3.3 gives the grammar of a scope; who may hand one to an application is a column of the catalogue.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

Risk = Literal["low", "medium", "high"]
GrantableBy = Literal["manager", "owner", "nobody"]
"""Who may give the scope to an application: owner or admin, only the owner, or no caller of any API."""

TOKEN = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]{1,200}")


@dataclass(frozen=True, slots=True)
class Scope:
    """One row of the scope catalogue; `catalogue` names who brought it (a dialect, `openid`, or `operator`)."""

    name: str
    description: str
    risk: Risk = "low"
    grantable_by: GrantableBy = "manager"
    catalogue: str = "operator"


@dataclass(frozen=True, slots=True)
class Resource:
    """A protected resource (RFC 8707): its identifier, and the scopes that mean something there."""

    resource: str
    scope: tuple[str, ...]
    created_at: int


def is_token(name: str) -> bool:
    """Whether a name is a scope-token (RFC 6749 section 3.3) of at most 200 characters."""
    return TOKEN.fullmatch(name) is not None


def split(scope: str) -> tuple[str, ...]:
    """The scopes of a space-separated string, each once, first kept."""
    return tuple(dict.fromkeys(scope.split(" "))) if scope else ()


def spelled(scope: Iterable[str], catalogue: Collection[str]) -> tuple[str, ...]:
    """The part of a list that a surface can spell: the scopes of its own catalogue, order kept."""
    return tuple(name for name in scope if name in catalogue)


def rewritten(present: Iterable[str], wanted: Iterable[str], catalogue: Collection[str]) -> tuple[str, ...]:
    """A list after a surface wrote the scopes that it can spell, those of its catalogue.

    Scopes that it cannot spell stay where they are. The wanted ones take the places of its earlier ones in order, and
    what is left of them follows at the end.
    """
    rest = list(dict.fromkeys(wanted))
    result: list[str] = []
    for name in present:
        if name not in catalogue:
            result.append(name)
        elif rest:
            result.append(rest.pop(0))
    return tuple(dict.fromkeys((*result, *rest)))
