"""Personal access tokens: made, renewed, listed and removed by their owner, who proves the password once more."""

from collections.abc import Mapping
from dataclasses import replace

from licet.dialects.operation import Operation
from licet.dialects.record import Setup
from licet.dialects.rocketchat import profiles, reference, render
from licet.dialects.rocketchat.formats import LAST_PART, SECRET
from licet.dialects.rocketchat.gate import Call, Gate
from licet.dialects.rocketchat.proof import SECOND_FACTOR, Proof
from licet.dialects.rocketchat.reference import Part
from licet.domain.actor import CREATE_PERSONAL_TOKENS
from licet.errors import Invalid, UnknownToken
from licet.services.personal_tokens import Wanted
from licet.web.reply import Reply
from licet.web.route import Route


class Tokens:
    """Handlers of the caller's own tokens."""

    def __init__(self, setup: Setup) -> None:
        self._tokens = setup.services.personal_tokens
        self._proof = Proof(setup)

    async def generate(self, call: Call) -> Reply:
        """A new token; its value is said once, its name is unique."""
        await self._proof.second_factor(call.request, call.caller.user)
        wanted = Wanted(name=_name(call))
        issued = await self._tokens.create(call.caller.actor, wanted, SECRET, tail=LAST_PART, unique_name=True)
        return render.ok({"token": issued.value})

    async def regenerate(self, call: Call) -> Reply:
        """A new value; the old one is dead at once."""
        await self._proof.second_factor(call.request, call.caller.user)
        token_id = await self._named(call)
        issued = await self._tokens.renew(call.caller.actor, token_id, SECRET, expires_at=None, tail=LAST_PART)
        return render.ok({"token": issued.value})

    async def remove(self, call: Call) -> Reply:
        """End a token."""
        await self._proof.second_factor(call.request, call.caller.user)
        await self._tokens.remove(call.caller.actor, await self._named(call))
        return render.ok({})

    async def every(self, call: Call) -> Reply:
        """The caller's tokens, without their values."""
        tokens = await self._tokens.of(call.caller.actor)
        return render.ok({"tokens": [profiles.TOKEN.encode(token) for token in tokens]})

    async def _named(self, call: Call) -> str:
        name = _name(call)
        for token in await self._tokens.of(call.caller.actor):
            if token.name == name:
                return token.id
        raise UnknownToken


def _name(call: Call) -> str:
    return str(profiles.TOKEN_NAME.decode(call.sent)["name"])


def _has_name(call: Call) -> Reply | None:
    try:
        profiles.TOKEN_NAME.decode(call.sent)
    except Invalid:
        return render.token_name_required()
    return None


def _may_have_tokens(call: Call) -> Reply | None:
    return None if call.caller.actor.may(CREATE_PERSONAL_TOKENS) else render.not_authorized()


def routes(setup: Setup, gate: Gate) -> tuple[Route, ...]:
    """Four routes; all but the list ask for a second factor."""
    tokens = Tokens(setup)
    value = {"token": reference.TEXT}

    def guarded(summary: str, answer: Mapping[str, Part]) -> Operation:
        said = reference.operation(summary, "tokens", answer, request=profiles.TOKEN_NAME)
        return replace(said, headers=SECOND_FACTOR)

    return (
        gate.route(
            "users.generatePersonalAccessToken",
            tokens.generate,
            guarded("Create a personal access token", value),
            _has_name,
            _may_have_tokens,
        ),
        gate.route(
            "users.regeneratePersonalAccessToken",
            tokens.regenerate,
            guarded("Renew a personal access token", value),
            _has_name,
            _may_have_tokens,
        ),
        gate.route(
            "users.removePersonalAccessToken",
            tokens.remove,
            guarded("Remove a personal access token", {}),
            _has_name,
            _may_have_tokens,
        ),
        gate.route(
            "users.getPersonalAccessTokens",
            tokens.every,
            reference.operation("List personal access tokens", "tokens", {"tokens": [profiles.TOKEN]}),
            _may_have_tokens,
            method="GET",
        ),
    )
