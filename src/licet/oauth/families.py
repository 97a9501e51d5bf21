"""How a family begins: the lifetimes of surface and application, and whether it refreshes."""

from dataclasses import dataclass

from licet.domain.application import REFRESH_TOKEN, Application
from licet.domain.family import Family
from licet.oauth.authentication import METHODS, PASSWORD
from licet.oauth.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What a person allowed, and how they had proven themself; `refreshes` unless the way it came forbids it."""

    user_id: str
    scope: tuple[str, ...]
    resources: tuple[str, ...] = ()
    auth_time: int | None = None
    session_id: str | None = None
    refreshes: bool = True


def begun(context: Context, application: Application, allowed: Allowed) -> Family:
    """A new family of a person's consent, its refresh token (if any) out; a code's is made of it by `replace`."""
    now = context.now()
    idle = 1000 * (application.refresh_token_idle_lifetime or context.provider.refresh_idle)
    refreshes = allowed.refreshes and REFRESH_TOKEN in application.grant_types
    ends = 1000 * (_refresh_lifetime if refreshes else _access_lifetime)(context, application)
    return Family(
        id=context.ambient.id(),
        application_id=application.id,
        client_id=application.client_id,
        user_id=allowed.user_id,
        surface=context.provider.surface,
        scope=allowed.scope,
        resources=allowed.resources,
        created_at=now,
        expires_at=now + (ends or 2 * idle),
        slides=not ends,
        generation=1 if refreshes else 0,
        refreshes=refreshes,
        refresh_idle=idle,
        idle_expires_at=now + idle if refreshes else None,
        refreshed_at=now if refreshes else None,
        auth_time=allowed.auth_time,
        # A password is the only way to sign in here.
        acr=PASSWORD if allowed.auth_time is not None else None,
        amr=METHODS[PASSWORD] if allowed.auth_time is not None else (),
        session_id=allowed.session_id,
    )


def _refresh_lifetime(context: Context, application: Application) -> int:
    """None of its own for a family whose end moves with every rotation: 0."""
    return application.refresh_token_lifetime or context.provider.refresh_absolute or 0


def _access_lifetime(context: Context, application: Application) -> int:
    """Without a refresh token a family is over when its code's access token is."""
    return context.provider.code_lifetime + (application.access_token_lifetime or context.provider.access_lifetime)
