"""Personal access tokens of every surface: made, listed, renewed and removed by their owner; the value is said once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from licet.domain.actor import CREATE_PERSONAL_TOKENS, Actor
from licet.domain.secret import Form, digest
from licet.domain.user import PersonalToken
from licet.errors import NameTaken, Unauthenticated, UnknownToken
from licet.services.ambient import Ambient


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a caller says of a new or changed token."""

    name: str
    description: str | None = None
    scopes: tuple[str, ...] | None = None
    narrowed_to: tuple[tuple[str, tuple[str, ...]], ...] = ()
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A token and its value, which nobody can ask for again."""

    token: PersonalToken
    value: str


class PersonalTokens:
    """Personal access tokens of the caller, on the caller's surface."""

    def __init__(self, ambient: Ambient) -> None:
        self._ambient = ambient
        self._store = ambient.store.personal_tokens

    async def create(
        self, actor: Actor, wanted: Wanted, form: Form, *, tail: int = 4, unique_name: bool = False
    ) -> Issued:
        """Make one; a narrowed credential makes none that is wider than itself (ScopeMissing, NameTaken).

        Unauthenticated when the caller was deactivated or given another password meanwhile.
        """
        user_id = _own(actor)
        actor.need(CREATE_PERSONAL_TOKENS)
        _no_wider(actor, wanted)
        value = form.make(self._ambient.entropy)
        token = PersonalToken(
            id=self._ambient.id(),
            digest=digest(value),
            tail=value[-tail:],
            user_id=user_id,
            surface=actor.surface,
            name=wanted.name,
            description=wanted.description,
            scopes=wanted.scopes,
            narrowed_to=wanted.narrowed_to,
            created_at=self._ambient.clock(),
            expires_at=wanted.expires_at,
        )
        change = self._ambient.change(actor, "token.created", token.id, after={"name": wanted.name})
        made = await self._store.insert(token, change, unique_name=unique_name, password_hash=actor.password_hash)
        if not made:
            raise NameTaken("name")
        return Issued(token, value)

    async def of(self, actor: Actor) -> Sequence[PersonalToken]:
        """The caller's tokens on this surface, newest first."""
        return await self._store.of(_own(actor), actor.surface)

    async def get(self, actor: Actor, token_id: str) -> PersonalToken:
        """One of the caller's own (UnknownToken)."""
        for token in await self.of(actor):
            if token.id == token_id:
                return token
        raise UnknownToken

    async def change(self, actor: Actor, token_id: str, wanted: Wanted) -> PersonalToken:
        """Replace what is said of a token; its value and its end stay (UnknownToken)."""
        present = await self.get(actor, token_id)
        _no_wider(actor, wanted)
        token = replace(
            present,
            name=wanted.name,
            description=wanted.description,
            scopes=wanted.scopes,
            narrowed_to=wanted.narrowed_to,
        )
        await self._write(actor, present, token, "token.updated")
        return token

    async def renew(self, actor: Actor, token_id: str, form: Form, *, expires_at: int | None, tail: int = 4) -> Issued:
        """A new value for a token; the old one is dead at once (UnknownToken)."""
        present = await self.get(actor, token_id)
        actor.need(CREATE_PERSONAL_TOKENS)
        value = form.make(self._ambient.entropy)
        token = replace(present, digest=digest(value), tail=value[-tail:], expires_at=expires_at)
        await self._write(actor, present, token, "token.renewed")
        return Issued(token, value)

    async def remove(self, actor: Actor, token_id: str) -> None:
        """Remove one of the caller's own (UnknownToken)."""
        change = self._ambient.change(actor, "token.removed", token_id)
        if not await self._store.remove(_own(actor), token_id, change):
            raise UnknownToken

    async def _write(self, actor: Actor, present: PersonalToken, token: PersonalToken, action: str) -> None:
        if not await self._store.replace(present, token, self._ambient.change(actor, action, token.id)):
            raise UnknownToken


def _own(actor: Actor) -> str:
    if actor.id is None:
        raise Unauthenticated
    return actor.id


def _no_wider(actor: Actor, wanted: Wanted) -> None:
    for scope in wanted.scopes or ():
        actor.need_scope(scope)
    if wanted.scopes is None and actor.scopes is not None:
        actor.need_scope("*")
