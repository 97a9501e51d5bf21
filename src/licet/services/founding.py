"""What every instance has from its first start: the built-in user and organization, permissions, signing keys."""

from licet.domain.actor import INSTANCE_ORGANIZATION_ID, SYSTEM_USER_ID, Actor
from licet.domain.organization import Organization
from licet.domain.user import User
from licet.services.house import Services

SYSTEM = Actor(id=SYSTEM_USER_ID, name="system", surface="system", roles={}, permissions=frozenset())
"""The program itself, in audit rows of what it does unasked."""


async def found(services: Services) -> None:
    """Make what is missing; nothing that is there is touched, and two starts at once make it once."""
    ambient = services.ambient
    now = ambient.clock()
    system = User(
        id=SYSTEM_USER_ID,
        username="system",
        name="System",
        email=None,
        active=False,
        roles=(),
        organization_id=INSTANCE_ORGANIZATION_ID,
        created_at=now,
        updated_at=now,
    )
    instance = Organization(
        id=INSTANCE_ORGANIZATION_ID,
        name="This instance",
        slug="instance",
        kind="instance",
        created_at=now,
        updated_at=now,
    )
    if await ambient.store.users.by_id(SYSTEM_USER_ID) is None:
        await ambient.store.users.insert(system, instance, ambient.change(SYSTEM, "instance.founded", system.id))
    await services.catalogue.ensure_permissions()
    await services.keys.ensure()
