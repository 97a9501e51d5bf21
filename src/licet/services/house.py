"""All services of one instance, made once and handed to every surface."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from licet.domain.scope import Scope
from licet.services.ambient import Ambient
from licet.services.api_keys import ApiKeys
from licet.services.applications import Applications
from licet.services.audit import Audit
from licet.services.authorizations import Authorizations
from licet.services.catalogue import Catalogue
from licet.services.clients import Clients
from licet.services.credentials import Credentials
from licet.services.idempotency import Idempotency
from licet.services.impact import Impacts
from licet.services.invitations import Invitations
from licet.services.keys import Keys
from licet.services.notifications import Notifications
from licet.services.organizations import Organizations
from licet.services.passwords import Passwords
from licet.services.personal_tokens import PersonalTokens
from licet.services.secrets import Secrets
from licet.services.sessions import Sessions
from licet.services.tokens import Tokens
from licet.services.transfers import Transfers
from licet.services.trust import Trust
from licet.services.users import SignUp, Users
from licet.services.webhooks import Webhooks


@dataclass(frozen=True, slots=True)
class Services:
    """What can be done, one attribute a noun."""

    ambient: Ambient
    applications: Applications
    secrets: Secrets
    tokens: Tokens
    impacts: Impacts
    transfers: Transfers
    catalogue: Catalogue
    credentials: Credentials
    sessions: Sessions
    personal_tokens: PersonalTokens
    users: Users
    invitations: Invitations
    organizations: Organizations
    webhooks: Webhooks
    api_keys: ApiKeys
    idempotency: Idempotency
    audit: Audit
    keys: Keys
    clients: Clients
    authorizations: Authorizations
    notifications: Notifications
    trust: Trust


def make_services(
    ambient: Ambient,
    passwords: Passwords,
    *,
    scopes: Iterable[Scope],
    surfaces: Collection[str],
    sign_up: SignUp,
    profile: str,
) -> Services:
    """The services over one store; `scopes` and `surfaces` are what the dialects bring, `profile` is the instance's."""
    catalogue = Catalogue(ambient, scopes)
    applications = Applications(ambient, catalogue, surfaces, profile)
    organizations = Organizations(ambient)
    return Services(
        ambient=ambient,
        applications=applications,
        secrets=Secrets(ambient, applications),
        tokens=Tokens(ambient, applications),
        impacts=Impacts(ambient),
        transfers=Transfers(ambient, applications),
        catalogue=catalogue,
        credentials=Credentials(ambient),
        sessions=Sessions(ambient, passwords),
        personal_tokens=PersonalTokens(ambient),
        users=Users(ambient, passwords, sign_up),
        invitations=Invitations(ambient),
        organizations=organizations,
        webhooks=Webhooks(ambient, organizations),
        api_keys=ApiKeys(ambient, organizations, catalogue),
        idempotency=Idempotency(ambient),
        audit=Audit(ambient),
        keys=Keys(ambient),
        clients=Clients(ambient),
        authorizations=Authorizations(ambient),
        notifications=Notifications(ambient),
        trust=Trust(ambient),
    )
