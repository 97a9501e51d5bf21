"""Registered resources (RFC 8707) as the hot path sees them, with the bounds of `clients`."""

import re

from licet.domain.scope import Resource
from licet.errors import InvalidTarget
from licet.services.ambient import Ambient

AUTHORITY = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
STALE_AFTER = 500
"""How old (ms) what is remembered may be."""


class Resources:
    """The resources that a token may be for; `own` are this server's, which nobody need register."""

    def __init__(self, ambient: Ambient, own: tuple[str, ...] = ()) -> None:
        self._ambient = ambient
        self._own = {normal(resource): Resource(resource, (), 0) for resource in own}
        self._known: dict[str, Resource] = {}
        self._seen_at = -STALE_AFTER
        self._heeded = 0

    async def known(self, asked: tuple[str, ...]) -> tuple[str, ...]:
        """The asked resources, each as it is registered (InvalidTarget for any that is not)."""
        if not asked:
            return ()
        known = await self._all()
        found = [known.get(normal(resource)) for resource in asked]
        if None in found:
            raise InvalidTarget
        return tuple(dict.fromkeys(resource.resource for resource in found if resource is not None))

    async def _all(self) -> dict[str, Resource]:
        now, raised = self._ambient.clock(), self._ambient.store.registry.raised
        if now - self._seen_at >= STALE_AFTER or raised != self._heeded:
            rows = await self._ambient.store.catalogue.resources()
            registered = {normal(row.resource): row for row in rows}
            self._known, self._seen_at, self._heeded = {**registered, **self._own}, now, raised
        return self._known


def normal(resource: str) -> str:
    """A resource as it is compared: scheme and host in lower case (RFC 3986 section 6.2.2.1), the rest as it is."""
    return AUTHORITY.sub(lambda found: found[0].lower(), resource, count=1)
