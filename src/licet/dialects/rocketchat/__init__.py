"""The Rocket.Chat dialect: application administration over REST, the OAuth provider, and what clients call to get in.

It owns that product's words: names of fields, envelopes, texts, headers, the order of checks, its rate limit, how
queries and bodies are read. It holds no rule about applications, people or credentials: those are `services`, `domain`.
"""

from licet.dialects.record import Dialect, Option
from licet.dialects.rocketchat.cross_origin import CORS, OFF
from licet.dialects.rocketchat.demo import demo
from licet.dialects.rocketchat.formats import NAME
from licet.dialects.rocketchat.gate import RATE_LIMIT, RATE_WINDOW
from licet.dialects.rocketchat.granting import CREATE_SECRET
from licet.dialects.rocketchat.provider.server import server
from licet.dialects.rocketchat.reference import ERROR, SECURITY
from licet.dialects.rocketchat.surface import surface

__all__ = ["DIALECT"]

DIALECT = Dialect(
    name=NAME,
    title="Rocket.Chat",
    accepts=frozenset({NAME}),
    surface=surface,
    security=SECURITY,
    error=(ERROR, "application/json"),
    package=__name__,
    options={
        CORS: Option(OFF, "Who may call Rocket.Chat's API from a page of another origin: off, *, or origins."),
        RATE_LIMIT: Option(
            10, "Calls of an address to a route of Rocket.Chat's API in a window; 0 for no limit.", range(-1, 2**31)
        ),
        RATE_WINDOW: Option(60_000, "That window, in ms."),
        CREATE_SECRET: Option("", "Whoever knows it makes login tokens; 32 characters or more, empty for nobody."),
    },
    server=server,
    demo=demo,
)
