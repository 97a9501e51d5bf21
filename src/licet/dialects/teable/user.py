"""Who the caller is, and what they have here."""

from licet.dialects.teable.access import Access
from licet.dialects.teable.fields import USER
from licet.dialects.teable.render import ok
from licet.errors import CredentialNotAccepted
from licet.web.reply import Reply
from licet.web.request import Request

EMAIL, ALL_BASES = "user|email_read", "base|read_all"


class Me:
    """The handlers of `/api/auth/user` and `/api/base/access/all`."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def show(self, request: Request) -> Reply:
        """The user of any credential; a token tells the address only with the scope for it."""
        holder = await self._access.holder(request)
        shown = USER.encode(holder.user)
        return ok(shown if holder.may(EMAIL) else {name: value for name, value in shown.items() if name != "email"})

    async def show_own(self, request: Request) -> Reply:
        """The user of a session."""
        return ok(USER.encode((await self._access.session(request)).user))

    async def bases(self, request: Request) -> Reply:
        """Every base of the caller: Licet holds none."""
        holder = await self._access.holder(request)
        if not holder.may(ALL_BASES):
            raise CredentialNotAccepted
        return ok([])
