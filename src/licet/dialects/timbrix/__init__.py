"""The Timbrix API: applications of an organization, managed by its owner and admins.

Owns the names, limits, identifiers and envelope of that API. It holds no rule: what an application may be is `domain`,
who may change it and how is `services`, how a field table works is `licet.dialects.shape`.
"""

from licet.dialects.record import Dialect
from licet.dialects.timbrix.demo import furnish
from licet.dialects.timbrix.render import SCHEMA
from licet.dialects.timbrix.routes import SECURITY, surface
from licet.dialects.timbrix.scopes import NAME, SCOPES
from licet.dialects.timbrix.server import server
from licet.dialects.timbrix.webhook import TELLING

DIALECT = Dialect(
    name=NAME,
    title="Timbrix",
    accepts=frozenset({"native"}),
    surface=surface,
    security=SECURITY,
    error=(SCHEMA, "application/json"),
    package=__name__,
    scopes=SCOPES,
    server=server,
    webhook=TELLING,
    demo=furnish,
)
