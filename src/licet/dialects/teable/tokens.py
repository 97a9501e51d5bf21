"""Personal access tokens of this surface, for their owner's session alone."""

from licet.dialects.record import Setup
from licet.dialects.teable.access import Access
from licet.dialects.teable.body import body_of
from licet.dialects.teable.fields import TOKEN, TOKEN_CHANGE, TOKEN_RENEWAL, narrowing
from licet.dialects.teable.formats import ACCESS_TOKEN, TOKEN_ID
from licet.dialects.teable.render import created, done, ok
from licet.domain.kinds import instant
from licet.services.personal_tokens import Wanted
from licet.web.reply import Reply
from licet.web.request import Request


class Tokens:
    """Handlers below `/api/access-token`."""

    def __init__(self, setup: Setup, access: Access) -> None:
        self._access = access
        self._tokens = setup.services.personal_tokens

    async def create(self, request: Request) -> Reply:
        """Make a token; its value is said once."""
        actor = (await self._access.session(request)).actor
        said = TOKEN.decode(body_of(request))
        wanted = Wanted(
            name=said["name"],
            description=said.get("description"),
            narrowed_to=narrowing(said, None),
            expires_at=instant(said["expires_at"]),
        )
        issued = await self._tokens.create(actor, wanted, ACCESS_TOKEN)
        return created({**TOKEN.encode(issued.token), "token": issued.value})

    async def list(self, request: Request) -> Reply:
        """Every token of the caller."""
        actor = (await self._access.session(request)).actor
        return ok([TOKEN.encode(token) for token in await self._tokens.of(actor)])

    async def get(self, request: Request) -> Reply:
        """One of them."""
        actor = (await self._access.session(request)).actor
        return ok(TOKEN.encode(await self._tokens.get(actor, _token_id(request))))

    async def update(self, request: Request) -> Reply:
        """Change what is said of a token; its value and its end stay."""
        actor = (await self._access.session(request)).actor
        present = await self._tokens.get(actor, _token_id(request))
        said = TOKEN_CHANGE.decode(body_of(request), present)
        wanted = Wanted(
            name=said.get("name", present.name),
            description=said.get("description", present.description),
            narrowed_to=narrowing(said, present),
        )
        return ok(TOKEN.encode(await self._tokens.change(actor, present.id, wanted)))

    async def renew(self, request: Request) -> Reply:
        """Give a token a new value and a new end."""
        actor = (await self._access.session(request)).actor
        present = await self._tokens.get(actor, _token_id(request))
        ends = instant(TOKEN_RENEWAL.decode(body_of(request))["expires_at"])
        issued = await self._tokens.renew(actor, present.id, ACCESS_TOKEN, expires_at=ends)
        return ok({"id": TOKEN_ID.spell(present.id), **TOKEN_RENEWAL.encode(issued.token), "token": issued.value})

    async def remove(self, request: Request) -> Reply:
        """End a token."""
        actor = (await self._access.session(request)).actor
        await self._tokens.remove(actor, _token_id(request))
        return done()


def _token_id(request: Request) -> str:
    return TOKEN_ID.read(request.params["id"]) or ""
