"""The client credentials grant (RFC 6749 section 4.4): an application acts for itself.

Where a surface lets it name a person, it acts for them within what they allowed it, and no further.
"""

from dataclasses import replace
from functools import lru_cache

from licet.domain.application import CLIENT_CREDENTIALS, Application
from licet.domain.family import Proof
from licet.domain.user import User
from licet.errors import ConsentRequired, UnauthorizedClient
from licet.oauth.caller import Caller
from licet.oauth.checks import resources_asked, scope_asked
from licet.oauth.context import Context
from licet.oauth.details import PARAMETER, details_asked
from licet.oauth.families import Allowed, begun
from licet.oauth.grants.grant import Grant
from licet.oauth.request import TokenRequest

PERSONAL = frozenset({"openid", "profile", "email", "offline_access", "groups", "organization"})
"""Scopes that speak of a person; an application acting for itself has none."""


async def prove(context: Context, caller: Caller, asked: TokenRequest) -> Proof:
    """Nothing to find: the application has proven itself, and gets of its own scope what it asks for."""
    application = caller.application
    if not application.confidential:
        # RFC 6749 §4.4: only confidential clients may use it.
        raise UnauthorizedClient
    resources = await resources_asked(context, application, asked)
    return Proof(
        family=None,
        scope=scope_asked(asked.get("scope"), _own(application.scopes)),
        resources=resources,
        authorization_details=details_asked(context, application, asked.get(PARAMETER)),
    )


@lru_cache(1024)
def _own(scope: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in scope if name not in PERSONAL)


GRANT = Grant(grant_type=CLIENT_CREDENTIALS, parameters=("scope", "resource", PARAMETER), prove=prove)


async def prove_for_person(context: Context, caller: Caller, asked: TokenRequest) -> Proof:
    """The same; with a `user_id` for that person, who must have allowed it (ConsentRequired)."""
    proof, user_id = await prove(context, caller, asked), asked.get("user_id")
    if user_id is None:
        return proof
    person = await _allowing(context, caller.application, proof, user_id)
    allowed = Allowed(user_id=person.id, scope=proof.scope, resources=proof.resources, refreshes=False)
    family = replace(
        begun(context, caller.application, allowed), redeemed_by=caller.proven_by, bound_to=caller.bound_to
    )
    await context.ambient.store.families.insert(family, None)
    # A withdrawal ends the families that it sees; one that came before this family was written is seen here.
    await _allowing(context, caller.application, proof, user_id)
    return proof._replace(family=family)


async def _allowing(context: Context, application: Application, proof: Proof, user_id: str) -> User:
    """The person, if they are a member of the application's organization and have allowed it all of that."""
    kept = context.ambient.store
    person, standing = await kept.users.by_id(user_id), await kept.users.standing(user_id)
    consents = await kept.consents.of(user_id, application.id)
    wanted = tuple(sorted(proof.resources))
    allowed = any(consent.resources == wanted and consent.covers(proof.scope) for consent in consents)
    if person is None or not (person.active and allowed and application.organization_id in standing.roles):
        raise ConsentRequired
    return person


FOR_A_PERSON = Grant(grant_type=CLIENT_CREDENTIALS, parameters=("scope", "resource", "user_id"), prove=prove_for_person)
"""The same grant for a surface where an application may name the person that it acts for."""
