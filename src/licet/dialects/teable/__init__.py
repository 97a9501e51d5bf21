"""The Teable dialect: applications, sign-in, tokens and consent in that product's own words, and its pages.

It owns names, forms, messages and statuses (`fields`, `formats`, `scopes`, `render`) and handlers of a few lines. What
an application may be, who may change it and what that does is decided in `services` and `domain`: there this room ends.
"""

from licet.dialects.record import Dialect
from licet.dialects.teable.built_in import ensure
from licet.dialects.teable.demo import demo
from licet.dialects.teable.formats import SURFACE
from licet.dialects.teable.protocol.server import OPTIONS as PROTOCOL_OPTIONS, server
from licet.dialects.teable.render import ERROR
from licet.dialects.teable.routes import SECURITY, surface
from licet.dialects.teable.scopes import SCOPES
from licet.dialects.teable.session import OPTIONS

__all__ = ["DIALECT"]

DIALECT = Dialect(
    name=SURFACE,
    title="Teable",
    accepts=frozenset({SURFACE}),
    surface=surface,
    security=SECURITY,
    error=(ERROR, "application/json"),
    package=__name__,
    scopes=SCOPES,
    options={**OPTIONS, **PROTOCOL_OPTIONS},
    server=server,
    ensure=ensure,
    demo=demo,
)
