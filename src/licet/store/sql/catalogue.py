"""The operator's own scopes, resources, and which instance roles hold which permission."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Literal

from licet.domain.revision import Change
from licet.domain.scope import Resource, Scope
from licet.store.sql import terms
from licet.store.sql.audit import put, record, recorded
from licet.store.sql.columns import assign, insert, pack, unpack
from licet.store.sql.engine import Engine
from licet.store.sql.registry import Registry
from licet.store.sql.script import Script, ask
from licet.store.sql.statement import Statement

SCOPE_COLUMNS = tuple(field.name for field in fields(Scope))
RESOURCE_COLUMNS = ("resource", "scope", "created_at")
PERMISSION_COLUMNS = ("permission", "roles")

SCOPES = Statement("SELECT * FROM scopes ORDER BY name")
INSERT_SCOPE = Statement(f"{insert('scopes', SCOPE_COLUMNS)} ON CONFLICT DO NOTHING RETURNING name")
REPLACE_SCOPE = Statement(f"UPDATE scopes SET {assign(SCOPE_COLUMNS[1:])} WHERE name = :name")
KNOWN_SCOPE = Statement("SELECT name FROM scopes WHERE name = :name {locked}")
REMOVE_SCOPE = Statement("DELETE FROM scopes WHERE name = :name")
RESOURCES = Statement("SELECT * FROM resources ORDER BY resource")
INSERT_RESOURCE = Statement(f"{insert('resources', RESOURCE_COLUMNS)} ON CONFLICT DO NOTHING RETURNING resource")
REPLACE_RESOURCE = Statement("UPDATE resources SET scope = :scope WHERE resource = :resource")
REMOVE_RESOURCE = Statement("DELETE FROM resources WHERE resource = :resource RETURNING resource")
PERMISSIONS = Statement("SELECT * FROM permissions ORDER BY permission")
INSERT_PERMISSION = Statement(
    f"{insert('permissions', PERMISSION_COLUMNS)} ON CONFLICT DO NOTHING RETURNING permission"
)
REPLACE_PERMISSION = Statement("UPDATE permissions SET roles = :roles WHERE permission = :permission")


class Catalogue:
    """Scopes, resources and permissions."""

    def __init__(self, engine: Engine, registry: Registry) -> None:
        self._engine = engine
        self._registry = registry

    async def scopes(self) -> Sequence[Scope]:
        """The operator's scopes by name."""
        return [Scope(**{name: row[name] for name in SCOPE_COLUMNS}) for row in await self._engine.read(SCOPES)]

    async def put_scope(self, scope: Scope, change: Change) -> bool:
        """Add or change one; True when it is new."""
        row = {name: getattr(scope, name) for name in SCOPE_COLUMNS}
        return await self._engine.run(put, INSERT_SCOPE, REPLACE_SCOPE, row, change)

    async def remove_scope(self, name: str, change: Change) -> Literal["removed", "unknown", "in_use"]:
        """Remove one that no application has."""
        return await self._engine.run(_remove_scope, name, change)

    async def resources(self) -> Sequence[Resource]:
        """Registered resources by identifier."""
        rows = await self._engine.read(RESOURCES)
        return [Resource(row["resource"], tuple(unpack(row["scope"])), row["created_at"]) for row in rows]

    async def put_resource(self, resource: Resource, change: Change) -> bool:
        """Add or change one; True when it is new."""
        row: dict[str, Any] = {
            "resource": resource.resource,
            "scope": pack(resource.scope),
            "created_at": resource.created_at,
        }
        return await self._registry.run(put, INSERT_RESOURCE, REPLACE_RESOURCE, row, change)

    async def remove_resource(self, resource: str, change: Change) -> bool:
        """Remove one; False when it was gone."""
        return await self._registry.run(recorded, REMOVE_RESOURCE, {"resource": resource}, change)

    async def permissions(self) -> Mapping[str, tuple[str, ...]]:
        """Permission to the instance roles that hold it."""
        return {row["permission"]: tuple(unpack(row["roles"])) for row in await self._engine.read(PERMISSIONS)}

    async def put_permission(self, permission: str, roles: tuple[str, ...], change: Change | None) -> None:
        """Say which roles hold a permission; without a change only if it was never said."""
        row = {"permission": permission, "roles": pack(roles)}
        if change is None:
            await self._engine.write(INSERT_PERMISSION, **row)
        else:
            await self._engine.run(put, INSERT_PERMISSION, REPLACE_PERMISSION, row, change)


def _remove_scope(name: str, change: Change) -> Script[Literal["removed", "unknown", "in_use"]]:
    if not (yield from ask(KNOWN_SCOPE, name=name)):
        return "unknown"
    if (yield from ask(terms.ANY, term=terms.of("scope", name))):
        return "in_use"
    yield from ask(REMOVE_SCOPE, name=name)
    yield from record(change)
    return "removed"
