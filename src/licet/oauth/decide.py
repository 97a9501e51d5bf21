"""What an authorization request still needs before it can be answered: one function, asked anew at every turn.

It serves the endpoint itself, every page's return and `prompt=none`: there is no second way round consent.
"""

from dataclasses import dataclass, replace
from enum import Enum

from licet.domain import pkce, redirect_uri
from licet.domain.actor import Actor
from licet.domain.application import Application
from licet.domain.family import AuthorizationRequest, Consent, Details
from licet.domain.profile import profile_of
from licet.domain.revision import Change
from licet.domain.secret import digest
from licet.domain.user import User
from licet.errors import AccessDenied, ConsentRequired, LoginRequired, ProtocolRefusal
from licet.oauth.asking import Asked
from licet.oauth.binding import to_key
from licet.oauth.context import Context
from licet.oauth.families import Allowed, begun


class Need(Enum):
    """What a person must still do."""

    LOGIN = "sign in"
    SELECT = "choose an account"
    CREATE = "sign up"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person in front of the browser: their session, and when they proved themself (ms).

    `silent`: they were not asked, since they had allowed all of it before.
    """

    user: User
    session_id: str
    auth_time: int
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person has come in a stored request; one that was not stored has come nowhere.

    `chosen`: they said that it is them; `proven`: they proved it within the request; `consented`: the scopes they
    allowed within it, unless they `denied`.
    """

    chosen: bool = False
    proven: bool = False
    consented: tuple[str, ...] | None = None
    denied: bool = False


NOWHERE = Progress()


def progress_of(stored: AuthorizationRequest, person: SignedIn | None) -> Progress:
    """How far this person has come in a stored request: what was done in another session does not count."""
    if person is None or stored.session_id != person.session_id:
        return NOWHERE
    return Progress(
        chosen=True,
        proven=stored.authenticated_at is not None,
        consented=stored.consented,
        denied=stored.denied,
    )


async def decide(
    context: Context, asked: Asked, person: SignedIn | None, progress: Progress = NOWHERE
) -> Need | ProtocolRefusal | SignedIn:
    """What is needed next; a refusal where nobody may be asked, or who was asked refused; the person when all is there.

    It is the one way to a code, for every endpoint and every page that leads to one.
    """
    if progress.denied:
        return AccessDenied()
    if person is not None and progress.proven and asked.hinted not in {None, person.user.id}:
        # OpenID Connect Core §3.1.2.1, id_token_hint: somebody signed in, and is not who was meant.
        return LoginRequired()
    need = _proof_needed(context, asked, person, progress)
    if need is None and person is not None:
        need = await _consent_needed(context, asked, person, progress)
        if need is None:
            return replace(person, silent=progress.consented is None)
    if "none" in asked.prompt:
        # OpenID Connect Core §3.1.2.6: said to the client, never shown to the person.
        return ConsentRequired() if need is Need.CONSENT else LoginRequired()
    return need or Need.LOGIN


def _proof_needed(context: Context, asked: Asked, person: SignedIn | None, progress: Progress) -> Need | None:
    if "create" in asked.prompt and not progress.proven:
        return Need.CREATE
    if "select_account" in asked.prompt and not progress.chosen:
        return Need.SELECT
    if person is None or ("login" in asked.prompt and not progress.proven):
        return Need.LOGIN
    if asked.max_age is not None and not progress.proven and context.now() - person.auth_time > asked.max_age * 1000:
        return Need.LOGIN
    return Need.LOGIN if asked.hinted not in {None, person.user.id} else None


async def _consent_needed(context: Context, asked: Asked, person: SignedIn, progress: Progress) -> Need | None:
    if progress.consented is not None:
        # What the application asks for may have changed since, where the request leaves it to the registration.
        return None if set(asked.scope) <= set(progress.consented) else Need.CONSENT
    # RFC 8252 §8.6: a private-use scheme may be claimed by many programs, so a person always sees who asks.
    private = redirect_uri.classify(asked.to.redirect_uri) is redirect_uri.Kind.PRIVATE_USE
    if private or "consent" in asked.prompt:
        return Need.CONSENT
    before = await remembered(context, asked, person)
    return None if before is not None and await _covered(context, asked, before) else Need.CONSENT


