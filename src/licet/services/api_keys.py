"""API keys of an organization: made, listed and ended by its owner and admins, and asked about by who receives one."""

from collections.abc import Sequence
from dataclasses import dataclass

from licet.domain.actor import Actor, grantable
from licet.domain.api_key import FORM, PREFIX, ApiKey
from licet.domain.secret import digest
from licet.errors import Fault, Forbidden, Invalid, ScopeNotGrantable, TooMany, Unauthenticated, UnknownToken
from licet.services.ambient import Ambient
from licet.services.catalogue import Catalogue
from licet.services.credentials import MAXIMUM_LENGTH
from licet.services.organizations import Organizations

AT_MOST = 100
"""So many keys of an organization may be alive at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedKey:
    """What a caller says of a new key."""

    name: str
    description: str | None = None
    scopes: tuple[str, ...] = ()
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key and its value, which nobody can ask for again."""

    key: ApiKey
    value: str


class ApiKeys:
    """API keys; a key opens nothing here, it is only known for what it is."""

    def __init__(self, ambient: Ambient, organizations: Organizations, catalogue: Catalogue) -> None:
        self._ambient = ambient
        self._catalogue = catalogue
        self._store = ambient.store.api_keys
        self._organizations = organizations

    async def create(self, actor: Actor, organization_id: str, wanted: WantedKey) -> IssuedKey:
        """A new key of an organization that the caller manages, with scopes that they may give.

        Raises:
            UnknownOrganization, RoleTooLow, TooMany, Invalid, ScopeNotGrantable.
        """
        organization = await self._organizations.managed(actor, organization_id)
        await self._judge(actor, wanted, organization.id)
        value = FORM.make(self._ambient.entropy)
        key = ApiKey(
            id=self._ambient.id(),
            digest=digest(value),
            prefix=value[:PREFIX],
            organization_id=organization.id,
            surface=actor.surface,
            name=wanted.name,
            description=wanted.description,
            scopes=wanted.scopes,
            created_at=self._ambient.clock(),
            created_by=actor.id,
            expires_at=wanted.expires_at,
        )
        said = {"name": key.name, "scopes": list(key.scopes)}
        change = self._ambient.change(actor, "api_key.created", key.id, organization_id=organization.id, after=said)
        if not await self._store.insert(key, change, limit=AT_MOST):
            raise TooMany
        return IssuedKey(key, value)

    async def of(self, actor: Actor, organization_id: str) -> Sequence[ApiKey]:
        """An organization's keys, newest first, never a value (UnknownOrganization, RoleTooLow)."""
        organization = await self._organizations.managed(actor, organization_id)
        return await self._store.of(organization.id)

    async def revoke(self, actor: Actor, organization_id: str, key_id: str) -> None:
        """End one at once (UnknownOrganization, RoleTooLow, UnknownToken)."""
        organization = await self._organizations.managed(actor, organization_id)
        change = self._ambient.change(actor, "api_key.revoked", key_id, organization_id=organization.id)
        if not await self._store.revoke(organization.id, key_id, change):
            raise UnknownToken

    async def validate(self, value: str) -> ApiKey:
        """The key of a value (Unauthenticated for none of ours, Forbidden for one that has ended)."""
        found = await self._store.by_digest(digest(value)) if 0 < len(value) <= MAXIMUM_LENGTH else None
        if found is None:
            raise Unauthenticated
        now = self._ambient.clock()
        if found.status(now) != "active":
            raise Forbidden
        await self._store.touch(found.id, now)
        return found

    async def _judge(self, actor: Actor, wanted: WantedKey, organization_id: str) -> None:
        known = await self._catalogue.known(wanted.scopes)
        faults = [
            Fault(("scopes", position), "bad_choice", "a scope of this instance", name)
            for position, name in enumerate(wanted.scopes)
            if name not in known
        ]
        if wanted.expires_at is not None and wanted.expires_at <= self._ambient.clock():
            faults.append(Fault(("expires_at",), "bad_value", "a time to come"))
        if faults:
            raise Invalid(faults)
        for name in wanted.scopes:
            if not grantable(actor, known[name], organization_id):
                raise ScopeNotGrantable(name)
