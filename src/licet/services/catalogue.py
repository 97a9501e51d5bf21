"""What applications may ask for: scopes and resources of the instance, and who holds which instance permission.

Scopes that the program brings (a dialect's, OpenID Connect's) are there whether or not their surface is switched on,
so that switching one off never makes a registered application wrong. An operator adds their own beside them.
"""

from collections.abc import Iterable, Mapping, Sequence

from licet.domain.actor import ADMIN, DEFAULT_PERMISSIONS, MANAGE_INSTANCE, Actor
from licet.domain.kinds import Text, Uri
from licet.domain.scope import Resource, Scope, is_token
from licet.errors import Conflict, Fault, Invalid, NameTaken, UnknownResource, UnknownScope
from licet.services.ambient import Ambient

OPENID: tuple[Scope, ...] = (
    Scope("openid", "Know who you are.", catalogue="openid"),
    Scope("profile", "See your name and user name.", catalogue="openid"),
    Scope("email", "See your e-mail address.", catalogue="openid"),
    Scope("offline_access", "Stay signed in while you are away.", "medium", catalogue="openid"),
    Scope("groups", "See the groups you are in.", catalogue="openid"),
    Scope("organization", "See your organizations and your role in them.", catalogue="openid"),
)
"""OpenID Connect Core section 5.4 and section 11, and two of ours."""

DESCRIPTION = Text(0, 500, multiline=True)
IDENTIFIER = Uri(("http", "https"), 2048)


class Catalogue:
    """Scopes, resources and permissions of the instance."""

    def __init__(self, ambient: Ambient, brought: Iterable[Scope]) -> None:
        self._ambient = ambient
        self._store = ambient.store.catalogue
        self._brought = {scope.name: scope for scope in (*OPENID, *brought)}

    async def scopes(self) -> Mapping[str, Scope]:
        """Every scope by name: the brought ones first, in their own order, then the operator's by name."""
        own = {scope.name: scope for scope in await self._store.scopes() if scope.name not in self._brought}
        return {**self._brought, **own}

    async def known(self, names: Iterable[str]) -> Mapping[str, Scope]:
        """The scopes of these names that there are; the store is asked only for what the program did not bring."""
        wanted = frozenset(names)
        return self._brought if wanted <= self._brought.keys() else await self.scopes()

    async def put_scope(self, actor: Actor, scope: Scope) -> bool:
        """Add or change one of the operator's own scopes; True when it is new (Invalid, NameTaken)."""
        actor.administer(MANAGE_INSTANCE)
        if scope.name in self._brought:
            raise NameTaken("name")
        faults = list(DESCRIPTION.check(scope.description, ("description",)))
        if not is_token(scope.name):
            faults.append(Fault(("name",), "bad_value", "a scope-token of at most 200 characters", scope.name))
        if faults:
            raise Invalid(faults)
        return await self._store.put_scope(scope, self._ambient.change(actor, "scope.put", scope.name))

    async def remove_scope(self, actor: Actor, name: str) -> None:
        """Remove one of the operator's own that no application has (UnknownScope, Conflict)."""
        actor.administer(MANAGE_INSTANCE)
        outcome = await self._store.remove_scope(name, self._ambient.change(actor, "scope.removed", name))
        if outcome == "unknown":
            raise UnknownScope
        if outcome == "in_use":
            raise Conflict

    async def resources(self) -> Sequence[Resource]:
        """Registered resources (RFC 8707) by identifier."""
        return await self._store.resources()

    async def put_resource(self, actor: Actor, resource: Resource) -> bool:
        """Add or change a resource; its scopes must be in the catalogue (Invalid). True when it is new."""
        actor.administer(MANAGE_INSTANCE)
        known = await self.scopes()
        faults = [
            Fault(("scope", position), "bad_choice", "a scope of the catalogue", name)
            for position, name in enumerate(resource.scope)
            if name not in known
        ]
        faults.extend(IDENTIFIER.check(resource.resource, ("resource",)))
        if "#" in resource.resource:
            # RFC 8707 §2: an absolute URI without a fragment.
            faults.append(Fault(("resource",), "bad_uri", "no fragment"))
        if faults:
            raise Invalid(faults)
        change = self._ambient.change(actor, "resource.put", resource.resource, after={"scope": list(resource.scope)})
        return await self._store.put_resource(resource, change)

    async def remove_resource(self, actor: Actor, resource: str) -> None:
        """Remove a resource (UnknownResource)."""
        actor.administer(MANAGE_INSTANCE)
        if not await self._store.remove_resource(resource, self._ambient.change(actor, "resource.removed", resource)):
            raise UnknownResource

    async def permissions(self) -> Mapping[str, tuple[str, ...]]:
        """Instance permission to the instance roles that hold it."""
        return await self._store.permissions()

    async def put_permissions(self, actor: Actor, said: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        """Say which instance roles hold which permissions (Invalid for an unknown one; nothing is written then)."""
        actor.administer(MANAGE_INSTANCE)
        wanted = list(said)
        for permission, roles in wanted:
            if permission not in DEFAULT_PERMISSIONS:
                raise Invalid([Fault(("permission",), "bad_choice", "a permission of this instance", permission)])
            if permission == MANAGE_INSTANCE and ADMIN not in roles:
                # Without it nobody could ever give it back.
                raise Invalid([Fault(("roles",), "bad_value", f"with {ADMIN}")])
        for permission, roles in wanted:
            change = self._ambient.change(actor, "permission.put", permission, after={"roles": list(roles)})
            await self._store.put_permission(permission, roles, change)

    async def ensure_permissions(self) -> None:
        """Write the default permissions of a new instance; what an operator has said stands."""
        for permission, roles in DEFAULT_PERMISSIONS.items():
            await self._store.put_permission(permission, roles, None)