async def _covered(context: Context, asked: Asked, before: Consent) -> bool:
    """Whether what was allowed before allows this too, by what the surface remembers of it."""
    lifetime, now = context.provider.consent_lifetime, context.now()
    if lifetime is None:
        return before.covers(asked.scope, asked.details)
    if now - before.updated_at >= lifetime * 1000:
        return False
    had = await context.ambient.store.families.obtained(
        before.user_id,
        before.application_id,
        surface=context.provider.surface,
        since=now - context.provider.refresh_idle * 1000,
    )
    return set(asked.scope) <= set(had) and before.covers((), asked.details)


async def remembered(context: Context, asked: Asked, person: SignedIn) -> Consent | None:
    """What the person allowed the application before, at the same surface and for the same resources."""
    known = await context.ambient.store.consents.of(person.user.id, asked.client.application.id)
    wanted = context.provider.surface, tuple(sorted(asked.resources))
    return next((consent for consent in known if (consent.surface, consent.resources) == wanted), None)


def act_of_consent(
    context: Context,
    application: Application,
    person: SignedIn,
    *,
    scope: tuple[str, ...],
    resources: tuple[str, ...],
    details: Details = (),
) -> tuple[Consent, Change]:
    """That a person allows an application this much, now; and what is told of it if it is new."""
    now, user = context.now(), person.user
    actor = Actor(id=user.id, name=user.username, surface=context.provider.surface, roles={}, permissions=frozenset())
    change = context.ambient.change(
        actor,
        "consent.granted",
        user.id,
        organization_id=application.organization_id,
        after={"client_id": application.client_id, "user_id": user.id, "scope": list(scope)},
    )
    return (
        Consent(
            user_id=user.id,
            application_id=application.id,
            surface=context.provider.surface,
            resources=resources,
            scope=scope,
            created_at=now,
            updated_at=now,
            # Where a consent fades, only what its tokens do counts as a use.
            last_used_at=now if context.provider.consent_lifetime is None else None,
            authorization_details=details,
        ),
        change,
    )


async def grant(context: Context, asked: Asked, person: SignedIn, scope: tuple[str, ...]) -> str:
    """Begin the family of an act of consent, and give its code (ConsentRequired: it was taken back meanwhile)."""
    application, now = asked.client.application, context.now()
    allowed = Allowed(
        user_id=person.user.id,
        scope=scope,
        resources=asked.resources,
        auth_time=person.auth_time,
        session_id=person.session_id,
    )
    demanded = profile_of(application, context.provider.profile)
    code, challenge = context.provider.forms.code(context.random), asked.get("code_challenge")
    key = asked.get("dpop_jkt")
    family = replace(
        begun(context, application, allowed),
        generation=0,
        idle_expires_at=None,
        refreshed_at=None,
        redirect_uri=asked.to.redirect_uri,
        redirect_uri_sent=asked.to.requested,
        code_challenge=pkce.kept(challenge, asked.get("code_challenge_method") or "plain") if challenge else None,
        code_expires_at=now + min(context.provider.code_lifetime, demanded.code_lifetime) * 1000,
        nonce=asked.get("nonce"),
        requested_claims=asked.claims,
        authorization_details=asked.details,
        bound_to=to_key(key) if key is not None else "",
    )
    allows = act_of_consent(context, application, person, scope=scope, resources=asked.resources, details=asked.details)
    kept = context.ambient.store
    if not await kept.consents.put(*allows, begins=family, code_digest=digest(code), silent=person.silent):
        raise ConsentRequired
    await kept.living.use(application.id, "redirect_uri", _registered(asked), now)
    return code


def _registered(asked: Asked) -> tuple[str, ...]:
    """The redirect URI as it is registered, whatever port of loopback was asked for."""
    own, uri = asked.client.application.redirect_uris, asked.to.redirect_uri
    return tuple(each for each in own if redirect_uri.matches(each, uri, any_port=True))[:1]
