"""The management scopes as applications may ask people for them: what an access token for this API is narrowed to."""

from licet.domain.actor import MANAGEMENT_SCOPES
from licet.domain.scope import Scope

NAME = "native"
RESOURCE = "/api"
"""Behind the issuer: the resource (RFC 8707) that such a token is for, and for nothing else."""
HARMLESS = frozenset({"applications:read"})
# `applications:register` proves an initial access token, which is a personal one.
SCOPES = tuple(
    Scope(name, about, "medium" if name in HARMLESS else "high", catalogue=NAME)
    for name, about in MANAGEMENT_SCOPES.items()
    if name != "applications:register"
)
