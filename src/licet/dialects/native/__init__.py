"""The native management API: everything that can be done here, in the registry's own words.

Owns `/api/applications` and `/api/manage`, and answers for every path that is nobody's, with problem documents
(RFC 9457). The other machine APIs are rooms beside this one; the pages people see are `login`'s.
"""

from licet.dialects.native import render
from licet.dialects.native.api_keys import ApiKeys
from licet.dialects.native.applications import Applications
from licet.dialects.native.authentication import NAME, Authentication
from licet.dialects.native.demo import demo
from licet.dialects.native.instance import Instance
from licet.dialects.native.organizations import Organizations
from licet.dialects.native.scopes import SCOPES
from licet.dialects.native.secrets import Secrets
from licet.dialects.native.session import Session
from licet.dialects.native.tokens import Tokens
from licet.dialects.native.trust import Trust
from licet.dialects.native.users import Users
from licet.dialects.native.webhook import TELLING
from licet.dialects.native.webhooks import Webhooks
from licet.dialects.record import Dialect, Setup
from licet.web.route import Route, Surface

OWNS = ("/api/applications", "/api/manage", "")
GROUPS = (Applications, Secrets, Session, Tokens, Users, Organizations, ApiKeys, Webhooks, Instance, Trust)


def surface(setup: Setup) -> Surface:
    """The routes of one instance."""
    authentication = Authentication(setup)
    routes: tuple[Route, ...] = ()
    for group in GROUPS:
        routes += group(setup, authentication).routes()
    return Surface(NAME, owns=OWNS, routes=routes, render=render.render)


DIALECT = Dialect(
    name=NAME,
    title="Licet",
    accepts=frozenset({NAME}),
    surface=surface,
    scopes=SCOPES,
    security={
        "session": {
            "type": "http",
            "scheme": "bearer",
            "description": "The token of a session, `licet_ses_...`: it may do what its user may.",
        },
        "personal_token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal access token, `licet_pat_...`, or an access token that a person allowed an "
            "application for the resource `<issuer>/api`: narrowed to its management scopes.",
        },
    },
    error=(render.SCHEMA, render.MEDIA_TYPE),
    package=__name__,
    webhook=TELLING,
    demo=demo,
)
