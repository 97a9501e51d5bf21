"""The operator's rows of trust: which tokens may be exchanged by whom and for what, and whose assertions count here."""

from collections.abc import Iterator, Sequence

from licet.domain.actor import MANAGE_INSTANCE, Actor
from licet.domain.key_set import KeySet
from licet.domain.kinds import Choice, Text, Texts, Uri
from licet.domain.trust import ASSERTIONS, ISSUED, MAPPINGS, ExchangePolicy, TrustedIssuer
from licet.errors import Fault, Invalid, NotFound
from licet.services.ambient import Ambient

NAME = Text(1, 200)
NAMES = Texts(Text(1, 400), minimum=1, maximum=100, unique=True)
AUDIENCES = Texts(Text(1, 2048), minimum=1, maximum=100, unique=True)
TOKEN_TYPES = Texts(Choice(ISSUED), minimum=1, unique=True)
IDENTIFIER = Uri(("https", "http"), 2048)
KINDS = Texts(Choice(ASSERTIONS), minimum=1, unique=True)
SCOPE_NAMES = Texts(Text(1, 200), maximum=100, unique=True)


class Trust:
    """Exchange policies and trusted issuers, for instance administrators."""

    def __init__(self, ambient: Ambient) -> None:
        self._ambient = ambient
        self._store = ambient.store.trust

    async def policies(self, actor: Actor) -> Sequence[ExchangePolicy]:
        """Exchange policies by name."""
        actor.administer(MANAGE_INSTANCE)
        return await self._store.policies()

    async def put_policy(self, actor: Actor, policy: ExchangePolicy) -> bool:
        """Add or change one (Invalid); True when it is new."""
        actor.administer(MANAGE_INSTANCE)
        if faults := list(_policy_faults(policy)):
            raise Invalid(faults)
        after = {"clients": list(policy.clients), "audiences": list(policy.audiences)}
        return await self._store.put_policy(
            policy, self._ambient.change(actor, "exchange_policy.put", policy.name, after=after)
        )

    async def remove_policy(self, actor: Actor, name: str) -> None:
        """Remove one (NotFound)."""
        actor.administer(MANAGE_INSTANCE)
        if not await self._store.remove_policy(name, self._ambient.change(actor, "exchange_policy.removed", name)):
            raise NotFound

    async def issuers(self, actor: Actor) -> Sequence[TrustedIssuer]:
        """Trusted issuers by identifier."""
        actor.administer(MANAGE_INSTANCE)
        return await self._store.issuers()

    async def put_issuer(self, actor: Actor, issuer: TrustedIssuer) -> bool:
        """Add or change one (Invalid); True when it is new."""
        actor.administer(MANAGE_INSTANCE)
        if faults := list(_issuer_faults(issuer)):
            raise Invalid(faults)
        after = {
            "subject": issuer.subject,
            "clients": list(issuer.clients),
            "assertions": list(issuer.assertions),
        }
        return await self._store.put_issuer(
            issuer, self._ambient.change(actor, "trusted_issuer.put", issuer.issuer, after=after)
        )

    async def remove_issuer(self, actor: Actor, issuer: str) -> None:
        """Remove one (NotFound)."""
        actor.administer(MANAGE_INSTANCE)
        if not await self._store.remove_issuer(issuer, self._ambient.change(actor, "trusted_issuer.removed", issuer)):
            raise NotFound


def _policy_faults(policy: ExchangePolicy) -> Iterator[Fault]:
    yield from NAME.check(policy.name, ("name",))
    yield from NAMES.check(policy.clients, ("clients",))
    yield from NAMES.check(policy.subjects, ("subjects",))
    yield from AUDIENCES.check(policy.audiences, ("audiences",))
    yield from TOKEN_TYPES.check(policy.token_types, ("token_types",))
    yield from SCOPE_NAMES.check(policy.scope or (), ("scope",))


def _issuer_faults(issuer: TrustedIssuer) -> Iterator[Fault]:
    yield from IDENTIFIER.check(issuer.issuer, ("issuer",))
    yield from NAMES.check(issuer.clients, ("clients",))
    yield from Choice(MAPPINGS).check(issuer.subject, ("subject",))
    yield from KINDS.check(issuer.assertions, ("assertions",))
    yield from SCOPE_NAMES.check(issuer.scope or (), ("scope",))
    if (issuer.jwks is None) == (issuer.jwks_uri is None):
        yield Fault(("jwks",), "bad_value", "either jwks or jwks_uri")
    if issuer.jwks is not None:
        yield from KeySet().check(issuer.jwks, ("jwks",))
    if issuer.jwks_uri is not None:
        # A key that comes over plain http is anybody's key.
        yield from Uri(("https",), 2048).check(issuer.jwks_uri, ("jwks_uri",))
