"""Token exchange (RFC 8693): a token that is good here for another one, as far as a row of the operator's allows it.

What comes out is never more than what was brought: no wider scope, no later end, and it ends with everything that the
brought one hangs on (the consent, the person, the application it was issued to).
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from licet.domain.application import TOKEN_EXCHANGE, Application
from licet.domain.family import Exchanged, Family, Proof
from licet.domain.scope import is_token, split
from licet.domain.trust import ACCESS_TOKEN, ID_JAG, ID_TOKEN, ExchangePolicy
from licet.errors import Cause, InvalidRequest, InvalidScope, InvalidTarget, UnauthorizedClient
from licet.oauth.caller import Caller
from licet.oauth.checks import capped, resources_asked, scope_asked
from licet.oauth.context import Context
from licet.oauth.grants.grant import Grant
from licet.oauth.id_token import claims_of
from licet.oauth.presented import presented, verified
from licet.oauth.request import TokenRequest

MOST_ACTORS = 5
"""How many may act for one another: a chain that grows for ever is a mistake or an attack."""
ABOUT = ("auth_time", "acr", "amr")
"""Claims of an ID Token that go into an assertion."""
KNOWN = "email"
"""The scope that lets the other side know what its people are called by, too."""


class Brought(NamedTuple):
    """A token that is good at this moment: what may be had for it at most; `expires_at` in ms.

    `policies` are the rows under which this client may bring it.
    """

    application: Application
    scope: tuple[str, ...]
    audience: tuple[str, ...]
    expires_at: int
    family: Family | None = None
    user_id: str = ""
    act: Mapping[str, object] | None = None
    acts_for: str = ""
    bound: bool = False
    policies: Sequence[ExchangePolicy] = ()
    about: Mapping[str, object] = MappingProxyType({})


Proves = Callable[[Context, Caller, TokenRequest, Brought], Awaitable[Proof]]


async def prove(context: Context, caller: Caller, asked: TokenRequest) -> Proof:
    """What the brought token and the operator's rows allow (InvalidRequest, InvalidTarget, InvalidScope)."""
    if not caller.application.confidential:
        raise UnauthorizedClient
    wanted = asked.get("requested_token_type") or ACCESS_TOKEN
    if wanted not in FOR:
        raise InvalidRequest("The requested token type is not issued here.", cause=Cause.PARAMETER_MALFORMED)
    brought = await _brought(context, caller, asked, FOR[wanted])
    policies = [
        policy
        for policy in await context.ambient.store.trust.policies()
        if policy.admits(caller.application, brought.application, wanted)
    ]
    if not policies:
        raise InvalidRequest("The subject token may not be exchanged by this client.")
    return await PROVES[wanted](context, caller, asked, brought._replace(policies=policies))


async def _brought(context: Context, caller: Caller, asked: TokenRequest, token_type: str) -> Brought:
    """The subject token, good and of the one type that such a token is given for (InvalidRequest)."""
    for name in ("subject_token", "subject_token_type"):
        if asked.get(name) is None:
            raise InvalidRequest.missing(name)
    if asked.get("subject_token_type") != token_type:
        raise InvalidRequest("The subject token is of a type that is not taken for this.")
    found = await READS[token_type](context, caller, asked.get("subject_token") or "")
    if found is None:
        # RFC 8693 §2.2.2: a token that is invalid for any reason.
        raise InvalidRequest("The subject token is not valid.")
    return found


async def _access_token(context: Context, _: Caller, token: str) -> Brought | None:
    found = await presented(context, token)
    if found is None:
        return None
    return Brought(
        found.application,
        found.scope,
        found.audience,
        found.expires_at,
        family=found.family,
        act=found.act,
        acts_for=found.acts_for or ("" if found.family else found.application.client_id),
        bound=bool(found.bound_to),
    )


async def _id_token(context: Context, caller: Caller, token: str) -> Brought | None:
    """An ID Token of the caller's own: nobody speaks for a person by what another application was told."""
    claims = await verified(context, token, "JWT")
    if claims is None or claims.get("aud") != caller.application.client_id:
        return None
    user_id = context.subjects.read(caller.application, str(claims.get("sub")))
    person = await context.ambient.store.users.by_id(user_id) if user_id is not None else None
    expires_at = _milliseconds(claims.get("exp"))
    if person is None or not person.active or context.now() >= expires_at:
        return None
    allowed = await context.ambient.store.consents.of(person.id, caller.application.id)
    # The person has not taken everything back since, nor were the application's tokens all ended.
    if not allowed or _milliseconds(claims.get("iat")) < (caller.application.tokens_not_before or 0):
        return None
    known = capped(tuple(name for consent in allowed for name in consent.scope if name == KNOWN), caller.application)
    about = {name: claims[name] for name in ABOUT if name in claims}
    # Our `sub` means nobody on another server: what it may know its people by is the address.
    about.update(await claims_of(context, person, known))
    return Brought(caller.application, (), (), expires_at, user_id=person.id, about=about)


def _milliseconds(seconds: object) -> int:
    return seconds * 1000 if isinstance(seconds, int) else 0


