"""The standard's own surface: the OAuth endpoints below `/oauth2`, as their RFCs write them.

Owns `/oauth2` and `/.well-known`. What an application may be is the domain's, who may change it the services'; the
management API of this instance is another surface's.
"""

from licet.dialects.record import Dialect, Setup
from licet.dialects.rfc.render import render
from licet.web.route import Surface

SURFACE = "rfc"


def surface(_: Setup) -> Surface:
    """The routes of one instance."""
    return Surface(SURFACE, owns=("/oauth2", "/.well-known"), routes=(), render=render)


DIALECT = Dialect(
    name=SURFACE,
    title="OAuth dynamic client registration",
    accepts=frozenset({"native"}),
    protocol=False,
    surface=surface,
)
