"""The scopes that an application of this surface may have."""

from licet.dialects.record import Setup
from licet.dialects.timbrix import render
from licet.dialects.timbrix.callers import Callers
from licet.dialects.timbrix.fields import SCOPE
from licet.dialects.timbrix.scopes import SCOPES
from licet.web.reply import Reply
from licet.web.request import Request


class Catalogue:
    """The surface's own scopes, for whoever is signed in."""

    def __init__(self, _setup: Setup, callers: Callers) -> None:
        self._callers = callers

    async def all(self, request: Request) -> Reply:
        """Every scope, in its order."""
        await self._callers.actor(request)
        return render.ok([SCOPE.encode(scope) for scope in SCOPES])