async def _for_access(context: Context, caller: Caller, asked: TokenRequest, brought: Brought) -> Proof:
    if brought.bound and not caller.bound_to:
        raise InvalidRequest("A token that is bound to a key is exchanged for another such token.")
    targets = await _targets(context, caller, asked) or brought.audience
    policy = _reaching(brought.policies, targets, brought.audience)
    allowed = capped(brought.scope, caller.application)
    if policy.scope is not None:
        allowed = tuple(name for name in allowed if name in policy.scope)
    return Proof(
        family=brought.family,
        scope=scope_asked(asked.get("scope"), allowed),
        resources=() if targets == (context.provider.issuer,) else targets,
        exchanged=Exchanged(
            ACCESS_TOKEN, brought.expires_at, act=await _act(context, caller, asked, brought), acts_for=brought.acts_for
        ),
    )


async def _for_assertion(_context: Context, _caller: Caller, asked: TokenRequest, brought: Brought) -> Proof:
    audience = asked.get("audience")
    if audience is None:
        raise InvalidRequest.missing("audience")
    if asked.get("actor_token") is not None or len(asked.resources) > 1:
        raise InvalidRequest("An assertion is for one application and one resource.")
    policy = _reaching(brought.policies, (audience,), ())
    # Without a bound the other side judges what its scopes are; here they are only well-formed.
    bound = split(asked.get("scope") or "") if policy.scope is None else policy.scope
    if not all(map(is_token, bound)):
        raise InvalidScope("The parameter scope is malformed.", cause=Cause.PARAMETER_MALFORMED, about="scope")
    return Proof(
        family=None,
        scope=scope_asked(asked.get("scope"), bound),
        resources=asked.resources,
        exchanged=Exchanged(
            ID_JAG,
            brought.expires_at,
            audience=audience,
            client_id=policy.known_as or "",
            user_id=brought.user_id,
            about=brought.about,
        ),
    )


async def _targets(context: Context, caller: Caller, asked: TokenRequest) -> tuple[str, ...]:
    """What the new token is asked to be for: a `resource` or an `audience`, registered; empty when nothing is said."""
    audience = asked.get("audience")
    if audience is not None and asked.resources not in {(), (audience,)}:
        raise InvalidTarget("A token is for one resource.")
    named = asked.resources or ((audience,) if audience is not None else ())
    if not named or named == (context.provider.issuer,):
        return named
    return await resources_asked(context, caller.application, asked._replace(resources=named))


def _reaching(policies: Sequence[ExchangePolicy], wanted: tuple[str, ...], present: tuple[str, ...]) -> ExchangePolicy:
    found = next((policy for policy in policies if policy.reaches(wanted, present)), None)
    if found is None:
        raise InvalidTarget("The subject token may not be exchanged for this audience.")
    return found


async def _act(context: Context, caller: Caller, asked: TokenRequest, brought: Brought) -> Mapping[str, object] | None:
    """Who acts, and for whom before (RFC 8693 section 4.1); an application with its own token adds nobody."""
    actor = await _actor(context, caller, asked)
    if actor is None and brought.application.client_id == caller.application.client_id:
        return brought.act
    name = actor or context.subjects.of(caller.application, None)
    known = list(_chain(brought.act))
    if name in known or len(known) >= MOST_ACTORS:
        raise InvalidRequest("The actor already acts in this token.", cause=Cause.PARAMETER_MALFORMED)
    return {"sub": name, **({"act": brought.act} if brought.act is not None else {})}


async def _actor(context: Context, caller: Caller, asked: TokenRequest) -> str | None:
    """The subject of the actor token: one of the caller's own, so that nobody claims to be somebody else."""
    token, token_type = asked.get("actor_token"), asked.get("actor_token_type")
    if token is None and token_type is None:
        return None
    if token is None or token_type is None:
        # RFC 8693 §2.1: both or none.
        raise InvalidRequest.missing("actor_token" if token is None else "actor_token_type")
    found = await presented(context, token) if token_type == ACCESS_TOKEN else None
    if found is None or found.application.client_id != caller.application.client_id:
        raise InvalidRequest("The actor token is not valid.")
    return context.subjects.of(found.application, found.user.id if found.user else None, acts_for=found.acts_for)


def _chain(act: object) -> Iterator[str]:
    while isinstance(act, dict):
        yield str(act.get("sub"))
        act = act.get("act")


READS: Mapping[str, Callable[[Context, Caller, str], Awaitable[Brought | None]]] = {
    ACCESS_TOKEN: _access_token,
    ID_TOKEN: _id_token,
}
FOR: Mapping[str, str] = {ACCESS_TOKEN: ACCESS_TOKEN, ID_JAG: ID_TOKEN}
"""What is given to what must be brought for it."""
PROVES: Mapping[str, Proves] = {
    ACCESS_TOKEN: _for_access,
    ID_JAG: _for_assertion,
}

GRANT = Grant(
    grant_type=TOKEN_EXCHANGE,
    parameters=(
        "subject_token",
        "subject_token_type",
        "actor_token",
        "actor_token_type",
        "requested_token_type",
        "audience",
        "resource",
        "scope",
    ),
    prove=prove,
)
