"""Rules that several grants and endpoints share: how much scope, which resources, whether the person still may."""

from licet.domain.application import Application
from licet.domain.family import Family
from licet.domain.scope import is_token, split
from licet.errors import Cause, InvalidGrant, InvalidScope, InvalidTarget
from licet.oauth.context import Context
from licet.oauth.request import TokenRequest

MOST_SCOPES = 200


def scope_asked(text: str | None, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes of a `scope` parameter, all of them allowed (InvalidScope); all that is allowed without one."""
    if text is None:
        return allowed
    names = split(text)
    if set(names).issubset(allowed):
        return names
    if len(names) > MOST_SCOPES or not all(is_token(name) for name in names):
        raise InvalidScope("The parameter scope is malformed.", cause=Cause.PARAMETER_MALFORMED, about="scope")
    more = (name for name in names if name not in allowed)
    raise InvalidScope("The scope is more than is allowed.", cause=Cause.SCOPE_UNKNOWN, about=" ".join(more))


def capped(scope: tuple[str, ...], application: Application) -> tuple[str, ...]:
    """What of a scope the application still may have: narrowing an application narrows what lives."""
    own = frozenset(application.scopes)
    return tuple(name for name in scope if name in own)


async def resources_asked(context: Context, application: Application, asked: TokenRequest) -> tuple[str, ...]:
    """The resource asked for, registered (InvalidTarget), or the application's default; at most one a token."""
    if len(asked.resources) > 1:
        raise InvalidTarget("A token is for one resource.")
    return await context.resources.known(asked.resources or default_resources(application))


def resources_kept(family: Family, asked: TokenRequest) -> tuple[str, ...]:
    """The part of what was allowed that this token is for (RFC 8707 section 2.2); InvalidTarget for anything else."""
    if not asked.resources:
        return family.resources
    if len(asked.resources) > 1 or not set(asked.resources) <= set(family.resources):
        raise InvalidTarget
    return asked.resources


async def person_may(context: Context, family: Family) -> None:
    """Whether the person of a family still may (InvalidGrant for one who is gone or deactivated)."""
    user = await context.ambient.store.users.by_id(family.user_id)
    if user is None or not user.active:
        raise InvalidGrant(cause=Cause.PERSON_GONE)


async def admitted(context: Context, family: Family) -> None:
    """Whether a surface that bounds how often an application gets tokens for a person lets it have more (Throttled)."""
    if context.provider.admits is not None:
        await context.provider.admits(family.client_id, family.user_id)


def default_resources(application: Application) -> tuple[str, ...]:
    """The resources of an application's tokens when none is asked for; empty for the issuer itself."""
    return (application.default_resource,) if application.default_resource else ()
